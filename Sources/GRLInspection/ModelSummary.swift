import GRLGraph
import GRLOptimizer
import GRLTensor

/// What a model is: all that its one-screen summary tells.
package struct ModelSummary: Sendable, Encodable {
    package struct File: Sendable, Encodable {
        package let path: String
        package let bytes: Int
        /// Bytes of tensors in other files.
        package let externalBytes: Int
        package let irVersion: Int
        /// The opset of each domain; the standard one is `ai.onnx`.
        package let opsets: [String: Int]
        package let producer: String
        package let exporter: Exporter
    }

    package struct Port: Sendable, Encodable {
        package let name: String
        /// For example `float32[1, 3, height, width]`.
        package let type: String
    }

    package struct StageSize: Sendable, Encodable {
        package let stage: String
        package let nodes: Int
        package let constantBytes: Int
    }

    package let file: File
    package let inputs: [Port]
    package let outputs: [Port]
    /// Nil where the network is none of window attentions.
    package let network: NetworkDescription?
    package let contents: FileContents
    package let stages: [StageSize]
    /// The operators of the lifted network, or of the simplified one where it was not lifted, with how many nodes have
    /// them.
    package let operators: [String: Int]
    /// The costs at the size of the export; nil where they are not known.
    package let cost: SizeCost?
    /// Why the costs are not known.
    package let costError: String?
    package let resizability: Resizability

    /// - Parameter model: a model through its last stage.
    package init(_ model: StagedModel, trees: [ModuleTree]) {
        let graph = model.graph(at: .imported)
        let (own, other) = (model.file.byteCount, model.file.externalByteCount)
        file = File(
            path: model.file.path, bytes: own, externalBytes: other, irVersion: model.file.irVersion,
            opsets: Dictionary(
                model.file.opsets.map { ($0.key.isEmpty ? "ai.onnx" : $0.key, $0.value) }, uniquingKeysWith: max),
            producer: "\(model.file.producerName) \(model.file.producerVersion)".trimmingSpaces,
            exporter: Exporter(model))
        inputs = graph.inputs.map { Port(name: graph[$0].name, type: "\(graph[$0].declaration)") }
        outputs = graph.outputs.map { Port(name: graph[$0].name, type: "\(graph[$0].declaration)") }
        network = NetworkReader.read(model)
        let contents = FileContents(model)
        self.contents = contents
        stages = model.stages.map { stage in
            StageSize(
                stage: InspectedStage(stage.stage).rawValue, nodes: stage.graph.schedule.count,
                constantBytes: GraphConstants.byteCount(stage.graph))
        }
        let recognised = model.graph(at: model.isFreeOfSize ? .lifted : .simplified)
        operators = Dictionary(recognised.nodes.map { ($0.operation.spec.name, 1) }, uniquingKeysWith: +)
        (cost, costError) = Self.cost(model, trees, contents)
        resizability = Resizability(model, trees: trees)
    }

    private static func cost(
        _ model: StagedModel, _ trees: [ModuleTree], _ contents: FileContents
    ) -> (SizeCost?, String?) {
        guard let size = model.exportSize, let tree = trees.last else { return (nil, "the network takes no image") }
        do {
            let parameters = ParameterCounts(model, contents: contents)
            return (try SizeCost(model, tree, parameters, height: size.height, width: size.width), nil)
        } catch {
            return (nil, "\(error)")
        }
    }
}

/// The constants of a graph.
enum GraphConstants {
    /// Bytes of the constants, those that operators hold included.
    static func byteCount(_ graph: Graph) -> Int {
        let stored = graph.values.reduce(0) { $0.saturatingSum($1.constant?.byteCount ?? 0) }
        return graph.nodes.reduce(stored) {
            $0.saturatingSum(($1.operation as? any ConstantHoldingOperator)?.constantBytes ?? 0)
        }
    }
}

extension String {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
