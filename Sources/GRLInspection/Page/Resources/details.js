// The panel that tells all about one item, or about the model.

class Details {
    /** `events` has show(stage, item), to go to an item of any stage, and heat, the measure in use. */
    constructor(panel, page, events) {
        this.panel = panel;
        this.page = page;
        this.events = events;
    }

    draw(stage, item) {
        this.stage = stage;
        const parts = item === null || item === stage.root ? this.model() : stage.isModule(item) ? this.module(item) : this.node(item);
        this.panel.replaceChildren(...parts.flat(Infinity).filter((part) => part));
        this.panel.scrollTop = 0;
    }

    // Pieces.

    section(title, ...content) { return element("section", {}, element("h3", {}, title), ...content); }

    table(rows, header = null) {
        return element("table", {}, header && element("tr", {}, header.map((cell) => element("th", {}, cell))),
            rows.map((row) => element("tr", {}, row.map((cell, index) => element("td", { class: index > 0 && /^[<\d−-]/.test(cell) ? "number" : null }, cell)))));
    }

    list(pairs) {
        return element("dl", {}, pairs.filter(([, value]) => value !== null && value !== "").map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
    }

    link(stage, item, text) {
        return element("button", { type: "button", class: "link", click: () => this.events.show(stage, item) }, text);
    }

    costs(item) {
        const { stage } = this;
        return Object.keys(stage.costs).map((measure) => [
            MEASURES[measure].label,
            `${MEASURES[measure].text(stage.costs[measure][item])} · ${percent(stage.share(item, measure))}`,
        ]);
    }

    histogram(stage, nodes) {
        const counts = stage.histogram(nodes);
        const most = counts.length > 0 ? counts[0][1] : 1;
        return element("ul", { class: "bars" }, counts.slice(0, 16).map(([name, number]) =>
            element("li", { style: `--share:${(100 * number / most).toFixed(1)}%` }, element("span", { class: "dot " + kindOf(name) }), name, element("b", {}, count(number)))),
        counts.length > 16 ? element("li", {}, `and ${counts.length - 16} others`) : null);
    }

    /** Nodes of another stage that became this, or that this became. */
    relatives(title, stage, nodes) {
        if (!stage || nodes.length === 0) return null;
        const shown = nodes.slice(0, 200).map((node) => element("li", {}, this.link(stage, node, `${stage.operator(node)} ${stage.nodes.name[node]}`)));
        if (nodes.length > shown.length) shown.push(element("li", {}, `and ${count(nodes.length - shown.length)} more`));
        return this.section(`${title} (${stage.label.toLowerCase()})`,
            nodes.length > 6 ? [
                this.histogram(stage, nodes),
                element("details", {}, element("summary", {}, `all ${count(nodes.length)} nodes`), element("ul", { class: "plain" }, shown)),
            ] : element("ul", { class: "plain" }, shown));
    }

    // Kinds of content.

    node(node) {
        const { stage } = this;
        const index = this.page.stages.indexOf(stage);
        const { nodes } = stage;
        const home = stage.parent(node);
        return [
            element("h2", {}, element("span", { class: "dot " + kindOf(stage.operator(node)) }), stage.operator(node)),
            element("p", { class: "name" }, nodes.name[node] || "no name"),
            this.list([["module", this.link(stage, home, stage.path(home) || "network")], ...this.costs(node)]),
            this.attributes(nodes.attributes[node]),
            this.section("Inputs", this.values(nodes.inputs[node])),
            this.section("Outputs", this.values(nodes.outputs[node], true)),
            this.relatives("Stands for", this.page.stages[index - 1], stage.previous[node] ?? []),
            this.relatives("Became", this.page.stages[index + 1], stage.next[node] ?? []),
        ];
    }

    attributes(text) {
        const pairs = this.stage.tables.attributes[text];
        return pairs && pairs.length > 0 ? this.section("Attributes", this.list(pairs)) : null;
    }

    values(values, isOutput = false) {
        const { stage } = this;
        if (values.length === 0) return element("p", {}, "none");
        return element("ul", { class: "values" }, values.map((value) => {
            if (value < 0) return element("li", {}, "left out");
            const statistics = stage.tables.constants[stage.values.constant[value]];
            const producer = stage.producer[value];
            const name = stage.values.name[value];
            return element("li", {},
                !isOutput && producer >= 0 ? this.link(stage, producer, name) : element("span", { class: "value" }, name),
                element("span", { class: "type" }, stage.type(value)),
                statistics ? this.statistics(statistics) : null,
                isOutput ? this.readers(value) : null);
        }));
    }

    statistics({ bytes: size, minimum, maximum, mean, nans, zeros, sample }) {
        const pairs = [["constant", bytes(size)]];
        if (sample) pairs.push(["elements", sample]);
        else if (minimum !== undefined) {
            pairs.push(["range", `${significant(minimum)} … ${significant(maximum)}`], ["mean", significant(mean)]);
            pairs.push(["zeros", percent(zeros)], ["NaN", nans > 0 ? count(nans) : "none"]);
        }
        return this.list(pairs);
    }

    readers(value) {
        const { stage } = this;
        const readers = stage.readers(value);
        if (readers.length === 0) return null;
        return element("span", { class: "readers" }, "read by ", readers.slice(0, 8).map((node, index) => [index > 0 ? ", " : null, this.link(stage, node, stage.operator(node))]),
            readers.length > 8 ? ` and ${readers.length - 8} more` : null);
    }

    module(item) {
        const { stage } = this;
        const nodes = stage.nodesIn(item);
        const path = stage.path(item);
        const others = this.page.stages.filter((other) => other !== stage && other.path(other.module(path)) === path);
        return [
            element("h2", {}, stage.title(item)),
            element("p", { class: "name" }, path),
            this.list([
                ["nodes", count(nodes.length)], ...this.costs(item),
                ["elsewhere", others.length > 0 ? others.map((other, index) => [index > 0 ? ", " : "", this.link(other, other.module(path), other.label.toLowerCase())]).flat() : null],
            ]),
            this.section("Operators", this.histogram(stage, nodes)),
        ];
    }

    model() {
        const { page, stage } = this;
        return [
            element("h2", {}, page.title),
            this.list(page.facts),
            this.section("Stages", this.table(page.stages.map((one) => [
                this.link(one, null, one.label), count(one.nodeCount),
            ]), ["", "nodes"])),
            this.section(`Costs at ${page.size}`, this.list(this.costs(stage.root))),
            page.operators.length > 0 ? this.section("Measured", this.table(page.operators.map(([name, calls, time]) => [name, count(calls), milliseconds(time)]), ["operator", "calls", "time"])) : null,
            this.section(`Operators (${stage.label.toLowerCase()})`, this.histogram(stage, stage.nodesIn(stage.root))),
            stage.log.length > 0 ? this.section(`What led here`, element("ul", { class: "log" }, stage.log.slice(0, 300).map(([kind, text]) => element("li", { class: kind }, text)))) : null,
        ];
    }
}
