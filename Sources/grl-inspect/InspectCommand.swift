import ArgumentParser
import Foundation
import GRLTensor
import GRLTools

/// `grl-inspect MODEL`, and its subcommands.
@main
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grl-inspect",
        abstract: "Shows what a network in an ONNX file is, what it became, and what it will cost.",
        usage: """
            grl-inspect <model> [<options>]
            grl-inspect <subcommand>
            """,
        discussion: """
            Without a subcommand it shows the model; 'grl-inspect show --help' lists the options for that. Nothing of \
            the model is executed, but by 'attention' and 'contribution'.

            EXAMPLES:
              grl-inspect denoise.onnx
              grl-inspect denoise.onnx --stage lift --depth 2
              grl-inspect denoise.onnx --size 128x128,512x512
              grl-inspect attention denoise.onnx noisy.png --layer 5 --at 120,80
              grl-inspect contribution denoise.onnx noisy.png --region 60,60,8,8
              grl-inspect diff export-256.onnx export-512.onnx

            EXIT STATUS:
              0 all is well; 1 'diff' found other weights or another network; 64 wrong usage; 65 damaged or unsuitable data; 66 an input is missing; 69 the model needs \
            something that is not supported; 71 not enough memory; 73 an output cannot be created; 74 reading or \
            writing failed; 130 or 143 interrupted.
            """,
        version: toolVersion,
        subcommands: [ShowCommand.self, AttentionCommand.self, ContributionCommand.self, DiffCommand.self],
        defaultSubcommand: ShowCommand.self)

    static func main() async {
        if let word = CommandLine.arguments.dropFirst().first, let meant = misspelledSubcommand(word) {
            exit(
                withError: ValidationError(
                    "'\(printable(word))' is neither a file nor a subcommand; did you mean '\(meant)'?"))
        }
        await Tool.main(Self.self)
    }

    /// The subcommand that a word may have meant which names neither a file nor a subcommand.
    private static func misspelledSubcommand(_ word: String) -> String? {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard !word.hasPrefix("-"), !names.contains(word), !FileManager.default.fileExists(atPath: word) else {
            return nil
        }
        return Spelling.similar(to: word, among: names).first
    }
}
