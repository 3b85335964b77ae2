import ArgumentParser
import GRLTools

/// `grl-inspect diff A B`.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compares two models: are they one network, and with the same weights?",
        discussion: """
            Networks are compared by what their operators compute, free of the sizes of their exports: names, \
            spellings and the order in the files say nothing. Two exports of one checkpoint are the same; of two \
            checkpoints of one network, the weights that differ are listed; of different networks, the operators and \
            their geometry side by side.

            EXAMPLES:
              grl-inspect diff export-256.onnx export-512.onnx
              grl-inspect diff epoch-90.onnx epoch-100.onnx
              grl-inspect diff --all tiny.onnx small.onnx
              grl-inspect diff before.onnx after.onnx --json

            EXIT STATUS:
              0 one network with the same weights; 1 other weights or another network; 64 and more as for grl-inspect.
            """)

    @Argument(
        help: ArgumentHelp("A model, an ONNX file.", valueName: "a"), completion: .file(extensions: ["onnx"]))
    var first: String

    @Argument(
        help: ArgumentHelp("The model to compare it with.", valueName: "b"), completion: .file(extensions: ["onnx"]))
    var second: String

    @Flag(help: "List what is alike, too.")
    var all = false

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Print nothing; tell by the exit status alone.")
    var quiet = false

    func run() async throws {
        try await Tool.run { DiffJob(command: self, signals: $0).run() }
    }
}
