import GRLGraph
import GRLTensor

/// The input elements that each output element of a resized axis is the weighted sum of.
struct ResizeFilter {
    /// The shape of the filter.
    enum Kernel {
        case linear
        /// Keys' cubic convolution with coefficient `a`.
        case cubic(a: Double)

        /// Half the width of the filter, in input elements at scale 1.
        fileprivate var radius: Double {
            switch self {
            case .linear: 1
            case .cubic: 2
            }
        }

        fileprivate func weight(at distance: Double) -> Double {
            let x = abs(distance)
            switch self {
            case .linear:
                return max(0, 1 - x)
            case .cubic(let a):
                if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
                return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
            }
        }
    }

    /// Taps of each output element.
    let tapCount: Int
    /// For each output element and tap, the input index; ``IndexedCopy/outside`` where nothing is read.
    let indices: [Int]
    /// For each output element and tap, the weight.
    let weights: [Double]

    /// - Parameters:
    ///   - antialias: whether the filter is widened where the axis gets shorter.
    ///   - excludeOutside: whether taps outside the axis are left out, instead of reading the element at its end.
    /// - Throws: `SIZE_OVERFLOW` when a place is no number.
    init(
        _ axis: ResizedAxis, _ transformation: CoordinateTransformation, _ kernel: Kernel, antialias: Bool,
        excludeOutside: Bool
    ) throws {
        let squeeze = antialias ? min(axis.scale, 1) : 1
        let first = try Checked.integer((-kernel.radius / squeeze).rounded(.down)) + 1
        let tapCount = 2 - 2 * first
        var indices: [Int] = []
        var weights: [Double] = []
        indices.reserveCapacity(axis.output * tapCount)
        weights.reserveCapacity(axis.output * tapCount)
        for element in 0..<axis.output {
            guard let place = axis.place(of: element, transformation) else {
                indices += repeatElement(IndexedCopy.outside, count: tapCount)
                weights += repeatElement(0, count: tapCount)
                continue
            }
            let left = try Checked.integer(place.rounded(.up)) - 1
            let ratio = place - Double(left)
            var taps = (first..<first + tapCount).map { kernel.weight(at: squeeze * (Double($0) - ratio)) }
            if excludeOutside {
                for tap in taps.indices where left + first + tap < 0 || left + first + tap >= axis.input {
                    taps[tap] = 0
                }
            }
            let sum = taps.reduce(0, +)
            let normalization = (excludeOutside || antialias) && sum != 0 ? sum : 1
            indices += (0..<tapCount).map { max(0, min(axis.input - 1, left + first + $0)) }
            weights += taps.map { $0 / normalization }
        }
        self.tapCount = tapCount
        self.indices = indices
        self.weights = weights
    }

    /// Filters the middle axis of `[outer, input, inner]` into `[outer, output, inner]`.
    ///
    /// - Parameter extrapolation: what stands where nothing is read.
    func run<Element: BinaryFloatingPoint & Sendable>(
        _ source: UnsafeBufferPointer<Element>, _ destination: UnsafeMutableBufferPointer<Element>, axis: ResizedAxis,
        inner: Int, extrapolation: Element, on executor: any ParallelExecutor
    ) {
        guard let from = source.baseAddress, let to = destination.baseAddress, !destination.isEmpty else { return }
        let weights = weights.map { Element($0) }
        let rows = destination.count / inner
        indices.withUnsafeBufferPointer { indices in
            weights.withUnsafeBufferPointer { weights in
                executor.forEachRange(of: rows, grain: max(1, 16_384 / (inner * tapCount))) { range in
                    var (plane, element) = range.lowerBound.quotientAndRemainder(dividingBy: axis.output)
                    for row in range {
                        let line = to + row * inner
                        let image = from + plane * axis.input * inner
                        let taps = element * tapCount..<(element + 1) * tapCount
                        if indices[taps.lowerBound] < 0 {
                            line.update(repeating: extrapolation, count: inner)
                        } else if inner == 1 {
                            line.pointee = taps.reduce(0) { $0 + weights[$1] * image[indices[$1]] }
                        } else {
                            line.update(repeating: 0, count: inner)
                            for tap in taps {
                                let (weight, start) = (weights[tap], image + indices[tap] * inner)
                                for place in 0..<inner { line[place] += weight * start[place] }
                            }
                        }
                        element += 1
                        if element == axis.output { (plane, element) = (plane + 1, 0) }
                    }
                }
            }
        }
    }
}
