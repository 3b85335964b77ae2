import GRL
import GRLTools

/// The report that `--json` prints: one document, described in Docs/grl-run.md.
struct JSONReport: Encodable, Sendable {
    /// The format of this report; the number changes when members change their meaning or go.
    let format = "grl-run/1"
    let version = toolVersion
    var model: ModelPart?
    var images: [ImagePart] = []
    /// The file that `--save-lifted` wrote.
    var lifted: LiftedPart?
    /// What `--verify` found at the size of the export.
    var verification: VerificationPart?
    /// What it found at another size; nil where the network keeps that of its export.
    var verificationAtOtherSize: VerificationPart?
    /// What kept all pictures from being restored.
    var error: ErrorReport?
    var exitCode: Int32 = 0
    /// The most memory that the process held.
    var peakBytes: Int?

    struct ModelPart: Encodable, Sendable {
        let path: String
        let input: String
        let output: String
        let elementType: String
        let inputChannels: Int
        let outputChannels: Int
        let scale: Int
        /// `fixed` or `dynamic`.
        let sizeKind: String
        var height: Int?
        var width: Int?
        var multiple: Int?
        var minimum: Int?
        let loadSeconds: Double

        init(path: String, contract: ModelContract, loadSeconds: Double) {
            self.path = path
            input = contract.inputName
            output = contract.outputName
            elementType = contract.elementType.rawValue
            inputChannels = contract.inputChannels
            outputChannels = contract.outputChannels
            scale = contract.scale
            switch contract.size {
            case .fixed(let height, let width):
                sizeKind = "fixed"
                (self.height, self.width) = (height, width)
            case .dynamic(let multiple, let minimum):
                sizeKind = "dynamic"
                (self.multiple, self.minimum) = (multiple, minimum)
            }
            self.loadSeconds = loadSeconds
        }
    }

    struct LiftedPart: Encodable, Sendable {
        let path: String
        let bytes: Int
    }

    struct VerificationPart: Encodable, Sendable {
        struct Stage: Encodable, Sendable {
            /// `simplified`, `lifted` or `fused`.
            let name: String
            /// The largest difference from the reference.
            let difference: Float
        }
        let input: String
        /// The stage that the others are compared with: `imported`, or `lifted`.
        let reference: String
        let stages: [Stage]
        let bound: Float
        let agrees: Bool
    }

    struct ImagePart: Encodable, Sendable {
        let inputs: [String]
        var output: String?
        var width: Int?
        var height: Int?
        var outputWidth: Int?
        var outputHeight: Int?
        var channels: Int?
        var bitDepth: Int?
        /// Tiles of one run over the picture; 1 where it ran whole.
        var tiles: Int?
        /// The time of the restoration alone, without reading and writing.
        var seconds: Double?
        var comparison: ComparisonPair?
        var error: ErrorReport?
    }
}
