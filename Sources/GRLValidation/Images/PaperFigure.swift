/// PSNR in decibels of the released networks, as Li et al., "Efficient and Explicit Modelling of Image Hierarchies for
/// Image Restoration" (CVPR 2023), give it for colour pictures.
package struct PaperFigure: Sendable, Hashable, Encodable {
    /// How large a network is.
    package enum Size: String, Sendable, CaseIterable, Encodable {
        case tiny = "T"
        case small = "S"
        case base = "B"
    }

    package let size: Size
    /// The data set, for example `Urban100`.
    package let dataSet: String
    package let psnr: Double
    /// Whether it was measured on luma.
    package let isLuma: Bool

    /// The figures for what is measured.
    ///
    /// - Parameters:
    ///   - size: nil for all sizes.
    ///   - sigma: the strength of the noise, of 255.
    ///   - inputChannels: of the network; 6 for two views.
    package static func all(
        _ imageProtocol: ImageProtocol, size: Size?, sigma: Double?, scale: Int, inputChannels: Int
    ) -> [PaperFigure] {
        let rows: [Row] =
            switch imageProtocol {
            case .sr where scale == 4 && inputChannels == 3: superResolution
            case .dn where inputChannels == 3: sigma.flatMap { denoising[$0] } ?? []
            case .deblur where inputChannels == 3: deblurring
            case .defocus where inputChannels == 6: dualPixel
            default: []
            }
        return rows.flatMap { row in
            Size.allCases.compactMap { rowSize in
                guard size == nil || size == rowSize, let psnr = row.figures[rowSize] else { return nil }
                return PaperFigure(size: rowSize, dataSet: row.dataSet, psnr: psnr, isLuma: imageProtocol == .sr)
            }
        }
    }

    /// Whether a folder's path names the figure's data set.
    package func isAbout(folder: String) -> Bool {
        folder.lowercased().split(separator: "/").contains { $0.contains(dataSet.lowercased()) }
    }

    private struct Row {
        let dataSet: String
        let figures: [Size: Double]

        init(_ dataSet: String, T tiny: Double? = nil, S small: Double? = nil, B base: Double) {
            self.dataSet = dataSet
            figures = [.tiny: tiny, .small: small, .base: base].compactMapValues { $0 }
        }
    }

    private static let denoising: [Double: [Row]] = [
        15: [Row("Urban100", T: 35.08, S: 35.24, B: 35.54)], 25: [Row("Urban100", T: 32.84, S: 33.07, B: 33.35)],
        50: [Row("Urban100", T: 29.78, S: 30.09, B: 30.46)],
    ]
    private static let deblurring = [Row("GoPro", B: 33.93), Row("HIDE", B: 31.65)]
    private static let dualPixel = [Row("DPDD", B: 27.04)]
    private static let superResolution = [
        Row("Set5", T: 32.56, S: 32.76, B: 33.10), Row("Set14", T: 28.93, S: 29.10, B: 29.37),
        Row("BSD100", T: 27.77, S: 27.90, B: 28.01), Row("Urban100", T: 27.15, S: 27.90, B: 28.53),
        Row("Manga109", T: 31.57, S: 32.11, B: 32.77),
    ]
}
