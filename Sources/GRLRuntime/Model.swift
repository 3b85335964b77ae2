package import GRLGraph
import GRLONNX
package import GRLOptimizer
import GRLTensor
import Logging

/// How a model is loaded.
public struct ModelOptions: Sendable {
    /// The most bytes that the model's tensors may take; no limit by default.
    public var memoryLimit: Int?
    /// The precision of products; float32 by default. A network that was not fused stays float32.
    public var precision: Precision
    /// Whether a processor that lacks the instructions for the precision computes the same results slowly.
    package var emulatesPrecision = false
    /// How far the graph is optimised; all the way by default.
    package var stage = OptimizationStage.allCases.max() ?? .imported

    /// The defaults.
    public init(memoryLimit: Int? = nil, precision: Precision = .float32) {
        self.memoryLimit = memoryLimit
        self.precision = precision
    }
}

/// How long the parts of loading a model took.
package struct LoadDurations: Sendable {
    /// Reading and checking the file; zero for a graph that was not read from one.
    package var importing = Duration.zero
    /// All passes, and ordering the nodes.
    package var optimizing = Duration.zero
}

/// A network, ready to run: imported from a file, checked and optimised. Immutable, so many sessions may share it.
public struct Model: Sendable {
    /// The inputs, in the order in which ``Session/run(_:)`` takes them.
    public let inputs: [ModelValue]
    /// The outputs, in the order in which ``Session/run(_:)`` returns them.
    public let outputs: [ModelValue]
    /// The inputs as the file declares them: of one size, for example, where ``inputs`` are of any.
    package let declaredInputs: [ModelValue]
    /// The network after optimisation.
    package let graph: Graph
    /// What the optimiser did.
    package let log: OptimizationLog
    /// How long loading took.
    package private(set) var durations = LoadDurations()
    let schedule: Schedule

    /// Loads an ONNX file; external data is looked for beside it.
    ///
    /// - Throws: an ``ImportError`` when the file is no sound model, a ``RunError`` when a part of it that does not
    ///   depend on the inputs cannot be computed, or with `UNSUPPORTED_PRECISION` when this processor lacks the
    ///   instructions for the precision.
    public init(contentsOfFile path: String, options: ModelOptions = ModelOptions()) throws {
        _ = try options.precision.kernels(emulates: options.emulatesPrecision)
        let allocator = TensorAllocator(limit: options.memoryLimit ?? Int.max)
        let start = ContinuousClock.now
        let graph = try ModelImporter.load(contentsOf: path, options: ImportOptions(allocator: allocator)).graph
        let importing = start.duration(to: .now)
        try self.init(graph: graph, options: options)
        durations.importing = importing
        allocator.trim()
        let logger = Logger(label: "grl.model")
        for entry in log.entries { logger.debug("\(entry)") }
    }

    /// Optimises a graph.
    ///
    /// - Throws: a ``RunError`` when a part of it that does not depend on the inputs cannot be computed, or with
    ///   `UNSUPPORTED_PRECISION`.
    package init(graph: Graph, options: ModelOptions = ModelOptions()) throws {
        var graph = graph
        let start = ContinuousClock.now
        declaredInputs = graph.inputs.map { ModelValue(graph[$0]) }
        log = try Self.optimize(&graph, options)
        inputs = graph.inputs.map { ModelValue(graph[$0]) }
        outputs = graph.outputs.map { ModelValue(graph[$0]) }
        self.graph = graph
        schedule = Schedule(graph)
        durations.optimizing = start.duration(to: .now)
    }

    private static func optimize(_ graph: inout Graph, _ options: ModelOptions) throws -> OptimizationLog {
        let kernels = try options.precision.kernels(emulates: options.emulatesPrecision)
        let reduction: [any Pass] = options.precision == .float32 ? [] : [ChooseKernels(kernels)]
        let pool = ThreadPool.shared
        let executor = RunExecutor(pool: pool, threadLimit: pool.threadCount, cancellation: CancellationFlag())
        let pipeline = OptimizationPipeline.through(options.stage, on: executor)
        do {
            return try OptimizationPipeline(
                passes: pipeline.passes + reduction, verifiesEachPass: pipeline.verifiesEachPass
            ).run(on: &graph)
        } catch let error as OptimizationError {
            throw RunError(error)
        }
    }

    /// Nodes whose operators are not known here, each as `Operator (opset version) at 'node'`.
    public var unsupportedNodes: [String] { Self.unsupportedNodes(in: graph) }

    private static func unsupportedNodes(in graph: Graph) -> [String] {
        graph.nodes.flatMap { node -> [String] in
            if let operation = node.operation as? UnsupportedOperator {
                let domain = operation.domain.isEmpty ? "" : operation.domain + "."
                return ["\(domain)\(operation.name) (opset \(operation.version)) at '\(node.name)'"]
            }
            guard node.operation is any SubgraphOperator else { return [] }
            return node.operation.attributes.values.flatMap { value -> [String] in
                guard case .graph(let subgraph) = value else { return [] }
                return unsupportedNodes(in: subgraph.graph)
            }
        }
    }

    /// Types of the outputs for concrete types of the inputs; nil where they depend on data.
    ///
    /// - Throws: a ``RunError`` when the network does not accept them.
    package func inferOutputs(for inputs: [TensorType]) throws -> [TensorType?] {
        try graph.check(inputs: inputs)
        do {
            let facts = try TypeInference.run(graph, inputs: inputs.map { ValueFact(type: $0) })
            return graph.outputs.map { facts[$0]?.type }
        } catch let error as NodeError {
            throw RunError(error)
        }
    }

    /// Bytes of the constants, those that operators hold included.
    package var constantBytes: Int {
        graph.values.reduce(0) { $0 + ($1.constant?.byteCount ?? 0) }
            + graph.nodes.reduce(0) { $0 + (($1.operation as? any ConstantHoldingOperator)?.constantBytes ?? 0) }
    }
}
