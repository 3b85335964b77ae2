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

/// Runs a model on tensors. Runs may overlap; memory that a run lets go serves the next.
public final class Session: Sendable {
    /// The model that is run.
    public let model: Model
    private let options: SessionOptions
    private let allocator: TensorAllocator

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

    /// The outputs for `inputs`; blocks the calling thread.
    ///
    /// - Throws: a ``RunError``; `CancellationError` soon after `cancellation` asks for it.
    package func run(
        _ inputs: [Tensor], cancellation: CancellationFlag = CancellationFlag(), profile: RunProfile? = nil,
        progress: (Double) -> Void = { _ in }
    ) throws -> [Tensor] {
        try model.graph.check(inputs: inputs.map(\.type))
        let pool = ThreadPool.shared
        let executor = RunExecutor(
            pool: pool, threadLimit: options.threads ?? pool.threadCount, cancellation: cancellation)
        return try Executor(
            allocator: allocator, executor: executor, accelerates: options.accelerates, profile: profile
        )
        .run(model.schedule, inputs: inputs, progress: progress)
    }

    /// Bytes that a run needs at its worst moment beside weights and inputs; nil when types depend on data.
    ///
    /// - Throws: a ``RunError`` when the model does not accept the inputs.
    package func peakBytes(for inputs: [TensorType]) throws -> Int? {
        try model.graph.check(inputs: inputs)
        do {
            return try MemoryEstimate.peakBytes(model.schedule, inputs: inputs)
        } catch let error as NodeError {
            throw RunError(error)
        }
    }
}
