// Where the boxes of a stage stand. Each open module is laid out by itself, by dagre, and is then one box of the module
// around it, so that no layout is larger than the items right inside one module.

const BOX = { height: 40, padding: 12, smallest: 72, largest: 260 };
const OPEN = { side: 14, top: 34, bottom: 14 };
const PORT = 12;

/** Widths of text in the fonts that style.css gives boxes. */
const measureText = (() => {
    const context = document.createElement("canvas").getContext("2d");
    const known = new Map();
    return (text, font) => {
        const key = font + text;
        if (!known.has(key)) {
            context.font = font;
            known.set(key, context.measureText(text).width);
        }
        return known.get(key);
    };
})();

const TITLE_FONT = "600 13px system-ui, sans-serif";
const DETAIL_FONT = "11px system-ui, sans-serif";

class Layout {
    constructor(stage) {
        this.stage = stage;
        this.known = new Map();
    }

    /** The boxes and edges of the whole network, with the modules in `expanded` open: boxes before those inside. */
    place(expanded) {
        const boxes = [];
        const edges = [];
        const inner = this.module(this.stage.root, expanded);
        this.flatten(inner, 0, 0, 0, boxes, edges);
        return { boxes, edges, width: inner.width, height: inner.height };
    }

    flatten(layout, x, y, depth, boxes, edges) {
        for (const box of layout.boxes) {
            boxes.push({ ...box, x: x + box.x, y: y + box.y, depth });
            if (box.inner) this.flatten(box.inner, x + box.x + OPEN.side, y + box.y + OPEN.top, depth + 1, boxes, edges);
        }
        for (const edge of layout.edges) {
            edges.push({ ...edge, points: edge.points.map((point) => ({ x: x + point.x, y: y + point.y })) });
        }
    }

    /** The inside of a module; kept until one of the modules in it opens or closes. */
    module(module, expanded) {
        const open = this.stage.children(module).filter((item) => expanded.has(item));
        const inner = new Map(open.map((item) => [item, this.module(item, expanded)]));
        const before = this.known.get(module);
        if (before && before.open.size === inner.size && open.every((item) => before.open.get(item) === inner.get(item))) {
            return before;
        }
        const layout = { ...this.arrange(module, inner), open: inner };
        this.known.set(module, layout);
        return layout;
    }

    arrange(module, inner) {
        const graph = new dagre.graphlib.Graph();
        graph.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 30, edgesep: 10 });
        for (const item of this.stage.children(module)) graph.setNode(item, this.size(item, inner.get(item)));
        for (const flow of this.stage.flows[module - this.stage.nodeCount].values()) {
            for (const port of [flow.from, flow.to]) {
                if ((port === ENTRY || port === EXIT) && !graph.hasNode(port)) graph.setNode(port, this.portSize(module, port));
            }
            graph.setEdge(flow.from, flow.to, { flow, weight: flow.from === ENTRY || flow.to === EXIT ? 1 : 4 });
        }
        dagre.layout(graph);
        const boxes = graph.nodes().map((name) => {
            const { x, y, width, height } = graph.node(name);
            const item = Number(name);
            return { item, module, x: x - width / 2, y: y - height / 2, width, height, inner: inner.get(item) };
        });
        const edges = graph.edges().map((edge) => {
            const { points, flow } = graph.edge(edge);
            return { key: `${module} ${edge.v} ${edge.w}`, module, flow, points };
        });
        const { width, height } = graph.graph();
        return { boxes, edges, width: Math.max(width, 0), height: Math.max(height, 0) };
    }

    portSize(module, port) {
        if (module !== this.stage.root) return { width: PORT, height: PORT };
        const values = port === ENTRY ? this.stage.inputs : this.stage.outputs;
        const text = values.map((value) => this.stage.values.name[value]).join(", ");
        return { width: this.width(text, this.stage.type(values[0])), height: BOX.height };
    }

    size(item, inner) {
        const title = this.stage.title(item);
        if (!inner) return { width: this.width(title, this.stage.detail(item)), height: BOX.height };
        const least = measureText(title, TITLE_FONT) + 70;
        return {
            width: Math.max(inner.width + 2 * OPEN.side, least), height: inner.height + OPEN.top + OPEN.bottom,
        };
    }

    width(title, detail) {
        const text = Math.max(measureText(title, TITLE_FONT) + 18, measureText(detail, DETAIL_FONT));
        return Math.min(Math.max(text + 2 * BOX.padding, BOX.smallest), BOX.largest);
    }
}
