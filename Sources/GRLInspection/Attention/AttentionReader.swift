import GRLGraph
import GRLOperators
import GRLOptimizer
package import GRLRuntime
package import GRLTensor

/// Runs a network up to one of its layers, and reads what single pixels attend to there.
package struct AttentionReader: Sendable {
    package let layer: AttentionLayer
    package let branch: AttentionLayer.Branch
    /// The attentions of the branch: one for windows, the gathering and the reading one for stripes.
    private let attentions: [Node]
    private let constants: [ValueID: Tensor]
    /// What the attentions read that depends on the picture, in the order of the model's outputs.
    private let operands: [ValueID]
    private let model: Model

    /// The network of an ONNX file, free of the size of its export, and its layers.
    ///
    /// - Throws: what ``Model`` throws; a ``RunError`` with `NOT_LIFTED` for a network without such layers, or with
    ///   layers that were not recognised.
    package static func load(
        contentsOfFile path: String, memoryLimit: Int? = nil
    ) throws -> (model: Model, layers: [AttentionLayer]) {
        var options = ModelOptions(memoryLimit: memoryLimit)
        options.stage = .lifted
        let model = try Model(contentsOfFile: path, options: options)
        let layers = AttentionLayer.layers(of: model.graph)
        guard layers.isEmpty else { return (model, layers) }
        let reason = model.log.liftRefusals.first
        throw RunError(
            code: "NOT_LIFTED",
            message: "no attention in windows was found in the network"
                + (reason.map { "; lifting it was declined: \($0.message)" } ?? "; it is of another kind"))
    }

    /// Prepares a network that ends at a layer.
    ///
    /// - Parameter lifted: the lifted network that the layer is of.
    /// - Throws: a ``RunError``: with `OPTIONS` where the layer has no such branch, or when the graph cannot be
    ///   prepared.
    package init(_ lifted: Model, layer: AttentionLayer, branch: AttentionLayer.Branch) throws {
        let graph = lifted.graph
        self.layer = layer
        self.branch = branch
        let nodes: [NodeID] =
            switch branch {
            case .window: layer.window.map { [$0] } ?? []
            case .stripe: layer.stripe.map { [$0.gather, $0.read] } ?? []
            }
        guard !nodes.isEmpty else {
            throw RunError(
                code: "OPTIONS",
                message: "layer \(layer.number) has no \(branch) branch, only a \(layer.branches[0]) one")
        }
        attentions = nodes.map { graph[$0] }
        var (operands, constants): ([ValueID], [ValueID: Tensor]) = ([], [:])
        for case let value? in attentions.flatMap(\.inputs) {
            if let constant = graph[value].constant {
                constants[value] = constant
            } else if !operands.contains(value) {
                operands.append(value)
            }
        }
        (self.operands, self.constants) = (operands, constants)
        var part = graph
        part.setOutputs(operands)
        model = try Model(graph: part)
    }

    /// Runs the network up to the layer on a picture [1, C, H, W].
    ///
    /// - Throws: a ``RunError``; `CancellationError` when the task is cancelled.
    package func run(
        _ picture: Tensor, options: SessionOptions = SessionOptions(),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> AttentionState {
        let outputs = try await Session(model, options: options).run([picture], progress: progress)
        var tensors = constants
        for (value, tensor) in zip(operands, outputs) { tensors[value] = tensor }
        do {
            return AttentionState(
                branch: branch,
                attentions: try attentions.compactMap { node in
                    guard let operation = node.operation as? WindowAttention else { return nil }
                    return try AttentionRows(operation, inputs: node.inputs.map { $0.flatMap { tensors[$0] } })
                })
        } catch let error as OperatorError {
            throw RunError(code: error.code.rawValue, message: error.message)
        }
    }
}
