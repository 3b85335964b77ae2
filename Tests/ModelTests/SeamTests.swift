import Foundation
import GRL
import Testing

/// How much of the cuts between tiles is seen: tiled against whole, on a model that runs both ways.
@Suite struct SeamTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Models")
    private static let (width, height) = (176, 120)

    /// A part of the noisy photograph, with 16 bits to see small differences.
    private static func photograph() throws -> Image {
        let source = try Image(contentsOfFile: models.appending(path: "images/astronaut-sigma25.png").path)
        var result = try Image(width: width, height: height, bitDepth: .sixteen)
        try source.withUnsafeBytes { from in
            try result.withUnsafeMutableBytes { bytes in
                let to = bytes.bindMemory(to: UInt16.self)
                for index in to.indices {
                    let (row, sample) = index.quotientAndRemainder(dividingBy: width * 3)
                    to[index] = UInt16(from[(row + 60) * source.width * 3 + 450 + sample]) * 257
                }
            }
        }
        return result
    }

    private static func restored(_ picture: Image, _ model: String, tile: Int? = nil) async throws -> [Float] {
        let model = try Model(contentsOfFile: models.appending(path: "grl-nano-dn25/\(model).onnx").path)
        var options = RestorerOptions()
        options.tile = tile
        let restorer = try Restorer(model: model, options: options)
        return try await restorer.restore(picture).withUnsafeBytes { bytes in
            bytes.bindMemory(to: UInt16.self).map { Float($0) / 65535 }
        }
    }

    @Test func tilesShowNoSeams() async throws {
        let picture = try Self.photograph()
        let whole = try await Self.restored(picture, "grl-nano-dn25")
        for (model, tile) in [("grl-nano-dn25-64x64", nil), ("grl-nano-dn25", 64 as Int?)] {
            let tiled = try await Self.restored(picture, model, tile: tile)
            let differences = zip(whole, tiled).map { $1 - $0 }
            let meanSquare = differences.reduce(0) { $0 + $1 * $1 } / Float(differences.count)
            #expect(meanSquare.squareRoot() < 0.01, "root of the mean square \(meanSquare.squareRoot())")
            #expect(meanSquare > 0)
            // A seam is a jump of the difference from one column to the next that recurs down the whole picture.
            let jumps = Self.columnJumps(differences)
            let ordinary = jumps.sorted()[jumps.count / 2]
            let largest = jumps.max() ?? 0
            #expect(largest < 6 * ordinary + 1e-3, "largest jump \(largest), ordinary \(ordinary)")
        }
    }

    /// For each pair of neighbouring columns, the mean over rows and channels of the jump between them.
    private static func columnJumps(_ differences: [Float]) -> [Float] {
        (1..<width).map { x in
            var sum: Float = 0
            for y in 0..<height {
                for channel in 0..<3 {
                    let index = (y * width + x) * 3 + channel
                    sum += abs(differences[index] - differences[index - 3])
                }
            }
            return sum / Float(height * 3)
        }
    }
}
