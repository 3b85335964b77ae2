public import ArgumentParser
public import GRL
import GRLTools

/// `grl-run MODEL INPUT… [-o OUTPUT]`.
@main
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grl-run",
        abstract: "Restores pictures with a network in an ONNX file.",
        usage: """
            grl-run <model> <input> ... [--output <output>] [<options>]
            grl-run <model> --save-lifted <file> [<options>]
            grl-run <model> --verify [<options>]
            """,
        discussion: """
            Inputs are PNG or JPEG files, or folders of them; results are PNG files. Without --output they stand beside \
            their inputs, as NAME-restored.png. No input is ever overwritten.

            EXAMPLES:
              grl-run denoise.onnx noisy.png
              grl-run denoise.onnx holiday/ --output restored/
              grl-run upscale4.onnx small.png -o large.png --tile 256
              grl-run denoise.onnx noisy.png --ensemble --compare clean.png
              grl-run defocus.onnx --dual-pixel left.png right.png -o sharp.png
              grl-run denoise.onnx --save-lifted denoise-any-size.onnx
              grl-run denoise.onnx --verify

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

    @Argument(
        help: ArgumentHelp("Pictures, or folders of them.", valueName: "input"),
        completion: .file(extensions: pictureExtensions))
    var inputs: [String] = []

    @Option(
        name: [.short, .long],
        help: "The file to write; for several inputs, the folder to write to.", completion: .file())
    var output: String?

    @Flag(name: .long, help: "Replace outputs that exist.")
    var force = false

    @Option(help: "What becomes of transparency: keep it as it is, drop it, or restore it like a gray picture.")
    var alpha = RestorerOptions.Alpha.keep

    @Option(
        name: .customLong("dual-pixel"), parsing: .upToNextOption,
        help: ArgumentHelp("The left and the right view of one scene, for models of 6 channels.", valueName: "view"),
        completion: .file(extensions: pictureExtensions))
    var dualPixel: [String] = []

    @Option(help: ArgumentHelp("Run models of any size in tiles of N×N pixels.", valueName: "N"))
    var tile: Int?

    @Option(help: ArgumentHelp("Pixels that neighbouring tiles share (default: a quarter).", valueName: "N"))
    var overlap: Int?

    @Option(help: ArgumentHelp("Threads (default: all cores); results are the same for every number.", valueName: "N"))
    var threads: Int?

    @Flag(help: "Average over the eight flips and turns of the picture: eight times slower, a little better.")
    var ensemble = false

    @Option(
        name: .customLong("max-memory"),
        help: ArgumentHelp(
            "Memory to use, such as 900M or 2G (default: three quarters of what is free).",
            valueName: "size"))
    var maxMemory: MemorySize?

    @Option(
        help: ArgumentHelp(
            "The precision of products: fp32, or fp16 on processors with AVX-512 FP16."))
    var precision = Precision.float32

    @Option(help: "What becomes of outputs that are not numbers: an error, or zero.")
    var nan = RestorerOptions.NotANumber.error

    @Option(
        help: ArgumentHelp(
            "A clean picture to compare with (for several inputs, a folder): PSNR and SSIM.",
            valueName: "reference"),
        completion: .file(extensions: pictureExtensions))
    var compare: String?

    @Option(
        name: .customLong("save-lifted"),
        help: ArgumentHelp(
            "Restore nothing; write the network, free of the size of its export, to an ONNX file for any runtime.",
            valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var saveLifted: String?

    @Flag(
        help: ArgumentHelp(
            "Restore nothing; run the network on noise as the file has it, lifted and fused, and compare the results; "
                + "lifted and fused at a second size, too. grl-validate --self does more of this."))
    var verify = false

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Print errors only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Tell what the model takes and how it runs.")
    var verbose = false

    func validate() throws {
        if let saveLifted {
            guard inputs.isEmpty, dualPixel.isEmpty else {
                throw ValidationError("--save-lifted restores no pictures; leave '\((inputs + dualPixel)[0])' out.")
            }
            guard !PictureFiles.isPicture(saveLifted) else {
                throw ValidationError("'\(saveLifted)' is no name for an ONNX file, which is what is written.")
            }
            guard !verify else { throw ValidationError("--verify and --save-lifted exclude each other.") }
        } else if verify {
            guard inputs.isEmpty, dualPixel.isEmpty else {
                throw ValidationError("--verify restores no pictures; leave '\((inputs + dualPixel)[0])' out.")
            }
        } else if dualPixel.isEmpty, inputs.isEmpty {
            throw ValidationError("Missing expected argument '<input> ...': name a picture or a folder to restore.")
        }
        if !dualPixel.isEmpty {
            guard dualPixel.count == 2 else {
                throw ValidationError("--dual-pixel takes two pictures, the left and the right view.")
            }
            guard inputs.isEmpty else {
                throw ValidationError("--dual-pixel names the inputs; leave '\(inputs[0])' out.")
            }
        }
        if precision != .float32, verify || saveLifted != nil {
            throw ValidationError("--precision is for restoring; leave it out with --verify and --save-lifted.")
        }
        if PictureFiles.isPicture(model), inputs.contains(where: { $0.lowercased().hasSuffix(".onnx") }) {
            throw ValidationError("The model comes first: grl-run model.onnx picture.png")
        }
        if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
        try requirePositive(tile, "--tile")
        try requirePositive(threads, "--threads")
        if let overlap {
            guard overlap >= 0 else { throw ValidationError("--overlap cannot be \(overlap); choose 0 or more.") }
            if let tile, overlap >= tile {
                throw ValidationError("--overlap \(overlap) is not below --tile \(tile).")
            }
        }
        if let output, !PictureFiles.canHoldPNG(output) {
            throw ValidationError("'\(output)' is no name for a PNG picture, which is what is written.")
        }
    }

    private func requirePositive(_ number: Int?, _ name: String) throws {
        if let number, number < 1 { throw ValidationError("\(name) cannot be \(number); choose 1 or more.") }
    }

    static func main() async { await Tool.main(Self.self) }

    func run() async throws {
        try await Tool.run { signals in
            if let saveLifted { return LiftingJob(command: self, signals: signals, output: saveLifted).run() }
            if verify { return VerificationJob(command: self, signals: signals).run() }
            return await RestorationJob(command: self, signals: signals).run()
        }
    }
}

extension RestorerOptions.Alpha: ExpressibleByArgument {}
extension RestorerOptions.NotANumber: ExpressibleByArgument {}
