import GRLGraph
import GRLOptimizer
import GRLRuntime
import GRLTensor

/// One of two networks that are compared value by value, at a stage of its optimisation.
struct ComparedNetwork: Sendable {
    let subject: Subject
    let graph: Graph
    private let session: Session
    /// The modules of the file's nodes, by their names, which the nodes of later stages keep.
    private let modules: [String: String]

    /// - Parameter isLifted: whether the network is taken free of the size of its export, which is done in any case
    ///   where it takes `input` in no other form.
    /// - Throws: a ``RunError`` when the network cannot run.
    init(_ subject: Subject, isLifted: Bool, input: Tensor) throws {
        self.subject = subject
        let simplified = try subject.session(.simplified)
        let type = try input.converted(to: simplified.model.inputs.first?.elementType).type
        session =
            try isLifted || (try? simplified.specialization(for: [type])) == nil ? subject.session(.lifted) : simplified
        graph = session.model.graph
        var modules: [String: String] = [:]
        for node in subject.graph.nodes where !node.name.isEmpty { modules[node.name] = subject.scopes[node.id] }
        self.modules = modules
    }

    /// The module of a node; that of what it reads, where it was added on the way.
    func module(of node: Node) -> String {
        if let module = modules[node.name] { return module }
        guard let input = node.inputs.compactMap({ $0 }).first, let producer = graph.producer(of: input) else {
            return ""
        }
        return modules[producer.name] ?? ""
    }

    /// The module of the first node that has one among those that a value reaches; nil where none has.
    func module(reading value: ValueID) -> String? {
        var reached: Set<ValueID> = [value]
        for node in graph.nodes where node.inputs.contains(where: { $0.map(reached.contains) ?? false }) {
            let module = module(of: node)
            guard module.isEmpty else { return module }
            reached.formUnion(node.outputs.compactMap { $0 })
        }
        return nil
    }

    /// The types of the values that are known before a run on `input`.
    ///
    /// - Throws: a ``RunError`` when the network does not accept it.
    func types(for input: Tensor) throws -> (ValueID) -> TensorType? {
        let specialization = try session.specialization(for: [converted(input).type])
        return { specialization.type(of: $0) }
    }

    /// Copies of some values in a run on `input`, which ends when all are there.
    ///
    /// - Throws: a ``RunError``, `CancellationError`, memory errors.
    func values(_ wanted: Set<ValueID>, for input: Tensor) async throws -> [ValueID: Tensor] {
        struct Enough: Error {}
        var found: [ValueID: Tensor] = [:]
        if let source = graph.inputs.first, wanted.contains(source) { found[source] = input }
        guard found.count < wanted.count else { return found }
        do {
            _ = try await subject.run(session, [converted(input)]) { node, outputs in
                for (value, tensor) in zip(node.outputs, outputs) {
                    guard let value, wanted.contains(value) else { continue }
                    found[value] = try tensor.copied(allocator: Tensor.sharedAllocator)
                }
                if found.count == wanted.count { throw Enough() }
            }
        } catch is Enough {}
        return found
    }

    private func converted(_ input: Tensor) throws -> Tensor {
        try input.converted(to: graph.inputs.first.flatMap { graph[$0].declaration.elementType })
    }

    /// The nodes that compute `target` from values of `cut`, in the order of the run.
    func nodes(from cut: Set<ValueID>, to target: ValueID) -> [Node] {
        var needed: Set<NodeID> = []
        var open = [target]
        while let value = open.popLast() {
            guard !cut.contains(value) || value == target, let node = graph.producer(of: value),
                needed.insert(node.id).inserted
            else { continue }
            open += node.inputs.compactMap { $0 }
        }
        return graph.nodes.filter { needed.contains($0.id) }
    }

    /// What `target` is computed from, up to the first of the values that `isKnown` tells, and the graph's input.
    func sources(of target: ValueID, isKnown: (ValueID) -> Bool) -> Set<ValueID> {
        var sources: Set<ValueID> = []
        var seen: Set<ValueID> = [target]
        var open = [target]
        while let value = open.popLast() {
            if value != target, isKnown(value) || graph.inputs.contains(value) {
                sources.insert(value)
                continue
            }
            for case let input? in graph.producer(of: value)?.inputs ?? []
            where graph[input].constant == nil && seen.insert(input).inserted {
                open.append(input)
            }
        }
        return sources
    }
}
