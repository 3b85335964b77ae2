package import GRLGraph
package import GRLTensor

/// The transposition of a convolution: each element of [N, C, spatial...] adds its multiple of a filter
/// [C, M / group, kernel...] to the output [N, M, spatial...]; the bias [M] is optional.
package struct ConvTranspose: Operator {
    package static let spec = OperatorSpec("ConvTranspose", inputs: 2...3)

    package let window: WindowAttributes
    package let group: Int
    package let outputPadding: [Int]?
    /// The spatial axes of the output; the padding follows from it.
    package let outputShape: [Int]?

    package init(_ node: inout NodeReader) throws {
        window = try WindowAttributes(&node, isPooling: false)
        group = try node.int("group", default: 1)
        outputPadding = try node.ints("output_padding")
        outputShape = try node.ints("output_shape")
        guard group > 0 else { throw OperatorError(.attributeValue, "group is \(group), expected 1 or more") }
        for value in (outputPadding ?? []) + (outputShape ?? []) where !(0...Shape.maximumDimension).contains(value) {
            throw OperatorError(.attributeValue, "output_padding or output_shape holds \(value), which is no size")
        }
    }

    package var attributes: [String: AttributeValue] {
        var result = window.attributes
        result["group"] = .int(group)
        result["output_padding"] = outputPadding.map { .ints($0) }
        result["output_shape"] = outputShape.map { .ints($0) }
        return result
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        try context.requireElementTypeOfFirst(1, 2)
        let output = try Geometry(self, input: type.shape, filter: context.shape(1)).output
        try context.requireShape(2, [output[1]], "the bias")
        return [TensorType(type.elementType, output)]
    }

    /// Taps that fall beyond the output count, as those in the padding of a convolution do.
    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        try Checked.multiply(context.shape(0).count, context.shape(1).count / max(context.shape(1)[0], 1))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let (input, filter) = (try context.input(0), try context.input(1))
        let geometry = try Geometry(self, input: input.shape, filter: filter.shape)
        let result = try context.allocate(input.elementType, geometry.output)
        try input.elementType.visitFloating(
            Scatter(
                geometry: geometry, input: input, filter: filter, bias: context.optionalInput(2), result: result,
                executor: context.executor))
        return [result]
    }

    /// The sizes: the output is the image of a convolution whose result is the input.
    private struct Geometry {
        let images: Int
        let groups: Int
        let groupInputChannels: Int
        let groupOutputChannels: Int
        /// The window of that convolution.
        let window: SpatialWindow
        let output: Shape

        init(_ operation: ConvTranspose, input: Shape, filter: Shape) throws {
            let groups = operation.group
            guard input.rank >= 3, filter.rank == input.rank, filter[0] == input[1], input[1] % groups == 0 else {
                throw OperatorError(
                    .shape, "an image \(input) in \(groups) groups and a filter \(filter) do not fit")
            }
            let rank = input.rank - 2
            let attributes = operation.window
            let kernel = Array(filter.dimensions.dropFirst(2))
            guard kernel.allSatisfy({ $0 > 0 }) else {
                throw OperatorError(.shape, "the filter \(filter) has no taps")
            }
            if let declared = attributes.kernelShape, declared != kernel {
                throw OperatorError(.attributeValue, "kernel_shape is \(declared), the filter is \(kernel)")
            }
            let strides = try attributes.expanded(attributes.strides, "strides", rank, default: 1)
            let dilations = try attributes.expanded(attributes.dilations, "dilations", rank, default: 1)
            let padding = try attributes.expanded(operation.outputPadding, "output_padding", rank, default: 0)
            let pads = try attributes.expanded(
                attributes.autoPad == .notSet ? attributes.pads : nil, "pads", 2 * rank, default: 0)
            let isSame = attributes.autoPad == .sameUpper || attributes.autoPad == .sameLower
            let sizes = try operation.outputShape.map { try Self.spatial($0, rank) }
            let axes = try (0..<rank).map { axis -> SpatialWindow.Axis in
                let reach = try Checked.multiply(dilations[axis], kernel[axis] - 1)
                let steps = try Checked.multiply(strides[axis], input[axis + 2] - 1)
                let full = try Checked.add(try Checked.add(steps, reach), 1 + padding[axis])
                var (begin, end) = (pads[axis], pads[axis + rank])
                let wanted = try sizes?[axis] ?? (isSame ? Checked.multiply(strides[axis], input[axis + 2]) : nil)
                if let wanted {
                    let total = max(full - wanted, 0)
                    begin = attributes.autoPad == .sameUpper ? total / 2 : total - total / 2
                    end = total - begin
                }
                let size = wanted ?? max(full - begin - end, 0)
                return SpatialWindow.Axis(
                    input: size, output: input[axis + 2], kernel: kernel[axis], stride: strides[axis],
                    dilation: dilations[axis], padBegin: begin, padEnd: end)
            }
            images = input[0]
            self.groups = groups
            groupInputChannels = input[1] / groups
            groupOutputChannels = filter[1]
            window = SpatialWindow(axes: axes)
            output = try Shape([images, try Checked.multiply(filter[1], groups)] + axes.map(\.input))
        }

        /// The spatial part of `output_shape`, which some exporters write with the batch and the channels.
        private static func spatial(_ shape: [Int], _ rank: Int) throws -> [Int] {
            guard shape.count == rank || shape.count == rank + 2 else {
                throw OperatorError(.attributeValue, "output_shape has \(shape.count) numbers, expected \(rank)")
            }
            return Array(shape.suffix(rank))
        }
    }

    private struct Scatter: FloatingVisitor {
        let geometry: Geometry
        let input: Tensor
        let filter: Tensor
        let bias: Tensor?
        let result: Tensor
        let executor: any ParallelExecutor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            let (channels, filters) = (geometry.groupInputChannels, geometry.groupOutputChannels)
            let (window, outputs) = (geometry.window, geometry.output[1])
            let taps = window.axes.reduce(1) { $0 * $1.kernel }
            let biases = try bias?.elements(of: type)
            try input.withElements(of: type) { x in
                try filter.withElements(of: type) { weights in
                    try result.withMutableElements(of: type) { y in
                        executor.forEachRange(of: geometry.images * outputs, grain: 1) { planes in
                            var cursor = WindowCursor(window)
                            for plane in planes {
                                let (image, output) = plane.quotientAndRemainder(dividingBy: outputs)
                                let (group, filter) = output.quotientAndRemainder(dividingBy: filters)
                                var sums = [Double](repeating: biases?[output].double ?? 0, count: window.inputCount)
                                for channel in group * channels..<(group + 1) * channels {
                                    let source = (image * geometry.groups * channels + channel) * window.outputCount
                                    for position in 0..<window.outputCount {
                                        cursor.move(to: position)
                                        let value = x[source + position].double
                                        let first = (channel * filters + filter) * taps
                                        cursor.forEachTap { tap, offset in
                                            sums[offset] += value * weights[first + tap].double
                                        }
                                    }
                                }
                                for (offset, sum) in sums.enumerated() {
                                    y[plane * window.inputCount + offset] = Element(nearest: sum)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
