// One stage of the model: nodes, values, modules, what flows between them and what it costs.
//
// Nodes and modules are items, numbered together: the nodes first, then the modules, of which the first is the network.

const ENTRY = -1;
const EXIT = -2;
/** A module with more items than this right inside shows them in runs of that many. */
const LARGEST_MODULE = 120;

/** Names of which each is written as what it shares with the one before, a number of two digits to base 36, and the rest. */
function unfolded(names) {
    let name = "";
    return names.map((text) => (name = name.slice(0, parseInt(text.slice(0, 2), 36)) + text.slice(2)));
}

class Stage {
    /** `data` is a stage as PageData.swift writes it, `tables` what the stages share. */
    constructor(data, tables) {
        Object.assign(this, { key: data.key, label: data.label, log: data.log, tables });
        const nodes = data.nodes;
        this.nodes = { ...nodes, name: unfolded(nodes.name) };
        this.values = { ...data.values, name: unfolded(data.values.name) };
        this.nodeCount = nodes.operator.length;
        this.moduleNames = data.modules.name.slice();
        this.parents = data.modules.parent.slice();
        this.home = nodes.module.slice();
        this.next = nodes.next ?? [];
        this.previous = [];
        this.findChildren();
        this.splitLargeModules();
        this.findDepths();
        this.producer = new Int32Array(this.values.name.length).fill(-1);
        nodes.outputs.forEach((outputs, node) => outputs.forEach((value) => { if (value >= 0) this.producer[value] = node; }));
        this.inputs = data.inputs;
        this.outputs = data.outputs;
        this.connect();
        this.sizes = this.summed(new Float64Array(this.nodeCount).fill(1)).slice(this.nodeCount);
        this.costs = {};
        for (const measure of Object.keys(MEASURES)) {
            if (data.costs[measure]) this.costs[measure] = this.summed(data.costs[measure]);
        }
    }

    /** Lets this stage know what of its own stands for which nodes of the one before. */
    follow(earlier) {
        this.previous = Array.from({ length: this.nodeCount }, () => []);
        earlier.next.forEach((heirs, node) => heirs.forEach((heir) => this.previous[heir].push(node)));
    }

    // Items.

    get moduleCount() { return this.moduleNames.length; }
    get root() { return this.nodeCount; }
    isModule(item) { return item >= this.nodeCount; }
    parent(item) {
        const module = this.isModule(item) ? this.parents[item - this.nodeCount] : this.home[item];
        return module < 0 ? null : this.nodeCount + module;
    }
    children(item) { return this.isModule(item) ? this.content[item - this.nodeCount] : []; }
    operator(node) { return this.tables.operators[this.nodes.operator[node]]; }
    type(value) { return this.tables.types[this.values.type[value]] ?? ""; }

    /** What an item is called where the modules around it are seen. */
    title(item) {
        if (!this.isModule(item)) return this.operator(item);
        return item === this.root ? "network" : this.moduleNames[item - this.nodeCount];
    }

    /** The dotted path of a module, without the runs that only the page has. */
    path(item) {
        const names = [];
        for (let at = item; at !== null && at !== this.root; at = this.parent(at)) {
            if (this.isModule(at) && at - this.nodeCount < this.realModuleCount) names.unshift(this.moduleNames[at - this.nodeCount]);
        }
        return names.join(".");
    }

    /** The module of that path, or the nearest one around it. */
    module(path) {
        let found = this.root;
        let rest = path;
        for (;;) {
            const inside = this.children(found).find((item) =>
                this.isModule(item) && (rest === this.title(item) || rest.startsWith(this.title(item) + ".")));
            if (inside === undefined) return found;
            rest = rest.slice(this.title(inside).length + 1);
            found = inside;
        }
    }

    /** The second line of a box: what the node gives, or how much the module holds. */
    detail(item) {
        if (this.isModule(item)) return plural(this.sizes[item - this.nodeCount], "node");
        const value = this.nodes.outputs[item][0];
        return value >= 0 ? this.type(value).replace("float32", "") : "";
    }

    /** An item in one line. */
    describe(item) {
        const path = this.path(item);
        return this.isModule(item) ? `${path || "network"}: ${this.detail(item)}` : `${this.operator(item)} ${this.nodes.name[item]}`;
    }

    /** What goes along an edge. */
    describeFlow(flow) {
        const values = [...flow.values];
        const lines = values.slice(0, 8).map((value) => `${this.values.name[value]}: ${this.type(value)}`);
        if (values.length > 8) lines.push(`and ${values.length - 8} more`);
        return lines.join("\n");
    }

    /** The nodes that read a value. */
    readers(value) {
        if (!this.allReaders) {
            this.allReaders = this.values.name.map(() => []);
            this.nodes.inputs.forEach((inputs, node) => new Set(inputs).forEach((input) => { if (input >= 0) this.allReaders[input].push(node); }));
        }
        return this.allReaders[value];
    }

    /** How often each operator comes among nodes, the most frequent first. */
    histogram(nodes) {
        const counts = new Map();
        for (const node of nodes) counts.set(this.operator(node), (counts.get(this.operator(node)) ?? 0) + 1);
        return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    }

    /** All nodes in an item. */
    nodesIn(item) {
        return this.isModule(item) ? this.children(item).flatMap((child) => this.nodesIn(child)) : [item];
    }

    /** Whether `item` is `module` or lies in it. */
    isIn(item, module) {
        for (let at = item; at !== null; at = this.parent(at)) if (at === module) return true;
        return false;
    }

    // Structure.

    findChildren() {
        this.content = this.moduleNames.map(() => []);
        const first = this.moduleNames.map(() => Infinity);
        for (let node = 0; node < this.nodeCount; node++) {
            for (let at = this.home[node]; at >= 0 && first[at] === Infinity; at = this.parents[at]) first[at] = node;
            this.content[this.home[node]].push(node);
        }
        for (let module = 1; module < this.moduleNames.length; module++) {
            this.content[this.parents[module]].push(this.nodeCount + module);
        }
        const place = (item) => item < this.nodeCount ? item : first[item - this.nodeCount];
        for (const items of this.content) items.sort((a, b) => place(a) - place(b));
    }

    splitLargeModules() {
        this.realModuleCount = this.moduleNames.length;
        for (let module = 0; module < this.realModuleCount; module++) {
            const items = this.content[module];
            if (items.length <= LARGEST_MODULE) continue;
            const runs = [];
            for (let start = 0; start < items.length; start += LARGEST_MODULE) {
                const run = items.slice(start, start + LARGEST_MODULE);
                const index = this.moduleNames.length;
                this.moduleNames.push(`part ${runs.length + 1}`);
                this.parents.push(module);
                this.content.push(run);
                for (const item of run) {
                    if (this.isModule(item)) this.parents[item - this.nodeCount] = index; else this.home[item] = index;
                }
                runs.push(this.nodeCount + index);
            }
            this.content[module] = runs;
        }
    }

    /** How many modules lie around each module. */
    findDepths() {
        this.depths = [];
        const depth = (module) => {
            if (this.parents[module] < 0) return 0;
            return this.depths[module] ??= depth(this.parents[module]) + 1;
        };
        this.depths = this.parents.map((_, module) => depth(module));
    }

    /** Finds for each module what flows between the items right inside, and to and from outside. */
    connect() {
        this.flows = this.moduleNames.map(() => new Map());
        for (let node = 0; node < this.nodeCount; node++) {
            for (const value of new Set(this.nodes.inputs[node])) {
                if (value >= 0) this.connectTo(node, value);
            }
        }
        for (const value of new Set(this.outputs)) {
            const node = this.producer[value];
            if (node < 0) continue;
            const item = this.leave(node, this.home[node], 0, value);
            this.addFlow(0, item, EXIT, value);
        }
    }

    connectTo(node, value) {
        const source = this.producer[value];
        if (source < 0) {
            if (!this.inputs.includes(value)) return;
            this.addFlow(0, ENTRY, this.enter(node, this.home[node], 0, value), value);
            return;
        }
        let [a, b] = [this.home[source], this.home[node]];
        while (a !== b) {
            if (this.depths[a] >= this.depths[b]) a = this.parents[a]; else b = this.parents[b];
        }
        this.addFlow(a, this.leave(source, this.home[source], a, value), this.enter(node, this.home[node], a, value), value);
    }

    /** Lets a value go from an item up to module `to`; returns the item right inside that it comes from. */
    leave(item, module, to, value) {
        while (module !== to) {
            this.addFlow(module, item, EXIT, value);
            item = this.nodeCount + module;
            module = this.parents[module];
        }
        return item;
    }

    /** Lets a value go from module `from` down to an item; returns the item right inside that it goes to. */
    enter(item, module, from, value) {
        while (module !== from) {
            this.addFlow(module, ENTRY, item, value);
            item = this.nodeCount + module;
            module = this.parents[module];
        }
        return item;
    }

    addFlow(module, from, to, value) {
        const key = `${from} ${to}`;
        const flow = this.flows[module].get(key);
        if (flow) flow.values.add(value); else this.flows[module].set(key, { from, to, values: new Set([value]) });
    }

    /** Costs of nodes, and of modules as sums. */
    summed(costs) {
        const result = new Float64Array(this.nodeCount + this.moduleCount);
        for (let node = 0; node < this.nodeCount; node++) {
            result[node] = costs[node];
            for (let at = this.home[node]; at >= 0; at = this.parents[at]) result[this.nodeCount + at] += costs[node];
        }
        return result;
    }

    /** The part of the network's cost that is an item's, from 0 to 1. */
    share(item, measure) {
        const costs = this.costs[measure];
        return costs && costs[this.root] > 0 ? costs[item] / costs[this.root] : 0;
    }
}
