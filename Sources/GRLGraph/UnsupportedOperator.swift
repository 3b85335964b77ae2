package import GRLTensor

/// An operator that nobody here knows: it can be looked at and written back, not run.
package struct UnsupportedOperator: Operator {
    package static let spec = OperatorSpec(
        "UnsupportedOperator", inputs: 0...OperatorSpec.unbounded, outputs: 0...OperatorSpec.unbounded)

    package let name: String
    package let domain: String
    /// The opset version of the domain under which the node stands.
    package let version: Int
    package let attributes: [String: AttributeValue]

    package init(name: String, domain: String, version: Int, attributes: [String: AttributeValue]) {
        self.name = name
        self.domain = domain
        self.version = version
        self.attributes = attributes
    }

    package init(_ node: inout NodeReader) {
        self.init(
            name: node.operatorName, domain: OperatorSpec.onnxDomain, version: node.opset, attributes: node.remaining())
    }

    package var spec: OperatorSpec {
        OperatorSpec(
            name, domain: domain, versions: version...version, inputs: Self.spec.inputs, outputs: Self.spec.outputs,
            writtenVersion: version)
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        Array(repeating: nil, count: context.outputCount)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        throw OperatorError(
            .unsupported, "\(domain.isEmpty ? "" : domain + ".")\(name) version \(version) is not known")
    }
}
