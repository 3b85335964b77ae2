import ArgumentParser
import GRLTools

/// `grl-inspect [show] MODEL`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a model (the default).",
        discussion: """
            EXAMPLES:
              grl-inspect denoise.onnx
            """)

    @Argument(help: ArgumentHelp("The network, an ONNX file.", valueName: "model"), completion: .file())
    var model: String

    func run() async throws {
        try await Tool.run { ShowJob(command: self, signals: $0).run() }
    }
}
