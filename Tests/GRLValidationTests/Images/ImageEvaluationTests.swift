import Foundation
import GRLImaging
import GRLMetrics
import GRLRestoration
import GRLRuntime
import GRLTensor
import GRLValidation
import Testing

/// A network that is a function.
private struct FunctionNetwork: ImageNetwork {
    let body: @Sendable (Tensor) throws -> Tensor

    func run(_ picture: Tensor, progress: @escaping @Sendable (Double) -> Void) async throws -> Tensor {
        try body(picture)
    }

    func peakBytes(height: Int, width: Int) throws -> Int? { nil }
}

@Suite struct ImageEvaluationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A picture whose samples follow from their place.
    private func write(
        _ name: String, _ width: Int, _ height: Int, _ color: Image.ColorModel = .rgb,
        _ sample: (Int) -> Int = { ($0 * 7 + $0 / 50) % 200 + 20 }
    ) throws -> String {
        var image = try Image(width: width, height: height, colorModel: color)
        try image.withUnsafeMutableBytes { bytes in
            for index in bytes.indices { bytes[index] = UInt8(clamping: sample(index)) }
        }
        let path = folder.path(name)
        try image.write(toFile: path)
        return path
    }

    private func restorer(
        _ channels: Int = 3, scale: Int = 1, _ body: @escaping @Sendable (Tensor) throws -> Tensor = { $0 }
    ) throws -> Restorer {
        try Restorer(
            network: FunctionNetwork(body: body),
            contract: ModelContract(
                inputChannels: channels, outputChannels: channels, scale: scale, size: .dynamic(multiple: 1, minimum: 1)
            ))
    }

    @Test func noiseHasItsStrength() async throws {
        let path = try write("clean.png", 80, 60)
        let evaluation = ImageEvaluation(restorer: try restorer(), imageProtocol: .dn, sigma: 10)
        let result = try await evaluation.evaluate(ImageEvaluation.Item(inputs: [path], target: path))
        #expect(result.width == 80 && result.height == 60)
        // 20 log10(255 / 10), and what rounding to 8 bits adds; nothing is cut off at this strength.
        #expect(abs(result.after.color.psnr - 28.13) < 0.2)
        #expect(result.before?.color.psnr == result.after.color.psnr)
        let again = try await evaluation.evaluate(ImageEvaluation.Item(inputs: [path], target: path))
        #expect(again.after.color.psnr == result.after.color.psnr)
        let other = ImageEvaluation(restorer: try restorer(), imageProtocol: .dn, sigma: 10, seed: 1)
        #expect(
            try await other.evaluate(ImageEvaluation.Item(inputs: [path], target: path)).after.color.psnr
                != result.after.color.psnr)
    }

    /// Blue comes first, and samples leave the range from 0 to 1.
    @Test func noiseIsAddedAsOpenCVOrdersPixels() async throws {
        let path = try write("white.png", 2, 1) { _ in 255 }
        let inputs = Received()
        let restorer = try restorer {
            inputs.set($0)
            return $0
        }
        let evaluation = ImageEvaluation(restorer: restorer, imageProtocol: .dn, sigma: 51)
        _ = try await evaluation.evaluate(ImageEvaluation.Item(inputs: [path], target: path))
        var noise = NumPyNoise(seed: 0)
        let numbers = (0..<6).map { _ in Float(1 + noise.normal() / 5) }
        let expected = [numbers[2], numbers[5], numbers[1], numbers[4], numbers[0], numbers[3]]
        #expect(try inputs.tensor?.elements(of: Float.self) == expected)
        #expect(expected.contains { $0 > 1.2 })
    }

    @Test func superResolutionLeavesItsBorderOut() async throws {
        let low = try write("picx4.png", 12, 10)
        let image = try Image(contentsOfFile: low).colorTensor()
        // 49 × 42: sets are cut to whole multiples of the scale.
        let target = try write("pic.png", 49, 42) { index in
            let (row, rest) = index.quotientAndRemainder(dividingBy: 49 * 3)
            let (column, channel) = rest.quotientAndRemainder(dividingBy: 3)
            let isBorder = row < 4 || row >= 36 || column < 4 || column >= 44
            let source = (min(row / 4, 9) * 12 + min(column / 4, 11)) * 3 + channel
            return isBorder ? 255 : (source * 7 + source / 50) % 200 + 20
        }
        let restorer = try restorer(scale: 4) { tile in
            let (height, width) = (tile.shape[2], tile.shape[3])
            let source = try tile.elements(of: Float.self)
            let elements = (0..<3 * 16 * height * width).map { index in
                let (line, x) = index.quotientAndRemainder(dividingBy: 4 * width)
                let (channel, y) = line.quotientAndRemainder(dividingBy: 4 * height)
                return source[(channel * height + y / 4) * width + x / 4]
            }
            return try Tensor(elements, shape: Shape([1, 3, 4 * height, 4 * width]))
        }
        #expect(image.shape.dimensions == [1, 3, 10, 12])
        let item = ImageEvaluation.Item(inputs: [low], target: target)
        let sr = try await ImageEvaluation(restorer: restorer, imageProtocol: .sr).evaluate(item)
        #expect(sr.after.color.psnr == .infinity && sr.after.luma?.psnr == .infinity && sr.before == nil)
        let plain = try await ImageEvaluation(restorer: restorer, imageProtocol: .plain).evaluate(item)
        #expect(plain.after.color.psnr < 20)
    }

    /// Results that are off by less than half a step of 8 bits are equal where results are rounded, and borders that
    /// differ do not count where they are left out.
    @Test(arguments: ImageProtocol.allCases) func protocolsRoundAndLeaveOut(imageProtocol: ImageProtocol) throws {
        func image(_ sample: (_ row: Int, _ column: Int) -> Float) throws -> MetricImage {
            let samples = (0..<3 * 400).map { sample($0 / 20 % 20, $0 % 20) / 255 }
            return try MetricImage(Tensor(samples, shape: Shape([3, 20, 20])))
        }
        let clean = try image { Float(10 * $0 + $1) }
        let near = try ImageScores(
            image { Float(10 * $0 + $1) + 0.3 }, target: clean, by: imageProtocol, scale: 4)
        #expect((near.color.psnr == .infinity) == (imageProtocol != .defocus))
        let framed = try ImageScores(
            image { (4..<16).contains($0) && (4..<16).contains($1) ? Float(10 * $0 + $1) : 0 }, target: clean,
            by: imageProtocol, scale: 4)
        #expect((framed.color.psnr == .infinity) == (imageProtocol == .sr))
        #expect((framed.luma?.psnr == .infinity) == (imageProtocol == .sr))
        #expect((near.color.psnrB != nil) == (imageProtocol == .jpeg))
    }

    @Test func grayNetworksGetTheLumaOfTheProtocol() async throws {
        let path = try write("color.png", 16, 16)
        for imageProtocol in [ImageProtocol.dn, .jpeg] {
            let inputs = Received()
            let restorer = try restorer(1) {
                inputs.set($0)
                return $0
            }
            let result = try await ImageEvaluation(restorer: restorer, imageProtocol: imageProtocol)
                .evaluate(ImageEvaluation.Item(inputs: [path], target: path))
            let color = try MetricImage(Image(contentsOfFile: path).colorTensor())
            let gray = try #require(try inputs.tensor?.elements(of: Float.self))
            let luma = try color.matlabLuma().rounded(largest: 255).planes.elements(of: Float.self)
            #expect((gray == luma) == (imageProtocol == .jpeg))
            #expect(result.after.luma == nil && result.after.color.psnr == .infinity)
            #expect((result.after.color.psnrB != nil) == (imageProtocol == .jpeg))
        }
    }

    @Test func otherSizesAreRefused() async throws {
        let (small, large) = (try write("a.png", 8, 8), try write("b.png", 9, 8))
        let evaluation = ImageEvaluation(restorer: try restorer(), imageProtocol: .plain)
        await #expect(throws: RestorationError.self) {
            try await evaluation.evaluate(ImageEvaluation.Item(inputs: [small], target: large))
        }
    }

    @Test func tablesHoldEveryPictureAndTheMean() throws {
        func result(_ name: String, _ psnr: Double) -> ImageEvaluation.Result {
            ImageEvaluation.Result(
                item: ImageEvaluation.Item(inputs: ["lq/\(name)"], target: "hq/\(name)"), width: 20, height: 10,
                before: nil,
                after: ImageScores(
                    color: ImageScores.Scores(psnr: psnr, ssim: 0.5, psnrB: nil),
                    luma: ImageScores.Scores(psnr: psnr + 1, ssim: nil, psnrB: nil)), seconds: 0.5)
        }
        let table = ScoreTable([result("a,b|c.png", 30), result("d.png", 32.123)])
        #expect(
            table.csv == """
                picture,width,height,psnr,ssim,psnr_y,s\r
                "a,b|c.png",20,10,30.000000,0.500000,31.000000,0.500000\r
                d.png,20,10,32.123000,0.500000,33.123000,0.500000\r
                mean,,,31.061500,0.500000,32.061500,0.500000\r

                """)
        #expect(
            table.markdown == """
                | picture | H×W | PSNR | SSIM | PSNR-Y | s |
                | --- | ---: | ---: | ---: | ---: | ---: |
                | a,b\\|c.png | 10×20 | 30.00 | 0.5000 | 31.00 | 0.50 |
                | d.png | 10×20 | 32.12 | 0.5000 | 33.12 | 0.50 |
                | mean |  | 31.06 | 0.5000 | 32.06 | 0.50 |

                """)
        #expect(table.text.hasPrefix("picture      H×W   PSNR    SSIM  PSNR-Y     s\na,b|c.png  10×20  30.00  0.5000"))
        #expect(ScoreTable([result("e.png", .infinity)]).csv.contains("mean,,,inf,0.500000,inf"))
    }

    /// The bundled network on a photograph with noise: figures of ONNX Runtime 1.32, NumPy 2 and scikit-image 0.26,
    /// with the noise added as in the evaluation scripts of SwinIR.
    @Test func bundledNetworkHasTheFiguresOfThePythonPipeline() async throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Models")
        let model = try Model(contentsOfFile: models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path)
        let picture = models.appending(path: "images/chelsea.png").path
        let evaluation = ImageEvaluation(restorer: try Restorer(model: model), imageProtocol: .dn, sigma: 25)
        let result = try await evaluation.evaluate(ImageEvaluation.Item(inputs: [picture], target: picture))
        #expect(abs((result.before?.color.psnr ?? 0) - 20.2526414) < 1e-5)
        #expect(abs(result.after.color.psnr - 32.4841182) < 1e-4)
        #expect(abs((result.after.color.ssim ?? 0) - 0.8703154) < 1e-5)
        #expect(abs((result.after.luma?.psnr ?? 0) - 34.4278242) < 1e-4)
        #expect(abs((result.after.luma?.ssim ?? 0) - 0.8954429) < 1e-5)
    }

    @Test func paperFiguresAreThoseOfTaskAndSize() {
        func figures(
            _ imageProtocol: ImageProtocol, _ size: PaperFigure.Size?, _ sigma: Double? = nil, _ scale: Int = 1,
            _ channels: Int = 3
        ) -> [Double] {
            PaperFigure.all(imageProtocol, size: size, sigma: sigma, scale: scale, inputChannels: channels).map(\.psnr)
        }
        #expect(figures(.dn, nil, 15) == [35.08, 35.24, 35.54])
        #expect(figures(.dn, nil, 25) == [32.84, 33.07, 33.35] && figures(.dn, .small, 25) == [33.07])
        #expect(figures(.dn, nil, 50) == [29.78, 30.09, 30.46])
        #expect(figures(.dn, .tiny, 20).isEmpty && figures(.dn, .tiny, 25, 1, 1).isEmpty)
        #expect(figures(.sr, .tiny, nil, 4) == [32.56, 28.93, 27.77, 27.15, 31.57])
        #expect(figures(.sr, .small, nil, 4) == [32.76, 29.10, 27.90, 27.90, 32.11])
        #expect(figures(.sr, .base, nil, 4) == [33.10, 29.37, 28.01, 28.53, 32.77])
        #expect(figures(.sr, .base, nil, 2).isEmpty)
        #expect(figures(.deblur, .base) == [33.93, 31.65] && figures(.deblur, .small).isEmpty)
        #expect(figures(.defocus, nil, nil, 1, 6) == [27.04] && figures(.defocus, nil).isEmpty)
        let urban = PaperFigure.all(.dn, size: .tiny, sigma: 15, scale: 1, inputChannels: 3)
        #expect(urban.allSatisfy { $0.isAbout(folder: "data/urban100/HR") && !$0.isAbout(folder: "data/Set5") })
    }
}

/// What a network was given last.
private final class Received: @unchecked Sendable {
    private let lock = NSLock()
    private var last: Tensor?

    var tensor: Tensor? { lock.withLock { last } }

    func set(_ tensor: Tensor) { lock.withLock { last = tensor } }
}
