import ArgumentParser
import GRLInspection
import GRLTools

/// `grl-inspect attention MODEL [IMAGE --layer L --at x,y …]`.
struct AttentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention",
        abstract: "Draws what a pixel attends to in a layer.",
        usage: """
            grl-inspect attention <model> [--json]
            grl-inspect attention <model> <image> --layer <L> [--at <x,y>] [<options>]
            """,
        discussion: """
            Without a picture it lists the layers. With one it runs the network up to a layer and writes the attention \
            of one pixel over the picture: for a stripe three panels, the product of both attentions, how much the \
            pixel reads from each anchor, and what the anchor that it reads most from has gathered.

            EXAMPLES:
              grl-inspect attention denoise.onnx
              grl-inspect attention denoise.onnx noisy.png --layer 5 --at 120,80
              grl-inspect attention denoise.onnx noisy.png --layer 5 --branch stripe
              grl-inspect attention denoise.onnx noisy.png --layer 5 --around 40
              grl-inspect attention defocus.onnx left.png --right right.png --layer 5
            """)

    @Argument(
        help: ArgumentHelp("The network, an ONNX file.", valueName: "model"), completion: .file(extensions: ["onnx"]))
    var model: String

    @Argument(
        help: ArgumentHelp("The picture to run it on.", valueName: "image"),
        completion: .file(extensions: pictureExtensions))
    var image: String?

    @Option(help: ArgumentHelp("The layer's number, from 0 in the order in which they run.", valueName: "L"))
    var layer: Int?

    @Option(help: ArgumentHelp("The pixel of the picture (default: its middle).", valueName: "x,y"))
    var at: PixelPosition?

    @Option(help: "The branch (default: window where the layer has one).")
    var branch: AttentionLayer.Branch?

    @Option(help: ArgumentHelp("One head alone, from 0 (default: the mean of all).", valueName: "h"))
    var head: Int?

    @Option(
        help: ArgumentHelp("Draw this many pixels around the pixel (default: the whole picture).", valueName: "N"))
    var around: Int?

    @OptionGroup var options: PictureOptions

    func validate() throws {
        if image == nil,
            layer != nil || at != nil || branch != nil || head != nil || around != nil || options.output != nil
                || options.right != nil
        {
            throw ValidationError("Missing expected argument '<image>': name the picture to run the network on.")
        }
        if image != nil, layer == nil {
            throw ValidationError("Name a layer with --layer; without a picture, the layers are listed.")
        }
        for (name, number) in [("--layer", layer), ("--head", head), ("--around", around)] {
            if let number, number < 0 { throw ValidationError("\(name) cannot be \(number); choose 0 or more.") }
        }
    }

    func run() async throws {
        try await Tool.run { await AttentionJob(command: self, signals: $0).run() }
    }
}

extension AttentionLayer.Branch: ExpressibleByArgument {}
