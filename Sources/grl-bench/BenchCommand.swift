import ArgumentParser
import GRL
import GRLTools

/// `grl-bench MODEL [--size HxW …]`.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grl-bench",
        abstract: "Measures a network in an ONNX file: time, memory, and where they go.",
        discussion: """
            Loads the model, runs it once, then several times more, and once with a clock at every node. Inputs are \
            random numbers from 0 to 1, the same on every run, unless --input brings others. Rates count one \
            multiplication with one addition (a MAC) by the operators' definitions; the peak is what this processor \
            reaches in registers.

            EXAMPLES:
              grl-bench denoise.onnx
              grl-bench denoise.onnx --size 128x128 256x256 --threads 2
              grl-bench denoise.onnx --json > report.json
              grl-bench denoise.onnx --trace trace.json
              grl-bench denoise.onnx --size 512x512 --plan
              grl-bench denoise.onnx --input noisy.npz --output restored.npz

            EXIT STATUS:
              0 all is well; 64 wrong usage; 65 damaged or unsuitable data; 66 an input is missing; 69 the model needs \
            something that is not supported; 71 not enough memory; 73 an output cannot be created; 74 reading or \
            writing failed; 130 or 143 interrupted.
            """,
        version: toolVersion)

    @Argument(
        help: ArgumentHelp("The network, an ONNX file.", valueName: "model"),
        completion: .file(extensions: ["onnx"]))
    var model: String

    @Option(
        name: .customLong("size"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Heights and widths of image inputs, each measured in turn (default: those that the file declares, or 128x128).",
            valueName: "HxW"))
    var sizes: [ImageSize] = []

    @Option(help: ArgumentHelp("Threads (default: all cores).", valueName: "N"))
    var threads: Int?

    @Option(help: ArgumentHelp("Runs after the first.", valueName: "N"))
    var runs = 5

    @Option(
        help: ArgumentHelp("The precision of products: fp32, or fp16 on processors with AVX-512 FP16."))
    var precision = Precision.float32

    @Option(
        help: ArgumentHelp("Inputs: an .npz file with an array for each, by name or in order.", valueName: "file"),
        completion: .file(extensions: ["npz"]))
    var input: String?

    @Option(
        help: ArgumentHelp("Write the outputs to an .npz file, by their names.", valueName: "file"),
        completion: .file(extensions: ["npz"]))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write a timeline of all nodes, for chrome://tracing or ui.perfetto.dev.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var trace: String?

    @Flag(help: "Print where each value lives in memory, and run nothing.")
    var plan = false

    @Flag(name: .long, help: "Replace outputs that exist.")
    var force = false

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Tell what the optimiser did, and what it declined and why.")
    var verbose = false

    func validate() throws {
        for (number, name) in [(threads, "--threads"), (runs, "--runs")] {
            if let number, number < 1 { throw ValidationError("\(name) cannot be \(number); choose 1 or more.") }
        }
        if input != nil, !sizes.isEmpty { throw ValidationError("--input brings its own size; leave --size out.") }
        if plan, json || output != nil || trace != nil {
            throw ValidationError("--plan runs nothing; leave --json, --output and --trace out.")
        }
        if output != nil, sizes.count > 1 {
            throw ValidationError("--output holds the outputs of one size; name one --size.")
        }
    }

    static func main() async { await Tool.main(Self.self) }

    func run() async throws {
        try await Tool.run { await BenchmarkJob(command: self, signals: $0).run() }
    }
}
