import Dispatch
package import GRLGraph
public import GRLTensor

/// How a session runs.
public struct SessionOptions: Sendable {
    /// The most threads that work at once; all cores by default.
    public var threads: Int?
    /// The most bytes that a run may take beside the weights; no limit by default.
    public var memoryLimit: Int?
    /// Whether operators may take their fast way; on by default.
    package var accelerates = true

    /// The defaults.
    public init(threads: Int? = nil, memoryLimit: Int? = nil) {
        self.threads = threads
        self.memoryLimit = memoryLimit
    }
}

/// Runs a model on tensors. Runs may overlap, each in memory of its own; what a run lets go serves the next.
public final class Session: Sendable {
    /// The model that is run.
    public let model: Model
    private let options: SessionOptions
    private let allocator: TensorAllocator
    private let arenas: ArenaShelf
    private let specializations = SpecializationCache(capacity: 8)
    /// The most threads that work on one run.
    private let threads: Int

    /// - Throws: a ``RunError`` with the code `UNSUPPORTED_OP` that lists the nodes that cannot run.
    public init(_ model: Model, options: SessionOptions = SessionOptions()) throws {
        let unsupported = model.unsupportedNodes
        guard unsupported.isEmpty else {
            let listed = unsupported.sorted().prefix(20).joined(separator: ", ")
            let more = unsupported.count > 20 ? " and \(unsupported.count - 20) more" : ""
            throw RunError(
                code: "UNSUPPORTED_OP",
                message: "\(unsupported.count) nodes have operators that are not known here: \(listed)\(more)")
        }
        self.model = model
        self.options = options
        allocator = TensorAllocator(limit: options.memoryLimit ?? Int.max)
        arenas = ArenaShelf(allocator: allocator)
        threads = options.threads ?? ThreadPool.shared.threadCount
    }

    /// The outputs for `inputs`, computed on the threads of the process while the caller's task waits.
    ///
    /// - Throws: a ``RunError``; `CancellationError` soon after the task is cancelled.
    public func run(_ inputs: [Tensor]) async throws -> [Tensor] { try await run(inputs) { _ in } }

    /// As ``run(_:)``; calls `progress` after each step with the part of all steps that is done, from 0 to 1, and notes
    /// each step in `profile`.
    package func run(
        _ inputs: [Tensor], profile: RunProfile? = nil, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> [Tensor] {
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global(qos: .userInitiated).async {
                    continuation.resume(
                        with: Result {
                            try self.run(
                                inputs, cancellation: cancellation, profile: profile, progress: progress)
                        })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// The outputs for `inputs`; blocks the calling thread, on which `observe` sees what every node gives.
    ///
    /// - Throws: a ``RunError``; `CancellationError` soon after `cancellation` asks for it; what `observe` throws.
    package func run(
        _ inputs: [Tensor], cancellation: CancellationFlag = CancellationFlag(), profile: RunProfile? = nil,
        progress: (Double) -> Void = { _ in }, observe: StepObserver? = nil
    ) throws -> [Tensor] {
        let specialization = try specialization(for: inputs.map(\.type))
        try checkLimit(specialization.plan)
        let executor = RunExecutor(pool: ThreadPool.shared, threadLimit: threads, cancellation: cancellation)
        var arena = try takeArena(for: specialization.plan)
        defer { arenas.put(arena.take()) }
        return try Executor(
            allocator: allocator, executor: executor, accelerates: options.accelerates, profile: profile,
            observe: observe
        )
        .run(
            model.schedule, inputs: inputs, memory: RunMemory(specialization: specialization, arena: arena),
            progress: progress)
    }

    /// Types and memory for inputs of certain types; the last few are kept.
    ///
    /// - Throws: a ``RunError`` when the model does not accept the inputs.
    package func specialization(for inputs: [TensorType]) throws -> Specialization {
        try model.graph.check(inputs: inputs)
        return try specializations.specialization(for: inputs) {
            try Specialization(model.schedule, inputs: inputs, threads: threads, accelerates: options.accelerates)
        }
    }

    /// Bytes that a run needs at its worst moment beside weights and inputs; nil when types depend on data.
    ///
    /// - Throws: a ``RunError`` when the model does not accept the inputs.
    package func peakBytes(for inputs: [TensorType]) throws -> Int? {
        try specialization(for: inputs).plan.peakBytes
    }

    /// Bytes that tensors of this session hold now: those of runs, the kept arena, and results that are still there.
    package var bytesInUse: Int { allocator.bytesInUse }

    /// The most bytes that tensors of this session ever held.
    package var mostBytesInUse: Int { allocator.peakBytes }

    /// The inputs' types of the specializations that are kept, in the order of their last use.
    package var specializedInputs: [[TensorType]] { specializations.keptInputs }

    private func checkLimit(_ plan: MemoryPlan) throws {
        guard let limit = options.memoryLimit, let needed = plan.peakBytes, needed > limit else { return }
        throw RunError(
            code: TensorError.Code.memoryBudget.rawValue,
            message: "a run on these inputs needs \(needed) bytes beside the weights, and \(limit) bytes are allowed; "
                + "give smaller inputs, or allow \(needed - limit) bytes more")
    }

    private func takeArena(for plan: MemoryPlan) throws -> TensorStorage? {
        do {
            return try arenas.take(byteCount: plan.arenaBytes)
        } catch {
            throw RunError(code: error.code.rawValue, message: "no arena for the run: \(error.message)")
        }
    }
}
