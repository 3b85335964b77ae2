import GRLGraph
import GRLTensor

/// Makes a ``MemoryPlan`` from the types of all values.
struct MemoryPlanner {
    private let schedule: Schedule
    private let facts: [ValueID: ValueFact]
    private let threads: Int
    private let accelerates: Bool
    /// After which step each value is needed no more.
    private var lastSteps: [Int]
    private var drafts: [Draft] = []
    /// The draft that each value lives in, by the value's index.
    private var homes: [Int?]
    /// Values whose type depends on data, and their views.
    private var unplanned: Set<ValueID> = []

    private struct Draft {
        let byteCount: Int
        var tenants: [MemoryPlan.Tenant]
        /// The last step at which any of the tenants is needed.
        var lastStep: Int
    }

    /// - Parameters:
    ///   - facts: what type inference found for the inputs in question.
    ///   - threads: the most threads that work at once.
    ///   - accelerates: whether operators take their fast way, which is what they tell their use of memory for.
    private init(_ schedule: Schedule, facts: [ValueID: ValueFact], threads: Int, accelerates: Bool) {
        self.schedule = schedule
        self.facts = facts
        self.threads = threads
        self.accelerates = accelerates
        homes = Array(repeating: nil, count: schedule.graph.valueLimit)
        lastSteps = Array(repeating: schedule.steps.count, count: schedule.graph.valueLimit)
        for (index, step) in schedule.steps.enumerated() {
            for value in step.lastReads + step.unread { lastSteps[value.index] = index }
        }
    }

    /// The plan for a schedule; parameters as above.
    ///
    /// - Throws: a ``NodeError``; `SIZE_OVERFLOW`.
    static func plan(
        _ schedule: Schedule, facts: [ValueID: ValueFact], threads: Int, accelerates: Bool
    ) throws -> MemoryPlan {
        var planner = MemoryPlanner(schedule, facts: facts, threads: threads, accelerates: accelerates)
        var overwritten: [Int?] = []
        var scratch = 0
        for (index, step) in schedule.steps.enumerated() {
            let use = try planner.memoryUse(of: step.node)
            overwritten.append(try planner.place(step.node, at: index, use))
            let perThread = try Checked.multiply(use.scratchBytesPerThread, max(threads, 1))
            scratch = max(scratch, try Checked.add(use.scratchBytes, perThread))
        }
        return try MemoryPlan(
            buffers: try planner.buffers(), unplanned: planner.unplanned.sorted(), scratchBytes: scratch,
            overwrittenInputs: overwritten, valueLimit: schedule.graph.valueLimit)
    }

    private func memoryUse(of node: Node) throws -> MemoryUse {
        let known = node.inputs.map { $0.flatMap { facts[$0] } }
        guard zip(node.inputs, known).allSatisfy({ $0 == nil || $1 != nil }) else { return MemoryUse() }
        let types = known.map { $0?.type }
        do {
            let use = try node.operation.memoryUse(
                InferenceContext(
                    types: types, constants: known.map { $0?.constant }, outputCount: node.outputs.count))
            return accelerates ? use : MemoryUse(viewedInput: use.viewedInput)
        } catch {
            throw NodeError(node: node, operands: types, cause: error)
        }
    }

    /// Finds a place for each output; returns the input that output 0 is written over.
    private mutating func place(_ node: Node, at step: Int, _ use: MemoryUse) throws -> Int? {
        var overwritten: Int?
        for (index, output) in node.outputs.enumerated() {
            guard let output else { continue }
            guard let type = facts[output]?.type else {
                unplanned.insert(output)
                continue
            }
            if index == 0, let viewed = use.viewedInput, node.inputs.indices.contains(viewed),
                let source = node.inputs[viewed]
            {
                if let home = homes[source.index] {
                    join(home, output, type, .view(of: source), from: step)
                } else if unplanned.contains(source) {
                    unplanned.insert(output)
                }
            } else if index == 0, let taken = dyingInput(of: node, at: step, byteCount: type.byteCount, use),
                let source = node.inputs[taken], let home = homes[source.index]
            {
                join(home, output, type, .overwrites(source), from: step)
                overwritten = taken
            } else {
                homes[output.index] = drafts.count
                let byteCount = try Checked.add(max(type.byteCount, 1), TensorAllocator.alignment - 1)
                drafts.append(
                    Draft(
                        byteCount: byteCount / TensorAllocator.alignment * TensorAllocator.alignment, tenants: [],
                        lastStep: step))
                join(drafts.count - 1, output, type, .fresh, from: step)
            }
        }
        return overwritten
    }

    private mutating func join(
        _ home: Int, _ value: ValueID, _ type: TensorType, _ use: MemoryPlan.Use, from step: Int
    ) {
        homes[value.index] = home
        let last = max(lastSteps[value.index], step)
        drafts[home].lastStep = max(drafts[home].lastStep, last)
        drafts[home].tenants.append(
            MemoryPlan.Tenant(
                value: value, name: schedule.graph[value].name, type: type, use: use, steps: step...last))
    }

    /// The first input that the operator may write output 0 over: it has the output's byte count, and neither it nor
    /// anything else in its buffer is read later or by another input of the node.
    private func dyingInput(of node: Node, at step: Int, byteCount: Int, _ use: MemoryUse) -> Int? {
        let inputHomes = node.inputs.map { $0.flatMap { homes[$0.index] } }
        return use.overwritableInputs.first { index in
            guard node.inputs.indices.contains(index), let input = node.inputs[index], let home = inputHomes[index],
                facts[input]?.type.byteCount == byteCount
            else { return false }
            return drafts[home].lastStep == step && inputHomes.count(where: { $0 == home }) == 1
        }
    }

    /// The drafts with their offsets.
    private func buffers() throws -> [MemoryPlan.Buffer] {
        let end = schedule.steps.count
        let survives = drafts.map { $0.lastStep == end }
        let inside = drafts.indices.filter { !survives[$0] }
        let layout = try ArenaLayout(
            inside.map { ArenaLayout.Block(byteCount: drafts[$0].byteCount, steps: steps(of: drafts[$0])) })
        var offsets = [Int?](repeating: nil, count: drafts.count)
        for (index, offset) in zip(inside, layout.offsets) { offsets[index] = offset }
        return zip(drafts, offsets).map { draft, offset in
            MemoryPlan.Buffer(
                offset: offset, byteCount: draft.byteCount, tenants: draft.tenants, steps: steps(of: draft))
        }
    }

    private func steps(of draft: Draft) -> ClosedRange<Int> {
        (draft.tenants.first?.steps.lowerBound ?? draft.lastStep)...draft.lastStep
    }
}
