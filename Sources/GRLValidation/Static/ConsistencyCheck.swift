import GRLGraph
import GRLOperators
import GRLTensor

/// Whether layers of one kind are alike: a network has one epsilon in its normalisations and one kind of GELU.
package struct ConsistencyCheck: Check {
    package let name = "consistency"

    package init() {}

    package func run(on subject: Subject) throws -> [Finding] {
        let graph = try subject.model(.simplified).graph
        let scopes = ModuleScopes(graph)
        var epsilons: [String: [Node]] = [:]
        var activations: [String: [Node]] = [:]
        for node in graph.nodes {
            if case .float(let epsilon)? = node.operation.attributes["epsilon"], node.operation is LayerNormalization {
                epsilons["epsilon \(number(Double(epsilon)))", default: []].append(node)
            }
            switch node.operation {
            case is Gelu:
                if case .string("tanh")? = node.operation.attributes["approximate"] {
                    activations["GELU by tanh", default: []].append(node)
                } else {
                    activations["GELU by erf", default: []].append(node)
                }
            case is Tanh: activations["GELU by tanh", default: []].append(node)
            default: continue
            }
        }
        let findings = [epsilons, activations].flatMap { kinds in odd(kinds, scopes) }
        let counts = [(epsilons, "layer normalisation"), (activations, "GELU")].map { kinds, noun in
            counted(kinds.values.reduce(0) { $0 + $1.count }, noun)
        }
        return findings.isEmpty
            ? [Finding(name, .passed, "\(counts.joined(separator: " and ")), each of one kind")]
            : findings
    }

    /// The nodes that are not of the most frequent kind.
    private func odd(_ kinds: [String: [Node]], _ scopes: ModuleScopes) -> [Finding] {
        guard let usual = kinds.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else { return [] }
        return kinds.filter { $0.key != usual.key }.sorted { $0.key < $1.key }.flatMap { kind, nodes in
            nodes.map { node in
                let module = scopes[node.id]
                return Finding(
                    name, .warned, layer: module.isEmpty ? nil : module,
                    "\(kind) at '\(node.name)', \(usual.key) in \(counted(usual.value.count, "other layer"))")
            }
        }
    }
}
