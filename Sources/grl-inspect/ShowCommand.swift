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
              grl-inspect denoise.onnx --html denoise.html
              grl-inspect denoise.onnx --memory 512x512 --picture memory.svg
              grl-inspect denoise.onnx --dot | dot -Tsvg > denoise.svg
            """)

    @Argument(help: ArgumentHelp("The network, an ONNX file.", valueName: "model"), completion: .file())
    var model: String

    @OptionGroup(title: "Pictures")
    var drawing: DrawingOptions

    func run() async throws {
        try await Tool.run { ShowJob(command: self, signals: $0).run() }
    }
}
