import GRLCheckpoint
import GRLGraph
import GRLTensor

/// A state dictionary, accounted for in a graph.
struct CheckpointAccount {
    let dictionary: StateDictionary
    /// The numbers of the parameters that are not in the file, or have no effect.
    let missing: [Int]
    private let set: ParameterSet
    private let file: ConstantAccount
    private let effective: ConstantAccount
    private let faults: [Placement.Fault]
    private let bufferFaults: [(name: String, message: String)]
    private let subject: Subject

    /// - Parameter effective: the lifted graph, or the simplified one where lifting was declined.
    /// - Throws: memory errors, `CancellationError`.
    init(_ dictionary: StateDictionary, subject: Subject, effective graph: Graph) throws {
        self.dictionary = dictionary
        self.subject = subject
        set = try ParameterSet(dictionary)
        var recognizer = ConstantRecognizer(set)
        let scopes = ModuleScopes(graph)
        // The lifted graph first: it tells the sizes of windows, which recognising gathered biases begins with.
        effective = try ConstantAccount(graph, &recognizer, scopes: scopes)
        file = try ConstantAccount(subject.graph, &recognizer, scopes: subject.scopes)
        let parameters = set.parameters
        // What is computed from rounded values differs too; that they were rounded is enough to say.
        let changed = file.holders.filter { $0.value.allSatisfy { $0.origin.fault != nil } }.keys
        missing = Set(effective.missing(of: parameters)).subtracting(changed).union(file.missing(of: parameters))
            .sorted()
        var seen: Set<Placement.Fault> = []
        faults =
            (Placement(subject.graph, file, parameters, scopes: subject.scopes).faults()
            + Placement(graph, effective, parameters, scopes: scopes).faults()).filter { seen.insert($0).inserted }
        bufferFaults = try set.buffers.compactMap { buffer in
            try BufferCheck.fault(of: buffer).map { (buffer.name, $0) }
        }
    }

    /// Whether everything is accounted for.
    var passes: Bool {
        missing.isEmpty && unexplained.isEmpty && faults.isEmpty && bufferFaults.isEmpty && roundingFaults.isEmpty
    }

    /// Constants of which nobody knows where they come from: of the file, and of the lifted graph where the file's are
    /// known.
    private var unexplained: [ConstantAccount.Entry] {
        let inFile = file.entries.filter { !$0.isExplained }
        return inFile.isEmpty ? effective.entries.filter { !$0.isExplained } : inFile
    }

    private var roundingFaults: [(Parameter, String)] {
        file.entries.flatMap { entry in
            entry.origins.allSatisfy { $0.fault != nil } ? entry.origins.prefix(1) : []
        }.compactMap { origin in
            guard let fault = origin.fault, let number = origin.parameters.first else { return nil }
            return (set.parameters[number], fault)
        }
    }

    /// The most lines for one kind of failure.
    private static let lineLimit = 24

    /// One line for what is in order, and one for each layer where something is not.
    func findings(_ check: String) -> [Finding] {
        let groups = [
            missingFindings(check + ".missing"),
            roundingFaults.map { parameter, message in
                Finding(check + ".values", .failed, layer: parameter.module, "\(parameter.name): \(message)")
            },
            faults.map { Finding(check + ".place", .failed, layer: $0.module, $0.message) },
            unexplained.map { entry in
                let type = entry.value.constant.map { "\($0)" } ?? ""
                return Finding(
                    check + ".unaccounted", .failed, layer: subject.layer(ofConstant: entry.value),
                    "the constant '\(entry.value.name)' (\(type)) comes neither from the checkpoint nor from sizes")
            },
            bufferFaults.map { name, message in
                let layer = ModuleScopes.module(ofParameter: name)
                return Finding(check + ".buffer", .failed, layer: layer, "\(name) \(message)")
            },
        ]
        let lines = groups.flatMap { group -> [Finding] in
            guard group.count > Self.lineLimit, let last = group.last else { return group }
            let rest = group.count - Self.lineLimit
            return group.prefix(Self.lineLimit) + [Finding(last.check, .failed, "and \(rest) more")]
        }
        return [summary(check, failures: lines.count)] + lines
    }

    private func missingFindings(_ check: String) -> [Finding] {
        let nearest = NearestConstant(set.parameters)
        let unexplained = unexplained
        return missing.enumerated().map { position, number in
            let parameter = set.parameters[number]
            let isInFile = file.holders[number] != nil
            let what = isInFile ? "is in the file, but what is computed from it is not" : "is not in the export"
            let (message, details) =
                position < Self.lineLimit ? nearest.description(of: number, among: unexplained) : ("", [])
            return Finding(
                check, .failed, layer: parameter.module.isEmpty ? nil : parameter.module,
                "\(parameter.name) \(what)\(message)", details: details)
        }
    }

    private func summary(_ check: String, failures: Int) -> Finding {
        let parameters = set.parameters
        var counts: [ConstantOrigin.Derivation: Int] = [:]
        for number in parameters.indices where !missing.contains(number) {
            if let derivation = file.derivation(of: number) { counts[derivation, default: 0] += 1 }
        }
        let found = parameters.count - missing.count
        let ways = ConstantOrigin.Derivation.allCases.compactMap { way in counts[way].map { "\($0) \(way.words)" } }
        let origins = (file.entries + effective.entries).flatMap(\.origins)
        let difference = origins.map(\.difference).max() ?? 0
        let bound = origins.map(\.bound).max() ?? 0
        let generated = Dictionary(grouping: file.entries.compactMap(\.generated)) { $0 }
        var message = "\(found) of \(counted(parameters.count, "parameter"))"
        if missing.count > parameters.count / 2 { message += "; this may be another checkpoint" }
        if !ways.isEmpty { message += ": " + ways.joined(separator: ", ") }
        if bound > 0 { message += "; |Δ| \(number(difference)) of \(number(bound)) allowed" }
        if !set.buffers.isEmpty { message += "; sizes explain \(counted(set.buffers.count, "buffer"))" }
        if failures == 0 {
            message += "; attributes, epsilons and the order of operations are not compared, --reference does that"
        }
        let details =
            generated.sorted { $0.key < $1.key }.map { "\(counted($1.count, "constant")): \($0)" }
            + parameters.indices.compactMap { number in
                file.derivation(of: number).map { "\(parameters[number].name): \($0.words)" }
            }
            + set.counters.map { "\($0): counts, no part of the network" }
        return Finding(
            check, failures == 0 ? .passed : .failed, message, details: failures == 0 ? details : [],
            values: [
                "parameters": Double(parameters.count), "found": Double(found), "missing": Double(missing.count),
                "unaccounted": Double(unexplained.count), "difference": difference, "bound": bound,
            ])
    }
}
