import ArgumentParser
import GRLTools
import GRLValidation

/// `--float16 PICTURE`.
struct Float16Options: CheckOptions {
    @Option(
        help: ArgumentHelp(
            "Run the network on a picture and tell which layers come near the largest number of float16.",
            valueName: "picture"),
        completion: .file(extensions: ["png", "jpg", "jpeg"]))
    var float16: String?

    var inputs: [String] { [float16].compactMap { $0 } }

    func checks() -> [any Check] { float16.map { [Float16Check(picture: $0)] } ?? [] }
}
