import GRLGraph
import GRLTensor

/// The memory of one run: an arena laid out by a plan.
///
/// An operator is free to take other memory than was planned; nothing in here relies on its keeping to the plan.
struct RunMemory {
    let specialization: Specialization
    let arena: TensorStorage?

    private var plan: MemoryPlan { specialization.plan }

    /// The memory for the outputs of a node that come first in a buffer of the arena.
    func outputs(of node: Node) -> PlannedOutputs? {
        guard let arena else { return nil }
        var isPlanned = false
        let tensors = node.outputs.map { output -> Tensor? in
            guard let output, plan.isFresh(output), let offset = plan.offset(of: output),
                let type = specialization.type(of: output)
            else { return nil }
            isPlanned = true
            return Tensor(type.elementType, type.shape, in: arena, at: offset)
        }
        return isPlanned ? PlannedOutputs(tensors) : nil
    }

    /// Whether the plan lets step `step` write over input `index`, which is `tensor`.
    func overwrites(input index: Int, _ value: ValueID, _ tensor: Tensor, at step: Int) -> Bool {
        guard let arena, plan.overwrittenInputs[step] == index, let offset = plan.offset(of: value) else {
            return false
        }
        return tensor.lies(in: arena) && tensor.byteOffset == offset
    }

    /// The results of a node, each at its place or outside the arena: what an operator left at another value's place is
    /// copied.
    ///
    /// - Throws: memory errors.
    func settled(
        _ results: [Tensor], of node: Node, _ outputs: PlannedOutputs?, _ allocator: TensorAllocator
    ) throws -> [Tensor] {
        guard let arena else { return results }
        var settled = results
        for (index, result) in results.enumerated() where result.lies(in: arena) {
            guard node.outputs.indices.contains(index), let output = node.outputs[index] else { continue }
            guard plan.offset(of: output) != result.byteOffset else { continue }
            if let planned = outputs?.take(output: index), planned.type == result.type {
                planned.fill(from: result)
                settled[index] = planned
            } else {
                settled[index] = try result.copied(allocator: allocator)
            }
        }
        return settled
    }
}
