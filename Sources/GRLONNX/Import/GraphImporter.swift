import COnnxProto
import GRLGraph
import GRLOperators
import GRLTensor

/// Makes graphs of GraphProto messages.
final class GraphImporter {
    private let tensors: TensorImporter
    let functions: FunctionTable
    private let options: ImportOptions
    private var nodeCount = 0
    private var callCount = 0

    init(tensors: TensorImporter, functions: FunctionTable, options: ImportOptions) {
        self.tensors = tensors
        self.functions = functions
        self.options = options
    }

    /// The model's main graph.
    ///
    /// - Throws: an ``ImportError``.
    func mainGraph(_ proto: UnsafePointer<Onnx__GraphProto>, opsets: OpsetTable) throws -> Graph {
        let scope = Scope(builder: GraphBuilder(name: text(proto.pointee.name)), opsets: opsets)
        try fill(scope, proto)
        scope.builder.graph.eraseUnusedConstants()
        return scope.builder.graph
    }

    /// A graph inside a node of `outer`. Its inputs are its own, and after them what it reads from outside.
    private func subgraph(_ proto: UnsafePointer<Onnx__GraphProto>, in outer: Scope) throws -> Subgraph {
        guard outer.depth < options.maximumSubgraphDepth else {
            throw ImportError(
                .subgraphDepth, "subgraphs are nested more than \(options.maximumSubgraphDepth) deep")
        }
        let scope = Scope(
            builder: GraphBuilder(name: text(proto.pointee.name)), opsets: outer.opsets, outer: outer,
            arguments: outer.arguments, depth: outer.depth + 1)
        try fill(scope, proto)
        scope.builder.graph.eraseUnusedConstants()
        return Subgraph(graph: scope.builder.graph, captures: scope.builder.captures)
    }

    /// Brings a graph's inputs, constants and nodes into a scope's builder, and sets its outputs.
    private func fill(_ scope: Scope, _ proto: UnsafePointer<Onnx__GraphProto>) throws {
        let graph = proto.pointee
        guard graph.n_sparse_initializer == 0 else {
            throw ImportError(.sparse, "sparse initializers are not supported: export with dense ones")
        }
        guard graph.n_quantization_annotation == 0 else {
            throw ImportError(.unsupported, "quantisation annotations are not supported")
        }
        try addInputs(scope, graph)
        let declarations = declarations(graph)
        try addNodes(
            NodeOrder.sorted(messages(graph.node, graph.n_node), isTaken: scope.isBound), to: scope,
            declarations: declarations)
        try setOutputs(scope, messages(graph.output, graph.n_output))
    }

    /// Adds inputs and initializers. An input with an initializer is a constant: nobody here gives it another value.
    private func addInputs(_ scope: Scope, _ graph: Onnx__GraphProto) throws {
        let initializers = messages(graph.initializer, graph.n_initializer)
        let constantNames = Set(initializers.map { text($0.pointee.name) })
        var inputNames: Set<String> = []
        for input in messages(graph.input, graph.n_input) {
            let name = text(input.pointee.name)
            guard inputNames.insert(name).inserted else {
                throw ImportError(.duplicateName, "two inputs have one name", value: name)
            }
            guard !constantNames.contains(name) else { continue }
            let declaration = try ValueDeclaration.input(input.pointee)
            try scope.bind(name, to: .value(scope.builder.graph.addInput(name, declaration)))
        }
        for initializer in initializers {
            let name = text(initializer.pointee.name)
            let tensor = try tensors.tensor(initializer)
            try scope.bind(name, to: .value(scope.builder.graph.addConstant(name, tensor)))
        }
    }

    private func declarations(_ graph: Onnx__GraphProto) -> [String: ValueDeclaration] {
        var result: [String: ValueDeclaration] = [:]
        for value in messages(graph.value_info, graph.n_value_info) + messages(graph.output, graph.n_output) {
            result[text(value.pointee.name)] = ValueDeclaration(value.pointee.type)
        }
        return result
    }

    /// Names the values that the graph returns. A value that goes by another name, as an input of a function that
    /// returns it may, gets the output's name by an Identity.
    private func setOutputs(_ scope: Scope, _ protos: [UnsafePointer<Onnx__ValueInfoProto>]) throws {
        var outputs: [ValueID] = []
        var seen: Set<String> = []
        for proto in protos {
            let name = text(proto.pointee.name)
            let value = try scope.value(name)
            guard seen.insert(name).inserted else {
                throw ImportError(.duplicateName, "two outputs have one name", value: name)
            }
            if scope.builder.graph[value].name == name {
                outputs.append(value)
            } else {
                outputs.append(scope.builder.graph.addNode(Identity(), inputs: [value], output: name))
            }
        }
        scope.builder.graph.setOutputs(outputs)
        for (output, proto) in zip(outputs, protos) {
            scope.builder.graph.declare(output, ValueDeclaration(proto.pointee.type))
        }
    }

    /// Adds nodes that stand in dependency order, those of the functions that they call in their place.
    ///
    /// Functions that call functions wait on a list, not on the stack.
    private func addNodes(
        _ nodes: [UnsafePointer<Onnx__NodeProto>], to scope: Scope, declarations: [String: ValueDeclaration]
    ) throws {
        var open = [NodeList(nodes: nodes, scope: scope, declarations: declarations)]
        while let last = open.indices.last {
            guard let node = open[last].nextNode() else {
                try open.removeLast().call?.finish()
                continue
            }
            do {
                nodeCount += 1
                guard nodeCount <= options.maximumNodes else {
                    throw ImportError(.nodeLimit, "the model has more than \(options.maximumNodes) nodes")
                }
                if let body = try add(node, to: open[last].scope, declarations: open[last].declarations) {
                    open.append(body)
                }
            } catch {
                throw ImportError(error, node: node.label)
            }
        }
    }

    /// Adds a node; or returns the body of the function that it calls, to be added in its place.
    private func add(
        _ node: UnsafePointer<Onnx__NodeProto>, to scope: Scope, declarations: [String: ValueDeclaration]
    ) throws -> NodeList? {
        let operatorName = text(node.pointee.op_type)
        guard !operatorName.isEmpty else { throw ImportError(.unsupported, "a node names no operator") }
        let importer = AttributeImporter(tensors: tensors) { try self.subgraph($0, in: scope) }
        let attributes = try importer.attributes(
            messages(node.pointee.attribute, node.pointee.n_attribute), arguments: scope.arguments)
        let inputs = try texts(node.pointee.input, node.pointee.n_input).map { name -> Scope.Binding in
            name.isEmpty ? .absent : try scope.resolve(name)
        }
        let outputs = texts(node.pointee.output, node.pointee.n_output)
        let domain = OpsetTable.normalized(text(node.pointee.domain))
        func builder() throws -> NodeBuilder {
            NodeBuilder(
                scope: scope, name: text(node.pointee.name), operatorName: operatorName, domain: domain,
                opset: try scope.opsets.version(of: domain), module: NodeModule.path(of: node.pointee),
                declarations: declarations)
        }
        if let function = functions.function(calledBy: node),
            try domain != OperatorSpec.restorationDomain
                || !builder().appliesOwnOperator(inputs: inputs, outputs: outputs, attributes: attributes)
        {
            callCount += 1
            let call = FunctionCall(
                function: function, label: node.label, caller: scope, outputs: outputs, number: callCount)
            return try call.body(inputs: inputs, attributes: attributes, tensors: tensors)
        }
        try builder().add(inputs: inputs, outputs: outputs, attributes: attributes)
        return nil
    }
}
