import GRLMetrics
import GRLTensor
import Testing

/// The images of Fixtures/record_metrics.py.
private enum Picture: String {
    case clean, noisy, blocky

    static let height = 40
    static let width = 48

    func image() throws -> MetricImage {
        var values: [Float] = []
        for channel in 0..<3 {
            for y in 0..<Self.height {
                for x in 0..<Self.width {
                    let clean = (3 * x + 2 * y + 29 * channel + x * y / 16) % 256
                    let offset =
                        switch self {
                        case .clean: 0
                        case .noisy: (31 * x + 17 * y + 11 * channel + x * y) % 41 - 20
                        case .blocky: (37 * (x / 8) + 53 * (y / 8) + 7 * channel) % 41 - 20
                        }
                    values.append(Float(min(255, max(0, clean + offset))) / 255)
                }
            }
        }
        return try MetricImage(Tensor(values, shape: Shape([1, 3, Self.height, Self.width])))
    }
}

@Suite struct MetricTests {
    /// Picture, on luma, border, PSNR, SSIM, PSNR-B.
    static let recorded: [(String, Bool, Int, Double, Double, Double)] = [
        ("noisy", false, 0, 26.812879921, 0.641924310, 25.430191334),
        ("noisy", false, 4, 26.824350608, 0.636558833, 25.715491779),
        ("noisy", true, 0, 32.959169781, 0.848966766, 31.898817446),
        ("noisy", true, 4, 32.984606362, 0.843580786, 31.773975454),
        ("blocky", false, 0, 26.376621749, 0.822577332, 22.840949167),
        ("blocky", false, 4, 26.561149824, 0.876430033, 25.904287411),
        ("blocky", true, 0, 30.411584683, 0.895761621, 27.353336415),
        ("blocky", true, 4, 30.576881918, 0.936113651, 29.971377934),
    ]

    @Test(arguments: recorded)
    func agreesWithRecordedValues(
        name: String, onLuma: Bool, border: Int, psnr: Double, ssim: Double, psnrb: Double
    ) throws {
        let picture = try #require(Picture(rawValue: name))
        var (image, clean) = (try picture.image(), try Picture.clean.image())
        if onLuma { (image, clean) = (try image.matlabLuma(), try clean.matlabLuma()) }
        (image, clean) = (try image.cropped(border: border), try clean.cropped(border: border))
        #expect(abs(try PSNR.measure(image, against: clean) - psnr) < 1e-5)
        #expect(abs(try SSIM.measure(image, against: clean) - ssim) < 1e-6)
        #expect(abs(try PSNRB.measure(image, against: clean) - psnrb) < 1e-5)
    }

    @Test func equalImages() throws {
        let clean = try Picture.clean.image()
        #expect(try PSNR.measure(clean, against: clean) == .infinity)
        #expect(abs(try SSIM.measure(clean, against: clean) - 1) < 1e-12)
    }

    @Test func studioRange() throws {
        let white = try MetricImage(Tensor([1, 1, 1] as [Float], shape: Shape([3, 1, 1]))).matlabLuma()
        let black = try MetricImage(Tensor([0] as [Float], shape: Shape([1, 1, 1]))).matlabLuma()
        #expect(abs(try white.planes.elements(of: Float.self)[0] - 235.0 / 255) < 1e-6)
        #expect(abs(try black.planes.elements(of: Float.self)[0] - 16.0 / 255) < 1e-6)
    }

    @Test func imagesThatDoNotCompare() throws {
        let clean = try Picture.clean.image()
        let luma = try clean.matlabLuma()
        #expect(throws: MetricError.self) { try PSNR.measure(clean, against: luma) }
        #expect(throws: MetricError.self) { try SSIM.measure(clean, against: luma) }
        #expect(throws: MetricError.self) { try clean.cropped(border: 20) }
        #expect(throws: MetricError.self) { try clean.cropped(border: .max) }
        let small = try MetricImage(Tensor([Float](repeating: 0, count: 110), shape: Shape([1, 11, 10])))
        #expect(throws: MetricError.self) { try SSIM.measure(small, against: small) }
        #expect(try PSNRB.measure(small, against: small) == .infinity)
        for shape in [[2, 3, 4, 5], [3, 4], [3, 0, 4]] {
            let shape = try Shape(shape)
            #expect(throws: MetricError.self) {
                try MetricImage(Tensor([Float](repeating: 0, count: shape.count), shape: shape))
            }
        }
    }
}
