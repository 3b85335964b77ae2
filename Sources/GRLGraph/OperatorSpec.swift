/// What ONNX says of an operator besides its meaning: its name, its versions, how many inputs and outputs it takes.
package struct OperatorSpec: Sendable {
    /// The domain of the standard operators; the empty string in files.
    package static let onnxDomain = ""
    /// The domain of this project's own operators, which restoration networks are lifted to.
    package static let restorationDomain = "grl"

    package let name: String
    package let domain: String
    /// The opset versions whose semantics the implementation has; a later opset means the newest version in it.
    package let versions: ClosedRange<Int>
    /// How many inputs a node has; absent optional inputs in the middle count.
    package let inputs: ClosedRange<Int>
    /// How many outputs a node has.
    package let outputs: ClosedRange<Int>
    /// The opset in which the attributes that the operator writes are spelled.
    package let writtenVersion: Int

    /// - Parameter versions: every opset by default.
    package init(
        _ name: String, domain: String = OperatorSpec.onnxDomain, versions: ClosedRange<Int> = 1...Int.max,
        inputs: ClosedRange<Int>, outputs: ClosedRange<Int> = 1...1, writtenVersion: Int = 1
    ) {
        self.name = name
        self.domain = domain
        self.versions = versions
        self.inputs = inputs
        self.outputs = outputs
        self.writtenVersion = writtenVersion
    }

    /// The largest arity, for operators with any number of inputs or outputs.
    package static let unbounded = 4096
}
