import ArgumentParser
import GRLInspection
import GRLTools

/// `grl-inspect contribution MODEL IMAGE --region x,y,w,h`.
struct ContributionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contribution",
        abstract: "Draws which parts of a picture influence a region of the result.",
        discussion: """
            Covers one square of the picture after the other with the picture's mean colour, runs the network each \
            time, and looks how much the region changes. Prints the share of the picture whose covering changes some \
            sample of the region by more than a threshold, and writes the changes over the picture as a PNG file.

            EXAMPLES:
              grl-inspect contribution denoise.onnx noisy.png --region 60,60,8,8
              grl-inspect contribution denoise.onnx noisy.png --region 9,9,8,8 --square 4
              grl-inspect contribution dual.onnx l.png --right r.png --region 60,60,8,8
              grl-inspect contribution denoise.onnx noisy.png --region 9,9,8,8 --json
            """)

    @Argument(
        help: ArgumentHelp("The network, an ONNX file.", valueName: "model"), completion: .file(extensions: ["onnx"]))
    var model: String

    @Argument(
        help: ArgumentHelp("The picture to run it on.", valueName: "image"),
        completion: .file(extensions: pictureExtensions))
    var image: String

    @Option(help: ArgumentHelp("The region of the result, in its pixels.", valueName: "x,y,w,h"))
    var region: PixelRegion

    @Option(
        help: ArgumentHelp(
            "Side of the squares in pixels (default: a 16th of the picture's longer side).", valueName: "N"))
    var square: Int?

    @Option(
        help: ArgumentHelp(
            "What counts as a change, in levels of 255; half a level may change an 8-bit result.", valueName: "levels"))
    var threshold: Double = 0.5

    @OptionGroup var options: PictureOptions

    func validate() throws {
        if let square, square < 1 { throw ValidationError("--square cannot be \(square); choose 1 or more.") }
        guard threshold >= 0, threshold <= 255 else {
            throw ValidationError("--threshold cannot be \(threshold); choose 0 to 255.")
        }
    }

    func run() async throws {
        try await Tool.run { await ContributionJob(command: self, signals: $0).run() }
    }
}
