import CKernels
import GRLGraph
import GRLTensor

/// Convolution of float32 images: receptive fields are unfolded block by block and multiplied with the filters; images
/// with one channel in each group go through a direct kernel.
///
/// Blocks are cut by sizes alone, and each is computed on one thread.
struct FastConvolution {
    let geometry: ConvolutionGeometry
    let axes: (grl_window_axis, grl_window_axis, grl_window_axis)
    let input: UnsafePointer<Float>
    let weights: UnsafePointer<Float>
    let bias: [Float]?
    let result: UnsafeMutablePointer<Float>

    /// Elements of an unfolded block: it stays in the second-level cache.
    private static let blockElements = 1 << 17

    /// Bytes of an unfolded block, of which there is one on each thread; 0 where nothing is unfolded.
    ///
    /// - Throws: `SIZE_OVERFLOW`.
    static func scratchBytes(
        _ geometry: ConvolutionGeometry, _ axes: (grl_window_axis, grl_window_axis, grl_window_axis)
    ) throws -> Int {
        guard geometry.output.count > 0, !geometry.window.isIdentity, !isDepthwise(geometry, axes) else { return 0 }
        let depth = geometry.groupInputChannels * geometry.taps
        return try Checked.multiply(depth, blockPositions(geometry) * MemoryLayout<Float>.stride)
    }

    private static func isDepthwise(
        _ geometry: ConvolutionGeometry, _ axes: (grl_window_axis, grl_window_axis, grl_window_axis)
    ) -> Bool {
        let isPlanar = axes.0.kernel == 1 && axes.0.stride == 1 && axes.0.output == axes.0.input
        return geometry.groupInputChannels == 1 && geometry.groups > 1 && isPlanar
    }

    /// Positions of the output that are computed at once.
    private static func blockPositions(_ geometry: ConvolutionGeometry) -> Int {
        let depth = geometry.groupInputChannels * geometry.taps
        return min(max(blockElements / max(depth, 1) / 64 * 64, 64), geometry.window.outputCount)
    }

    /// - Throws: memory errors.
    func run(_ context: EvaluationContext) throws {
        if Self.isDepthwise(geometry, axes) {
            runDepthwise(context.executor)
        } else {
            try runUnfolded(context)
        }
    }

    /// Depth of the unfolded product: the elements of a receptive field.
    private var depth: Int { geometry.groupInputChannels * geometry.taps }

    private func runUnfolded(_ context: EvaluationContext) throws {
        let positions = geometry.window.outputCount
        let block = Self.blockPositions(geometry)
        let blocks = (positions - 1) / block + 1
        try context.executor.forEachRange(of: geometry.images * geometry.groups * blocks, grain: 1) { range in
            for index in range {
                let (plane, number) = index.quotientAndRemainder(dividingBy: blocks)
                let first = number * block
                try multiply(
                    image: plane / geometry.groups, group: plane % geometry.groups, first: first,
                    count: min(block, positions - first), context.allocator)
            }
        }
    }

    /// Computes the outputs at positions first..<first + count of all filters of a group.
    private func multiply(image: Int, group: Int, first: Int, count: Int, _ allocator: TensorAllocator) throws {
        let (channels, filters) = (geometry.groupInputChannels, geometry.groupOutputChannels)
        let positions = geometry.window.outputCount
        let source = input + (image * geometry.groups + group) * channels * geometry.window.inputCount
        let target = result + (image * geometry.groups + group) * filters * positions + first
        for filter in 0..<filters {
            let value = bias?[group * filters + filter] ?? 0
            (target + filter * positions).update(repeating: value, count: count)
        }
        let multiply = grl_kernels().pointee.product.multiply
        func product(_ fields: UnsafePointer<Float>, stride: Int) {
            multiply(
                false, filters, count, depth, weights + group * filters * depth, depth, fields, stride, true, target,
                positions)
        }
        if geometry.window.isIdentity {
            product(source + first, stride: positions)
        } else {
            let scratch = try allocator.allocate(byteCount: depth * count * MemoryLayout<Float>.stride)
            let fields = scratch.address.assumingMemoryBound(to: Float.self)
            var unfolding = grl_convolution_geometry(channels: channels, axes: axes)
            grl_unfold_f32(source, &unfolding, first, count, fields, count)
            product(fields, stride: count)
            withExtendedLifetime(scratch) {}
        }
    }

    private func runDepthwise(_ executor: any ParallelExecutor) {
        let kernel = grl_kernels().pointee.plane.depthwise
        let slice = axes.1.output * axes.2.output
        let slices = axes.0.output
        executor.forEachRange(of: geometry.images * geometry.outputChannels, grain: max((1 << 14) / slice, 1)) {
            for plane in $0 {
                let (image, output) = plane.quotientAndRemainder(dividingBy: geometry.outputChannels)
                let channel = output / geometry.groupOutputChannels
                let source = input + (image * geometry.groups + channel) * geometry.window.inputCount
                for number in 0..<slices {
                    kernel(
                        source + number * axes.1.input * axes.2.input, weights + output * geometry.taps,
                        bias?[output] ?? 0, result + (plane * slices + number) * slice, axes.1, axes.2, 0,
                        axes.1.output)
                }
            }
        }
    }
}
