import COnnxProto
import TestSupport
import Testing

/// Files made to break a parser: each is refused with its own code, before protobuf-c sees it.
@Suite struct HostileBytesTests {
    @Test(
        arguments: [
            ([], "the file is empty"),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "PNG"),
            (Array("PK\u{3}\u{4}...".utf8), "zip"),
            (Array("<!DOCTYPE html><html>".utf8), "HTML"),
            (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), "git lfs pull"),
            ([0x80, 0x02, 0x8A], "pickle"),
            ([8, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":{}}".utf8), "safetensors"),
        ] as [([UInt8], String)])
    func filesOfOtherKindsAreNamed(bytes: [UInt8], name: String) throws {
        let failure = #expect(throws: Failure.self) { try Document(bytes) }
        #expect(failure?.code == "NOT_ONNX")
        #expect(failure?.detail.contains(name) == true)
    }

    @Test func oneByteIsNoModel() {
        for byte in UInt8.min...UInt8.max {
            #expect(code([byte]) == "NOT_ONNX")
        }
    }

    @Test func noiseIsRefused() {
        var generator = SplitMix(state: 1)
        for _ in 0..<64 {
            let bytes = (0..<4096).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            #expect(code(bytes) != "OK")
        }
    }

    @Test func overlongNumbersAreRefused() {
        let start = Wire().number(1, 8)
        #expect(code(start.raw([0x28] + [UInt8](repeating: 0x80, count: 10) + [0])) == "WIRE_BAD_TAG")
        #expect(code(start.raw([0x28] + [UInt8](repeating: 0xFF, count: 9) + [0x02])) == "WIRE_BAD_TAG")
        #expect(code(start.raw([0x28] + [UInt8](repeating: 0xFF, count: 9) + [0x01])) == "OK")
        #expect(code(start.raw([0x28, 0x80, 0x80])) == "WIRE_TRUNCATED")
    }

    @Test func badTagsAreRefused() {
        let start = Wire().number(1, 8)
        #expect(code(start.raw([0x00, 0x01])) == "WIRE_BAD_TAG")
        #expect(code(start.raw(Wire.tag(1 << 29, 0) + [1])) == "WIRE_BAD_TAG")
        #expect(code(start.raw(Wire.tag((1 << 32) + 7, 2) + [0])) == "WIRE_BAD_TAG")
        for wireType in [3, 4, 6, 7] as [UInt64] {
            #expect(code(start.raw(Wire.tag(5, wireType) + [0])) == "WIRE_BAD_TAG")
            #expect(code(start.raw(Wire.tag(99, wireType) + [0])) == "WIRE_BAD_TAG")
        }
        #expect(code(start.number(7, 1)) == "WIRE_BAD_TAG", "a message as a number")
        #expect(code(start.text(5, "1")) == "WIRE_BAD_TAG", "a number as text")
    }

    @Test func badLengthsAreRefused() {
        let start = Wire().number(1, 8)
        for length in [(1 << 31) - 1, (1 << 32) + 5, UInt64.max] as [UInt64] {
            #expect(code(start.raw(Wire.tag(7, 2) + Wire.varint(length))) == "WIRE_LENGTH")
        }
        let nested = Wire().raw(Wire.tag(1, 2) + Wire.varint(100) + [0])
        #expect(code(start.message(7, nested)) == "WIRE_LENGTH")
        #expect(code(start.message(7, Wire().raw([0x88, 0x01]))) == "WIRE_LENGTH", "a tag without a value")
        #expect(code(start.raw(Wire.tag(7, 2) + Wire.varint(100))) == "WIRE_TRUNCATED")
        let tensor = Wire().block(4, [0, 0, 0])
        #expect(code(start.message(7, Wire().message(5, tensor))) == "WIRE_LENGTH", "floats of three bytes")
        let integers = Wire().block(7, [0x80])
        #expect(code(start.message(7, Wire().message(5, integers))) == "WIRE_BAD_TAG", "an endless packed number")
    }

    @Test(arguments: [33, 65, 1000, 10_000, 1_000_000])
    func deepGraphsAreRefused(depth: Int) {
        #expect(code(Wire().number(1, 8).message(7, Message.nestedGraphs(depth))) == "WIRE_DEPTH")
    }

    @Test func nestingWithinTheLimitIsRead() {
        #expect(code(Wire().number(1, 8).message(7, Message.nestedGraphs(20))) == "OK")
        var limits = onnx_limits_default()
        limits.depth = 8
        #expect(code(Wire().number(1, 8).message(7, Message.nestedGraphs(2)), limits: limits) == "OK")
        #expect(code(Wire().number(1, 8).message(7, Message.nestedGraphs(3)), limits: limits) == "WIRE_DEPTH")
    }

    @Test func deepTypesAreRefused() {
        let types = Message.nested(10_000, fields: [4, 1])
        let value = Wire().text(1, "x").message(2, types)
        #expect(code(Wire().number(1, 8).message(7, Wire().message(11, value))) == "WIRE_DEPTH")
    }

    @Test func tooManyNodesAreRefused() {
        let nodes = [UInt8](repeating: 0, count: 2_000_000).enumerated().map { UInt8($0.offset % 2 == 0 ? 0x0A : 0) }
        #expect(code(Wire().number(1, 8).block(7, nodes)) == "NODE_LIMIT")
    }

    @Test(arguments: [0x2A, 0x7A] as [UInt8])
    func amplifyingMessagesAreRefused(tag: UInt8) {
        let messages = (0..<2_000_000).map { UInt8($0 % 2 == 0 ? tag : 0) }
        #expect(code(Wire().number(1, 8).block(7, messages)) == "UNPACK_BUDGET")
    }

    @Test func amplifyingAttributesAreRefused() {
        let attributes = (0..<2_000_000).map { UInt8($0 % 2 == 0 ? 0x2A : 0) }
        #expect(code(Wire().number(1, 8).message(7, Wire().block(1, attributes))) == "UNPACK_BUDGET")
        let inputs = (0..<20_000).map { UInt8($0 % 2 == 0 ? 0x0A : 0) }
        #expect(code(Wire().number(1, 8).message(7, Wire().block(1, inputs))) == "UNPACK_BUDGET")
    }

    @Test func tooManyUnknownFieldsAreRefused() {
        let start = Message.smallModel()
        let few = (0..<100).flatMap { _ in Wire.tag(1000, 0) + [1] }
        #expect(code(start.raw(few)) == "OK")
        let many = (0..<1_000_000).flatMap { _ in [0xC0, 0x3E, 1] as [UInt8] }
        #expect(code(start.raw(many)) == "UNKNOWN_LIMIT")
    }

    @Test(arguments: [2, 1_000_000])
    func repeatedGraphsAreRefused(count: Int) {
        let graphs = (0..<count).flatMap { _ in [0x3A, 0x00] as [UInt8] }
        #expect(code(Wire().number(1, 8).raw(graphs)) == "DUPLICATE_FIELD")
    }

    @Test func repeatedSingularFieldsAreRefused() {
        #expect(code(Wire().number(1, 8).number(1, 8)) == "DUPLICATE_FIELD")
        let value = Wire().message(2, Wire().message(1, Wire()).message(4, Wire()))
        #expect(code(Wire().number(1, 8).message(7, Wire().message(11, value))) == "DUPLICATE_FIELD", "a oneof twice")
        let tensor = Message.tensor("w", count: 1000).block(9, [0, 0, 0, 0])
        #expect(code(Wire().number(1, 8).message(7, Wire().message(5, tensor))) == "DUPLICATE_FIELD")
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x61, 0x00, 0x62], [0x61, 0x0A],
            [0x1B, 0x5B, 0x31, 0x6D], [0xE2, 0x80, 0xAE], [0xC2, 0x85], [UInt8](repeating: 0x61, count: 4097),
            [UInt8](repeating: 0x61, count: 1_000_000),
        ] as [[UInt8]])
    func badNamesAreRefused(name: [UInt8]) {
        #expect(code(Wire().number(1, 8).message(7, Wire().message(1, Wire().block(3, name)))) == "BAD_NAME")
    }

    @Test func goodNamesAreRead() throws {
        let name = "/body/schicht.0/größe_層"
        let document = try Document(Wire().number(1, 8).message(7, Wire().message(1, Wire().text(3, name))).bytes)
        #expect(document.graph?.node[0]?.pointee.name.map { String(cString: $0) } == name)
    }

    @Test func externalPlacesHaveTheirOwnCodes() {
        func model(key: [UInt8], value: [UInt8]) -> Wire {
            let entry = Wire().block(1, key).block(2, value)
            return Wire().number(1, 8).message(7, Wire().message(5, Wire().message(13, entry)))
        }
        #expect(code(model(key: Array("location".utf8), value: [0x61, 0, 0x62])) == "EXT_PATH")
        #expect(code(model(key: Array("location".utf8), value: [UInt8](repeating: 0x61, count: 5000))) == "EXT_PATH")
        #expect(code(model(key: [0x61, 0], value: [0x61])) == "EXT_KEY")
    }
}
