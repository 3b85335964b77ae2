import ArgumentParser
import GRLRuntime
import GRLTools
import GRLValidation

/// `grl-validate MODEL [--reference FILE …]`.
@main
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grl-validate",
        abstract: "Tells whether an ONNX file is the network that was trained.",
        discussion: """
            Without further options the file is looked at and not run. Each check prints a line; where one fails, the \
            line names the layer.

            EXAMPLES:
              grl-validate denoise.onnx
              grl-validate denoise.onnx --checkpoint dn_grl_tiny_c3s25.ckpt
              grl-validate denoise.onnx --reference recorded.npz
              grl-validate denoise.onnx --self
              grl-validate denoise.onnx --float16 noisy.png
              grl-validate denoise.onnx --against other.onnx --reduce difference.onnx
              grl-validate denoise.onnx --images Urban100/HR --sigma 25 --csv scores.csv
              grl-validate x4.onnx --images Set5/LR/X4 --targets Set5/HR --markdown s.md
              grl-validate denoise.onnx --json --junit report.xml

            EXIT STATUS:
              0 all checks passed; 1 the network is not what it should be; 64 wrong usage; 65 damaged or unsuitable \
            data; 66 an input is missing; 69 the model needs something that is not supported; 71 not enough memory; 73 \
            an output cannot be created; 74 reading or writing failed; 130 or 143 interrupted.
            """,
        version: toolVersion)

    @Argument(
        help: ArgumentHelp("The network, an ONNX file.", valueName: "model"),
        completion: .file(extensions: ["onnx"]))
    var model: String

    @OptionGroup(title: "Checkpoints")
    var checkpoint: CheckpointOptions

    @OptionGroup(title: "Recorded outputs")
    var reference: ReferenceOptions

    @OptionGroup(title: "Half precision")
    var float16: Float16Options

    @OptionGroup(title: "The network against itself")
    var comparison: SelfOptions

    @OptionGroup(title: "Two exports")
    var against: AgainstOptions

    @OptionGroup(title: "Pictures")
    var images: ImageOptions

    @Option(parsing: .unconditional, help: ArgumentHelp("Threads (default: all cores).", valueName: "N"))
    var threads: Int?

    @Option(
        name: .customLong("max-memory"), parsing: .unconditional,
        help: ArgumentHelp(
            "Memory to use, such as 900M or 2G (default: three quarters of what is free).", valueName: "size"))
    var maxMemory: MemorySize?

    @Option(
        help: ArgumentHelp("Write the findings to an XML file as JUnit has them, for CI.", valueName: "file"),
        completion: .file(extensions: ["xml"]))
    var junit: String?

    @Flag(name: .long, help: "Replace outputs that exist.")
    var force = false

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Print errors and failed checks only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Print the details of all checks, not only of those that failed.")
    var verbose = false

    /// The groups of options that ask for checks, in the order in which their checks run.
    var groups: [any CheckOptions] { [checkpoint, reference, float16, against] }

    /// The checks, those that do not run the network first.
    ///
    /// - Throws: a ``ToolError`` about a file or an option.
    func checks() throws -> [any Check] {
        var checks = StaticChecks.all
        for group in groups { checks += try group.checks() }
        if comparison.comparesWithItself {
            let other = OtherProcess(command: self)
            checks.append(
                SelfCheck(tolerance: reference.tolerance) {
                    try await other.outputs(instructionSet: $0)
                })
        }
        return checks
    }

    func validate() throws {
        if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
        if reference.tolerance != nil, reference.reference == nil, !comparison.comparesWithItself {
            throw ValidationError("--tolerance is for --reference and --self; name one of them.")
        }
        if let threads, threads < 1 { throw ValidationError("--threads cannot be \(threads); choose 1 or more.") }
        if images.images != nil, junit != nil || comparison.comparesWithItself || !groups.allSatisfy(\.inputs.isEmpty) {
            throw ValidationError("--images measures pictures and makes no checks; leave the options of checks out.")
        }
    }

    /// How checks run networks.
    var settings: Subject.Settings {
        Subject.Settings(threads: threads, memoryLimit: maxMemory?.bytes ?? SystemMemory.defaultLimit)
    }

    static func main() async { await Tool.main(Self.self) }

    func run() async throws {
        try await Tool.run { signals in
            if let file = comparison.writtenOutputs { return await OtherProcess(command: self).write(to: file) }
            if images.images != nil { return await ImageJob(command: self, signals: signals).run() }
            return await ValidationJob(command: self, signals: signals).run()
        }
    }
}
