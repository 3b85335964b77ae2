import COnnxProto
import GRLGraph

/// Nodes that wait to be added: those of a graph, or of a function in the place of a node that calls it.
struct NodeList {
    /// In dependency order.
    let nodes: [UnsafePointer<Onnx__NodeProto>]
    let scope: Scope
    /// What the file declares of values, by their names there.
    let declarations: [String: ValueDeclaration]
    /// The call whose function the nodes are of; nil for a graph.
    var call: FunctionCall?
    private var position = 0

    init(
        nodes: [UnsafePointer<Onnx__NodeProto>], scope: Scope, declarations: [String: ValueDeclaration] = [:],
        call: FunctionCall? = nil
    ) {
        self.nodes = nodes
        self.scope = scope
        self.declarations = declarations
        self.call = call
    }

    /// The next node, or nil behind the last.
    mutating func nextNode() -> UnsafePointer<Onnx__NodeProto>? {
        guard position < nodes.count else { return nil }
        defer { position += 1 }
        return nodes[position]
    }
}

/// A node that calls a function of the model.
struct FunctionCall {
    let function: FunctionTable.Function
    /// The node, fit to be shown.
    let label: String
    /// Where the node stands.
    let caller: Scope
    /// The names of the node's outputs there.
    let outputs: [String]
    /// Keeps the names of the function's values apart from those of other calls.
    let number: Int
    private var body: Scope?

    init(function: FunctionTable.Function, label: String, caller: Scope, outputs: [String], number: Int) {
        self.function = function
        self.label = label
        self.caller = caller
        self.outputs = outputs
        self.number = number
    }

    /// The function's nodes, with its inputs and attributes bound to what the call gives.
    ///
    /// - Throws: `ARITY`; `GRAPH_CYCLE` and `DUPLICATE_NAME` for what is wrong with the function itself.
    func body(
        inputs: [Scope.Binding], attributes: [String: AttributeValue], tensors: TensorImporter
    ) throws -> NodeList {
        let proto = function.proto.pointee
        let formalInputs = texts(proto.input, proto.n_input)
        guard inputs.count <= formalInputs.count, outputs.count <= proto.n_output else {
            throw ImportError(
                .arity,
                "the function takes \(formalInputs.count) inputs and has \(proto.n_output) outputs, the node has "
                    + "\(inputs.count) and \(outputs.count)")
        }
        let defaults = AttributeImporter(tensors: tensors) { _ in
            throw ImportError(.unsupported, "a function's default attribute is a graph, which is not supported")
        }
        var arguments = try defaults.attributes(
            messages(proto.attribute_proto, proto.n_attribute_proto), arguments: nil)
        arguments.merge(attributes) { $1 }
        var outputNames: [String: String] = [:]
        for (formal, actual) in results { outputNames[formal] = caller.graphName(actual) }
        let scope = Scope(
            builder: caller.builder, opsets: function.opsets, arguments: arguments, depth: caller.depth,
            prefix: "\(text(proto.name))#\(number)/", outputNames: outputNames)
        for (index, formal) in formalInputs.enumerated() {
            try scope.bind(formal, to: index < inputs.count ? inputs[index] : .absent)
        }
        var call = self
        call.body = scope
        return NodeList(
            nodes: try NodeOrder.sorted(messages(proto.node, proto.n_node), isTaken: scope.isBound), scope: scope,
            call: call)
    }

    /// Binds the node's outputs, once the function's nodes are there.
    ///
    /// - Throws: `UNDEFINED_VALUE`, `DUPLICATE_NAME`.
    func finish() throws {
        guard let body else { return }
        do {
            for (formal, actual) in results { try caller.bind(actual, to: .value(try body.value(formal))) }
        } catch {
            throw ImportError(error, node: label)
        }
    }

    /// The function's outputs that the node asks for, with their names where it stands.
    private var results: [(formal: String, actual: String)] {
        let formals = texts(function.proto.pointee.output, function.proto.pointee.n_output)
        return zip(formals, outputs).filter { !$1.isEmpty }.map { (formal: $0, actual: $1) }
    }
}
