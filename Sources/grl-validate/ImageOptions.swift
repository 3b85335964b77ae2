import ArgumentParser
import GRLTools
import GRLValidation

/// `--images LQ_DIR --targets GT_DIR`.
struct ImageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Restore the pictures of a folder and measure PSNR and SSIM; no other checks are made.",
            valueName: "folder"),
        completion: .directory)
    var images: String?

    @Option(
        help: ArgumentHelp(
            "The clean pictures, matched by their names (default with --sigma: the pictures themselves).",
            valueName: "folder"),
        completion: .directory)
    var targets: String?

    @Option(
        name: .customLong("right-views"),
        help: ArgumentHelp(
            "The right views, for networks of 6 channels; --images holds the left ones.", valueName: "folder"),
        completion: .directory)
    var rightViews: String?

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp(
            "How the task's published results are measured: rounding, border, PSNR-B (default: sr for networks that "
                + "enlarge, dn with --sigma, else plain)."))
    var imageProtocol: ImageProtocol?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Add Gaussian noise of this standard deviation, of 255, to the pictures.", valueName: "number"))
    var sigma: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("The seed of the noise, as NumPy has it.", valueName: "number"))
    var seed: UInt32 = 0

    @Option(
        help: ArgumentHelp(
            "Print the paper's figures of this size of network beside (default: the network's, or all where it is none "
                + "of the released ones).", valueName: "T|S|B"))
    var paper: PaperFigure.Size?

    @Option(help: ArgumentHelp("Write the figures to a file of comma-separated values.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("Write the figures to a Markdown table.", valueName: "file"))
    var markdown: String?

    func validate() throws {
        guard images != nil else {
            let given = [
                ("--targets", targets != nil), ("--right-views", rightViews != nil),
                ("--protocol", imageProtocol != nil),
                ("--sigma", sigma != nil), ("--paper", paper != nil), ("--csv", csv != nil),
                ("--markdown", markdown != nil),
            ]
            if let name = given.first(where: \.1)?.0 {
                throw ValidationError("\(name) is for --images; name a folder of pictures.")
            }
            return
        }
        guard targets != nil || sigma != nil else {
            throw ValidationError("--images needs --targets, the folder of clean pictures, or --sigma to add noise.")
        }
        if let sigma, !(sigma.isFinite && (0...255).contains(sigma)) {
            throw ValidationError("--sigma cannot be \(sigma); choose 0 to 255.")
        }
        if sigma != nil, let imageProtocol, imageProtocol != .dn, imageProtocol != .plain {
            throw ValidationError("--sigma adds noise, which --protocol \(imageProtocol.rawValue) does not want.")
        }
        if let csv, csv == markdown { throw ValidationError("--csv and --markdown name one file.") }
    }
}

extension ImageProtocol: ExpressibleByArgument {}

extension PaperFigure.Size: ExpressibleByArgument {
    init?(argument: String) {
        let match = Self.allCases.first { $0.rawValue == argument.uppercased() || "\($0)" == argument.lowercased() }
        guard let match else { return nil }
        self = match
    }
}
