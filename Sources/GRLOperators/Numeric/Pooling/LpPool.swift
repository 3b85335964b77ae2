import Foundation
package import GRLGraph
package import GRLTensor

/// The p-norm (Σ |x|^p)^(1/p) of the elements under a window that slides over the spatial axes of [N, C, spatial...].
package struct LpPool: Operator {
    package static let spec = OperatorSpec("LpPool", versions: 2...Int.max, inputs: 1...1, writtenVersion: 18)

    package let window: WindowAttributes
    package let p: Int

    package init(_ node: inout NodeReader) throws {
        window = try WindowAttributes(&node, isPooling: true)
        p = try node.int("p", default: 2)
        guard p > 0 else { throw OperatorError(.attributeValue, "p is \(p), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] { window.attributes.merging(["p": .int(p)]) { _, new in new } }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        return [TensorType(type.elementType, try PooledImage(type.shape, window).output)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let image = try PooledImage(input.shape, window)
        let result = try context.allocate(input.elementType, image.output)
        try input.elementType.visitFloating(
            Pool(image: image, input: input, result: result, p: Double(p), executor: context.executor))
        return [result]
    }

    private struct Pool: FloatingVisitor {
        let image: PooledImage
        let input: Tensor
        let result: Tensor
        let p: Double
        let executor: any ParallelExecutor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    image.forEachPosition(executor) { cursor, plane, position in
                        var sum = 0.0
                        cursor.forEachTap { _, offset in sum += pow(abs(x[plane + offset].double), p) }
                        y[position] = Element(nearest: pow(sum, 1 / p))
                    }
                }
            }
        }
    }
}
