package import GRLGraph
import GRLOperators
package import GRLTensor

/// Builds small graphs in tests, by operator names.
package struct GraphBuilder {
    package private(set) var graph = Graph(name: "test")
    private let opset: Int

    package init(opset: Int = 21) {
        self.opset = opset
    }

    /// An input of fixed or, with nil, varying dimensions.
    package mutating func input(
        _ name: String, _ dimensions: [Int?], _ elementType: ElementType = .float32
    ) -> ValueID {
        graph.addInput(
            name,
            ValueDeclaration(
                elementType: elementType, dimensions: dimensions.map { $0.map(Dimension.fixed) ?? .unknown }))
    }

    package mutating func constant(_ name: String = "constant", _ tensor: Tensor) -> ValueID {
        graph.addConstant(name, tensor)
    }

    /// The first output of a new node.
    ///
    /// - Throws: what the operator throws about its attributes.
    package mutating func node(
        _ operatorName: String, _ inputs: ValueID?..., domain: String = OperatorSpec.onnxDomain,
        attributes: [String: AttributeValue] = [:], name: String = ""
    ) throws -> ValueID {
        guard let type = OperatorRegistry.find(operatorName, domain: domain, opset: opset) else {
            throw OperatorRunnerError("\(operatorName) is not registered for opset \(opset)")
        }
        var reader = NodeReader(
            operatorName: operatorName, opset: opset,
            inputs: inputs.map { $0.map(NodeReader.Input.value) ?? .absent }, outputCount: 1, attributes: attributes)
        let operation = try type.init(&reader)
        try reader.finish()
        return graph.addNode(operation, name: name.isEmpty ? operatorName : name, inputs: inputs, output: operatorName)
    }

    /// Adds a node with an operator that nobody knows.
    package mutating func unknownNode(_ operatorName: String, _ inputs: ValueID...) -> ValueID {
        let operation = UnsupportedOperator(name: operatorName, domain: "", version: opset, attributes: [:])
        return graph.addNode(operation, name: operatorName, inputs: inputs, output: operatorName)
    }

    package mutating func output(_ values: ValueID...) { setOutputs(values) }

    package mutating func setOutputs(_ values: [ValueID]) { graph.setOutputs(values) }
}
