import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLRuntime

/// A model that is to be compared with another one.
package struct ComparedModel: Sendable {
    /// The network free of the size of its export; nil where something keeps it at its size.
    let lifted: Graph?
    /// The network as it is spelled, without what repeats or folds.
    let simplified: Graph
    /// What the network is; nil where it is not recognised.
    package let network: NetworkDescription?
    /// The number of the parameters that the file holds.
    package let parameters: Int
    /// Why the network was not lifted.
    package let refusal: String?

    /// Reads an ONNX file.
    ///
    /// - Parameter memoryLimit: the most bytes that the model's tensors may take.
    /// - Throws: what ``StagedModel`` throws.
    package init(contentsOfFile path: String, memoryLimit: Int? = nil) throws {
        let model = try StagedModel(contentsOfFile: path, through: .lifted, memoryLimit: memoryLimit)
        simplified = model.graph(at: .simplified)
        network = NetworkReader.read(model)
        parameters = FileContents(model).parameters
        let refusals = model.liftRefusals
        let isLifted = refusals.isEmpty || simplified.nodes.contains { $0.operation is WindowAttention }
        lifted = isLifted ? try Self.withTables(model.graph(at: .lifted)) : nil
        refusal = isLifted ? nil : refusals.first.map { "\($0.message)" + ($0.node.map { " at '\($0)'" } ?? "") }
    }

    /// The graph with tables in place of the networks that make them: files spell those in many ways.
    private static func withTables(_ graph: Graph) throws -> Graph {
        var graph = graph
        do {
            _ = try OptimizationPipeline(passes: OptimizationStage.tableFolding()).run(on: &graph)
        } catch let error as OptimizationError {
            throw RunError(error)
        }
        return graph
    }

    /// For example `input: float32[1, 3, 64, 64]`, as the file has them, of all inputs and outputs.
    package var interface: [String] {
        (simplified.inputs + simplified.outputs).map { "\(simplified[$0].name): \(simplified[$0].declaration)" }
    }
}
