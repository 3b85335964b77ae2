import GRLGraph
import GRLRuntime
import GRLTensor

/// Whether the types that the file declares are those that follow from its operators.
package struct TypesCheck: Check {
    package let name = "types"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        let graph = subject.graph
        let facts: [ValueID: ValueFact]
        do {
            facts = try TypeInference.run(graph, inputs: subject.exampleTypes().map { ValueFact(type: $0) })
        } catch let error as NodeError {
            return [
                Finding(
                    name, .failed, layer: subject.layer(of: error.node),
                    "a node does not accept its inputs: \(error)")
            ]
        } catch let error as RunError where error.code == "INPUT" {
            return [Finding(name, .skipped, error.message)]
        }
        var findings: [Finding] = []
        var known = 0
        for value in graph.values where value.constant == nil {
            guard let type = facts[value.id]?.type else { continue }
            known += 1
            guard !value.declaration.allows(type) else { continue }
            let layer = graph.producer(of: value.id).flatMap { subject.layer(of: $0) }
            findings.append(
                Finding(
                    name, graph.isOutput(value.id) ? .failed : .warned, layer: layer,
                    "'\(value.name)' is declared \(value.declaration), and is \(type)"))
        }
        guard findings.isEmpty else { return findings }
        return [Finding(name, .passed, "declared and inferred types of \(counted(known, "value")) agree")]
    }
}

extension ValueDeclaration {
    /// Whether nothing that is declared contradicts a type; names of dimensions stand for any size.
    func allows(_ type: TensorType) -> Bool {
        if let elementType, elementType != type.elementType { return false }
        guard let dimensions else { return true }
        return dimensions.count == type.shape.rank
            && zip(dimensions, type.shape.dimensions).allSatisfy { dimension, size in
                if case .fixed(let expected) = dimension { expected == size } else { true }
            }
    }
}
