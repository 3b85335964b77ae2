import ArgumentParser
import GRLTools
import GRLValidation

/// `--against OTHER.onnx`.
struct AgainstOptions: CheckOptions {
    @Option(
        help: ArgumentHelp(
            "Run this export on the same pictures, at the size of the export and at others, and name the first block that "
                + "differs.", valueName: "other.onnx"),
        completion: .file(extensions: ["onnx"]))
    var against: String?

    @Option(
        help: ArgumentHelp(
            "A picture to run both exports on, beside noise and painted discs (default: a part of a photograph that "
                + "the tool brings).", valueName: "picture"),
        completion: .file())
    var photograph: String?

    @Option(
        name: .customLong("against-tolerance"), parsing: .unconditional,
        help: ArgumentHelp(
            "The largest |Δ| that is none, of the largest element where that is more than 1 (default: 2e-5, or 1e-3 for "
                + "float16 networks).", valueName: "number"))
    var tolerance: Double?

    @Option(
        help: ArgumentHelp(
            "Where both exports differ, write the smallest part that shows it to an ONNX file, and its inputs and outputs "
                + "to an .npz file beside.", valueName: "file.onnx"),
        completion: .file(extensions: ["onnx"]))
    var reduce: String?

    func validate() throws {
        if against == nil {
            let given = [
                ("--photograph", photograph != nil), ("--against-tolerance", tolerance != nil),
                ("--reduce", reduce != nil),
            ]
            if let name = given.first(where: \.1)?.0 {
                throw ValidationError("\(name) is for --against; name another export.")
            }
        }
        if let tolerance, !(tolerance.isFinite && tolerance >= 0) {
            throw ValidationError("--against-tolerance cannot be \(tolerance); choose 0 or more.")
        }
        if let reduce, !reduce.lowercased().hasSuffix(".onnx") {
            throw ValidationError("'\(reduce)' is no name for an ONNX file, which is what is written.")
        }
    }

    var inputs: [String] { [against, photograph].compactMap { $0 } }

    var outputs: [String] { [reduce, recording].compactMap { $0 } }

    /// The .npz file beside the reduced model.
    private var recording: String? { reduce.map { $0.dropLast(".onnx".count) + ".npz" } }

    func checks() -> [any Check] {
        guard let against else { return [] }
        var reduction: AgainstCheck.Reduction?
        if let reduce, let recording {
            // Files that must not be replaced have been refused by now.
            reduction = AgainstCheck.Reduction(model: reduce, recording: recording, overwrites: true)
        }
        return [
            AgainstCheck(path: against, photograph: photograph, tolerance: tolerance, reduction: reduction)
        ]
    }
}
