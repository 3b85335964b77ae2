import GRLGraph
import GRLTensor

/// Whether the network was exported for inference: nothing drops, draws or updates at random.
package struct TrainingCheck: Check {
    private static let randomOperators: Set<String> = [
        "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
    ]

    package let name = "training"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        var findings: [Finding] = []
        var idle = 0
        for node in subject.graph.nodes {
            if try Self.dropsNothing(node, in: subject.graph) {
                idle += 1
                continue
            }
            guard let reason = try Self.reason(node, in: subject.graph) else { continue }
            findings.append(
                Finding(
                    name, .failed, layer: subject.layer(of: node),
                    "'\(node.name)' \(reason): the network was exported in training mode"))
        }
        if idle > 0 {
            findings.append(
                Finding(
                    name, .warned, "\(counted(idle, "Dropout node")) in training mode, with nothing to drop",
                    values: ["idle": Double(idle)]))
        }
        return findings.isEmpty ? [Finding(name, .passed, "no node drops or draws at random")] : findings
    }

    /// Whether a node is a Dropout in training mode whose ratio is 0.
    private static func dropsNothing(_ node: Node, in graph: Graph) throws -> Bool {
        guard try isTrainingDropout(node, in: graph), node.inputs.count > 1, let ratio = node.inputs[1],
            let constant = graph[ratio].constant
        else { return false }
        return try constant.asFloat32().elements(of: Float.self).allSatisfy { $0 == 0 }
    }

    private static func isTrainingDropout(_ node: Node, in graph: Graph) throws -> Bool {
        guard node.operation.spec.name == "Dropout", node.inputs.count > 2,
            let mode = node.inputs[2].flatMap({ graph[$0].constant }), mode.elementType == .bool
        else { return false }
        return try mode.elements(of: Bool.self).contains(true)
    }

    private static func reason(_ node: Node, in graph: Graph) throws -> String? {
        let operatorName = node.operation.spec.name
        if randomOperators.contains(operatorName) { return "(\(operatorName)) draws random numbers" }
        if try isTrainingDropout(node, in: graph) { return "(Dropout) drops at random" }
        guard operatorName == "BatchNormalization", case .int(let mode)? = node.operation.attributes["training_mode"],
            mode != 0
        else { return nil }
        return "(BatchNormalization) normalises by the batch"
    }
}
