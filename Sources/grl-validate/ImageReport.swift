import GRLTools
import GRLValidation

/// What `--images --json` prints: one document, described in Docs/validate.md.
struct ImageReport: Encodable, Sendable {
    /// The format of this report; the number changes when members change their meaning or go.
    let format = "grl-validate-images/1"
    let version = toolVersion
    let model: String
    var measurement: Measurement?
    var images: [Item] = []
    var mean: Figures?
    /// Published figures for the task and size.
    var paper: [PaperFigure] = []
    var error: ErrorReport?
    var exitCode: Int32 = 0

    init(model: String) {
        self.model = model
    }

    /// How the figures were measured.
    struct Measurement: Encodable, Sendable {
        let imageProtocol: String
        let scale: Int
        /// Pixels on each side that do not count.
        let border: Int
        /// The sample that stands for 1; none where results are not rounded.
        let largestSample: Int?
        /// The noise that was added.
        let sigma: Double?
        let seed: UInt32?
    }

    struct Item: Encodable, Sendable {
        let inputs: [String]
        let target: String
        let width: Int
        let height: Int
        let seconds: Double
        /// Of the degraded picture, where it has the size and colours of the clean one.
        let before: Figures?
        let after: Figures

        init(_ result: ImageEvaluation.Result) {
            inputs = result.item.inputs
            target = result.item.target
            width = result.width
            height = result.height
            seconds = result.seconds
            before = result.before.map { Figures($0) }
            after = Figures(result.after)
        }
    }

    /// Decibels of PSNR are left out where they are infinite, for equal pictures.
    struct Figures: Encodable, Sendable {
        let psnr: Double?
        let ssim: Double?
        let psnrB: Double?
        let psnrY: Double?
        let ssimY: Double?
        let psnrBY: Double?

        init(_ scores: ImageScores) {
            func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
            psnr = finite(scores.color.psnr)
            ssim = scores.color.ssim
            psnrB = finite(scores.color.psnrB)
            psnrY = finite(scores.luma?.psnr)
            ssimY = scores.luma?.ssim
            psnrBY = finite(scores.luma?.psnrB)
        }
    }
}
