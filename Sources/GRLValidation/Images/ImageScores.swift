package import GRLMetrics

/// How near a restored picture is to the clean one.
package struct ImageScores: Sendable {
    /// PSNR, SSIM and PSNR-B on one kind of samples.
    package struct Scores: Sendable {
        /// In decibels; infinite for equal pictures.
        package let psnr: Double
        /// Nil for pictures that are too small for it.
        package let ssim: Double?
        /// In decibels; nil where blocking is not measured.
        package let psnrB: Double?

        package init(psnr: Double, ssim: Double?, psnrB: Double?) {
            self.psnr = psnr
            self.ssim = ssim
            self.psnrB = psnrB
        }

        init(_ image: MetricImage, _ target: MetricImage, measuresBlocking: Bool) throws {
            psnr = try PSNR.measure(image, against: target)
            ssim = try? SSIM.measure(image, against: target)
            psnrB = measuresBlocking ? try PSNRB.measure(image, against: target) : nil
        }

        /// The mean of each figure over pictures; nil where one of them has none.
        init?(mean scores: [Scores]) {
            guard !scores.isEmpty else { return nil }
            psnr = scores.reduce(0) { $0 + $1.psnr } / Double(scores.count)
            ssim = Self.mean(scores.map(\.ssim))
            psnrB = Self.mean(scores.map(\.psnrB))
        }

        private static func mean(_ numbers: [Double?]) -> Double? {
            let present = numbers.compactMap { $0 }
            return present.count == numbers.count ? present.reduce(0, +) / Double(numbers.count) : nil
        }
    }

    /// On the colour samples as they are, gray or RGB.
    package let color: Scores
    /// On MATLAB's luma of colour pictures; nil for gray ones.
    package let luma: Scores?

    package init(color: Scores, luma: Scores?) {
        self.color = color
        self.luma = luma
    }

    /// Measures as `imageProtocol` says: results are rounded, the border is left out.
    ///
    /// - Throws: a `MetricError` when the pictures do not compare; memory errors.
    package init(
        _ image: MetricImage, target: MetricImage, by imageProtocol: ImageProtocol, scale: Int
    ) throws {
        let border = imageProtocol.border(scale: scale)
        let own = try image.rounded(largest: imageProtocol.largestSample).cropped(border: border)
        let other = try target.cropped(border: border)
        let measuresBlocking = imageProtocol.measuresBlocking
        color = try Scores(own, other, measuresBlocking: measuresBlocking)
        luma =
            own.channels == 3
            ? try Scores(own.matlabLuma(), other.matlabLuma(), measuresBlocking: measuresBlocking) : nil
    }

    /// The mean over pictures; nil where there are none.
    package init?(mean scores: [ImageScores]) {
        guard let color = Scores(mean: scores.map(\.color)) else { return nil }
        let lumas = scores.compactMap(\.luma)
        self.init(color: color, luma: lumas.count == scores.count ? Scores(mean: lumas) : nil)
    }
}
