import GRLGraph
import GRLTensor

/// y = (x - mean) · factor + bias with numbers that belong to the channels of [N, C, spatial...].
struct ChannelNormalizer {
    /// For each of the N · C planes.
    struct Plane {
        var mean: Double
        var factor: Double
        var bias: Double
    }

    /// The means and variances of `count` runs of equal length that make up the tensor.
    static func moments(of input: Tensor, count: Int) throws -> [(mean: Double, variance: Double)] {
        try input.elementType.visitFloating(Moments(input: input, count: count))
    }

    /// Normalises plane by plane; in place where the memory of input 0 may be reused.
    static func apply(_ planes: [Plane], _ context: inout EvaluationContext) throws -> Tensor {
        let input = try context.input(0)
        let result = try context.allocate(input.type, reusingInput: 0)
        try input.elementType.visitFloating(
            Apply(input: input, result: result, planes: planes, executor: context.executor))
        return result
    }

    private struct Moments: FloatingVisitor {
        let input: Tensor
        let count: Int

        func visit<Element: FloatingElement>(_ type: Element.Type) throws -> [(mean: Double, variance: Double)] {
            let length = count > 0 ? input.count / count : 0
            return try input.withElements(of: type) { x in
                (0..<count).map { run in
                    let elements = run * length..<(run + 1) * length
                    let mean = x[elements].reduce(0) { $0 + $1.double } / Double(length)
                    let squares = x[elements].reduce(0) { $0 + ($1.double - mean) * ($1.double - mean) }
                    return (mean, squares / Double(length))
                }
            }
        }
    }

    private struct Apply: FloatingVisitor {
        let input: Tensor
        let result: Tensor
        let planes: [Plane]
        let executor: any ParallelExecutor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            guard !planes.isEmpty else { return }
            let length = input.count / planes.count
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    executor.forEachRange(of: planes.count, grain: max((1 << 15) / max(length, 1), 1)) { range in
                        for index in range {
                            let plane = planes[index]
                            for position in index * length..<(index + 1) * length {
                                let normal = (x[position].double - plane.mean) * plane.factor
                                y[position] = Element(nearest: normal + plane.bias)
                            }
                        }
                    }
                }
            }
        }
    }
}
