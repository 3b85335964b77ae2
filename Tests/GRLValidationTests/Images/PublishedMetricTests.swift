import GRLImaging
import GRLMetrics
import GRLRestoration
import GRLTensor
import GRLValidation
import Testing

/// Metrics against figures that others have published.
@Suite struct PublishedMetricTests {
    /// The mean SSIM and the PSNR of the photograph and a noisy copy that the program `imdiff` computes, made for IPOL
    /// after the MATLAB reference (https://www.ipol.im/pub/art/2011/g_lmii/); published in scikit-image's tests, with
    /// the noise of `numpy.random.seed(5)`, added and cut to 8 bits without rounding.
    @Test func similarityAndPeakSignalAreThoseOfIPOL() throws {
        let camera = try Image(contentsOfFile: Fixtures.picture("camera.png")).colorTensor()
        #expect(camera.shape.dimensions == [1, 1, 512, 512])
        var noise = NumPyNoise(seed: 5)
        let noisy = try camera.elements(of: Float.self).map { sample in
            let value = (Double(sample) * 255).rounded() + 20 * noise.normal()
            return Float(min(max(value, 0), 255).rounded(.down) / 255)
        }
        // The sum of all samples that NumPy 2 gives.
        #expect(noisy.reduce(0) { $0 + Int(($1 * 255).rounded()) } == 33_823_161)
        let image = try MetricImage(Tensor(noisy, shape: camera.shape))
        let similarity = try SSIM.measure(image, against: MetricImage(camera))
        #expect(abs(similarity - 0.357959091663361) < 1e-5)
        #expect(abs(try PSNR.measure(image, against: MetricImage(camera)) - 22.409353363576034) < 1e-4)
    }

    /// Luma of pure colours as MATLAB's `rgb2ycbcr` gives it for doubles, of 255 (Poynton, "Frequently asked questions
    /// about color": 65.481, 128.553 and 24.966 over an offset of 16).
    @Test(
        arguments: [
            ([0, 0, 0], 16), ([1, 1, 1], 235), ([1, 0, 0], 81.481), ([0, 1, 0], 144.553), ([0, 0, 1], 40.966),
            ([1, 1, 0], 210.034), ([0, 1, 1], 169.519), ([1, 0, 1], 106.447),
        ] as [([Float], Double)])
    func lumaIsThatOfMATLAB(color: [Float], luma: Double) throws {
        let image = try MetricImage(Tensor(color, shape: Shape([3, 1, 1]))).matlabLuma()
        #expect(abs(255 * Double(try image.planes.elements(of: Float.self)[0]) - luma) < 1e-4)
    }

    /// A picture that is off by the same number of 8-bit steps everywhere has the PSNR of that number.
    @Test(arguments: [(1, 48.1308), (5, 34.1514), (10, 28.1308)])
    func peakSignalIsThatOfItsDefinition(steps: Int, psnr: Double) throws {
        let clean = try MetricImage(Tensor([Float](repeating: 100 / 255, count: 256), shape: Shape([1, 16, 16])))
        let value = (Float(100 + steps) + 0.3) / 255
        let image = try MetricImage(Tensor([Float](repeating: value, count: 256), shape: Shape([1, 16, 16])))
        #expect(abs(try PSNR.measure(image.rounded(largest: 255), against: clean) - psnr) < 1e-3)
        #expect(abs(try PSNR.measure(image.rounded(largest: nil), against: clean) - psnr) > 0.1)
    }

    @Test func roundingCutsOff() throws {
        let image = try MetricImage(Tensor([-0.5, 0.501, 1.5] as [Float], shape: Shape([3, 1, 1])))
        #expect(try image.rounded(largest: 255).planes.elements(of: Float.self) == [0, 128 / 255, 1])
        #expect(try image.rounded(largest: nil).planes.elements(of: Float.self) == [0, 0.501, 1])
    }
}
