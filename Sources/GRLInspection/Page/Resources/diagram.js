// Draws the boxes and edges of a stage, to pan and zoom; tells of clicks.

/** What an operator does, by which boxes have their colour. */
const KINDS = [
    ["attention", /Attention|Softmax/],
    ["layer", /Conv|MatMul|Gemm|MLP|Linear|Einsum/],
    ["norm", /Norm/],
    ["move", /Reshape|Transpose|Slice|Concat|Split|Gather|Pad|Crop|Shuffle|DepthToSpace|SpaceToDepth|Squeeze|Expand|Flatten|Resize|Tile|Identity|Cast|Shape|Roll|Scatter|Range/],
];

function kindOf(operator) {
    const kind = KINDS.find(([, pattern]) => pattern.test(operator));
    return kind ? kind[0] : "other";
}

class Diagram {
    /** `events` has select(item) and toggle(item). */
    constructor(element, events) {
        this.events = events;
        this.svg = d3.select(element);
        this.canvas = this.svg.append("g").attr("class", "canvas");
        this.layers = Object.fromEntries(["open", "edges", "boxes"].map((name) => [name, this.canvas.append("g").attr("class", name)]));
        this.zoom = d3.behavior.zoom().scaleExtent([0.02, 3]).on("zoom", () => this.apply());
        this.svg.call(this.zoom).on("dblclick.zoom", null);
    }

    apply() {
        this.canvas.attr("transform", `translate(${this.zoom.translate()})scale(${this.zoom.scale()})`);
    }

    /** Draws a placed stage. `heat(item)` tells the share of the cost that colours a box, from 0 to 1. */
    draw(stage, placed, { selected, related, heat }) {
        this.stage = stage;
        this.placed = placed;
        this.byItem = new Map(placed.boxes.filter((box) => box.item >= 0).map((box) => [box.item, box]));
        this.drawBoxes(this.layers.open, placed.boxes.filter((box) => box.inner), heat);
        this.drawBoxes(this.layers.boxes, placed.boxes.filter((box) => !box.inner), heat);
        this.drawEdges(placed.edges);
        this.mark(selected, related);
    }

    drawBoxes(layer, boxes, heat) {
        const join = layer.selectAll("g.box").data(boxes, (box) => `${this.stage.key} ${box.module} ${box.item}`);
        join.exit().remove();
        const entered = join.enter().append("g");
        entered.append("rect").attr("rx", 6);
        entered.append("title");
        const diagram = this;
        entered.each(function (box) { diagram.fill(d3.select(this), box); });
        join.attr("class", (box) => this.classes(box))
            .attr("transform", (box) => `translate(${box.x},${box.y})`)
            .style("--heat", (box) => box.item >= 0 ? `${Math.round(100 * heat(box.item))}%` : "0%");
        join.select("rect").attr("width", (box) => box.width).attr("height", (box) => box.height);
    }

    classes(box) {
        if (box.item < 0) return box.module === this.stage.root ? "box port named" : "box port";
        if (box.inner) return `box open depth${box.depth % 2}`;
        return `box ${this.stage.isModule(box.item) ? "module" : "node " + kindOf(this.stage.title(box.item))}`;
    }

    /** The texts of a new box and what it does when it is clicked. */
    fill(group, box) {
        const { stage } = this;
        if (box.item < 0) {
            if (box.module !== stage.root) {
                group.select("title").text(box.item === ENTRY ? "from outside" : "to outside");
                return;
            }
            const values = box.item === ENTRY ? stage.inputs : stage.outputs;
            this.texts(group, box, values.map((value) => stage.values.name[value]).join(", "), stage.type(values[0]));
            return;
        }
        const item = box.item;
        group.attr("data-item", item).attr("id", `box-${item}`);
        group.select("title").text(stage.describe(item));
        if (box.inner) {
            group.append("text").attr("class", "title").attr("x", 30).attr("y", 22).text(stage.title(item));
        } else {
            this.texts(group, box, stage.title(item), stage.detail(item));
        }
        group.on("click", () => {
            if (d3.event.defaultPrevented) return;
            d3.event.stopPropagation();
            this.events.select(item);
        });
        if (!stage.isModule(item)) return;
        group.on("dblclick", () => { d3.event.stopPropagation(); this.events.toggle(item); });
        const toggle = group.append("g").attr("class", "toggle").attr("transform", box.inner ? "translate(16,18)" : "translate(13,14)");
        toggle.append("circle").attr("r", 8);
        toggle.append("path").attr("d", box.inner ? "M-4,0H4" : "M-4,0H4M0,-4V4");
        toggle.append("title").text(box.inner ? "close" : "open");
        toggle.on("click", () => { d3.event.stopPropagation(); this.events.toggle(item); });
    }

    texts(group, box, title, detail) {
        const width = box.width - 16;
        const shift = this.stage.isModule(box.item) ? 8 : 0;
        group.append("text").attr("class", "title").attr("x", box.width / 2 + shift).attr("y", 17).text(shorten(title, width - shift, TITLE_FONT));
        group.append("text").attr("class", "detail").attr("x", box.width / 2).attr("y", 32).text(shorten(detail, width, DETAIL_FONT));
    }

    drawEdges(edges) {
        const line = d3.svg.line().x((point) => point.x).y((point) => point.y).interpolate("basis");
        const join = this.layers.edges.selectAll("path").data(edges, (edge) => `${this.stage.key} ${edge.key}`);
        join.exit().remove();
        join.enter().append("path").attr("marker-end", "url(#arrow)").append("title").text((edge) => this.stage.describeFlow(edge.flow));
        join.attr("d", (edge) => line(edge.points)).style("stroke-width", (edge) => Math.min(1 + Math.log2(edge.flow.values.size) / 2, 4));
    }

    /** Marks the selected item, what it reads and what reads it, and items that stand for the same in another stage. */
    mark(selected, related) {
        this.canvas.selectAll("g.box")
            .classed("selected", (box) => box.item === selected)
            .classed("related", (box) => related.has(box.item));
        this.layers.edges.selectAll("path").classed("touched", (edge) =>
            selected !== null && (edge.flow.from === selected || edge.flow.to === selected));
    }

    get size() {
        const { width, height } = this.svg.node().getBoundingClientRect();
        return { width: Math.max(width, 1), height: Math.max(height, 1) };
    }

    /** Shows everything. */
    fit() {
        const { width, height } = this.size;
        const scale = Math.min(width / (this.placed.width + 40), height / (this.placed.height + 40), 1.2);
        this.moveTo(this.placed.width / 2, this.placed.height / 2, Math.max(scale, 0.02));
    }

    /** Shows the whole width from the top, as a text is read. */
    fitWidth() {
        const { width, height } = this.size;
        const scale = Math.max(Math.min(width / (this.placed.width + 40), 1), 0.25);
        const half = height / 2 / scale;
        this.moveTo(this.placed.width / 2, Math.min(half - 20 / scale, Math.max(this.placed.height / 2, half - 20 / scale)), scale);
    }

    /** Brings an item to the middle, large enough to be read. */
    center(item) {
        const box = this.byItem.get(item);
        if (!box) return;
        const { width, height } = this.size;
        const whole = Math.min(width / (box.width + 60), height / (box.height + 60));
        const scale = Math.min(Math.max(this.zoom.scale(), 0.8), Math.max(whole, 0.3));
        this.moveTo(box.x + box.width / 2, box.y + Math.min(box.height / 2, height / 2 / scale - 30), scale);
    }

    /** Keeps an item where it is on the screen while the drawing around it changes. */
    keeping(item, change) {
        const before = this.byItem?.get(item);
        change();
        const after = this.byItem.get(item);
        if (!before || !after) return;
        const [x, y] = this.zoom.translate();
        const scale = this.zoom.scale();
        this.zoom.translate([x + (before.x - after.x) * scale, y + (before.y - after.y) * scale]);
        this.apply();
    }

    moveTo(x, y, scale) {
        const { width, height } = this.size;
        this.zoom.scale(scale).translate([width / 2 - x * scale, height / 2 - y * scale]);
        this.apply();
    }

    /** Zooms around the middle. */
    scaleBy(factor) {
        const { width, height } = this.size;
        const [x, y] = this.zoom.translate();
        const before = this.zoom.scale();
        const scale = Math.min(Math.max(before * factor, 0.02), 3);
        this.moveTo((width / 2 - x) / before, (height / 2 - y) / before, scale);
    }
}

/** The text, cut to a width in pixels. */
function shorten(text, width, font) {
    if (measureText(text, font) <= width) return text;
    let end = text.length;
    while (end > 1 && measureText(text.slice(0, end) + "…", font) > width) end--;
    return text.slice(0, end) + "…";
}
