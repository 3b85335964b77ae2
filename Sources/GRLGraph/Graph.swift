package import GRLTensor

/// Names a value of one graph.
package struct ValueID: Sendable, Hashable, Comparable {
    package let index: Int
    package static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}

/// Names a node of one graph.
package struct NodeID: Sendable, Hashable, Comparable {
    package let index: Int
    package static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// Something that is computed once: an input, a constant, or an output of a node.
package struct Value: Sendable {
    /// Where a value comes from.
    package enum Origin: Sendable {
        /// An input of the graph.
        case input
        case constant(Tensor)
        /// Output number `output` of a node.
        case node(NodeID, output: Int)
    }

    package let id: ValueID
    /// The name in the model file; unique in its graph.
    package internal(set) var name: String
    package let origin: Origin
    /// What the model file says of the type.
    package internal(set) var declaration: ValueDeclaration
    /// The nodes that read the value, one entry for each input that does.
    package internal(set) var users: [NodeID] = []

    /// The tensor, where the value is a constant.
    package var constant: Tensor? {
        guard case .constant(let tensor) = origin else { return nil }
        return tensor
    }
}

/// One application of an operator.
package struct Node: Sendable {
    package let id: NodeID
    /// The name in the model file; may be empty, need not be unique.
    package let name: String
    package let operation: any Operator
    /// Nil where an optional input is left out.
    package internal(set) var inputs: [ValueID?]
    /// Nil where an optional output is left out.
    package let outputs: [ValueID?]
    /// The module that the node is of, as a dotted path, empty for the outermost one; nil where the model file does not
    /// say it.
    package let module: String?
    /// The nodes that this one stands for, of the graph as it was at the last ``Graph/markOrigins()``; empty for a node
    /// that has been added since, and where nobody asked.
    package internal(set) var origins: [NodeID] = []
}

/// A network in static single assignment form: every value is computed by one node, and nodes stand after the nodes
/// whose outputs they read.
///
/// A graph is a value: copies are independent. ``verify()`` states what always holds.
package struct Graph: Sendable {
    /// The name in the model file.
    package let name: String
    /// What the model file says of the network in words, by key; empty for a subgraph.
    package var metadata: [String: String] = [:]
    package private(set) var inputs: [ValueID] = []
    package private(set) var outputs: [ValueID] = []
    private var valueTable: [Value?] = []
    private var nodeTable: [Node?] = []
    private var names: [String: ValueID] = [:]
    /// The nodes, each after those it depends on.
    package private(set) var schedule: [NodeID] = []

    package init(name: String) {
        self.name = name
    }

    /// The nodes in an order in which they can run.
    package var nodes: some Sequence<Node> { schedule.lazy.compactMap { nodeTable[$0.index] } }

    /// All values that are part of the graph.
    package var values: some Sequence<Value> { valueTable.lazy.compactMap { $0 } }

    /// One more than the highest index of a value.
    package var valueLimit: Int { valueTable.count }

    /// A value of this graph. Asking with an ID that is not, or no longer, of this graph is a programming error.
    package subscript(id: ValueID) -> Value {
        guard let value = valueTable[id.index] else { preconditionFailure("value \(id.index) was erased") }
        return value
    }

    /// A node of this graph. Asking with an ID that is not, or no longer, of this graph is a programming error.
    package subscript(id: NodeID) -> Node {
        guard let node = nodeTable[id.index] else { preconditionFailure("node \(id.index) was erased") }
        return node
    }

    /// Whether `id` names a node that is still there.
    package func contains(_ id: NodeID) -> Bool { nodeTable.indices.contains(id.index) && nodeTable[id.index] != nil }

    /// Whether `id` names a value that is still there.
    package func contains(_ id: ValueID) -> Bool {
        valueTable.indices.contains(id.index) && valueTable[id.index] != nil
    }

    /// The value of that name.
    package func value(named name: String) -> ValueID? { names[name] }

    /// The node that computes `value`, or nil for an input or a constant.
    package func producer(of value: ValueID) -> Node? {
        guard case .node(let node, _) = self[value].origin else { return nil }
        return self[node]
    }

    /// Whether the graph returns `value`.
    package func isOutput(_ value: ValueID) -> Bool { outputs.contains(value) }

    // Building and editing.

    /// Adds an input; a name that is taken gets a number.
    @discardableResult
    package mutating func addInput(_ name: String, _ declaration: ValueDeclaration) -> ValueID {
        let id = addValue(name, .input, declaration)
        inputs.append(id)
        return id
    }

    /// Adds a constant; a name that is taken gets a number.
    @discardableResult
    package mutating func addConstant(_ name: String, _ tensor: Tensor) -> ValueID {
        let dimensions = tensor.shape.dimensions.map { Dimension.fixed($0) }
        return addValue(
            name, .constant(tensor), ValueDeclaration(elementType: tensor.elementType, dimensions: dimensions))
    }

    /// Adds a node at the end, or before another, and values for its outputs.
    ///
    /// - Parameters:
    ///   - outputs: a name for each output, nil for one left out; a name that is taken gets a number.
    ///   - declarations: what is known of the outputs' types, by name.
    ///   - module: the module that the node is of, where the model file says it.
    ///   - origins: the nodes that it stands for.
    /// - Returns: the outputs; nil where one is left out.
    @discardableResult
    package mutating func addNode(
        _ operation: any Operator, name: String = "", inputs: [ValueID?], outputs: [String?],
        declarations: [String: ValueDeclaration] = [:], module: String? = nil, origins: [NodeID] = [],
        before: NodeID? = nil
    ) -> [ValueID?] {
        let id = NodeID(index: nodeTable.count)
        nodeTable.append(nil)
        let results = outputs.enumerated().map { index, name in
            name.map { addValue($0, .node(id, output: index), declarations[$0] ?? ValueDeclaration()) }
        }
        nodeTable[id.index] = Node(
            id: id, name: name, operation: operation, inputs: inputs, outputs: results, module: module,
            origins: origins)
        for case let input? in inputs { valueTable[input.index]?.users.append(id) }
        if let before, let position = schedule.firstIndex(of: before) {
            schedule.insert(id, at: position)
        } else {
            schedule.append(id)
        }
        return results
    }

    /// Adds a node with one output, which it returns.
    package mutating func addNode(
        _ operation: any Operator, name: String = "", inputs: [ValueID?], output: String, origins: [NodeID] = [],
        before: NodeID? = nil
    ) -> ValueID {
        let result = ValueID(index: valueTable.count)
        addNode(operation, name: name, inputs: inputs, outputs: [output], origins: origins, before: before)
        return result
    }

    /// Lets every node stand for itself, so that nodes that later take its place can tell.
    package mutating func markOrigins() {
        for id in schedule { nodeTable[id.index]?.origins = [id] }
    }

    /// Lets a node stand for others as well.
    package mutating func addOrigins(_ origins: [NodeID], to node: NodeID) {
        guard !origins.isEmpty else { return }
        nodeTable[node.index]?.origins += origins
    }

    /// Says what the graph returns.
    package mutating func setOutputs(_ outputs: [ValueID]) {
        self.outputs = outputs
    }

    /// Says what is known of the type of a value of which nothing was declared.
    package mutating func declare(_ value: ValueID, _ declaration: ValueDeclaration) {
        guard valueTable[value.index]?.declaration == ValueDeclaration() else { return }
        valueTable[value.index]?.declaration = declaration
    }

    /// Gives a value a name; a value that had it gets a number.
    package mutating func rename(_ value: ValueID, to name: String) {
        guard let current = valueTable[value.index]?.name, current != name else { return }
        names[current] = nil
        if let holder = names.removeValue(forKey: name) {
            let other = uniqueName(current)
            valueTable[holder.index]?.name = other
            names[other] = holder
        }
        valueTable[value.index]?.name = name
        names[name] = value
    }

    /// Makes every reader of `value`, the graph's outputs included, read `replacement` instead.
    package mutating func replaceUses(of value: ValueID, with replacement: ValueID) {
        guard value != replacement, let users = valueTable[value.index]?.users else { return }
        for user in Set(users) {
            guard var node = nodeTable[user.index] else { continue }
            node.inputs = node.inputs.map { $0 == value ? replacement : $0 }
            nodeTable[user.index] = node
        }
        valueTable[value.index]?.users = []
        valueTable[replacement.index]?.users += users
        outputs = outputs.map { $0 == value ? replacement : $0 }
    }

    /// Makes one input of a node read `value`, which must be computed before it.
    package mutating func redirect(input index: Int, of node: NodeID, to value: ValueID) {
        guard let current = nodeTable[node.index], current.inputs.indices.contains(index) else { return }
        if let old = current.inputs[index], let user = valueTable[old.index]?.users.firstIndex(of: node) {
            valueTable[old.index]?.users.remove(at: user)
        }
        nodeTable[node.index]?.inputs[index] = value
        valueTable[value.index]?.users.append(node)
    }

    /// Lets two values swap their names, so that what takes the place of an output is known by its name.
    package mutating func swapNames(_ a: ValueID, _ b: ValueID) {
        guard let first = valueTable[a.index]?.name, let second = valueTable[b.index]?.name else { return }
        valueTable[a.index]?.name = second
        valueTable[b.index]?.name = first
        names[second] = a
        names[first] = b
    }

    /// Removes nodes and their outputs, which nobody may read any more.
    package mutating func erase(_ nodes: Set<NodeID>) {
        guard !nodes.isEmpty else { return }
        for id in nodes {
            guard let node = nodeTable[id.index] else { continue }
            for case let input? in node.inputs { valueTable[input.index]?.users.removeAll { $0 == id } }
            for case let output? in node.outputs { eraseValue(output) }
            nodeTable[id.index] = nil
        }
        schedule.removeAll { nodes.contains($0) }
    }

    /// Removes constants that nobody reads.
    package mutating func eraseUnusedConstants() {
        let returned = Set(outputs)
        for case let value? in valueTable where value.constant != nil && value.users.isEmpty {
            if !returned.contains(value.id) { eraseValue(value.id) }
        }
    }

    private mutating func eraseValue(_ id: ValueID) {
        guard let value = valueTable[id.index] else { return }
        names[value.name] = nil
        valueTable[id.index] = nil
    }

    private mutating func addValue(
        _ name: String, _ origin: Value.Origin, _ declaration: ValueDeclaration
    ) -> ValueID {
        let id = ValueID(index: valueTable.count)
        let unique = uniqueName(name)
        valueTable.append(Value(id: id, name: unique, origin: origin, declaration: declaration))
        names[unique] = id
        return id
    }

    private func uniqueName(_ name: String) -> String {
        guard name.isEmpty || names[name] != nil else { return name }
        var number = valueTable.count
        while names["\(name)#\(number)"] != nil { number += 1 }
        return "\(name)#\(number)"
    }
}
