import CKernels
import GRLGraph
import GRLTensor

/// A copy between two arrangements of the same elements in memory: transposes, slices, repeats, concatenations.
///
/// Element `[i, j, …]` is read at `sourceOffset + i · sourceStrides[0] + j · sourceStrides[1] + …` and written
/// likewise. Source strides may be negative (reversed axes) or 0 (repeated elements); all places lie inside the
/// tensors.
struct StridedCopy {
    private struct Axis {
        var extent: Int
        var source: Int
        var destination: Int
    }

    /// Elements that are copied in one piece of parallel work.
    private static let pieceSize = 16_384
    /// Columns of one piece of a transposition.
    private static let transposeColumns = 256

    /// The axes longer than 1, outermost first, neighbours merged where one stride serves both.
    private var axes: [Axis] = []
    private let isEmpty: Bool
    private let sourceOffset: Int
    private let destinationOffset: Int

    /// - Parameters:
    ///   - dimensions: what is copied; the last axis should be the one that lies closest together in the destination.
    ///   - sourceStrides: in elements, one for each dimension.
    ///   - destinationStrides: in elements, one for each dimension; row-major by default.
    init(
        dimensions: [Int], sourceStrides: [Int], sourceOffset: Int = 0, destinationStrides: [Int]? = nil,
        destinationOffset: Int = 0
    ) {
        isEmpty = dimensions.contains(0)
        self.sourceOffset = sourceOffset
        self.destinationOffset = destinationOffset
        guard !isEmpty else { return }
        var dense = 1
        var inward: [Axis] = []
        for axis in dimensions.indices.reversed() {
            let next = Axis(
                extent: dimensions[axis], source: sourceStrides[axis], destination: destinationStrides?[axis] ?? dense)
            dense *= next.extent
            guard next.extent > 1 else { continue }
            if let inner = inward.last, next.source == inner.source * inner.extent,
                next.destination == inner.destination * inner.extent
            {
                inward[inward.count - 1].extent *= next.extent
            } else {
                inward.append(next)
            }
        }
        axes = inward.reversed()
    }

    /// Whether the copy keeps all elements in place, so that a view serves as well.
    var isIdentity: Bool {
        guard sourceOffset == 0, destinationOffset == 0 else { return false }
        return axes.isEmpty || axes.count == 1 && axes[0].source == 1 && axes[0].destination == 1
    }

    /// Copies between tensors of the same element size, in pieces that run on `executor`.
    func run(from source: Tensor, to destination: Tensor, on executor: any ParallelExecutor) throws {
        guard !isEmpty else { return }
        try source.elementType.visitBits(
            Visitor(copy: self, source: source, destination: destination, executor: executor))
    }

    private struct Visitor: BitsVisitor {
        let copy: StridedCopy
        let source: Tensor
        let destination: Tensor
        let executor: any ParallelExecutor

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws {
            source.withBits(of: type) { input in
                destination.withMutableBits(of: type) { output in
                    guard let from = input.baseAddress, let to = output.baseAddress else { return }
                    copy.run(from + copy.sourceOffset, to + copy.destinationOffset, executor)
                }
            }
        }
    }

    /// Splits off the three innermost loops and cuts them into tiles; the tiles of all outer positions are the work.
    private func run<Bits: FixedWidthInteger & Sendable>(
        _ source: UnsafePointer<Bits>, _ destination: UnsafeMutablePointer<Bits>, _ executor: any ParallelExecutor
    ) {
        let single = Axis(extent: 1, source: 0, destination: 0)
        var outer = axes
        let columns = outer.popLast() ?? Axis(extent: 1, source: 1, destination: 1)
        let isTransposed = columns.source != 1 && columns.destination == 1
        if !isTransposed, Self.shortRow.contains(columns.extent * MemoryLayout<Bits>.size) {
            outer = Self.readingForward(outer)
        }
        let rowAxis = isTransposed ? outer.lastIndex { $0.source == 1 } ?? outer.indices.last : outer.indices.last
        let rows = rowAxis.map { outer.remove(at: $0) } ?? single
        let planes = outer.popLast() ?? single
        let tileColumns = min(columns.extent, isTransposed && rows.source == 1 ? Self.transposeColumns : Self.pieceSize)
        let tileRows = min(rows.extent, max(1, Self.pieceSize / tileColumns))
        let tilePlanes = min(planes.extent, max(1, Self.pieceSize / (tileColumns * tileRows)))
        let columnTiles = (columns.extent - 1) / tileColumns + 1
        let rowTiles = (rows.extent - 1) / tileRows + 1
        let tiles = columnTiles * rowTiles * ((planes.extent - 1) / tilePlanes + 1)
        let positions = outer.reduce(1) { $0 * $1.extent }
        executor.forEachRange(
            of: positions * tiles, grain: max(1, Self.pieceSize / (tilePlanes * tileRows * tileColumns))
        ) { range in
            var position = Position(outer, range.lowerBound / tiles)
            var tile = range.lowerBound % tiles
            for _ in range {
                let column = tile % columnTiles * tileColumns
                let row = tile / columnTiles % rowTiles * tileRows
                let plane = tile / (columnTiles * rowTiles) * tilePlanes
                var tileOfRows = rows
                tileOfRows.extent = min(tileRows, rows.extent - row)
                var tileOfColumns = columns
                tileOfColumns.extent = min(tileColumns, columns.extent - column)
                let from = source + (position.source + row * rows.source + column * columns.source)
                let to = destination + (position.destination + row * rows.destination + column * columns.destination)
                for plane in plane..<min(plane + tilePlanes, planes.extent) {
                    Self.copyTile(
                        from + plane * planes.source, to + plane * planes.destination, rows: tileOfRows,
                        columns: tileOfColumns)
                }
                tile += 1
                if tile == tiles {
                    tile = 0
                    position.advance()
                }
            }
        }
    }

    /// The axes in the order of the source, where that visits it from front to back: short rows that are read in order
    /// and written here and there go faster than the other way round.
    private static func readingForward(_ axes: [Axis]) -> [Axis] {
        axes.allSatisfy { $0.source > 0 } ? axes.sorted { $0.source > $1.source } : axes
    }

    /// A place in the outer axes, counted up like an odometer.
    private struct Position {
        private let axes: [Axis]
        private var indices: [Int]
        private(set) var source = 0
        private(set) var destination = 0

        init(_ axes: [Axis], _ position: Int) {
            self.axes = axes
            indices = [Int](repeating: 0, count: axes.count)
            var rest = position
            for axis in axes.indices.reversed() {
                indices[axis] = rest % axes[axis].extent
                rest /= axes[axis].extent
                source += indices[axis] * axes[axis].source
                destination += indices[axis] * axes[axis].destination
            }
        }

        mutating func advance() {
            for axis in axes.indices.reversed() {
                indices[axis] += 1
                source += axes[axis].source
                destination += axes[axis].destination
                guard indices[axis] == axes[axis].extent else { return }
                indices[axis] = 0
                source -= axes[axis].extent * axes[axis].source
                destination -= axes[axis].extent * axes[axis].destination
            }
        }
    }

    private static func copyTile<Bits: FixedWidthInteger>(
        _ source: UnsafePointer<Bits>, _ destination: UnsafeMutablePointer<Bits>, rows: Axis, columns: Axis
    ) {
        switch (columns.source, columns.destination) {
        case (1, 1) where shortRow.contains(columns.extent * MemoryLayout<Bits>.size):
            let size = MemoryLayout<Bits>.size
            copyShortRows(
                source, destination, rows: rows.extent, sourceStride: rows.source * size,
                destinationStride: rows.destination * size, byteCount: columns.extent * size)
        case (1, 1):
            for row in 0..<rows.extent {
                (destination + row * rows.destination).update(from: source + row * rows.source, count: columns.extent)
            }
        case (0, 1):
            for row in 0..<rows.extent {
                let line = destination + row * rows.destination
                line.update(repeating: source[row * rows.source], count: columns.extent)
            }
        case (2..., 1) where rows.source == 1 && MemoryLayout<Bits>.size == 4:
            grl_kernels().pointee.plane.transpose(
                source, columns.source, destination, rows.destination, columns.extent, rows.extent)
        default:
            for row in 0..<rows.extent {
                let from = source + row * rows.source
                let to = destination + row * rows.destination
                for column in 0..<columns.extent {
                    to[column * columns.destination] = from[column * columns.source]
                }
            }
        }
    }

    /// Bytes of rows that are copied faster without a call for each.
    private static let shortRow = 16...256

    /// Copies rows vector by vector; the last vector of a row may overlap the one before. Strides are in bytes.
    private static func copyShortRows(
        _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, rows: Int, sourceStride: Int,
        destinationStride: Int, byteCount: Int
    ) {
        typealias Vector = SIMD16<UInt8>
        let last = byteCount - MemoryLayout<Vector>.size
        for row in 0..<rows {
            let from = source + row * sourceStride
            let to = destination + row * destinationStride
            var place = 0
            while place < last {
                to.storeBytes(
                    of: from.loadUnaligned(fromByteOffset: place, as: Vector.self), toByteOffset: place, as: Vector.self
                )
                place += MemoryLayout<Vector>.size
            }
            to.storeBytes(
                of: from.loadUnaligned(fromByteOffset: last, as: Vector.self), toByteOffset: last, as: Vector.self)
        }
    }
}
