import GRLImaging
import Testing

private func withPlanes(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows -> [Float] {
    var planes = [Float](repeating: 0, count: count)
    try planes.withUnsafeMutableBufferPointer { try body($0) }
    return planes
}

@Suite struct ImageTests {
    @Test(arguments: [Image.ColorModel.gray, .rgb], [Image.BitDepth.eight, .sixteen])
    func planesAndBack(colorModel: Image.ColorModel, bitDepth: Image.BitDepth) throws {
        let image = try Image.make(5, 4, bitDepth: bitDepth, colorModel: colorModel, hasAlpha: true) {
            ($0 * 7919 + $1 * 104_729 + $2 * 1299) & bitDepth.maximum
        }
        let channels = colorModel.channelCount
        let color = try withPlanes(20 * channels) { try image.copyColor(to: $0) }
        let alpha = try withPlanes(20) { try image.copyAlpha(to: $0) }
        #expect(color[7] == Float(image.samples[7 * (channels + 1)]) / Float(bitDepth.maximum))
        #expect(alpha[7] == Float(image.samples[7 * (channels + 1) + channels]) / Float(bitDepth.maximum))
        var again = try Image(width: 5, height: 4, bitDepth: bitDepth, colorModel: colorModel, hasAlpha: true)
        try color.withUnsafeBufferPointer { try again.setColor(from: $0) }
        try alpha.withUnsafeBufferPointer { try again.setAlpha(from: $0) }
        #expect(again.samples == image.samples)
    }

    @Test func everySampleSurvives() throws {
        let image = try Image.make(256, 256, bitDepth: .sixteen, colorModel: .gray) { x, y, _ in y * 256 + x }
        let values = try withPlanes(65_536) { try image.copyColor(to: $0) }
        var again = try Image(width: 256, height: 256, bitDepth: .sixteen, colorModel: .gray)
        try values.withUnsafeBufferPointer { try again.setColor(from: $0) }
        #expect(again.samples == image.samples)
    }

    @Test func roundingAndClamping() throws {
        var image = try Image(width: 7, height: 1, colorModel: .gray)
        let values: [Float] = [-3, .infinity, -.infinity, 1.5, 0.49 / 255, 0.51 / 255, 254.4 / 255]
        try values.withUnsafeBufferPointer { try image.setColor(from: $0) }
        #expect(image.samples == [0, 255, 0, 255, 0, 1, 254])
    }

    @Test func notANumberIsAnErrorThatNamesThePlace() throws {
        var image = try Image(width: 2, height: 2)
        var values = [Float](repeating: 0, count: 12)
        values[7] = .nan
        do {
            try values.withUnsafeBufferPointer { try image.setColor(from: $0) }
            Issue.record("accepted")
        } catch let error as ImageError {
            #expect(error.code == .notANumber)
            #expect(error.message.contains("x = 1, y = 1, channel 1"))
        }
    }

    @Test func wrongSizes() throws {
        var image = try Image(width: 2, height: 2)
        #expect(throws: ImageError.self) { try withPlanes(11) { try image.copyColor(to: $0) } }
        #expect(throws: ImageError.self) { try withPlanes(4) { try image.copyAlpha(to: $0) } }
        #expect(throws: ImageError.self) {
            try [Float](repeating: 0, count: 4).withUnsafeBufferPointer { try image.setColor(from: $0) }
        }
        for (width, height) in [(0, 1), (1, -1), (20_000, 1), (16_384, 16_384), (Int.max, Int.max)] {
            #expect(throws: ImageError.self) { try Image(width: width, height: height) }
        }
    }

    @Test func copiesAreIndependent() throws {
        let first = try Image.make(2, 1, colorModel: .gray) { x, _, _ in x }
        var second = first
        try second.withUnsafeMutableBytes { $0[0] = 9 }
        #expect(first.samples == [0, 1])
        #expect(second.samples == [9, 1])
    }

    @Test func lumaOfColorsAndGray() throws {
        let rgb: [Float] = [1, 0, 0, 0.5, 0, 1, 0, 0.5, 0, 0, 1, 0.5]
        let gray = try withPlanes(4) { target in
            try rgb.withUnsafeBufferPointer { try Luma.gray(fromRGB: $0, to: target) }
        }
        #expect(zip(gray, [0.299, 0.587, 0.114, 0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
        let back = try withPlanes(12) { target in
            try gray.withUnsafeBufferPointer { try Luma.rgb(fromGray: $0, to: target) }
        }
        #expect(back == gray + gray + gray)
        #expect(throws: ImageError.self) {
            try withPlanes(5) { target in try rgb.withUnsafeBufferPointer { try Luma.gray(fromRGB: $0, to: target) } }
        }
    }
}
