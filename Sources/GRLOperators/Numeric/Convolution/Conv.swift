import CKernels
package import GRLGraph
package import GRLTensor

/// Convolution of images [N, C, spatial...] with filters [M, C / group, kernel...] and an optional bias [M]
/// → [N, M, spatial...].
package struct Conv: AcceleratedOperator {
    package static let spec = OperatorSpec("Conv", inputs: 2...3)

    package let window: WindowAttributes
    package let group: Int

    package init(_ node: inout NodeReader) throws {
        window = try WindowAttributes(&node, isPooling: false)
        group = try node.int("group", default: 1)
        guard group > 0 else { throw OperatorError(.attributeValue, "group is \(group), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] {
        window.attributes.merging(["group": .int(group)]) { _, new in new }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        try context.requireElementTypeOfFirst(1, 2)
        let geometry = try ConvolutionGeometry(
            input: type.shape, filter: context.shape(1), group: group, window: window)
        try context.requireShape(2, [geometry.outputChannels], "the bias")
        return [TensorType(type.elementType, geometry.output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let geometry = try ConvolutionGeometry(
            input: context.shape(0), filter: context.shape(1), group: group, window: window)
        return try Checked.multiply(geometry.output.count, geometry.groupInputChannels * geometry.taps)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let (input, filter) = (try context.input(0), try context.input(1))
        let geometry = try ConvolutionGeometry(input: input.shape, filter: filter.shape, group: group, window: window)
        let result = try context.allocate(input.elementType, geometry.output)
        try input.elementType.visitFloating(
            Reference(
                geometry: geometry, input: input, filter: filter, bias: context.optionalInput(2), result: result,
                executor: context.executor))
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let (input, filter) = (try context.input(0), try context.input(1))
        let geometry = try ConvolutionGeometry(input: input.shape, filter: filter.shape, group: group, window: window)
        guard input.elementType == .float32, let axes = geometry.window.kernelAxes else { return nil }
        let result = try context.allocate(input.elementType, geometry.output)
        let bias = try context.optionalInput(2)?.elements(of: Float.self)
        try input.withElements(of: Float.self) { x in
            try filter.withElements(of: Float.self) { weights in
                try result.withMutableElements(of: Float.self) { y in
                    guard let x = x.baseAddress, let weights = weights.baseAddress, let y = y.baseAddress,
                        geometry.output.count > 0
                    else { return }
                    let convolution = FastConvolution(
                        geometry: geometry, axes: axes, input: x, weights: weights, bias: bias, result: y)
                    try convolution.run(context)
                }
            }
        }
        return [result]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let type = try context.type(0)
        let geometry = try ConvolutionGeometry(
            input: type.shape, filter: context.shape(1), group: group, window: window)
        guard type.elementType == .float32, let axes = geometry.window.kernelAxes else { return MemoryUse() }
        return MemoryUse(scratchBytesPerThread: try FastConvolution.scratchBytes(geometry, axes))
    }

    private struct Reference: FloatingVisitor {
        let geometry: ConvolutionGeometry
        let input: Tensor
        let filter: Tensor
        let bias: Tensor?
        let result: Tensor
        let executor: any ParallelExecutor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            let (window, channels) = (geometry.window, geometry.groupInputChannels)
            let (inputCount, outputCount, taps) = (window.inputCount, window.outputCount, geometry.taps)
            let biases = try bias?.elements(of: type)
            try input.withElements(of: type) { x in
                try filter.withElements(of: type) { weights in
                    try result.withMutableElements(of: type) { y in
                        executor.forEachRange(of: geometry.images * geometry.outputChannels, grain: 1) { planes in
                            var cursor = WindowCursor(window)
                            for plane in planes {
                                let (image, output) = plane.quotientAndRemainder(dividingBy: geometry.outputChannels)
                                let group = output / geometry.groupOutputChannels
                                let firstPlane = (image * geometry.groups + group) * channels
                                for position in 0..<outputCount {
                                    cursor.move(to: position)
                                    var sum = biases?[output].double ?? 0
                                    for channel in 0..<channels {
                                        let plane = (firstPlane + channel) * inputCount
                                        let first = (output * channels + channel) * taps
                                        cursor.forEachTap { tap, offset in
                                            sum += x[plane + offset].double * weights[first + tap].double
                                        }
                                    }
                                    y[plane * outputCount + position] = Element(nearest: sum)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
