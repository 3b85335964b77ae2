import GRLImaging
import GRLTensor
import Testing

@Suite struct JPEGTests {
    @Test(arguments: ["baseline", "subsampled", "progressive", "gray"])
    func agreesWithPillow(name: String) throws {
        var bytes = try fileBytes(fixturePath("\(name).jpg"))
        try setOrientation(1, in: &bytes)
        let image = try decode(bytes)
        let reference = try NpzArchive(path: fixturePath("decoded.npz")).tensor(named: name)
        #expect([image.height, image.width] == Array(reference.shape.dimensions.prefix(2)))
        #expect(image.colorModel == (name == "gray" ? .gray : .rgb))
        let expected = try reference.elements(of: UInt8.self)
        try #require(expected.count == image.samples.count)
        #expect(zip(expected, image.samples).allSatisfy { abs(Int($0) - $1) <= 1 })
    }

    @Test func metadataIsKept() throws {
        let image = try Image(contentsOfFile: fixturePath("baseline.jpg"))
        #expect(image.metadata.chunks.map(\.type) == ["iCCP", "pHYs", "eXIf"])
        // 300 × 150 dots per inch; the sides have changed places.
        #expect(image.metadata.chunks[1].payload == bigEndian(5906) + bigEndian(11_811) + [1])
        var exif = image.metadata.chunks[2].payload
        #expect(ExifOrientation.extract(from: &exif) == .upright)
        #expect(exif == image.metadata.chunks[2].payload)
        let again = try decode(try ImageWriter.encode(image))
        #expect(again.metadata.chunks == image.metadata.chunks)
    }

    /// Puts another value in the place of the fixture's orientation, 6.
    private func setOrientation(_ value: UInt8, in bytes: inout [UInt8]) throws {
        let entries: [[UInt8]] = [[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6], [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0]]
        for start in bytes.indices.dropLast(10) {
            for entry in entries where bytes[start...].starts(with: entry) {
                bytes[start + (entry[9] == 6 ? 9 : 8)] = value
            }
        }
    }

    @Test func orientationIsApplied() throws {
        var bytes = try fileBytes(fixturePath("baseline.jpg"))
        let turned = try decode(bytes)
        try setOrientation(1, in: &bytes)
        let stored = try decode(bytes)
        #expect((stored.width, stored.height, turned.width, turned.height) == (40, 24, 24, 40))
        // A quarter turn clockwise: the stored bottom left corner comes to the top left.
        let bottomLeft = (stored.height - 1) * stored.width * 3
        #expect(Array(turned.samples[0..<3]) == Array(stored.samples[bottomLeft..<bottomLeft + 3]))
    }

    @Test func cmykIsRefused() throws {
        #expect(try decodingCode(try fileBytes(fixturePath("cmyk.jpg"))) == .unsupported)
    }

    @Test(arguments: ["subsampled", "progressive"]) func truncatedAnywhere(name: String) throws {
        let whole = try fileBytes(fixturePath("\(name).jpg"))
        for length in 3..<whole.count {
            #expect(try decodingCode(Array(whole.prefix(length))) == .truncated, "\(length) bytes")
        }
    }

    @Test(arguments: ["baseline", "progressive"]) func damagedBytesNeverCrash(name: String) throws {
        let whole = try fileBytes(fixturePath("\(name).jpg"))
        var refused = 0
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0xFF
            refused += try decodingCode(damaged) == nil ? 0 : 1
        }
        #expect(refused > 100)
    }

    @Test func limits() throws {
        let baseline = try fileBytes(fixturePath("subsampled.jpg"))
        let progressive = try fileBytes(fixturePath("progressive.jpg"))
        var limits = ImageLimits()
        limits.side = 39
        #expect(try decodingCode(baseline, limits: limits) == .limit)
        limits = ImageLimits()
        limits.scans = 3
        #expect(try decodingCode(baseline, limits: limits) == nil)
        #expect(try decodingCode(progressive, limits: limits) == .limit)
        limits = ImageLimits()
        limits.fileBytes = 100
        #expect(try decodingCode(baseline, limits: limits) == .limit)
    }
}

@Suite struct ExifOrientationTests {
    /// The letter F as it is stored under each orientation, after the usual picture in descriptions of EXIF.
    private static let upright = ["##", "# ", "##", "# ", "# "]
    private static let stored: [(ExifOrientation, [String])] = [
        (.upright, upright),
        (.mirrored, ["##", " #", "##", " #", " #"]),
        (.rotated180, [" #", " #", "##", " #", "##"]),
        (.flipped, ["# ", "# ", "##", "# ", "##"]),
        (.transposed, ["#####", "# #  "]),
        (.rotated90, ["# #  ", "#####"]),
        (.transversed, ["  # #", "#####"]),
        (.rotated270, ["#####", "  # #"]),
    ]

    @Test func turnsPicturesUpright() throws {
        for (orientation, rows) in Self.stored {
            let picture = rows.map { Array($0) }
            let image = try Image.make(picture[0].count, picture.count) { x, y, c in picture[y][x] == "#" ? 200 + c : 0
            }
            let turned = try image.turned(by: orientation)
            let seen = (0..<turned.height).map { y in
                String(
                    (0..<turned.width).map { x in turned.samples[(y * turned.width + x) * 3 + 2] == 202 ? "#" : " " })
            }
            #expect(seen == Self.upright, "\(orientation)")
        }
    }

    @Test func malformedBlocksAreUpright() {
        let block: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0]
        var sound = block
        #expect(ExifOrientation.extract(from: &sound) == .rotated270)
        #expect(ExifOrientation.extract(from: &sound) == .upright)
        for length in 0..<20 {
            var cut = Array(block.prefix(length))
            #expect(ExifOrientation.extract(from: &cut) == .upright)
        }
        for index in block.indices {
            var damaged = block
            damaged[index] = 0xFF
            _ = ExifOrientation.extract(from: &damaged)
            #expect(damaged.count == block.count)
        }
    }
}
