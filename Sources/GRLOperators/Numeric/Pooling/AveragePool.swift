package import GRLGraph
package import GRLTensor

/// The mean of the elements under a window that slides over the spatial axes of [N, C, spatial...]; padding counts as
/// zeros if `count_include_pad` is set, else not at all.
package struct AveragePool: AcceleratedOperator {
    package static let spec = OperatorSpec("AveragePool", versions: 7...Int.max, inputs: 1...1, writtenVersion: 19)

    package let window: WindowAttributes
    package let countsPadding: Bool

    package init(_ node: inout NodeReader) throws {
        window = try WindowAttributes(&node, isPooling: true)
        countsPadding = try node.bool("count_include_pad")
    }

    package var attributes: [String: AttributeValue] {
        window.attributes.merging(["count_include_pad": .int(countsPadding ? 1 : 0)]) { _, new in new }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        return [TensorType(type.elementType, try PooledImage(type.shape, window).output)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let image = try PooledImage(input.shape, window)
        let result = try context.allocate(input.elementType, image.output)
        try input.elementType.visitFloating(
            Pool(
                image: image, input: input, result: result, countsPadding: countsPadding, executor: context.executor))
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        let image = try PooledImage(input.shape, window)
        guard input.elementType == .float32, let pool = FastAveragePool(image, countsPadding: countsPadding) else {
            return nil
        }
        let result = try context.allocate(.float32, image.output)
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                pool.run(from: x, to: y, on: context.executor)
            }
        }
        return [result]
    }

    private struct Pool: FloatingVisitor {
        let image: PooledImage
        let input: Tensor
        let result: Tensor
        let countsPadding: Bool
        let executor: any ParallelExecutor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    image.forEachPosition(executor) { cursor, plane, position in
                        var sum = 0.0
                        cursor.forEachTap { _, offset in sum += x[plane + offset].double }
                        let count = countsPadding ? cursor.paddedTapCount : cursor.tapCount
                        y[position] = Element(nearest: sum / count)
                    }
                }
            }
        }
    }
}
