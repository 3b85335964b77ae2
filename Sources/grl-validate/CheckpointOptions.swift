import ArgumentParser
import GRLTools
import GRLValidation

/// `--checkpoint FILE`.
struct CheckpointOptions: CheckOptions {
    @Option(
        help: ArgumentHelp(
            "Account for every tensor of a checkpoint: a .pth or .ckpt archive of PyTorch 1.6 or later, a .safetensors or "
                + "an .npz file. Nothing in the file is executed.", valueName: "file"),
        completion: .file(extensions: ["pth", "ckpt", "pt", "safetensors", "npz"]))
    var checkpoint: String?

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp(
            "Which state dictionary of the checkpoint, for example params (default: the one that fits, averages first).",
            valueName: "key"))
    var state: String?

    func validate() throws {
        guard state == nil || checkpoint != nil else {
            throw ValidationError("--state is for --checkpoint; name a file.")
        }
    }

    var inputs: [String] { [checkpoint].compactMap { $0 } }

    func checks() -> [any Check] {
        checkpoint.map { [CheckpointCheck(path: $0, place: state)] } ?? []
    }
}
