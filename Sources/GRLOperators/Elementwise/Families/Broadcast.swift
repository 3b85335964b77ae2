import GRLGraph
import GRLTensor

/// The loops over an output and up to four operands that are broadcast to its shape.
struct Broadcast {
    /// How far into each operand, in elements.
    typealias Offsets = SIMD4<Int>

    private let count: Int
    /// How many consecutive output elements make a row, in which each operand either advances by one element with the
    /// output or stays.
    private let rowLength: Int
    /// For each operand 1 or 0: whether it advances along a row.
    let rowSteps: Offsets
    /// The loops around the rows, outermost first: how often they run and how far each operand moves.
    private let loops: [(count: Int, steps: Offsets)]

    /// - Parameters:
    ///   - operands: at most four shapes that broadcast to `target`.
    ///   - target: the output's shape.
    init(_ operands: [Shape], to target: Shape) {
        let strides = operands.map { $0.broadcastStrides(to: target) }
        var loops: [(count: Int, steps: Offsets)] = []
        for axis in 0..<target.rank where target[axis] != 1 {
            var steps = Offsets.zero
            for operand in strides.indices { steps[operand] = strides[operand][axis] }
            if let outer = loops.last, outer.steps == steps &* Offsets(repeating: target[axis]) {
                loops[loops.count - 1] = (outer.count * target[axis], steps)
            } else {
                loops.append((target[axis], steps))
            }
        }
        let row = loops.popLast() ?? (1, Offsets(repeating: 1))
        rowLength = row.count
        rowSteps = row.steps
        self.loops = loops
        count = target.count
    }

    /// The shape that all of `shapes` broadcast to.
    ///
    /// - Throws: `SHAPE` when they do not.
    static func shape(of shapes: [Shape]) throws -> Shape {
        try shapes.reduce(Shape.scalar) { try $0.broadcast(with: $1) }
    }

    /// Calls `body` for each row, or part of a row, with the position of its first element in the output, the offsets
    /// of the operands there, and its length.
    func forEachRow(on executor: any ParallelExecutor, _ body: (Int, Offsets, Int) -> Void) {
        executor.forEachRange(of: count, grain: Computation.grain) { range in
            let (row, skipped) = range.lowerBound.quotientAndRemainder(dividingBy: rowLength)
            var cursor = Cursor(row: row, loops: loops)
            var position = range.lowerBound
            var column = skipped
            while position < range.upperBound {
                let length = min(rowLength - column, range.upperBound - position)
                body(position, cursor.offsets &+ rowSteps &* Offsets(repeating: column), length)
                position += length
                column = 0
                cursor.advance(loops)
            }
        }
    }

    /// Where the loops stand.
    private struct Cursor {
        private var indices: [Int]
        private(set) var offsets = Offsets.zero

        init(row: Int, loops: [(count: Int, steps: Offsets)]) {
            indices = [Int](repeating: 0, count: loops.count)
            var row = row
            for loop in loops.indices.reversed() {
                indices[loop] = row % loops[loop].count
                row /= loops[loop].count
                offsets &+= loops[loop].steps &* Offsets(repeating: indices[loop])
            }
        }

        mutating func advance(_ loops: [(count: Int, steps: Offsets)]) {
            for loop in loops.indices.reversed() {
                indices[loop] += 1
                offsets &+= loops[loop].steps
                guard indices[loop] == loops[loop].count else { return }
                offsets &-= loops[loop].steps &* Offsets(repeating: indices[loop])
                indices[loop] = 0
            }
        }
    }
}

/// The plain way from places in an output to places in the operands that are broadcast to its shape.
struct BroadcastIndices {
    private let target: Shape
    private let strides: [[Int]]

    init(_ operands: [Shape], to target: Shape) {
        self.target = target
        strides = operands.map { $0.broadcastStrides(to: target) }
    }

    /// The offset into `operand` of the element that stands at `index` of the output.
    func offset(of operand: Int, at index: Int) -> Int {
        var rest = index
        var offset = 0
        for axis in (0..<target.rank).reversed() {
            offset += rest % target[axis] * strides[operand][axis]
            rest /= target[axis]
        }
        return offset
    }
}
