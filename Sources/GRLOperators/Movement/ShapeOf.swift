package import GRLGraph
package import GRLTensor

/// `Shape`: the dimensions of the input from axis `start` to before axis `end`, as int64. Axes count from the back when
/// negative, and are clamped to the rank.
package struct ShapeOf: Operator {
    package static let spec = OperatorSpec("Shape", inputs: 1...1, writtenVersion: 15)

    package let start: Int
    package let end: Int?

    package init(start: Int = 0, end: Int? = nil) {
        self.start = start
        self.end = end
    }

    package init(_ node: inout NodeReader) throws {
        start = node.opset >= 15 ? try node.int("start", default: 0) : 0
        end = node.opset >= 15 ? try node.int("end") : nil
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = [:]
        if start != 0 { attributes["start"] = .int(start) }
        if let end { attributes["end"] = .int(end) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        [try TensorType(.int64, [selected(context.shape(0)).count])]
    }

    package func valuesFromTypes(_ context: InferenceContext) throws -> [Tensor]? {
        [try Tensor(vector: selected(context.shape(0)))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try Tensor(vector: selected(context.input(0).shape))]
    }

    private func selected(_ shape: Shape) -> [Int64] {
        let first = clamped(start, shape.rank)
        let last = clamped(end ?? shape.rank, shape.rank)
        return shape.dimensions[first..<max(first, last)].map { Int64($0) }
    }

    private func clamped(_ axis: Int, _ rank: Int) -> Int { max(0, min(rank, axis < 0 ? axis + rank : axis)) }
}
