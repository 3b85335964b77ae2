import Foundation
import GRL
import Testing

/// What float16 products do to the bundled network's pictures; on processors without AVX-512 FP16, with its results
/// emulated.
@Suite struct PrecisionTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Models")
    private static let side = 160

    static let emulates = (try? Precision.float16.kernels(emulates: false)) == nil

    static var isAvailable: Bool { (try? Precision.float16.kernels(emulates: emulates)) != nil }

    /// The middle of a photograph, with 16 bits.
    private static func photograph(_ name: String) throws -> Image {
        let source = try Image(contentsOfFile: models.appending(path: "images/\(name).png").path)
        let (left, top) = ((source.width - side) / 2, (source.height - side) / 2)
        var result = try Image(width: side, height: side, bitDepth: .sixteen)
        try source.withUnsafeBytes { from in
            try result.withUnsafeMutableBytes { bytes in
                let to = bytes.bindMemory(to: UInt16.self)
                for index in to.indices {
                    let (row, sample) = index.quotientAndRemainder(dividingBy: side * 3)
                    to[index] = UInt16(from[((row + top) * source.width + left) * 3 + sample]) * 257
                }
            }
        }
        return result
    }

    private static func samples(_ image: Image) -> [Double] {
        image.withUnsafeBytes { bytes in bytes.bindMemory(to: UInt16.self).map { Double($0) / 65535 } }
    }

    private static func decibels(_ a: [Double], _ b: [Double]) -> Double {
        -10 * log10(zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count))
    }

    private static func restorer(_ precision: Precision) throws -> Restorer {
        var options = ModelOptions(precision: precision)
        options.emulatesPrecision = emulates
        let path = models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path
        return try Restorer(model: Model(contentsOfFile: path, options: options))
    }

    @Test("Photographs stay within 0.01 dB of float32", .enabled(if: isAvailable))
    func photographs() async throws {
        let (full, half) = (try Self.restorer(.float32), try Self.restorer(.float16))
        for name in ["astronaut", "chelsea", "coffee"] {
            let clean = Self.samples(try Self.photograph(name)), noisy = try Self.photograph("\(name)-sigma25")
            let expected = Self.samples(try await full.restore(noisy))
            let actual = Self.samples(try await half.restore(noisy))
            let (before, after) = (Self.decibels(expected, clean), Self.decibels(actual, clean))
            #expect(before > 27, "\(name): \(before) dB")
            #expect(abs(after - before) <= 0.01, "\(name): \(after) dB instead of \(before) dB")
            // They are different computations all the same.
            let between = Self.decibels(actual, expected)
            #expect(between > 60 && between < 110, "\(name): \(between) dB")
        }
    }

    @Test("Weights that are packed in float16 take less memory", .enabled(if: isAvailable))
    func memory() throws {
        var options = ModelOptions()
        options.emulatesPrecision = Self.emulates
        let path = Self.models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path
        let full = try Model(contentsOfFile: path, options: options)
        options.precision = .float16
        let half = try Model(contentsOfFile: path, options: options)
        #expect(Double(half.constantBytes) < 0.8 * Double(full.constantBytes))
        #expect(full.log.entries.allSatisfy { $0.pass != "choose kernels" })
    }

    @Test("Processors without the instructions refuse", .enabled(if: emulates))
    func unsupported() {
        let path = Self.models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path
        let error = #expect(throws: RunError.self) {
            try Model(contentsOfFile: path, options: ModelOptions(precision: .float16))
        }
        #expect(error?.code == "UNSUPPORTED_PRECISION")
        #expect(error?.message.contains("AVX-512 FP16") == true)
    }
}
