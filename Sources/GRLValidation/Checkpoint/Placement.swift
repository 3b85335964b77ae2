import GRLGraph
import GRLOperators

/// Whether the constants of a graph stand where their parameters belong: in the right module, the right way round, and
/// in the order in which modules are numbered.
struct Placement {
    /// What is wrong, and the module that it is wrong in.
    struct Fault: Hashable {
        let module: String
        let message: String
    }

    private let graph: Graph
    private let scopes: ModuleScopes
    private let parameters: [Parameter]
    /// What each constant holds, where that is certain.
    private var origins: [ValueID: ConstantOrigin] = [:]

    init(_ graph: Graph, _ account: ConstantAccount, _ parameters: [Parameter], scopes: ModuleScopes) {
        self.graph = graph
        self.scopes = scopes
        self.parameters = parameters
        for entry in account.entries {
            // Equal parameters that share a constant are all where they belong.
            guard entry.origins.count == 1 || entry.value.users.count == 1 else { continue }
            let scope = entry.value.users.min().map { scopes[$0] } ?? ""
            let expected = entry.origins.first { origin in
                origin.parameters.contains { parameters[$0].module == scope }
            }
            if let origin = expected ?? (entry.origins.count == 1 ? entry.origins[0] : nil) {
                origins[entry.value.id] = origin
            }
        }
    }

    /// Everything that stands in a wrong place, in the order of the graph.
    func faults() -> [Fault] {
        var seen: Set<Fault> = []
        return (names() + graph.nodes.flatMap { faults(at: $0) } + order()).filter { seen.insert($0).inserted }
    }

    /// Constants that are named after one parameter and hold another.
    private func names() -> [Fault] {
        let numbers = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
        return graph.values.compactMap { value -> Fault? in
            guard let origin = origins[value.id], let holder = Self.parameterName(value.name, among: numbers),
                origin.parameters.count == 1, let held = origin.parameters.first.map({ parameters[$0] }),
                held.name != holder.name, held.values != holder.values
            else { return nil }
            return Fault(module: holder.module, message: "\(holder.name) holds the values of \(held.name)")
        }
    }

    /// The parameter that a constant is named after, whatever stands before it and behind it in the name.
    private static func parameterName(_ name: String, among parameters: [String: Parameter]) -> Parameter? {
        var rest = Substring(name)
        for suffix in ["_float16", "_fp16", "_cast", "_quantized"] where rest.hasSuffix(suffix) {
            rest = rest.dropLast(suffix.count)
        }
        while true {
            if let parameter = parameters[String(rest)] { return parameter }
            guard let dot = rest.firstIndex(of: ".") else { return nil }
            rest = rest[rest.index(after: dot)...]
        }
    }

    private func faults(at node: Node) -> [Fault] {
        direction(of: node) + scope(of: node) + pairs(at: node)
    }

    /// Matrices that are multiplied the wrong way round, which only square ones can be.
    private func direction(of node: Node) -> [Fault] {
        guard node.inputs.count >= 2, case let value?? = node.inputs.dropFirst().first, let origin = origins[value],
            origin.parameters.count == 1 || origin.derivation == .folded, origin.derivation != .merged,
            let parameter = origin.parameters.first.map({ parameters[$0] }), parameter.field == "weight",
            parameter.dimensions.filter({ $0 != 1 }).count == 2, parameter.rows == parameter.columns
        else { return [] }
        let transposed: Bool
        switch node.operation {
        case let gemm as Gemm: transposed = !gemm.transposesB
        case is MatMul: transposed = true
        case is Conv: transposed = false
        default: return []
        }
        guard origin.isTransposed != transposed else { return [] }
        return [Fault(module: parameter.module, message: "\(parameter.name) is used transposed")]
    }

    /// Parameters that a node of another module reads.
    private func scope(of node: Node) -> [Fault] {
        let scope = scopes[node.id]
        guard !scope.isEmpty, isKnown(scope) else { return [] }
        return node.inputs.compactMap { input -> Fault? in
            guard let input, let origin = origins[input],
                let parameter = origin.parameters.first.map({ parameters[$0] }), !parameter.module.isEmpty,
                !origin.parameters.contains(where: { isRelated(parameters[$0].module, scope) })
            else { return nil }
            return Fault(module: scope, message: "holds \(parameter.name), which belongs elsewhere")
        }
    }

    private func isKnown(_ scope: String) -> Bool {
        parameters.contains { ModuleScopes.contains(scope, $0.module) }
    }

    private func isRelated(_ a: String, _ b: String) -> Bool {
        ModuleScopes.contains(a, b) || ModuleScopes.contains(b, a)
    }

    /// Weights and biases of one layer that belong to two modules, or that have changed places.
    private func pairs(at node: Node) -> [Fault] {
        let constants = node.inputs.enumerated().compactMap { index, input -> (index: Int, parameter: Parameter)? in
            guard let input, let origin = origins[input], origin.parameters.count == 1 else { return nil }
            return (index, parameters[origin.parameters[0]])
        }
        if node.operation is LayerNormalization || node.operation is Conv || node.operation is Gemm {
            return constants.compactMap { index, parameter -> Fault? in
                guard index > 0, let first = constants.first?.parameter else { return nil }
                if first.module != parameter.module {
                    return Fault(module: first.module, message: "\(first.name) is used with \(parameter.name)")
                }
                let field = ["weight", "bias"][min(index - 1, 1)]
                guard ["weight", "bias"].contains(parameter.field), parameter.field != field else { return nil }
                return Fault(module: parameter.module, message: "\(parameter.name) is used as \(field)")
            }
        }
        guard node.operation is Add, constants.count == 1, let bias = constants.first?.parameter,
            let product = node.inputs.lazy.compactMap({ $0.flatMap { graph.producer(of: $0) } }).first,
            product.operation is MatMul, case let weightValue?? = product.inputs.dropFirst().first,
            let weight = origins[weightValue]?.parameters.first.map({ parameters[$0] }), weight.module != bias.module
        else { return [] }
        return [Fault(module: weight.module, message: "\(weight.name) is used with \(bias.name)")]
    }

    /// Modules of a list that run in another order than that of their numbers.
    private func order() -> [Fault] {
        var positions: [NodeID: Int] = [:]
        for (position, node) in graph.nodes.enumerated() { positions[node.id] = position }
        var lists: [String: [(numbers: [Int], parameter: Parameter, node: NodeID)]] = [:]
        for (value, origin) in origins where !origin.parameters.isEmpty {
            let parameter = parameters[origin.parameters[0]]
            guard let node = graph[value].users.min(by: { positions[$0] ?? 0 < positions[$1] ?? 0 }) else { continue }
            let (pattern, numbers) = Self.pattern(of: parameter.name)
            lists[pattern, default: []].append((numbers, parameter, node))
        }
        return lists.sorted { $0.key < $1.key }.flatMap { _, list -> [Fault] in
            let sorted = list.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
            let faults = zip(sorted, sorted.dropFirst()).compactMap { earlier, later -> Fault? in
                guard earlier.numbers != later.numbers, depends(earlier.node, on: later.node, positions) else {
                    return nil
                }
                return Fault(
                    module: earlier.parameter.module,
                    message: "\(earlier.parameter.name) is used behind \(later.parameter.name)")
            }
            // A longer list that runs backwards as a whole is meant to, as decoders are.
            return list.count > 2 && faults.count == list.count - 1 ? [] : faults
        }
    }

    /// A name with its numbers taken out, and those.
    private static func pattern(of name: String) -> (pattern: String, numbers: [Int]) {
        var pattern = ""
        var numbers: [Int] = []
        var digits = ""
        for character in name + "." {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                if let number = Int(digits) {
                    numbers.append(number)
                    pattern += "#"
                }
                digits = ""
                pattern.append(character)
            }
        }
        return (pattern, numbers)
    }

    private func depends(_ node: NodeID, on other: NodeID, _ positions: [NodeID: Int]) -> Bool {
        guard let end = positions[other], let start = positions[node], end < start else { return false }
        var pending = [node]
        var seen: Set<NodeID> = [node]
        while let next = pending.popLast() {
            for case let input? in graph[next].inputs {
                guard let producer = graph.producer(of: input)?.id else { continue }
                if producer == other { return true }
                if positions[producer] ?? 0 > end, seen.insert(producer).inserted { pending.append(producer) }
            }
        }
        return false
    }
}
