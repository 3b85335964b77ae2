// Puts the page together: what is shown, what is open, what is selected, and the keys.

class Page {
    constructor(data) {
        this.title = data.title;
        this.facts = data.facts;
        this.size = data.size;
        this.operators = data.operators;
        this.stages = data.stages.map((stage) => new Stage(stage, data.tables));
        this.stages.forEach((stage, index) => { if (index > 0) stage.follow(this.stages[index - 1]); });
        this.layouts = new Map();
        this.expanded = new Map(this.stages.map((stage) => [stage, new Set()]));
        this.selected = null;
        this.related = new Set();
        this.measure = null;
        this.build();
        this.showStage(this.stages[this.stages.length - 1]);
    }

    build() {
        const events = {
            select: (item) => this.select(item),
            toggle: (item) => this.toggle(item),
            isOpen: (item) => this.expanded.get(this.stage).has(item),
            share: (item) => this.share(item),
            show: (stage, item) => this.show(stage, item),
        };
        this.diagram = new Diagram(byId("diagram"), events);
        this.outline = new Outline(byId("outline"), events);
        this.details = new Details(byId("details"), this, events);
        this.tabs = this.stages.map((stage, index) => element("button", {
            type: "button", role: "tab", "data-stage": stage.key, title: `${stage.label}, key ${index + 1}`, click: () => this.showStage(stage),
        }, stage.label, element("span", { class: "count" }, count(stage.nodeCount))));
        this.memoryTab = element("button", { type: "button", role: "tab", "data-stage": "memory", title: "Where values live while the network runs", click: () => this.showMemory() }, "Memory");
        byId("stages").append(...this.tabs, ...(byId("memory").children.length > 0 ? [this.memoryTab] : []));
        const measures = Object.keys(MEASURES).filter((measure) => this.stages.some((stage) => stage.costs[measure]?.[stage.root] > 0));
        byId("measure").append(element("option", { value: "" }, "colour by kind"), ...measures.map((measure) => element("option", { value: measure }, `colour by ${MEASURES[measure].label}`)));
        byId("measure").addEventListener("change", (event) => { this.measure = event.target.value || null; this.draw(); });
        byId("search").addEventListener("input", () => this.search());
        byId("search").addEventListener("keydown", (event) => this.searchKey(event));
        byId("theme").addEventListener("click", () => this.switchTheme());
        for (const [name, action] of Object.entries(this.actions)) byId(name).addEventListener("click", action);
        byId("help-open").addEventListener("click", () => byId("help").showModal());
        byId("memory").addEventListener("click", (event) => {
            const name = event.target.closest("[data-value]")?.dataset.value;
            if (name !== undefined) this.showValue(name);
        });
        document.addEventListener("keydown", (event) => this.key(event));
        document.addEventListener("pointerdown", (event) => {
            if (!event.target.closest("#search, #search-results")) byId("search-results").hidden = true;
        });
        byId("search").addEventListener("focus", () => this.search());
        window.addEventListener("resize", () => this.diagram.apply());
    }

    actions = {
        "zoom-in": () => this.diagram.scaleBy(1.3),
        "zoom-out": () => this.diagram.scaleBy(1 / 1.3),
        "fit": () => this.diagram.fit(),
        "open-all": () => this.openLevel(),
        "close-all": () => { this.expanded.get(this.stage).clear(); this.draw(); this.diagram.fitWidth(); },
    };

    // What is shown.

    showStage(stage, item = undefined) {
        const before = this.stage;
        const kept = item === undefined ? this.counterpart(before, stage) : { item, related: new Set() };
        document.body.dataset.view = "graph";
        this.stage = stage;
        this.tabs.forEach((tab, index) => tab.setAttribute("aria-selected", String(this.stages[index] === stage)));
        this.memoryTab.setAttribute("aria-selected", "false");
        this.related = kept.related;
        this.selected = kept.item;
        if (this.selected !== null) this.open(this.selected);
        for (const related of [...this.related].slice(0, 200)) this.open(related);
        this.draw();
        this.details.draw(stage, this.selected);
        if (this.selected !== null) this.diagram.center(this.selected); else this.diagram.fitWidth();
        this.search();
        this.say(`${stage.label}: ${count(stage.nodeCount)} nodes`);
    }

    /** What stands in another stage for what is selected in this one. */
    counterpart(before, stage) {
        if (!before || this.selected === null || before === stage) return { item: before === stage ? this.selected : null, related: new Set() };
        if (before.isModule(this.selected)) {
            const module = stage.module(before.path(this.selected));
            return { item: module === stage.root ? null : module, related: new Set() };
        }
        let nodes = [this.selected];
        for (let at = this.stages.indexOf(before), end = this.stages.indexOf(stage); at !== end; at += Math.sign(end - at)) {
            const next = end > at ? this.stages[at].next : this.stages[at].previous;
            nodes = [...new Set(nodes.flatMap((node) => next[node] ?? []))].sort((a, b) => a - b);
        }
        return { item: nodes.length > 0 ? nodes[nodes.length - 1] : null, related: new Set(nodes) };
    }

    show(stage, item) {
        if (stage === this.stage && document.body.dataset.view === "graph") {
            if (item !== null) this.open(item);
            this.selected = item;
            this.draw();
            this.select(item);
            if (item !== null) this.diagram.center(item);
        } else {
            this.showStage(stage, item);
        }
    }

    showMemory() {
        document.body.dataset.view = "memory";
        this.tabs.forEach((tab) => tab.setAttribute("aria-selected", "false"));
        this.memoryTab.setAttribute("aria-selected", "true");
        this.say("Memory while the network runs");
    }

    /** Goes to the node of the last stage that computes a value. */
    showValue(name) {
        const stage = this.stages[this.stages.length - 1];
        const value = stage.values.name.indexOf(name);
        if (value >= 0 && stage.producer[value] >= 0) this.showStage(stage, stage.producer[value]);
    }

    draw() {
        const { stage } = this;
        if (!this.layouts.has(stage)) this.layouts.set(stage, new Layout(stage));
        const placed = this.layouts.get(stage).place(this.expanded.get(stage));
        this.diagram.draw(stage, placed, { selected: this.selected, related: this.related, heat: (item) => this.heat(item) });
        this.outline.draw(stage, this.selected);
        document.body.classList.toggle("heated", this.measure !== null);
    }

    share(item) { return this.measure ? this.stage.share(item, this.measure) : 0; }

    /** The share of the cost, spread so that small ones can be told apart. */
    heat(item) { return Math.sqrt(this.share(item)); }

    select(item) {
        this.selected = item;
        this.related = new Set();
        this.diagram.mark(item, this.related);
        this.outline.draw(this.stage, item);
        this.details.draw(this.stage, item);
        if (item !== null) {
            if (!this.isInView(item)) this.diagram.center(item);
            this.say(this.stage.describe(item));
        }
    }

    isInView(item) {
        const box = document.getElementById(`box-${item}`)?.getBoundingClientRect();
        const view = byId("diagram").getBoundingClientRect();
        return !box || (box.left < view.right - 20 && box.right > view.left + 20 && box.top < view.bottom - 20 && box.bottom > view.top + 20);
    }

    // Opening and closing.

    toggle(item) {
        const expanded = this.expanded.get(this.stage);
        if (!expanded.delete(item)) expanded.add(item);
        this.diagram.keeping(item, () => this.draw());
        this.say(`${this.stage.title(item)} ${expanded.has(item) ? "open" : "closed"}`);
    }

    /** Opens the modules around an item. */
    open(item) {
        const expanded = this.expanded.get(this.stage);
        for (let at = this.stage.parent(item); at !== null && at !== this.stage.root; at = this.stage.parent(at)) expanded.add(at);
    }

    /**
     * Opens every closed module that is seen, as long as that does not make too many boxes; what follows from the
     * image's size alone, "(shapes and masks)", where nothing else is closed.
     */
    openLevel() {
        const expanded = this.expanded.get(this.stage);
        const seen = this.diagram.placed.boxes.filter((box) => box.item >= 0 && !box.inner && this.stage.isModule(box.item));
        const modules = seen.filter((box) => !this.stage.title(box.item).startsWith("("));
        const closed = modules.length > 0 ? modules : seen;
        const more = closed.reduce((sum, box) => sum + this.stage.children(box.item).length, 0);
        if (closed.length === 0) { this.say("Everything is open."); return; }
        if (this.diagram.placed.boxes.length + more > 2500) { this.say("There are too many nodes to open all at once: open single blocks."); return; }
        closed.forEach((box) => expanded.add(box.item));
        this.draw();
        this.diagram.fitWidth();
        this.say(`${plural(closed.length, "block")} opened`);
    }

    // Searching.

    search() {
        const text = byId("search").value.trim().toLowerCase();
        const list = byId("matches");
        byId("search-results").hidden = text === "";
        if (text === "") return;
        const { stage } = this;
        const matches = [];
        let total = 0;
        for (let item = stage.root + 1; item < stage.root + stage.moduleCount; item++) {
            if (stage.path(item).toLowerCase().includes(text)) { total++; matches.push(item); }
        }
        for (let node = 0; node < stage.nodeCount; node++) {
            const outputs = stage.nodes.outputs[node].map((value) => value < 0 ? "" : `${stage.values.name[value]} ${stage.type(value)}`).join(" ");
            if (`${stage.operator(node)} ${stage.nodes.name[node]} ${outputs}`.toLowerCase().includes(text)) { total++; matches.push(node); }
        }
        byId("match-count").textContent = total === 0 ? "nothing found in this stage" : `${count(total)} found${total > 60 ? ", the first 60:" : ""}`;
        list.replaceChildren(...matches.slice(0, 60).map((item) => element("li", {}, element("button", {
            type: "button", "data-item": item, click: () => this.show(stage, item),
        }, stage.isModule(item) ? stage.path(item) : stage.operator(item), element("span", { class: "count" }, stage.isModule(item) ? stage.detail(item) : stage.nodes.name[item])))));
    }

    searchKey(event) {
        if (event.key === "Escape") { event.target.value = ""; this.search(); event.target.blur(); }
        if (event.key === "Enter") byId("matches").querySelector("button")?.click();
        if (event.key === "ArrowDown") { event.preventDefault(); byId("matches").querySelector("button")?.focus(); }
        event.stopPropagation();
    }

    // Keys.

    key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select") || byId("help").open) return;
        const isDigit = /^[1-9]$/.test(event.key);
        const keys = {
            "/": () => byId("search").focus(), "?": () => byId("help").showModal(),
            "+": this.actions["zoom-in"], "=": this.actions["zoom-in"], "-": this.actions["zoom-out"], "0": this.actions.fit,
            "e": this.actions["open-all"], "c": this.actions["close-all"], "t": () => this.switchTheme(),
            "m": () => { if (this.memoryTab.isConnected) this.showMemory(); },
            "Escape": () => this.select(null),
        };
        if (isDigit && this.stages[Number(event.key) - 1]) this.showStage(this.stages[Number(event.key) - 1]);
        else if (keys[event.key]) keys[event.key]();
        else if (event.target.closest("#diagram")) { this.outline.key(event); return; }
        else return;
        event.preventDefault();
    }

    switchTheme() {
        const root = document.documentElement;
        const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
        root.dataset.theme = isDark ? "light" : "dark";
    }

    /** Tells what happened, to those who see and to those who listen. */
    say(text) { byId("status").textContent = text; }
}

function byId(id) { return document.getElementById(id); }

window.page = new Page(JSON.parse(byId("data").textContent));
