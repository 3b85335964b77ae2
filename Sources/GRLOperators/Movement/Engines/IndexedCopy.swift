import GRLGraph
import GRLTensor

/// A copy that looks up, along each axis, which source index every destination index takes: gathers, padding, resizing
/// to the nearest neighbour.
///
/// Neighbouring indices are copied as one block, so that maps that are mostly the identity cost little more than a
/// plain copy.
struct IndexedCopy {
    /// Where the elements of one axis come from.
    enum Axis {
        /// All of the axis, in place.
        case all(Int)
        /// Destination index `i` takes source index `map[i]`, or the fill where that is ``outside``.
        case map([Int], extent: Int)

        fileprivate var sourceExtent: Int {
            switch self {
            case .all(let extent), .map(_, let extent): extent
            }
        }
    }

    /// Stands in a map where no source element is taken.
    static let outside = -1
    /// Elements that are copied in one piece of parallel work.
    private static let pieceSize = 16_384

    /// Neighbouring destination elements that come from neighbouring source elements, or all from outside.
    private struct Run {
        var destination: Int
        var source: Int
        var count: Int
    }

    /// For each outer axis, the source offset in elements of each destination index.
    private let outer: [[Int]]
    /// The runs of one row, in elements.
    private let row: [Run]
    private let rowCount: Int
    /// The source of each element of a row, where every run is a single element.
    private let scattered: [Int]?

    /// - Parameter axes: outermost first; maps hold indices below their extent, or ``outside``.
    init(axes: [Axis]) {
        var stride = 1
        var axes = axes
        while case .all(let extent)? = axes.last {
            stride *= extent
            axes.removeLast()
        }
        let innermost: Axis = axes.popLast() ?? .all(1)
        switch innermost {
        case .all: row = [Run(destination: 0, source: 0, count: stride)]
        case .map(let map, _): row = Self.runs(of: map, block: stride)
        }
        rowCount = row.last.map { $0.destination + $0.count } ?? 0
        scattered = row.allSatisfy { $0.count == 1 && $0.source >= 0 } ? row.map(\.source) : nil
        stride *= innermost.sourceExtent
        var offsets: [[Int]] = []
        for axis in axes.reversed() {
            switch axis {
            case .all(let extent): offsets.append((0..<extent).map { [stride] in $0 * stride })
            case .map(let map, _): offsets.append(map.map { [stride] in $0 < 0 ? Self.outside : $0 * stride })
            }
            stride *= axis.sourceExtent
        }
        outer = offsets.reversed()
    }

    private static func runs(of map: [Int], block: Int) -> [Run] {
        var runs: [Run] = []
        for (index, source) in map.enumerated() {
            if let last = runs.last {
                let continues = source < 0 ? last.source < 0 : last.source >= 0 && last.source + last.count == source
                if continues {
                    runs[runs.count - 1].count += 1
                    continue
                }
            }
            runs.append(Run(destination: index, source: source < 0 ? outside : source, count: 1))
        }
        return runs.map {
            Run(
                destination: $0.destination * block, source: $0.source < 0 ? outside : $0.source * block,
                count: $0.count * block)
        }
    }

    /// Copies between tensors of one element type, in pieces that run on `executor`.
    ///
    /// - Parameter fill: a tensor whose first element is taken for places outside; zeros by default.
    func run(
        from source: Tensor, to destination: Tensor, fill: Tensor? = nil, on executor: any ParallelExecutor
    ) throws {
        guard destination.count > 0 else { return }
        try source.elementType.visitBits(
            Visitor(copy: self, source: source, destination: destination, fill: fill, executor: executor))
    }

    private struct Visitor: BitsVisitor {
        let copy: IndexedCopy
        let source: Tensor
        let destination: Tensor
        let fill: Tensor?
        let executor: any ParallelExecutor

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws {
            let value = fill?.withBits(of: type) { $0.first } ?? 0
            source.withBits(of: type) { input in
                destination.withMutableBits(of: type) { output in
                    guard let from = input.baseAddress, let to = output.baseAddress else { return }
                    copy.run(from, to, fill: value, executor)
                }
            }
        }
    }

    private func run<Bits: FixedWidthInteger & Sendable>(
        _ source: UnsafePointer<Bits>, _ destination: UnsafeMutablePointer<Bits>, fill: Bits,
        _ executor: any ParallelExecutor
    ) {
        let rows = outer.reduce(1) { $0 * $1.count }
        executor.forEachRange(of: rows, grain: max(1, Self.pieceSize / max(rowCount, 1))) { range in
            var previous: Int?
            for index in range {
                let line = destination + index * rowCount
                if let offset = sourceOffset(ofRow: index) {
                    if offset == previous {
                        line.update(from: line - rowCount, count: rowCount)
                    } else {
                        copyRow(source + offset, line, fill: fill)
                    }
                    previous = offset
                } else {
                    line.update(repeating: fill, count: rowCount)
                    previous = nil
                }
            }
        }
    }

    /// Where a row starts in the source, or nil where an outer index is outside.
    private func sourceOffset(ofRow row: Int) -> Int? {
        var rest = row
        var offset = 0
        for axis in outer.reversed() {
            let part = axis[rest % axis.count]
            rest /= axis.count
            guard part >= 0 else { return nil }
            offset += part
        }
        return offset
    }

    private func copyRow<Bits: FixedWidthInteger>(
        _ source: UnsafePointer<Bits>, _ destination: UnsafeMutablePointer<Bits>, fill: Bits
    ) {
        if let scattered {
            for place in 0..<rowCount { destination[place] = source[scattered[place]] }
            return
        }
        for run in row {
            let line = destination + run.destination
            if run.source < 0 {
                line.update(repeating: fill, count: run.count)
            } else if run.count == 1 {
                line.pointee = source[run.source]
            } else {
                line.update(from: source + run.source, count: run.count)
            }
        }
    }
}
