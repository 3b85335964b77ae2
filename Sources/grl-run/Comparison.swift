import GRL
import GRLImaging
import GRLMetrics
import GRLRestoration

/// How near a picture is to a clean one.
struct Comparison: Encodable, Sendable {
    /// Peak signal-to-noise ratio over all colour samples, in decibels; nil for equal pictures.
    let psnr: Double?
    /// Structural similarity over all colour channels; nil for pictures that are too small for it.
    let ssim: Double?
    /// As `psnr`, on the luma of ITU-R BT.601.
    let psnrY: Double?
    /// As `ssim`, on the luma of ITU-R BT.601.
    let ssimY: Double?
    /// Whether the pictures are the same.
    let identical: Bool

    /// - Parameter border: pixels on each side that do not count.
    /// - Throws: a `MetricError` when the pictures do not compare.
    init(_ image: Image, reference: Image, border: Int) throws {
        let (own, other) = (try Self.planes(image, border), try Self.planes(reference, border))
        let psnr = try PSNR.measure(own, against: other)
        let (luma, otherLuma) = (try own.matlabLuma(), try other.matlabLuma())
        identical = psnr.isInfinite
        self.psnr = psnr.isFinite ? psnr : nil
        ssim = try? SSIM.measure(own, against: other)
        let psnrY = try PSNR.measure(luma, against: otherLuma)
        self.psnrY = psnrY.isFinite ? psnrY : nil
        ssimY = try? SSIM.measure(luma, against: otherLuma)
    }

    /// For example `31.27 dB, SSIM 0.8912`.
    var text: String {
        let decibels = identical ? "equal" : psnr.map { "\(Self.rounded($0, 2)) dB" } ?? "-"
        return decibels + (ssim.map { ", SSIM \(Self.rounded($0, 4))" } ?? "")
    }

    private static func planes(_ image: Image, _ border: Int) throws -> MetricImage {
        try MetricImage(image.colorTensor()).cropped(border: border)
    }

    private static func rounded(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}

/// The comparison of a picture before and after its restoration with a clean one.
struct ComparisonPair: Encodable, Sendable {
    /// The file of the clean picture.
    let reference: String
    /// Pixels on each side that do not count: the scale of models that enlarge.
    let border: Int
    /// nil where the input has another size or other colours than the reference.
    let before: Comparison?
    let after: Comparison
}
