package import GRLGraph
package import GRLTensor

/// Cuts a tensor along an axis: into the lengths that input 1 gives, or into parts of equal length, the last of which
/// may be shorter.
package struct Split: Operator {
    package static let spec = OperatorSpec(
        "Split", inputs: 1...2, outputs: 1...OperatorSpec.unbounded, writtenVersion: 18)

    package let axis: Int
    /// The number of parts, where input 1 is left out.
    package let partCount: Int?
    /// Whether the last part may be shorter.
    private let allowsShorterLast: Bool

    package init(axis: Int, partCount: Int? = nil) {
        self.axis = axis
        self.partCount = partCount
        allowsShorterLast = true
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 0)
        if node.opset < 13, let lengths = try node.ints("split") {
            node.setInput(1, to: try Tensor(vector: lengths.map { Int64($0) }))
        }
        allowsShorterLast = node.opset >= 18
        let declared = allowsShorterLast ? try node.int("num_outputs") : nil
        guard declared == nil || !node.hasInput(1) else {
            throw OperatorError(.attributeValue, "num_outputs and input 1 are both given; only one may be")
        }
        guard declared == nil || declared == node.outputCount else {
            throw OperatorError(
                .attributeValue, "num_outputs is \(declared ?? 0), the node has \(node.outputCount) outputs")
        }
        partCount = node.hasInput(1) ? nil : node.outputCount
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = ["axis": .int(axis)]
        if let partCount { attributes["num_outputs"] = .int(partCount) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let axis = try input.shape.normalizedAxis(axis)
        guard let known = try context.knownOptionalIntegers(1) else {
            return Array(repeating: nil, count: context.outputCount)
        }
        let lengths = try lengths(known, extent: input.shape[axis], count: context.outputCount)
        return try lengths.map { length in
            var dimensions = input.shape.dimensions
            dimensions[axis] = length
            return try TensorType(input.elementType, dimensions)
        }
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let axis = try input.shape.normalizedAxis(axis)
        let outer = input.shape.count(of: 0..<axis)
        let row = input.shape.count(of: axis..<input.shape.rank)
        var offset = 0
        var outputs: [Tensor] = []
        for case let type? in try infer(context.inferenceContext) {
            let output = try context.allocate(type)
            let part = type.shape.count(of: axis..<type.shape.rank)
            let copy = StridedCopy(dimensions: [outer, part], sourceStrides: [row, 1], sourceOffset: offset)
            try copy.run(from: input, to: output, on: context.executor)
            outputs.append(output)
            offset += part
        }
        return outputs
    }

    private func lengths(_ given: [Int]?, extent: Int, count: Int) throws -> [Int] {
        if let given {
            let sum = try given.reduce(0) { try Checked.add($0, $1) }
            guard given.count == count, sum == extent, given.allSatisfy({ $0 >= 0 }) else {
                throw OperatorError(
                    .shape, "lengths \(given) do not cut an axis of \(extent) into \(count) outputs")
            }
            return given
        }
        let length = count > 0 ? (extent + count - 1) / count : 0
        let last = extent - length * (count - 1)
        guard count > 0, last >= 0, last == length || allowsShorterLast else {
            throw OperatorError(.shape, "an axis of \(extent) cannot be cut into \(count) equal parts")
        }
        return Array(repeating: length, count: count - 1) + [last]
    }
}
