package import GRLGraph
package import GRLTensor

/// (x - mean) / (√variance + 1e-9) over the elements along some axes, by default all but the channels of
/// [N, C, H, W].
package struct MeanVarianceNormalization: Operator {
    package static let spec = OperatorSpec(
        "MeanVarianceNormalization", versions: 9...Int.max, inputs: 1...1, writtenVersion: 13)

    package let axes: [Int]

    package init(_ node: inout NodeReader) throws {
        axes = try node.ints("axes") ?? [0, 2, 3]
    }

    package var attributes: [String: AttributeValue] { ["axes": .ints(axes)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        _ = try Shape.normalizedAxes(axes, rank: type.shape.rank)
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let axes = try Shape.normalizedAxes(axes, rank: input.shape.rank)
        let result = try context.allocate(input.type)
        try input.elementType.visitFloating(Normalize(input: input, result: result, axes: axes))
        return [result]
    }

    private struct Normalize: FloatingVisitor {
        let input: Tensor
        let result: Tensor
        let axes: [Int]

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            let shape = input.shape
            let kept = (0..<shape.rank).filter { !axes.contains($0) }
            var rows: [Int: [Int]] = [:]
            for position in 0..<shape.count {
                let row = kept.reduce(0) { $0 * shape[$1] + position / shape.strides[$1] % shape[$1] }
                rows[row, default: []].append(position)
            }
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    for positions in rows.values {
                        let mean = positions.reduce(0) { $0 + x[$1].double } / Double(positions.count)
                        let squares = positions.reduce(0) { $0 + (x[$1].double - mean) * (x[$1].double - mean) }
                        let deviation = (squares / Double(positions.count)).squareRoot() + 1e-9
                        for position in positions {
                            y[position] = Element(nearest: (x[position].double - mean) / deviation)
                        }
                    }
                }
            }
        }
    }
}
