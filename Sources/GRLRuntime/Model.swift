package import GRLGraph
package import GRLOptimizer

/// How a model is loaded.
public struct ModelOptions: Sendable {
    /// The most bytes that the model's tensors may take; no limit by default.
    public var memoryLimit: Int?
    /// Whether the graph is optimised; on by default.
    package var optimizes = true

    /// The defaults.
    public init(memoryLimit: Int? = nil) {
        self.memoryLimit = memoryLimit
    }
}

/// A network, ready to run: imported from a file, checked and optimised. Immutable, so many sessions may share it.
public struct Model: Sendable {
    /// The inputs, in the order in which ``Session/run(_:)`` takes them.
    public let inputs: [ModelValue]
    /// The outputs, in the order in which ``Session/run(_:)`` returns them.
    public let outputs: [ModelValue]
    /// The network after optimisation.
    package let graph: Graph
    /// What the optimiser did.
    package let log: OptimizationLog
    let schedule: Schedule

    /// Optimises a graph.
    ///
    /// - Throws: an ``OptimizationError`` when a part of it that does not depend on the inputs cannot be computed.
    package init(graph: Graph, options: ModelOptions = ModelOptions()) throws {
        inputs = graph.inputs.map { ModelValue(graph[$0]) }
        outputs = graph.outputs.map { ModelValue(graph[$0]) }
        var graph = graph
        log = options.optimizes ? try OptimizationPipeline.standard().run(on: &graph) : OptimizationLog()
        self.graph = graph
        schedule = Schedule(graph)
    }

    /// Nodes whose operators are not known here, each as `Operator (opset version) at 'node'`.
    public var unsupportedNodes: [String] {
        graph.nodes.compactMap { node in
            guard let operation = node.operation as? UnsupportedOperator else { return nil }
            let domain = operation.domain.isEmpty ? "" : operation.domain + "."
            return "\(domain)\(operation.name) (opset \(operation.version)) at '\(node.name)'"
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

    /// Bytes of the constants.
    package var constantBytes: Int { graph.values.reduce(0) { $0 + ($1.constant?.byteCount ?? 0) } }
}
