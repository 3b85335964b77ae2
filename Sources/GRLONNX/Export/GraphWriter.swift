import GRLGraph
import GRLOperators
import GRLTensor

/// Makes GraphProto messages of graphs. Names stay what they are, except that nodes of one name, and values of a
/// subgraph that the graphs around have already, get a number, and that what a subgraph reads from outside goes by its
/// name there.
struct GraphWriter {
    private var valueNames = UniqueNames()
    private var nodeNames = UniqueNames()
    /// Constants of the graphs around, by memory, so that subgraphs refer to them instead of repeating them.
    private var outerConstants: [ConstantKey: String] = [:]

    private struct ConstantKey: Hashable {
        let storage: ObjectIdentifier
        let offset: Int
        let type: TensorType

        init(_ tensor: Tensor) {
            storage = ObjectIdentifier(tensor.storage)
            offset = tensor.byteOffset
            type = tensor.type
        }
    }

    /// The message of a main graph.
    ///
    /// - Throws: memory errors.
    mutating func message(_ graph: Graph) throws -> WireMessage {
        try message(graph, captured: [:])
    }

    /// - Parameter captured: the names outside of the inputs that stand for values of the graph around.
    private mutating func message(_ graph: Graph, captured: [ValueID: String]) throws -> WireMessage {
        var names = captured
        var initializers: [WireMessage] = []
        var constants = outerConstants
        for value in graph.values where names[value.id] == nil {
            if let tensor = value.constant {
                let key = ConstantKey(tensor)
                if let outer = outerConstants[key] {
                    names[value.id] = outer
                    continue
                }
                let name = valueNames.name(value.name)
                names[value.id] = name
                constants[key] = name
                initializers.append(try WireMessage(tensor, name: name))
            } else {
                names[value.id] = valueNames.name(value.name)
            }
        }
        var inner = self
        inner.outerConstants = constants
        var message = WireMessage()
        for node in graph.nodes {
            let zeros = try inner.zeros(for: node)
            for (name, tensor) in zeros.values { initializers.append(try WireMessage(tensor, name: name)) }
            message.add(1, try inner.message(of: node, names, zeros.mapValues(\.name)))
        }
        valueNames = inner.valueNames
        nodeNames = inner.nodeNames
        let outputs = outputs(of: graph, names, captured: captured, into: &message)
        message.add(2, graph.name.isEmpty ? "graph" : graph.name)
        for initializer in initializers { message.add(5, initializer) }
        for input in graph.inputs where captured[input] == nil {
            message.add(11, WireMessage(names[input] ?? "", graph[input].declaration))
        }
        for output in outputs { message.add(12, output) }
        return message
    }

    /// Named zeros for inputs that are left out where a function cannot handle that, by the inputs' positions.
    private mutating func zeros(for node: Node) throws -> [Int: (name: String, tensor: Tensor)] {
        guard let operation = node.operation as? any FunctionOperator else { return [:] }
        var result: [Int: (name: String, tensor: Tensor)] = [:]
        for index in 0..<operation.spec.inputs.upperBound
        where index >= node.inputs.count || node.inputs[index] == nil {
            guard let type = try operation.zeros(forInput: index) else { continue }
            let tensor = try Tensor(uninitialized: type.elementType, shape: type.shape)
            tensor.withMutableBytes { bytes in
                for index in bytes.indices { bytes[index] = 0 }
            }
            result[index] = (valueNames.name("\(node.name)/input\(index)"), tensor)
        }
        return result
    }

    private mutating func message(
        of node: Node, _ names: [ValueID: String], _ zeros: [Int: String]
    ) throws -> WireMessage {
        let operation = node.operation
        let capturedInputs =
            (operation as? any SubgraphOperator)?.capturedInputs(inputCount: node.inputs.count) ?? [:]
        let firstCaptured = capturedInputs.values.map(\.lowerBound).min() ?? node.inputs.count
        var inputs = node.inputs.prefix(firstCaptured).map { $0.flatMap { names[$0] } ?? "" }
        for (index, name) in zeros.sorted(by: { $0.key < $1.key }) {
            while inputs.count <= index { inputs.append("") }
            inputs[index] = name
        }
        while inputs.last?.isEmpty == true { inputs.removeLast() }
        var message = WireMessage()
        for input in inputs { message.add(1, input) }
        for output in node.outputs { message.add(2, output.flatMap { names[$0] } ?? "") }
        if !node.name.isEmpty { message.add(3, nodeNames.name(node.name)) }
        message.add(4, operation.spec.name)
        for (name, value) in operation.attributes.sorted(by: { $0.key < $1.key }) {
            let attribute = try WireMessage(attribute: name, value) { subgraph in
                let positions = capturedInputs[name] ?? 0..<0
                let inner = subgraph.graph.inputs.suffix(positions.count)
                var captured: [ValueID: String] = [:]
                for (input, position) in zip(inner, positions) {
                    captured[input] = node.inputs[position].flatMap { names[$0] } ?? ""
                }
                return try self.message(subgraph.graph, captured: captured)
            }
            message.add(5, attribute)
        }
        if !operation.spec.domain.isEmpty { message.add(7, operation.spec.domain) }
        return message
    }

    /// The outputs of a graph. One that comes from outside or a second time goes through an Identity.
    private mutating func outputs(
        of graph: Graph, _ names: [ValueID: String], captured: [ValueID: String], into message: inout WireMessage
    ) -> [WireMessage] {
        var seen: Set<String> = Set(captured.values).union(outerConstants.values)
        return graph.outputs.map { output in
            let name = names[output] ?? ""
            guard !seen.insert(name).inserted else { return WireMessage(name, graph[output].declaration) }
            let copy = valueNames.name(graph[output].name)
            var node = WireMessage()
            node.add(1, name)
            node.add(2, copy)
            node.add(4, Identity.spec.name)
            message.add(1, node)
            return WireMessage(copy, graph[output].declaration)
        }
    }
}
