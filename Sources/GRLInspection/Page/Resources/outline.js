// The modules and nodes of a stage as a tree to be walked with the keyboard; says the same as the diagram.

/** More rows than this are not shown at once. */
const MOST_ROWS = 3000;

class Outline {
    /** `events` has select(item), toggle(item), isOpen(item) and share(item). */
    constructor(list, events) {
        this.list = list;
        this.events = events;
        list.addEventListener("keydown", (event) => this.key(event));
    }

    draw(stage, selected) {
        this.stage = stage;
        this.rows = [];
        this.collect(stage.root, 0);
        this.selected = this.rows.some((row) => row.item === selected) ? selected : stage.root;
        const hadFocus = this.list.contains(document.activeElement);
        this.list.replaceChildren(...this.rows.map((row) => this.row(row, selected)));
        const current = this.list.querySelector(`[data-item="${this.selected}"]`);
        if (current) {
            current.tabIndex = 0;
            if (selected !== null) current.scrollIntoView({ block: "nearest" });
            if (hadFocus) current.focus();
        }
    }

    collect(item, depth) {
        if (this.rows.length >= MOST_ROWS) return;
        this.rows.push({ item, depth });
        if (!this.stage.isModule(item) || !this.isOpen(item)) return;
        for (const child of this.stage.children(item)) this.collect(child, depth + 1);
    }

    isOpen(item) { return item === this.stage.root || this.events.isOpen(item); }

    row({ item, depth }, selected) {
        const { stage } = this;
        const isModule = stage.isModule(item);
        const share = this.events.share(item);
        const mark = isModule && item !== stage.root
            ? element("span", { class: "chevron", "aria-hidden": "true", click: (event) => { event.stopPropagation(); this.events.toggle(item); } }, this.isOpen(item) ? "▾" : "▸")
            : element("span", { class: isModule ? "chevron" : "dot " + kindOf(stage.title(item)), "aria-hidden": "true" });
        return element("li", {
            role: "treeitem", "data-item": item, tabindex: -1, "aria-level": depth + 1, title: stage.describe(item),
            "aria-selected": String(item === selected), "aria-expanded": isModule ? String(this.isOpen(item)) : null,
            style: `--depth:${depth};--share:${(100 * share).toFixed(1)}%`,
            click: () => this.events.select(item), dblclick: () => isModule && this.events.toggle(item),
        }, mark, element("span", { class: "name" }, stage.title(item)),
        element("span", { class: "count" }, isModule ? count(stage.sizes[item - stage.nodeCount]) : ""));
    }

    /** Walks as trees do: up and down by rows, left and right by depth. */
    key(event) {
        const index = this.rows.findIndex((row) => row.item === this.selected);
        const item = this.selected;
        const isOpenModule = this.stage.isModule(item) && this.isOpen(item);
        const go = (target) => { if (target !== undefined && target !== null) { this.events.select(target); this.focus(target); } };
        switch (event.key) {
        case "ArrowDown": go(this.rows[index + 1]?.item); break;
        case "ArrowUp": go(this.rows[index - 1]?.item); break;
        case "Home": go(this.rows[0].item); break;
        case "End": go(this.rows[this.rows.length - 1].item); break;
        case "ArrowRight":
            if (isOpenModule) go(this.stage.children(item)[0]);
            else if (this.stage.isModule(item)) this.events.toggle(item);
            break;
        case "ArrowLeft":
            if (isOpenModule && item !== this.stage.root) this.events.toggle(item); else go(this.stage.parent(item));
            break;
        case "Enter": case " ":
            if (this.stage.isModule(item) && item !== this.stage.root) this.events.toggle(item); else this.events.select(item);
            break;
        default: return;
        }
        event.preventDefault();
        event.stopPropagation();
    }

    focus(item) { this.list.querySelector(`[data-item="${item}"]`)?.focus({ preventScroll: false }); }
}
