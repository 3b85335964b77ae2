package import GRLGraph
package import GRLTensor

/// The largest element under a window that slides over the spatial axes of [N, C, spatial...]; optionally also its
/// position in the flattened input, row-major or (`storage_order` 1) with the spatial axes column-major.
package struct MaxPool: Operator {
    package static let spec = OperatorSpec(
        "MaxPool", versions: 8...Int.max, inputs: 1...1, outputs: 1...2, writtenVersion: 12)

    package let window: WindowAttributes
    package let isColumnMajor: Bool

    package init(_ node: inout NodeReader) throws {
        window = try WindowAttributes(&node, isPooling: true)
        isColumnMajor = try node.bool("storage_order")
    }

    package var attributes: [String: AttributeValue] {
        window.attributes.merging(["storage_order": .int(isColumnMajor ? 1 : 0)]) { _, new in new }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.numberType(0)
        let output = try PooledImage(type.shape, window).output
        return Array([TensorType(type.elementType, output), TensorType(.int64, output)].prefix(context.outputCount))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let image = try PooledImage(input.shape, window)
        let result = try context.allocate(input.elementType, image.output)
        let indices = context.outputCount > 1 ? try context.allocate(.int64, image.output) : nil
        try input.elementType.visitArithmetic(
            Pool(
                image: image, input: input, result: result, indices: indices, isColumnMajor: isColumnMajor,
                executor: context.executor))
        return [result] + (indices.map { [$0] } ?? [])
    }

    private struct Pool: ArithmeticVisitor {
        let image: PooledImage
        let input: Tensor
        let result: Tensor
        let indices: Tensor?
        let isColumnMajor: Bool
        let executor: any ParallelExecutor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let positions = try indices?.withMutableElements(of: Int64.self) { $0 }
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    image.forEachPosition(executor) { cursor, plane, position in
                        var highest = Element.lowest
                        var place: Int?
                        cursor.forEachTap { _, offset in
                            let element = x[plane + offset]
                            guard place == nil || element > highest || element.isNaN && !highest.isNaN else { return }
                            highest = element
                            place = offset
                        }
                        y[position] = highest
                        positions?[position] = Int64(plane + reordered(place ?? 0))
                    }
                }
            }
            withExtendedLifetime(indices) {}
        }

        /// The number of a row-major offset in the order that was asked for.
        private func reordered(_ offset: Int) -> Int {
            guard isColumnMajor else { return offset }
            var rest = offset
            var position: [Int] = []
            for axis in image.window.axes.reversed() {
                position.insert(rest % axis.input, at: 0)
                rest /= axis.input
            }
            return zip(position, image.window.axes).reversed().reduce(0) { $0 * $1.1.input + $1.0 }
        }
    }
}
