import CKernels
import GRLGraph

/// Average pooling of float32 images with at most three spatial axes: the input rows under a window are added first, as
/// vectors, then the columns of their sum.
struct FastAveragePool {
    let image: PooledImage
    /// The spatial axes, outermost first; exactly three.
    let axes: [SpatialWindow.Axis]
    let countsPadding: Bool

    /// Nil for images with more than three spatial axes.
    init?(_ image: PooledImage, countsPadding: Bool) {
        guard image.window.axes.count <= 3 else { return nil }
        let single = SpatialWindow.Axis(
            input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0)
        self.image = image
        axes = Array(repeating: single, count: 3 - image.window.axes.count) + image.window.axes
        self.countsPadding = countsPadding
    }

    /// Pools all planes, on all threads.
    func run(from x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, on executor: any ParallelExecutor) {
        let (inputCount, outputCount) = (image.window.inputCount, image.window.outputCount)
        guard outputCount > 0 else { return }
        executor.forEachRange(of: image.planes, grain: max((1 << 15) / max(inputCount, 1), 1)) { planes in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(axes[2].input, 1)) { sums in
                guard let sums = sums.baseAddress else { return }
                for plane in planes {
                    for line in 0..<axes[0].output * axes[1].output {
                        pool(
                            line, x + plane * inputCount, y + plane * outputCount + line * axes[2].output, sums)
                    }
                }
            }
        }
    }

    /// One line of the output: its sums of rows, then its averages.
    private func pool(
        _ line: Int, _ plane: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        _ sums: UnsafeMutablePointer<Float>
    ) {
        let width = axes[2].input
        let (depth, row) = line.quotientAndRemainder(dividingBy: axes[1].output)
        sums.update(repeating: 0, count: width)
        let add = grl_kernels().pointee.binary.add.vector_vector
        for d in axes[0].taps(of: depth) {
            for h in axes[1].taps(of: row) {
                let z = axes[0].position(of: d, output: depth), v = axes[1].position(of: h, output: row)
                add(sums, plane + (z * axes[1].input + v) * width, sums, width)
            }
        }
        let lines = count(axes[0], depth) * count(axes[1], row)
        for column in 0..<axes[2].output {
            var sum: Float = 0
            for tap in axes[2].taps(of: column) { sum += sums[axes[2].position(of: tap, output: column)] }
            y[column] = sum / Float(lines * count(axes[2], column))
        }
    }

    /// The taps along one axis that count.
    private func count(_ axis: SpatialWindow.Axis, _ output: Int) -> Double {
        Double(countsPadding ? axis.paddedTapCount(of: output) : axis.taps(of: output).count)
    }
}
