import Foundation
import GRLGraph
import GRLTensor

/// Every floating-point constant of a graph that is more than one number, and single numbers that are parameters; and
/// where they come from.
struct ConstantAccount {
    /// A constant and what it may be.
    struct Entry {
        let value: Value
        /// The parameters whose values it has; several where parameters are equal, none where it has none's.
        var origins: [ConstantOrigin]
        /// What it is where it comes from no parameter; nil where that is unknown.
        var generated: String?

        var isExplained: Bool { !origins.isEmpty || generated != nil }
    }

    private(set) var entries: [Entry] = []
    /// The constants that hold something of a parameter, by its number.
    private(set) var holders: [Int: [(entry: Int, origin: ConstantOrigin)]] = [:]

    /// - Throws: memory errors, `CancellationError`.
    init(_ graph: Graph, _ recognizer: inout ConstantRecognizer, scopes: ModuleScopes) throws {
        var singles: [(entry: Entry, readers: ConstantReaders)] = []
        for value in graph.values {
            guard let tensor = value.constant, tensor.elementType.isFloatingPoint, tensor.count > 0,
                tensor.count > 1 || tensor.shape.rank > 0
            else { continue }
            try Task.checkCancellation()
            let readers = ConstantReaders(value, in: graph, scopes)
            let (origins, generated) = recognizer.origins(try tensor.floats(), of: tensor, readers: readers)
            let entry = Entry(value: value, origins: origins, generated: generated)
            if tensor.count > 1 { entries.append(entry) } else { singles.append((entry, readers)) }
        }
        entries += attributed(singles, recognizer.set.parameters)
        collectHolders(recognizer.set.parameters)
        try findFoldedNorms(recognizer)
    }

    /// The parameters of which something is nowhere.
    func missing(of parameters: [Parameter]) -> [Int] { parameters.indices.filter { !isWhole($0, parameters[$0]) } }

    /// How a parameter is there at best.
    func derivation(of parameter: Int) -> ConstantOrigin.Derivation? {
        holders[parameter]?.map(\.origin.derivation).min()
    }

    private func isWhole(_ number: Int, _ parameter: Parameter) -> Bool {
        guard let holders = holders[number] else { return false }
        if holders.contains(where: { $0.origin.rows == nil }) { return true }
        return ["rows", "columns"].contains { kind in
            let runs = holders.filter { $0.origin.what == kind }.compactMap(\.origin.rows)
            let all = kind == "rows" ? parameter.rows : parameter.columns
            return runs.reduce(into: IndexSet()) { $0.insert(integersIn: $1) }.count == all
        }
    }

    /// Single numbers that are parameters. One number may be anything; it counts where it stands in the parameter's
    /// place: by its name, in its module, or beside another parameter of the module.
    private func attributed(
        _ singles: [(entry: Entry, readers: ConstantReaders)], _ parameters: [Parameter]
    ) -> [Entry] {
        var modules: [ValueID: Set<String>] = [:]
        for entry in entries {
            modules[entry.value.id] = Set(entry.origins.flatMap(\.parameters).map { parameters[$0].module })
        }
        return singles.compactMap { entry, readers in
            var entry = entry
            entry.origins.removeAll { origin in
                !origin.parameters.contains { number in
                    let parameter = parameters[number]
                    return readers.mayBelong(to: parameter)
                        || readers.siblings.contains { modules[$0]?.contains(parameter.module) ?? false }
                }
            }
            return entry.origins.isEmpty ? nil : entry
        }
    }

    private mutating func collectHolders(_ parameters: [Parameter]) {
        holders = [:]
        for (index, entry) in entries.enumerated() {
            for origin in entry.origins {
                for parameter in origin.parameters { holders[parameter, default: []].append((index, origin)) }
            }
        }
    }

    /// A second look at what has remained, once it is known which parameters are missing.
    private mutating func findFoldedNorms(_ recognizer: ConstantRecognizer) throws {
        let parameters = recognizer.set.parameters
        let missing = Set(missing(of: parameters))
        guard !missing.isEmpty else { return }
        for index in entries.indices where !entries[index].isExplained {
            guard let tensor = entries[index].value.constant else { continue }
            if let origin = recognizer.foldedNorm(try tensor.floats(), missing: missing) {
                entries[index].origins = [origin]
            }
        }
        collectHolders(parameters)
    }
}
