"""Opens pages of `grl-inspect --html` in a headless Chromium and does what people do.

    check_page.py PAGE.html … [--screenshots FOLDER]

Needs Debian's chromium, chromium-driver and python3-selenium. Exits with 1 at the first thing that is wrong.
"""

import argparse
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

MOST_BYTES = 5_000_000


class Page:
    def __init__(self, browser, path, screenshots):
        self.browser = browser
        self.path = path
        self.screenshots = screenshots

    def run(self):
        check(self.path.stat().st_size < MOST_BYTES, f"the page has less than {MOST_BYTES} bytes")
        self.browser.set_window_size(1440, 900)
        self.browser.get(self.path.as_uri())
        for part in (self.opens, self.expands, self.walks_by_key, self.searches, self.switches_stages, self.shows_memory,
                     self.colours, self.fits_narrow_windows):
            part()
            self.has_no_complaints(part.__name__)

    # What is done.

    def opens(self):
        check(self.boxes() > 3, "boxes are drawn")
        check(self.js("return performance.getEntriesByType('resource').length") == 0, "nothing is fetched")
        stages = self.all("#stages [data-stage]")
        check([stage.get_attribute("data-stage") for stage in stages][-2:] == ["fused", "memory"], "the stages are there")
        check(self.one("#details h2").text == self.js("return page.title"), "the model is described first")
        self.picture("light")

    def expands(self):
        before = self.boxes()
        self.js("document.querySelector('#diagram .boxes .toggle').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        check(self.boxes() > before, "a block opens by its sign")
        self.press("e")
        opened = self.boxes()
        check(opened > before + 1, "the next level opens by key")
        self.picture("level")
        self.press("c")
        check(self.boxes() == before, "all blocks close by key")

    def walks_by_key(self):
        network = self.one("#outline [role=treeitem]")
        network.click()
        self.js("document.querySelector('#outline [role=treeitem]').focus()")
        for _ in range(40):
            self.focused().send_keys(Keys.ARROW_DOWN)
            if self.focused().get_attribute("aria-expanded") == "false":
                break
        check(self.focused().get_attribute("aria-expanded") == "false", "the keyboard reaches a block")
        before = len(self.all("#outline [role=treeitem]"))
        self.focused().send_keys(Keys.ARROW_RIGHT)
        check(len(self.all("#outline [role=treeitem]")) > before, "the right key opens it")
        level = int(self.focused().get_attribute("aria-level"))
        self.focused().send_keys(Keys.ARROW_RIGHT)
        check(int(self.focused().get_attribute("aria-level")) == level + 1, "and then goes in")
        check(self.focused().get_attribute("aria-selected") == "true", "what has the focus is selected")
        self.focused().send_keys(Keys.ARROW_LEFT)
        self.focused().send_keys(Keys.ARROW_LEFT)
        check(len(self.all("#outline [role=treeitem]")) == before, "the left key goes out and closes it")

    def searches(self):
        operator = self.js("""
            const counts = page.stage.histogram(page.stage.nodesIn(page.stage.root));
            return (counts.find(([name]) => name === "WindowAttention") ?? counts[0])[0]""")
        self.press("/")
        check(self.focused().get_attribute("id") == "search", "the search has a key")
        self.focused().send_keys(operator.lower())
        check(self.all("#matches button"), "the search finds")
        self.js("[...document.querySelectorAll('#matches button')].find((one) => Number(one.dataset.item) < page.stage.nodeCount).click()")
        check(self.one("#details h2").text == operator, "a result is shown in the panel")
        check(len(self.all("#diagram .box.selected")) == 1, "and in the diagram")
        box = self.one("#diagram .box.selected").rect
        check(260 < box["x"] < 1100 and 40 < box["y"] < 860, "where it can be seen")
        self.focused().send_keys(Keys.ESCAPE)
        self.picture("node")
        statistics = self.js("""
            const { stage } = page;
            const node = stage.nodes.inputs.findIndex((inputs) => inputs.some((value) =>
                stage.tables.constants[stage.values.constant[value]]?.minimum !== undefined));
            if (node >= 0) page.show(stage, node);
            return node""")
        check(statistics < 0 or "range" in self.one("#details").text, "constants have statistics")

    def switches_stages(self):
        count = self.js("return page.stages.length")
        node = self.js("""
            const last = page.stages.at(-1);
            const node = last.previous.findIndex((nodes) => nodes.length > 2);
            page.showStage(last, node);
            return node""")
        check(node >= 0, "a node stands for several of the stage before")
        check("Stands for" in self.text("#details") and "became" not in self.text("#details").lower(), "the panel tells so")
        self.press(str(count - 1))
        related = len(self.all("#diagram .box.related"))
        check(related == self.js(f"return page.stages.at(-1).previous[{node}].length"), "the stage before shows them all")
        check("Became" in self.text("#details"), "and tells what they became")
        self.picture("merged")
        self.press("1")
        check(self.one("#stages [aria-selected=true]").get_attribute("data-stage") == "imported", "keys switch stages")
        self.press(str(count))
        for stage in range(1, count + 1):
            self.press(str(stage))
            shown = self.js("return [page.stage.nodeCount, page.stage.nodesIn(page.stage.root).length]")
            check(shown[0] == shown[1], "every node is in one block")

    def shows_memory(self):
        self.press("m")
        tenants = self.all("#memory .arena [data-value]")
        check(tenants and self.one("#memory").is_displayed(), "the memory plan is drawn")
        self.picture("memory")
        self.js("document.querySelector('#memory .arena [data-value]').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        check(self.one("#diagram").is_displayed() and self.all("#diagram .box.selected"), "a value leads to its node")

    def colours(self):
        self.press("c")
        self.js("const menu = document.getElementById('measure'); menu.value = 'multiplyAdds'; menu.dispatchEvent(new Event('change'))")
        heats = self.js("return [...document.querySelectorAll('#diagram .boxes .box')].map((box) => box.style.getPropertyValue('--heat'))")
        check(any(heat not in ("", "0%") for heat in heats), "costs colour boxes")
        before = self.js("return getComputedStyle(document.body).backgroundColor")
        self.press("t")
        check(self.js("return getComputedStyle(document.body).backgroundColor") != before, "there is a dark page")
        self.picture("dark")
        self.press("?")
        check(self.one("#help").is_displayed(), "help opens")
        self.focused().send_keys(Keys.ESCAPE)

    def fits_narrow_windows(self):
        self.browser.set_window_size(520, 900)
        width, room = self.js("return [document.documentElement.scrollWidth, innerWidth]")
        check(width <= room, "a narrow window needs no scrolling to the side")
        self.picture("narrow")

    def has_no_complaints(self, part):
        messages = [entry["message"] for entry in self.browser.get_log("browser")]
        check(not messages, f"{part} leaves the console empty: {messages[:3]}")

    # How.

    def js(self, script): return self.browser.execute_script(script)

    def one(self, selector): return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector): return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector): return self.js(f"return document.querySelector('{selector}').textContent")

    def boxes(self): return len(self.all("#diagram .box[data-item]"))

    def focused(self): return self.browser.switch_to.active_element

    def press(self, key):
        self.js("document.activeElement.blur()")
        self.one("body").send_keys(key)

    def picture(self, name):
        if self.screenshots:
            self.browser.save_screenshot(str(self.screenshots / f"{self.path.stem}-{name}.png"))


def check(holds, what):
    if not holds:
        sys.exit(f"check_page.py: not so: {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path, metavar="PAGE")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        for path in arguments.pages:
            Page(browser, path.resolve(), arguments.screenshots).run()
            print(f"{path.name}: {path.stat().st_size // 1000} kB, all is well")
    finally:
        browser.quit()


main()
