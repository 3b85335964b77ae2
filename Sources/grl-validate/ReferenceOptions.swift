import ArgumentParser
import GRLTools
import GRLValidation

/// `--reference FILE.npz`.
struct ReferenceOptions: CheckOptions {
    @Option(
        help: ArgumentHelp(
            "Compare with recorded inputs and outputs: in0 and out0, in1 and out1, …, or arrays named as in the graph; "
                + "further arrays, named as modules or values, tell which layer is the first that differs.",
            valueName: "file.npz"),
        completion: .file(extensions: ["npz"]))
    var reference: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "For --reference and --self: the largest |Δ| that is none, of the largest element where that is more than 1 "
                + "(default: 2e-5, or 1e-3 for float16 recordings; --self allows more, and says so, where attention "
                + "scales multiply rounding).", valueName: "number"))
    var tolerance: Double?

    func validate() throws {
        guard let tolerance else { return }
        guard tolerance.isFinite, tolerance >= 0 else {
            throw ValidationError("--tolerance cannot be \(tolerance); choose 0 or more.")
        }
    }

    var inputs: [String] { [reference].compactMap { $0 } }

    func checks() -> [any Check] {
        reference.map { [ReferenceCheck(path: $0, tolerance: tolerance)] } ?? []
    }
}
