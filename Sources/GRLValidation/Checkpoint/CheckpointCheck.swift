package import GRLCheckpoint
import GRLGraph
import GRLOptimizer
import GRLTensor

/// Whether an export has the parameters of a checkpoint, all of them and no others, where they belong.
///
/// Two graphs are accounted for. In the file as it stands, every parameter is found by its values: bit for bit,
/// transposed, cast, merged, or folded into a constant that is computed anew. In the lifted graph, whose constants are
/// all computed, the same shows that what is in the file also takes effect: attention scales with their clamp, biases
/// as one table for each attention.
package struct CheckpointCheck: Check {
    package let name = "checkpoint"
    private let path: String
    private let place: String?
    private let limits: CheckpointLimits

    /// - Parameters:
    ///   - path: a .pth or .ckpt archive, a .safetensors or an .npz file.
    ///   - place: the keys of the state dictionary, such as `params`; nil to take the one that fits.
    package init(path: String, place: String? = nil, limits: CheckpointLimits = CheckpointLimits()) {
        self.path = path
        self.place = place
        self.limits = limits
    }

    package func run(on subject: Subject) async throws -> [Finding] {
        let checkpoint = try Checkpoint(contentsOfFile: path, limits: limits)
        let candidates = try checkpoint.dictionaries(at: place)
        let model = try subject.model(.lifted)
        var best: CheckpointAccount?
        for dictionary in candidates {
            try Task.checkCancellation()
            let account = try CheckpointAccount(dictionary, subject: subject, effective: model.graph)
            if account.passes {
                best = account
                break
            }
            if best.map({ account.missing.count < $0.missing.count }) ?? true { best = account }
        }
        guard let best else { return [] }
        var findings = best.findings(name)
        if let declined = try subject.liftRefusal() {
            let place = declined.node.map { ", at node '\($0)'" } ?? ""
            findings.append(
                Finding(
                    name + ".lifted", .warned,
                    "what takes effect was looked for in the simplified graph, because the network was not lifted: "
                        + declined.message + place))
        }
        findings.append(contentsOf: others(checkpoint, chosen: best.dictionary))
        return findings
    }

    /// What else the checkpoint holds.
    private func others(_ checkpoint: Checkpoint, chosen: StateDictionary) -> [Finding] {
        let dictionaries = checkpoint.dictionaries.map(\.description).filter { $0 != chosen.description }
        let rest = dictionaries + checkpoint.others
        guard !rest.isEmpty || !checkpoint.unknownClasses.isEmpty else { return [] }
        let classes =
            checkpoint.unknownClasses.isEmpty
            ? [] : ["not called: " + checkpoint.unknownClasses.joined(separator: ", ")]
        return [
            Finding(
                name + ".file", .passed, "compared with \(chosen.description) of the \(checkpoint.format.rawValue)",
                details: rest.map { "also there: \($0)" } + classes)
        ]
    }
}
