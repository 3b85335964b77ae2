import Foundation
import GRLImaging
import GRLTensor

/// A fresh directory that goes away with the object.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("grl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

func fixturePath(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

func fileBytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

func decode(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws -> Image {
    try bytes.withUnsafeBytes { try ImageReader.decode($0, limits: limits) }
}

/// The code of the `ImageError` that decoding ends in, nil when it succeeds; other errors are passed on.
func decodingCode(_ bytes: [UInt8], limits: ImageLimits = ImageLimits()) throws -> ImageError.Code? {
    do {
        _ = try decode(bytes, limits: limits)
        return nil
    } catch let error as ImageError {
        return error.code
    }
}

extension Image {
    /// All samples in order, channels innermost.
    var samples: [Int] {
        withUnsafeBytes { bytes in
            bitDepth == .eight
                ? bytes.map(Int.init) : bytes.bindMemory(to: UInt16.self).map(Int.init)
        }
    }

    /// An image whose samples are given by a formula of x, y and channel.
    static func make(
        _ width: Int, _ height: Int, bitDepth: BitDepth = .eight, colorModel: ColorModel = .rgb, hasAlpha: Bool = false,
        sample: (Int, Int, Int) -> Int
    ) throws -> Image {
        var image = try Image(
            width: width, height: height, bitDepth: bitDepth, colorModel: colorModel, hasAlpha: hasAlpha)
        let channels = image.channelCount
        try image.withUnsafeMutableBytes { bytes in
            for index in 0..<width * height * channels {
                let value = sample(index / channels % width, index / channels / width, index % channels)
                if bitDepth == .eight {
                    bytes[index] = UInt8(truncatingIfNeeded: value)
                } else {
                    bytes.bindMemory(to: UInt16.self)[index] = UInt16(truncatingIfNeeded: value)
                }
            }
        }
        return image
    }
}
