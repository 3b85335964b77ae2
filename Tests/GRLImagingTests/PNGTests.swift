import CImage
import Foundation
import GRLImaging
import GRLTensor
import Testing

@Suite struct PNGKindTests {
    static let kinds: [SampleKind] = {
        let depths: [(colorType: Int, depths: [Int])] = [
            (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]),
        ]
        return depths.flatMap { entry in
            entry.depths.flatMap { depth in
                [false, true].flatMap { isInterlaced in
                    (entry.colorType < 4 ? [false, true] : [false]).map { hasTransparency in
                        SampleKind(
                            depth: depth, colorType: entry.colorType, isInterlaced: isInterlaced,
                            hasTransparency: hasTransparency)
                    }
                }
            }
        }
    }()

    @Test(arguments: kinds) func everyKindDecodes(kind: SampleKind) throws {
        for (width, height) in [(9, 11), (1, 1), (3, 5), (8, 8), (17, 2)] {
            var kind = kind
            (kind.width, kind.height) = (width, height)
            let image = try decode(kind.file())
            #expect((image.width, image.height) == (width, height))
            #expect(image.bitDepth.rawValue == max(8, kind.depth))
            #expect(image.colorModel == ([0, 4].contains(kind.colorType) ? .gray : .rgb))
            #expect(image.hasAlpha == (kind.hasTransparency || kind.colorType >= 4))
            #expect(image.samples == (0..<height).flatMap { y in (0..<width).flatMap { kind.expected($0, y) } })
        }
    }

    @Test(arguments: [Image.ColorModel.gray, .rgb], [Image.BitDepth.eight, .sixteen])
    func roundTrip(colorModel: Image.ColorModel, bitDepth: Image.BitDepth) throws {
        for hasAlpha in [false, true] {
            let image = try Image.make(13, 7, bitDepth: bitDepth, colorModel: colorModel, hasAlpha: hasAlpha) {
                $0 * 4111 + $1 * 977 + $2 * 31
            }
            let again = try decode(try ImageWriter.encode(image))
            #expect(again.samples == image.samples)
            #expect((again.width, again.height, again.bitDepth) == (13, 7, bitDepth))
            #expect((again.colorModel, again.hasAlpha) == (colorModel, hasAlpha))
        }
    }

    @Test func bigImageInAFile() throws {
        let directory = try TemporaryDirectory()
        let image = try Image.make(700, 500) { ($0 &* $1 &* 2_654_435_761 + $2) >> 7 }
        try image.write(toFile: directory.file("a.png"))
        #expect(try Image(contentsOfFile: directory.file("a.png")).samples == image.samples)
        #expect(directory.contents == ["a.png"])
    }
}

@Suite struct PNGMetadataTests {
    private static let text = Array("Comment\0a text".utf8)
    private static let compressedText = Array("Author\0\0".utf8) + deflated(Array("somebody".utf8))
    private static let internationalText = Array("Title\0\u{1}\0de\0Titel\0".utf8) + deflated(Array("Bild".utf8))
    private static let profile = [UInt8](repeating: 7, count: 16) + Array("RGB ".utf8) + [UInt8](0..<200)

    static let chunks: [(String, [UInt8])] = [
        ("gAMA", bigEndian(45_455)), ("cHRM", [UInt8](0..<32)), ("sRGB", [1]), ("cICP", [1, 13, 0, 1]),
        ("pHYs", bigEndian(2835) + bigEndian(2835) + [1]), ("iCCP", Array("p\0\0".utf8) + deflated(profile)),
        ("tEXt", text), ("zTXt", compressedText), ("iTXt", internationalText),
    ]
    private static let trailing: [(String, [UInt8])] = [("eXIf", Array("MM\0*\0\0\0\u{8}\0\0".utf8)), ("tEXt", text)]

    @Test func carriedToTheOutput() throws {
        let image = try decode(SampleKind(colorType: 2).file(extra: Self.chunks, trailing: Self.trailing))
        let expected = (Self.chunks + Self.trailing).map { ImageMetadata.Chunk(type: $0.0, payload: $0.1) }
        #expect(image.metadata.chunks == expected)
        #expect(image.metadata.droppedChunkCount == 0)
        let again = try decode(try ImageWriter.encode(image))
        #expect(again.metadata == image.metadata)
        #expect(again.samples == image.samples)
    }

    @Test func profilesOfOtherColorsAreLeftOut() throws {
        var image = try Image.make(2, 2, colorModel: .gray) { x, _, _ in x }
        image.metadata.chunks = Self.chunks.map { ImageMetadata.Chunk(type: $0.0, payload: $0.1) }
        let types = try decode(try ImageWriter.encode(image)).metadata.chunks.map(\.type)
        #expect(types == Self.chunks.map(\.0).filter { $0 != "iCCP" })
    }

    @Test func malformedOrRepeatedChunksAreDropped() throws {
        let bad: [(String, [UInt8])] = [
            ("gAMA", [1, 2, 3]), ("sRGB", [9]), ("pHYs", [1]), ("iCCP", Array("p\0\u{1}".utf8) + [1, 2]),
            ("zTXt", Array("k\0\0".utf8) + [1, 2, 3]), ("iTXt", Array("k\0\0\0no end".utf8)),
            ("tEXt", Array("no end".utf8)),
            ("tEXt", [UInt8](repeating: 65, count: 100) + [0]), ("eXIf", [1]), ("tEXt", []),
        ]
        let image = try decode(SampleKind().file(extra: [("gAMA", bigEndian(1))] + bad + [("gAMA", bigEndian(2))]))
        #expect(image.metadata.chunks == [ImageMetadata.Chunk(type: "gAMA", payload: bigEndian(1))])
        #expect(image.metadata.droppedChunkCount == bad.count + 1)
    }

    @Test func bombsAreNotCarried() throws {
        let bomb = deflated([UInt8](repeating: 0, count: 40 << 20))
        let bombs: [(String, [UInt8])] = [
            ("zTXt", Array("k\0\0".utf8) + bomb), ("iCCP", Array("k\0\0".utf8) + bomb),
            ("iTXt", Array("k\0\u{1}\0\0\0".utf8) + bomb),
            ("tEXt", Array("k\0".utf8) + [UInt8](repeating: 65, count: 5 << 20)),
        ]
        let kind = SampleKind()
        let image = try decode(kind.file(extra: bombs))
        #expect(image.metadata.chunks.isEmpty)
        #expect(image.metadata.droppedChunkCount == bombs.count)
        #expect(try image.samples == decode(kind.file()).samples)
    }

    @Test func manyOrForeignChunks() throws {
        let many = (0..<20_000).map { ("tEXt", Array("k\0\($0)".utf8)) }
        let image = try decode(SampleKind().file(extra: many))
        #expect(image.metadata.chunks.count == 256)
        #expect(image.metadata.droppedChunkCount == many.count - 256)
        let foreign = [("caBX", [UInt8](repeating: 1, count: 12 << 20)), ("acTL", [UInt8](repeating: 0, count: 8))]
        #expect(try decode(SampleKind().file(extra: foreign)).metadata == ImageMetadata())
    }
}

@Suite struct HostilePNGTests {
    @Test(
        arguments: [
            (0, 0, .header), (0, 5, .header), (1 << 31, 1, .header), (100_000, 100_000, .limit),
            (1, (1 << 31) - 1, .limit),
            (16_384, 16_384, .limit), (16_385, 1, .limit), (8000, 8000, .truncated),
        ] as [(UInt32, UInt32, ImageError.Code)])
    func impossibleSizes(width: UInt32, height: UInt32, code: ImageError.Code) throws {
        var builder = PNGBuilder()
        builder.addHeader(width, height, colorType: 2)
        builder.add("IDAT", deflated([0]))
        builder.add("IEND")
        #expect(try decodingCode(builder.bytes) == code)
    }

    @Test func forbiddenHeaders() throws {
        for (depth, type, interlace) in [(3, 0, 0), (4, 2, 0), (16, 3, 0), (8, 1, 0), (8, 5, 0), (8, 0, 2)] {
            var builder = PNGBuilder()
            builder.addHeader(1, 1, depth: UInt8(depth), colorType: UInt8(type), interlace: UInt8(interlace))
            builder.add("IDAT", deflated([0, 0]))
            #expect(try decodingCode(builder.bytes) == .header)
        }
        #expect(try decodingCode(PNGBuilder.signature + bigEndian(13) + Array("IDAT".utf8)) == .header)
    }

    @Test(arguments: [false, true]) func truncatedAnywhere(isInterlaced: Bool) throws {
        let chunks = PNGMetadataTests.chunks
        let whole = SampleKind(colorType: 3, isInterlaced: isInterlaced, hasTransparency: true).file(extra: chunks)
        for length in 0..<whole.count {
            let code = try decodingCode(Array(whole.prefix(length)))
            #expect(code == (length < 8 ? .format : .truncated), "\(length) bytes")
        }
        #expect(try decodingCode(whole + [UInt8](repeating: 9, count: 1000)) == nil)
    }

    @Test func everyByteDamaged() throws {
        let whole = SampleKind(colorType: 2, hasTransparency: true).file(extra: PNGMetadataTests.chunks)
        let picture = try decode(whole).samples
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0x55
            #expect(try decodingCode(damaged) != nil, "byte \(index)")
        }
        #expect(try decode(whole).samples == picture)
    }

    private func file(
        _ kind: SampleKind, scanlines: [UInt8], damaged: String? = nil, extra: [String] = []
    ) -> [UInt8] {
        var builder = PNGBuilder()
        builder.addHeader(
            UInt32(kind.width), UInt32(kind.height), depth: UInt8(kind.depth), colorType: UInt8(kind.colorType))
        for type in extra { builder.add(type, [1, 2, 3], damagesChecksum: damaged == type) }
        builder.add("IDAT", deflated(scanlines), damagesChecksum: damaged == "IDAT")
        builder.add("IEND", damagesChecksum: damaged == "IEND")
        return builder.bytes
    }

    @Test func damagedContent() throws {
        let kind = SampleKind()
        let lines = kind.scanlines
        #expect(try decodingCode(file(kind, scanlines: lines)) == nil)
        #expect(try decodingCode(file(kind, scanlines: Array(lines.dropLast()))) == .data)
        #expect(try decodingCode(file(kind, scanlines: [255] + lines.dropFirst())) == .data)
        #expect(try decodingCode(file(kind, scanlines: lines, damaged: "IDAT")) == .data)
        #expect(try decodingCode(file(kind, scanlines: lines, damaged: "IEND")) == .data)
        #expect(try decodingCode(file(kind, scanlines: lines, damaged: "tEXt", extra: ["tEXt"])) == .data)
        #expect(try decodingCode(file(kind, scanlines: lines, extra: ["AbCD"])) == .data)
        #expect(try decodingCode(file(SampleKind(colorType: 3), scanlines: lines)) == .data)
        #expect(try decode(file(kind, scanlines: lines + [1, 2, 3])).samples == decode(kind.file()).samples)
    }

    @Test func smallerLimits() throws {
        var limits = ImageLimits()
        limits.pixels = 98
        #expect(try decodingCode(SampleKind().file(), limits: limits) == .limit)
        limits.pixels = 99
        #expect(try decodingCode(SampleKind().file(), limits: limits) == nil)
        limits.memory = 98
        #expect(try decodingCode(SampleKind().file(), limits: limits) == .memory)
    }

    @Test func bigImageOfZerosFromAFewBytes() throws {
        var builder = PNGBuilder()
        builder.addHeader(4096, 2048, colorType: 2)
        builder.add("IDAT", deflated([UInt8](repeating: 0, count: 2048 * (4096 * 3 + 1))))
        builder.add("IEND")
        #expect(builder.bytes.count < 30_000)
        #expect(try decode(builder.bytes).withUnsafeBytes { $0.allSatisfy { $0 == 0 } })
    }
}

@Suite struct ImageFileTests {
    @Test(arguments: [
        ("GIF89a", "GIF"), ("RIFF\0\0\0\0WEBPVP8 ", "WebP"), ("<svg xmlns='x'>", "SVG"), ("\n <!DOCTYPE html>", "HTML"),
        ("BM\0\0", "BMP"), ("II*\0", "TIFF"), ("\0\0\0 ftypavif", "AVIF"), ("%PDF-1.7", "PDF"),
        ("version https://git-lfs.github.com/spec/v1", "git lfs pull"), ("", "empty"), ("hello", "no image"),
    ])
    func otherFormatsAreNamed(content: String, name: String) throws {
        do {
            _ = try decode(Array(content.utf8))
            Issue.record("decoded")
        } catch let error as ImageError {
            #expect(error.code == .format)
            #expect(error.message.contains(name))
        }
    }

    @Test func unreadableInputs() throws {
        let directory = try TemporaryDirectory()
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        for path in [directory.file("pipe"), directory.path, "/dev/zero", directory.file("missing")] {
            #expect(throws: FileError.self) { try Image(contentsOfFile: path) }
        }
    }

    @Test func failedReadingLeavesNoOutputAndOldFilesStay() throws {
        let directory = try TemporaryDirectory()
        let image = try Image.make(64, 64) { x, y, _ in x ^ y }
        let path = directory.file("out.png")
        #expect(throws: CancellationError.self) {
            try ImageWriter.write(image, path: path, overwrite: false, isCancelled: { true })
        }
        #expect(directory.contents.isEmpty)
        try image.write(toFile: path)
        let old = try fileBytes(path)
        #expect(throws: FileError.self) { try image.write(toFile: path) }
        var rows = 0
        #expect(throws: CancellationError.self) {
            try ImageWriter.write(image, path: path, overwrite: true) {
                rows += 1
                return rows > 2
            }
        }
        #expect(try fileBytes(path) == old)
        #expect(directory.contents == ["out.png"])
    }

    @Test func cancelledReading() throws {
        let file = SampleKind().file()
        #expect(throws: CancellationError.self) {
            try file.withUnsafeBytes { try ImageReader.decode($0, isCancelled: { true }) }
        }
    }

    @Test func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        var layout = cimage_png_layout(
            width: 300, height: 300, bit_depth: 8, colour_samples: 3, alpha_samples: 0, passes: 1)
        var opened: OpaquePointer?
        var status = cimage_png_encoder_open(&layout, nil, 0, descriptor, &opened)
        let encoder = try #require(opened)
        defer { cimage_png_encoder_destroy(encoder) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 where status.code == CIMAGE_CODE_OK {
            status = cimage_png_encoder_write_row(
                encoder, (0..<900).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        #expect(status.code == CIMAGE_CODE_WRITE)
        #expect(status.system_error == ENOSPC)
        #expect(cimage_png_encoder_finish(encoder).code == CIMAGE_CODE_WRITE)
    }
}
