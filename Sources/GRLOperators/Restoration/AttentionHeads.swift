import CKernels
import GRLGraph
import GRLTensor
import Synchronization

/// The heads of a window attention as the kernels take them, with tables of biases in the form that these want.
final class AttentionHeads: Sendable {
    /// What the heads were made of.
    private let scale: [Float]
    private let table: [Float]?
    private let storage: Storage

    /// Written before anybody else sees it, read only after that.
    private struct Storage: @unchecked Sendable {
        let heads: [grl_attention_head]
        let memory: Tensor
    }

    /// - Throws: memory errors.
    init(_ operation: WindowAttention, _ layout: WindowAttentionLayout, scale: [Float], table: [Float]?) throws {
        self.scale = scale
        self.table = table
        let kernels = operation.kernels.attention
        var heads = scale.map { operation.kernelHead(layout, scale: $0, isBiased: table != nil) }
        let size = heads.first.map { withUnsafePointer(to: $0) { kernels.table_floats($0) } } ?? 0
        let memory = try Tensor(
            uninitialized: .float32, shape: Shape.vector(try Checked.multiply(max(size, 1), heads.count)))
        let start = try memory.mutableFloats()
        let count = (table?.count ?? 0) / max(heads.count, 1)
        for index in heads.indices {
            if let table {
                table.withUnsafeBufferPointer { elements in
                    kernels.prepare(
                        &heads[index], elements.baseAddress.map { $0 + index * count }, start + index * max(size, 1))
                }
            } else {
                kernels.prepare(&heads[index], nil, start + index * max(size, 1))
            }
        }
        storage = Storage(heads: heads, memory: memory)
    }

    /// The heads; valid while this lives.
    var heads: [grl_attention_head] { storage.heads }

    /// Whether the heads were made of these numbers.
    func isMade(of scale: Tensor, _ table: Tensor?) throws -> Bool {
        try Self.equal(self.scale, scale) && (table == nil) == (self.table == nil)
            && table.map { try Self.equal(self.table ?? [], $0) } ?? true
    }

    private static func equal(_ numbers: [Float], _ tensor: Tensor) throws -> Bool {
        try tensor.withElements(of: Float.self) { elements in
            elements.count == numbers.count
                && elements.indices.allSatisfy { elements[$0].bitPattern == numbers[$0].bitPattern }
        }
    }
}

extension WindowAttention {
    /// A head that the kernels have not prepared yet.
    func kernelHead(_ layout: WindowAttentionLayout, scale: Float, isBiased: Bool) -> grl_attention_head {
        grl_attention_head(
            size: headSize, query_rows: layout.query.rows, query_columns: layout.query.columns,
            key_rows: layout.key.rows, key_columns: layout.key.columns, cosine: isCosine, epsilon: epsilon,
            biased: isBiased, scale: scale, table: nil, spread: 0, bounded: false)
    }

    /// Bytes that the kernels work in, for each thread.
    ///
    /// - Throws: `SIZE_OVERFLOW`.
    func scratchBytes(_ layout: WindowAttentionLayout, isBiased: Bool) throws -> Int {
        let head = kernelHead(layout, scale: 1, isBiased: isBiased)
        let count = withUnsafePointer(to: head) { kernels.attention.scratch_floats($0) }
        return try Checked.multiply(max(count, 1), MemoryLayout<Float>.stride)
    }
}

/// Keeps the heads of the last scales and tables that an operator has seen, for all its runs.
final class AttentionHeadsCache: Sendable {
    private let last = Mutex<AttentionHeads?>(nil)

    /// - Throws: `DTYPE`; memory errors.
    func heads(
        _ operation: WindowAttention, _ layout: WindowAttentionLayout, scale: Tensor, table: Tensor?
    ) throws -> AttentionHeads {
        try last.withLock { last in
            if let last, try last.isMade(of: scale, table) { return last }
            let heads = try AttentionHeads(
                operation, layout, scale: scale.elements(of: Float.self), table: table?.elements(of: Float.self))
            last = heads
            return heads
        }
    }
}
