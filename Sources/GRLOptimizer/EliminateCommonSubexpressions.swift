package import GRLGraph
import GRLTensor

/// Lets nodes that compute the same from the same inputs share one result, and equal small constants one tensor.
package struct EliminateCommonSubexpressions: Pass {
    package let name = "eliminate common subexpressions"
    /// Constants of more bytes than this are not compared.
    private static let comparedBytes = 4096

    package init() {}

    private struct Key: Hashable {
        let description: String
        let inputs: [ValueID?]
        let outputCount: Int
    }

    private struct ConstantKey: Hashable {
        let elementType: ElementType
        let shape: Shape
        let bytes: [UInt8]
    }

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        shareConstants(in: &graph)
        var seen: [Key: NodeID] = [:]
        var erased = Set<NodeID>()
        for id in graph.schedule {
            let node = graph[id]
            guard let key = key(of: node), !node.outputs.contains(where: { $0.map(graph.isOutput) ?? false }) else {
                continue
            }
            guard let first = seen[key] else {
                seen[key] = id
                continue
            }
            let originals = graph[first].outputs
            guard zip(originals, node.outputs).allSatisfy({ ($0 == nil) == ($1 == nil) }) else { continue }
            for case let (original?, output?) in zip(originals, node.outputs) {
                graph.replaceUses(of: output, with: original)
            }
            graph.addOrigins(node.origins, to: first)
            erased.insert(id)
        }
        graph.erase(erased)
        graph.eraseUnusedConstants()
        if !erased.isEmpty { log.applied(self, "shared \(erased.count) nodes") }
    }

    private func shareConstants(in graph: inout Graph) {
        var seen: [ConstantKey: ValueID] = [:]
        for value in Array(graph.values) {
            guard let tensor = value.constant, tensor.byteCount <= Self.comparedBytes else { continue }
            let key = ConstantKey(
                elementType: tensor.elementType, shape: tensor.shape, bytes: tensor.withBytes { Array($0) })
            if let first = seen[key] {
                if !graph.isOutput(value.id) { graph.replaceUses(of: value.id, with: first) }
            } else {
                seen[key] = value.id
            }
        }
    }

    /// Operator, attributes and inputs; nil for nodes whose attributes do not compare.
    private func key(of node: Node) -> Key? {
        let attributes = node.operation.attributes.sorted { $0.key < $1.key }
        var words = [node.operation.spec.domain, node.operation.spec.name]
        for (name, value) in attributes {
            switch value {
            case .tensor, .graph: return nil
            default: words.append("\(name)=\(value.summary)")
            }
        }
        words.append(String(reflecting: type(of: node.operation)))
        return Key(description: words.joined(separator: "|"), inputs: node.inputs, outputCount: node.outputs.count)
    }
}
