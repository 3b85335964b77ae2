import CKernels
package import GRLGraph
package import GRLTensor

/// The mean or the largest of the elements under a window that slides over an image [B, H, W, C], whose channels come
/// last. Padding counts as zeros in means if `count_include_pad` is set, else not at all.
package struct ImagePool: AcceleratedOperator {
    package static let spec = OperatorSpec("ImagePool", domain: OperatorSpec.restorationDomain, inputs: 1...1)

    /// What is taken of the elements under the window.
    package enum Kind: String, CaseIterable, Sendable {
        case mean, maximum
    }

    package let kind: Kind
    package let window: WindowAttributes
    package let countsPadding: Bool

    /// The same as `pool` for images whose channels come last.
    package init(_ pool: AveragePool) {
        (kind, window, countsPadding) = (.mean, pool.window, pool.countsPadding)
    }

    /// The same as `pool` for images whose channels come last.
    package init(_ pool: MaxPool) {
        (kind, window, countsPadding) = (.maximum, pool.window, false)
    }

    package init(_ node: inout NodeReader) throws {
        kind = try node.choice("kind", default: .mean)
        window = try WindowAttributes(&node, isPooling: true)
        countsPadding = try node.bool("count_include_pad")
    }

    package var attributes: [String: AttributeValue] {
        window.attributes
            .merging(["kind": .string(kind.rawValue), "count_include_pad": .int(countsPadding ? 1 : 0)]) { $1 }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        let axes = try axes(type)
        return [
            try TensorType(.float32, [type.shape[0], axes[0].output, axes[1].output, type.shape[3]])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let axes = try axes(input.type)
        let result = try context.allocate(outputType(context))
        let (lines, columns, channels) = (axes[0], axes[1], input.shape[3])
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                for index in y.indices {
                    let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
                    let (line, column) = pixel.quotientAndRemainder(dividingBy: columns.output)
                    let (image, row) = line.quotientAndRemainder(dividingBy: lines.output)
                    var sum = 0.0
                    var largest = -Float.infinity
                    for down in lines.taps(of: row) {
                        for across in columns.taps(of: column) {
                            let v = image * lines.input + lines.position(of: down, output: row)
                            let u = columns.position(of: across, output: column)
                            let element = x[(v * columns.input + u) * channels + channel]
                            sum += Double(element)
                            largest = .larger(element, largest)
                        }
                    }
                    y[index] = kind == .maximum ? largest : Float(sum / count(axes, row, column))
                }
            }
        }
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        let axes = try axes(input.type)
        let result = try context.allocate(outputType(context))
        let (lines, columns, channels) = (axes[0], axes[1], input.shape[3])
        let kernels = grl_kernels().pointee
        let combine =
            kind == .mean ? kernels.binary.add.vector_vector : kernels.binary.maximum.vector_vector
        let scale = kernels.unary.affine
        let pixels = result.count / max(channels, 1)
        let work = max(lines.kernel.multipliedReportingOverflow(by: columns.kernel).partialValue, 1)
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress, channels > 0 else { return }
                let grain = max((1 << 15) / channels / min(work, 1 << 15), 1)
                context.executor.forEachRange(of: pixels, grain: grain) { range in
                    for pixel in range {
                        let (line, column) = pixel.quotientAndRemainder(dividingBy: columns.output)
                        let (image, row) = line.quotientAndRemainder(dividingBy: lines.output)
                        let target = y + pixel * channels
                        target.update(repeating: kind == .mean ? 0 : -Float.infinity, count: channels)
                        for down in lines.taps(of: row) {
                            let v = image * lines.input + lines.position(of: down, output: row)
                            for across in columns.taps(of: column) {
                                let u = columns.position(of: across, output: column)
                                combine(target, x + (v * columns.input + u) * channels, target, channels)
                            }
                        }
                        if kind == .mean {
                            scale(target, target, channels, Float(1 / count(axes, row, column)), 0)
                        }
                    }
                }
            }
        }
        return [result]
    }

    /// How many elements a mean is taken of.
    private func count(_ axes: [SpatialWindow.Axis], _ row: Int, _ column: Int) -> Double {
        zip(axes, [row, column]).reduce(1) { product, place in
            let (axis, output) = place
            return product * Double(countsPadding ? axis.paddedTapCount(of: output) : axis.taps(of: output).count)
        }
    }

    /// - Throws: `SHAPE`, `ATTR_VALUE`.
    private func axes(_ type: TensorType) throws -> [SpatialWindow.Axis] {
        guard type.elementType == .float32, type.shape.rank == 4 else {
            throw OperatorError(.shape, "input 0 is \(type), expected float32[B, H, W, C]")
        }
        return try window.window(over: [type.shape[1], type.shape[2]], kernel: window.kernelShape ?? []).axes
    }
}
