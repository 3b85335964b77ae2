import GRLGraph
import GRLTensor

extension Graph {
    /// Adds a node of a registered operator in its version of opset 21.
    ///
    /// - Returns: its only output.
    /// - Throws: `UNSUPPORTED_OP` when the operator is not registered, and what its attributes throw.
    mutating func addNode(
        _ operatorName: String, _ inputs: [ValueID?], _ attributes: [String: AttributeValue] = [:]
    ) throws -> ValueID {
        let opset = 21
        guard let type = OperatorRegistry.find(operatorName, opset: opset) else {
            throw OperatorError(.unsupported, "\(operatorName) is not known")
        }
        var reader = NodeReader(
            operatorName: operatorName, opset: opset, inputs: inputs.map { $0.map { .value($0) } ?? .absent },
            outputCount: 1, attributes: attributes)
        let operation = try type.init(&reader)
        try reader.finish()
        return addNode(operation, name: operatorName, inputs: inputs, output: operatorName)
    }
}
