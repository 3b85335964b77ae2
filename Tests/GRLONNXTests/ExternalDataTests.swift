import Foundation
import GRLONNX
import GRLTensor
import TestSupport
import Testing

/// Tensors in files beside the model.
@Suite final class ExternalDataTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "onnx-external-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let bytes = (0..<16).flatMap { index in withUnsafeBytes(of: Float(index)) { Array($0) } }
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/weights.bin"))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func tensor(_ entries: [(String, String)], dimensions: [Int] = [4]) -> Wire {
        var fields = Wire().number(14, 1)
        for (key, value) in entries { fields = fields.message(13, Wire().text(1, key).text(2, value)) }
        return ModelBytes.tensor(type: 1, dimensions: dimensions, fields)
    }

    func load(_ entries: [(String, String)], dimensions: [Int] = [4]) throws -> [Float] {
        let path = folder + "/model.onnx"
        try Data(ModelBytes.model(of: tensor(entries, dimensions: dimensions))).write(to: URL(fileURLWithPath: path))
        let graph = try ModelImporter.load(contentsOf: path).graph
        return try graph.value(named: "w").flatMap { graph[$0].constant }?.elements() ?? []
    }

    func code(_ entries: [(String, String)], dimensions: [Int] = [4]) -> String {
        do {
            _ = try load(entries, dimensions: dimensions)
            return "OK"
        } catch {
            return (error as? ImportError)?.code.rawValue ?? "\(error)"
        }
    }

    let location = ("location", "weights.bin")

    @Test func rangesAreRead() throws {
        #expect(try load([location, ("offset", "8"), ("length", "16")]) == [2, 3, 4, 5])
        #expect(try load([location], dimensions: [16]).last == 15)
        #expect(try load([location, ("offset", "48")]) == [12, 13, 14, 15])
        #expect(try load([location, ("offset", "64")], dimensions: [0]).isEmpty)
        #expect(throws: Never.self) { try load([location, ("offset", "5")]) }
    }

    @Test(arguments: ["../weights.bin", "/etc/passwd", "a/../../x", "", ".", "\\\\?\\x", "*/_ORT_MEM_ADDR_/*"])
    func placesOutsideAreRefused(place: String) {
        #expect(code([("location", place)]) == "EXT_PATH")
    }

    @Test func missingPlacesAreRefused() {
        #expect(code([]) == "EXT_PATH")
        #expect(code([("location", "absent.bin")]) == "FILE_NOT_FOUND")
    }

    @Test(arguments: [
        [("offset", "-1")], [("offset", "abc")], [("offset", "9223372036854775808")], [("offset", "")],
        [("offset", "+1")], [("offset", "9223372036854775807")], [("offset", "52")], [("offset", "65")],
        [("length", "15")], [("length", "17")], [("length", "9223372036854775807")],
        [("offset", "9223372036854775807"), ("length", "16")],
    ])
    func badRangesAreRefused(entries: [(String, String)]) {
        #expect(code([location] + entries) == "EXT_RANGE")
    }

    @Test func shapesBeyondTheFileAreRefused() {
        #expect(code([location], dimensions: [17]) == "EXT_RANGE")
        #expect(code([location], dimensions: [1 << 30, 1 << 20]) == "EXT_RANGE")
    }

    @Test func keysAreChecked() {
        #expect(code([location, ("mode", "w")]) == "EXT_KEY")
        #expect(code([location, location]) == "EXT_KEY")
    }

    @Test func checksumsAreVerified() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/weights.bin"))
        var digest = SHA1()
        bytes.withUnsafeBytes { digest.update($0) }
        let sum = digest.finish()
        #expect(code([location, ("checksum", sum)]) == "OK")
        #expect(code([location, ("checksum", sum.uppercased())]) == "OK")
        #expect(code([location, ("checksum", String(sum.reversed()))]) == "EXT_CHECKSUM")
    }

    /// The digests that FIPS 180 gives as examples, and one across blocks taken in uneven parts.
    @Test func digests() {
        func digest(_ text: String, parts: Int = 1_000_000) -> String {
            var digest = SHA1()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: parts) {
                bytes[start..<min(start + parts, bytes.count)].withUnsafeBytes { digest.update($0) }
            }
            return digest.finish()
        }
        #expect(digest("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(digest("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        #expect(digest(long) == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(
            digest(String(repeating: "a", count: 1_000_000), parts: 37) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    @Test func bytesHaveNoExternalData() {
        #expect(importCode(ModelBytes.model(of: tensor([location]))) == "EXT_FORBIDDEN")
    }

    @Test func externalTensorsHaveNoOtherElements() {
        let wire = tensor([location]).block(9, [UInt8](repeating: 0, count: 16))
        #expect(importCode(ModelBytes.model(of: wire)) == "RAW_DATA_SIZE")
    }

    @Test func linksAreRefused() throws {
        #expect(symlink("weights.bin", folder + "/link.bin") == 0)
        #expect(code([("location", "link.bin")]) == "EXT_PATH")
        #expect(link(folder + "/weights.bin", folder + "/second.bin") == 0)
        #expect(code([location]) == "EXT_PATH")
    }
}
