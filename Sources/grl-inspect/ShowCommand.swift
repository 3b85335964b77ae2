import ArgumentParser
import GRLInspection
import GRLTensor
import GRLTools

/// `grl-inspect [show] MODEL`.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a model (the default).",
        discussion: """
            Without options it prints one screen: the file, what the network is, what its bytes are, what it costs, and \
            whether it can be resized.

            EXAMPLES:
              grl-inspect denoise.onnx
              grl-inspect denoise.onnx --stage lift --depth 2
              grl-inspect denoise.onnx --stage fuse --grep 'blocks\\.0' --nodes
              grl-inspect denoise.onnx --stage import --node /conv_first/Conv
              grl-inspect denoise.onnx --stage import --node /conv_first/Conv --json
              grl-inspect denoise.onnx --log
              grl-inspect denoise.onnx --size 128x128,512x512,1080x1920
              grl-inspect denoise.onnx --size 256x256 --csv > costs.csv
              grl-inspect denoise.onnx --size 128,256,512,1024 --picture costs.svg
              grl-inspect denoise.onnx --json > denoise.json
              grl-inspect denoise.onnx --html denoise.html
              grl-inspect denoise.onnx --memory 512x512 --picture memory.svg
              grl-inspect denoise.onnx --memory 512x512 --csv > memory.csv
              grl-inspect denoise.onnx --dot | dot -Tsvg > denoise.svg
              grl-inspect denoise.onnx --stage lift --depth 1 --mermaid
            """)

    @Argument(
        help: ArgumentHelp("The network, an ONNX file.", valueName: "model"),
        completion: .file(extensions: ["onnx"]))
    var model: String

    @Option(help: "Show the graph at this stage, grouped by module.")
    var stage: InspectedStage?

    @Flag(help: "List each node of the stage.")
    var nodes = false

    @Option(
        help: ArgumentHelp("All about one node: attributes, inputs, statistics of constants.", valueName: "name"))
    var node: String?

    @Option(
        help: ArgumentHelp(
            "List the nodes of the stage whose module, name, operator or values match a regular expression.",
            valueName: "pattern"))
    var grep: String?

    @Option(help: ArgumentHelp("List the nodes of the stage that have this operator.", valueName: "operator"))
    var op: String?

    @Option(help: ArgumentHelp("Open modules down to this depth only.", valueName: "N"))
    var depth: Int?

    @Flag(help: "List what each pass did, and every refusal with its reason.")
    var log = false

    @Option(
        help: ArgumentHelp(
            "What the network costs at these sizes: multiply-adds, weights, planned memory, estimated time.",
            valueName: "HxW,…"), transform: SizeList.init(argument:))
    var size: SizeList?

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(
        help: "Print the costs (with --size), the memory plan (with --memory) or the nodes as comma-separated values.")
    var csv = false

    @OptionGroup(title: "Pictures")
    var drawing: DrawingOptions

    /// Whether the graph of a stage is asked for.
    var listsNodes: Bool { stage != nil || nodes || grep != nil || op != nil || depth != nil }

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other.") }
        if node != nil, csv { throw ValidationError("--node prints text or JSON; leave --csv out.") }
        if let depth, depth < 0 { throw ValidationError("--depth cannot be \(depth); choose 0 or more.") }
        if let grep {
            do {
                _ = try Regex(grep)
            } catch {
                throw ValidationError("--grep '\(grep)' is no regular expression: \(error)")
            }
        }
        if drawing.picture != nil, drawing.memory == nil, size == nil || drawing.html != nil || drawing.isGraph {
            throw ValidationError("--picture draws what --memory or --size tells; ask for one of them.")
        }
        if size != nil, drawing.memory != nil {
            throw ValidationError("--memory has a size of its own; leave --size out.")
        }
        let isReported = drawing.memory != nil && drawing.picture == nil
        if drawing.isAsked, (json || csv) && !isReported || log || node != nil || grep != nil || op != nil {
            throw ValidationError(
                isReported
                    ? "Memory plans stand alone; leave --log, --node, --grep and --op out."
                    : "Pictures and pages stand alone; leave --json, --csv, --log, --node, --grep and --op out.")
        }
    }

    func run() async throws {
        try await Tool.run { ShowJob(command: self, signals: $0).run() }
    }
}

extension InspectedStage: ExpressibleByArgument {}

/// Sizes of images with commas between them.
struct SizeList: Sendable {
    let sizes: [ImageSize]

    /// - Throws: what is wrong with the first that is none.
    init(argument: String) throws {
        sizes = try argument.split(separator: ",", omittingEmptySubsequences: false).map {
            try ImageSize(option: String($0))
        }
    }
}

extension ImageSize {
    /// - Throws: what is wrong with it.
    init(option text: String) throws {
        guard let size = ImageSize(argument: text) else {
            throw ValidationError(
                "'\(printable(text))' is no size; write height and width, such as 480x640, or one number for a square.")
        }
        self = size
    }
}
