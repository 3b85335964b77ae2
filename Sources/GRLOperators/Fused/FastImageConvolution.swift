import CKernels
import GRLGraph
import GRLTensor

/// A channels-last convolution with the kernels for prepacked layers.
///
/// Pieces are cut by sizes alone, and a result's bits do not depend on the cuts.
struct FastImageConvolution {
    private let operation: ImageConvolution
    private let layout: ImageConvolutionLayout
    private let layer: FastLayer
    private let epilogue: FastEpilogue
    private let inputs: [Tensor]
    private let allocator: TensorAllocator

    /// - Throws: memory errors.
    init(
        _ operation: ImageConvolution, _ layout: ImageConvolutionLayout, inputs: [Tensor], _ allocator: TensorAllocator
    ) throws {
        self.operation = operation
        self.layout = layout
        layer = try FastLayer(operation.layer, as: operation.weightLayout)
        epilogue = try FastEpilogue(layer, operation.normalization)
        self.inputs = inputs
        self.allocator = allocator
    }

    /// Computes `result`, which may lie on a residual.
    ///
    /// - Throws: `DTYPE`; memory errors.
    func run(into result: Tensor, on executor: any ParallelExecutor) throws {
        let residuals = inputs.dropFirst(operation.sources)
        let target = FastTarget(
            start: try result.mutableFloats(), residuals: try residuals.map { try $0.floats() },
            stride: layout.outputChannels / (layout.shuffle * layout.shuffle))
        let starts = try inputs.prefix(operation.sources).map { $0.count == 0 ? nil : try $0.floats() }
        let sources = zip(starts, layout.channels).compactMap { start, channels in
            start.map {
                grl_row_source(
                    start: $0, channels: channels.count, stride: channels.count,
                    line_stride: channels.count * layout.x.input)
            }
        }
        if operation.window.isPointwise, operation.shuffle == 1 {
            runRows(sources, target, executor)
        } else if operation.weightLayout.isTransformed {
            try runPairs(sources, target, executor)
        } else {
            runLines(sources, target, executor)
        }
        withExtendedLifetime((self, result)) {}
    }

    private func runRows(_ sources: [grl_row_source], _ target: FastTarget, _ executor: any ParallelExecutor) {
        let kernels = layer.kernels
        let scratchCount = kernels.scratch_floats(0, layer.layer.columns)
        let grain = FusedWork.rows(multiplyAdds: layer.layer.depth * layer.layer.columns)
        executor.forEachRange(of: layout.x.output, grain: grain) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                var (layer, epilogue) = (layer.layer, epilogue.epilogue)
                var rows = target.rows(from: range.lowerBound)
                let shifted = sources.map { $0.advanced(by: range.lowerBound * $0.stride) }
                kernels.linear(&layer, shifted, shifted.count, range.count, &epilogue, &rows, scratch)
            }
        }
    }

    private func runLines(_ sources: [grl_row_source], _ target: FastTarget, _ executor: any ParallelExecutor) {
        let kernels = layer.kernels
        let scratchCount = kernels.scratch_floats(0, layer.layer.columns)
        let (height, width) = (layout.y, layout.x)
        executor.forEachRange(of: layout.lines, grain: grain(lines: 1)) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                var (layer, epilogue) = (layer.layer, epilogue.epilogue)
                var (y, x) = (height.kernelAxis, width.kernelAxis)
                for line in range {
                    let (image, row) = line.quotientAndRemainder(dividingBy: height.output)
                    let shifted = sources.map { $0.advanced(by: image * height.input * $0.line_stride) }
                    var rows = target.line(line, columns: width.output, shuffle: layout.shuffle)
                    kernels.convolve(
                        &layer, shifted, shifted.count, &y, &x, row, 0, width.output, &epilogue, &rows, scratch)
                }
            }
        }
    }

    /// Two lines at a time, with transformed weights.
    private func runPairs(
        _ sources: [grl_row_source], _ target: FastTarget, _ executor: any ParallelExecutor
    ) throws {
        let convolve = operation.layer.weights.kernels.winograd.convolve
        let (height, width) = (layout.y, layout.x)
        let pairs = (height.output + 1) / 2
        try executor.forEachRange(
            of: layout.images * pairs, grain: grain(lines: 2),
            throwing: { range in
                let memory = try allocator.allocate(byteCount: operation.winogradScratchBytes)
                let scratch = memory.address.assumingMemoryBound(to: Float.self)
                var (layer, epilogue) = (layer.layer, epilogue.epilogue)
                var (y, x) = (height.kernelAxis, width.kernelAxis)
                for number in range {
                    let (image, pair) = number.quotientAndRemainder(dividingBy: pairs)
                    let shifted = sources.map { $0.advanced(by: image * height.input * $0.line_stride) }
                    let line = image * height.output + 2 * pair
                    let lines = (line..<line + 2).map {
                        target.line($0, columns: width.output, shuffle: layout.shuffle)
                    }
                    convolve(&layer, shifted, shifted.count, &y, &x, pair, &epilogue, lines, scratch)
                }
                withExtendedLifetime(memory) {}
            })
    }

    /// How many times so many lines make a piece of work.
    private func grain(lines: Int) -> Int {
        let weights = operation.layer.weights
        let work = (lines * layout.x.output).multipliedReportingOverflow(by: weights.depth * weights.outputChannels)
        return work.overflow ? 1 : max(FusedWork.piece / max(work.partialValue, 1), 1)
    }
}

extension grl_row_source {
    /// The rows that begin `offset` floats further on.
    func advanced(by offset: Int) -> grl_row_source {
        var result = self
        result.start += offset
        return result
    }
}
