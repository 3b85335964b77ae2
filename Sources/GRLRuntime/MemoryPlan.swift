package import GRLGraph
import GRLTensor

/// Where the values of a graph live while it runs on inputs of certain types.
///
/// Each buffer holds one value, its views, and values that are written over it when it is needed no more. Buffers whose
/// lifetimes do not meet share bytes of one arena. A buffer with a value that the graph returns lies outside the arena,
/// so that results survive the run. Constants and inputs of the graph, and views of them, have no buffer.
package struct MemoryPlan: Sendable {
    /// How a value came into its buffer.
    package enum Use: Sendable, Hashable {
        /// It is the buffer's first.
        case fresh
        /// It has the elements of another value, perhaps under another shape.
        case view(of: ValueID)
        /// It is written over another value that is read for the last time.
        case overwrites(ValueID)
    }

    /// A value in a buffer.
    package struct Tenant: Sendable {
        package let value: ValueID
        package let name: String
        package let type: TensorType
        package let use: Use
        /// From the step that computes it to the last one that reads it; to ``stepCount`` where the graph returns it.
        package let steps: ClosedRange<Int>
    }

    /// Memory for one or several values.
    package struct Buffer: Sendable {
        /// Where it starts in the arena; nil where it lies outside.
        package let offset: Int?
        /// A multiple of ``TensorAllocator/alignment``.
        package let byteCount: Int
        /// In the order in which they come.
        package let tenants: [Tenant]
        /// From the first tenant's first step to the last step of any.
        package let steps: ClosedRange<Int>
    }

    /// In the order of their first steps.
    package let buffers: [Buffer]
    /// The number of nodes that run.
    package let stepCount: Int
    /// The values whose type depends on data, and views of them: they take memory while the graph runs.
    package let unplanned: [ValueID]
    /// Bytes of the arena.
    package let arenaBytes: Int
    /// Bytes of the buffers of the arena that are in use at the worst step: no arena can be shorter.
    package let liveBytes: Int
    /// Bytes of the buffers outside the arena.
    package let resultBytes: Int
    /// Bytes of working space that operators take at the worst step.
    package let scratchBytes: Int
    /// Bytes of arena, results and working space together.
    package let totalBytes: Int
    /// For each step the input that its output 0 is written over.
    let overwrittenInputs: [Int?]
    /// The buffer of each value, by the value's index.
    private let homes: [Int?]

    init(
        buffers: [Buffer], unplanned: [ValueID], scratchBytes: Int, overwrittenInputs: [Int?], valueLimit: Int
    ) throws(TensorError) {
        self.buffers = buffers
        self.unplanned = unplanned
        self.scratchBytes = scratchBytes
        self.overwrittenInputs = overwrittenInputs
        stepCount = overwrittenInputs.count
        var homes = [Int?](repeating: nil, count: valueLimit)
        var (arenaBytes, resultBytes) = (0, 0)
        var changes = [Int](repeating: 0, count: overwrittenInputs.count + 2)
        for (index, buffer) in buffers.enumerated() {
            for tenant in buffer.tenants { homes[tenant.value.index] = index }
            if let offset = buffer.offset {
                arenaBytes = max(arenaBytes, try Checked.add(offset, buffer.byteCount))
                changes[buffer.steps.lowerBound] &+= buffer.byteCount
                changes[buffer.steps.upperBound + 1] &-= buffer.byteCount
            } else {
                resultBytes = try Checked.add(resultBytes, buffer.byteCount)
            }
        }
        self.homes = homes
        self.arenaBytes = arenaBytes
        self.resultBytes = resultBytes
        totalBytes = try Checked.add(try Checked.add(arenaBytes, resultBytes), scratchBytes)
        var (live, peak) = (0, 0)
        for change in changes {
            live &+= change
            peak = max(peak, live)
        }
        liveBytes = peak
    }

    /// Bytes that a run takes at its worst moment beside weights and inputs; nil when that depends on data.
    package var peakBytes: Int? { unplanned.isEmpty ? totalBytes : nil }

    /// The buffer of a value; nil for constants, inputs, their views, and values that are not planned.
    package func buffer(of value: ValueID) -> Buffer? { homes[value.index].map { buffers[$0] } }

    /// Where a value starts in the arena; nil where it does not lie there.
    func offset(of value: ValueID) -> Int? { homes[value.index].flatMap { buffers[$0].offset } }

    /// Whether a value is the first of its buffer.
    func isFresh(_ value: ValueID) -> Bool { buffer(of: value)?.tenants.first?.value == value }
}
