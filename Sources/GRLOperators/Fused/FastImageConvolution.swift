import CKernels
import GRLGraph
import GRLTensor

/// A channels-last convolution with the kernels for prepacked layers.
///
/// Pieces are cut by sizes alone, and a result's bits do not depend on the cuts.
struct FastImageConvolution {
    private let layout: ImageConvolutionLayout
    private let isLinear: Bool
    private let layer: FastLayer
    private let epilogue: FastEpilogue
    private let inputs: [Tensor]
    private let sourceCount: Int

    /// - Throws: memory errors.
    init(_ operation: ImageConvolution, _ layout: ImageConvolutionLayout, inputs: [Tensor]) throws {
        self.layout = layout
        isLinear = operation.window.isPointwise && operation.shuffle == 1
        layer = try FastLayer(operation.layer, shuffle: operation.shuffle)
        epilogue = try FastEpilogue(layer, operation.normalization)
        self.inputs = inputs
        sourceCount = operation.sources
    }

    /// Computes `result`, which may lie on a residual.
    ///
    /// - Throws: `DTYPE`.
    func run(into result: Tensor, on executor: any ParallelExecutor) throws {
        let target = FastTarget(
            start: try result.mutableFloats(), residuals: try inputs.dropFirst(sourceCount).map { try $0.floats() },
            stride: layout.outputChannels / (layout.shuffle * layout.shuffle))
        let starts = try inputs.prefix(sourceCount).map { $0.count == 0 ? nil : try $0.floats() }
        let sources = zip(starts, layout.channels).compactMap { start, channels in
            start.map {
                grl_row_source(
                    start: $0, channels: channels.count, stride: channels.count,
                    line_stride: channels.count * layout.x.input)
            }
        }
        if isLinear {
            runRows(sources, target, executor)
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
        let work = width.output.multipliedReportingOverflow(by: layer.layer.depth * layer.layer.columns)
        let grain = work.overflow ? 1 : max(FusedWork.piece / max(work.partialValue, 1), 1)
        executor.forEachRange(of: layout.lines, grain: grain) { range in
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
}

extension grl_row_source {
    /// The rows that begin `offset` floats further on.
    func advanced(by offset: Int) -> grl_row_source {
        var result = self
        result.start += offset
        return result
    }
}
