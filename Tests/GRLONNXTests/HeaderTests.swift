import GRLONNX
import TestSupport
import Testing

/// What a model says of itself before its graph.
@Suite struct HeaderTests {
    let graph = ModelBytes.graph([ModelBytes.identity("x", "y")])

    @Test func soundHeadersAreRead() throws {
        let metadata = Wire().text(2, "exporter").text(3, "2.0").message(14, Wire().text(1, "key").text(2, "a\nb"))
        let model = try ModelImporter.load(bytes: ModelBytes.model(graph, extra: metadata))
        #expect(model.irVersion == 10 && model.opsets == ["": 17])
        #expect(model.producerName == "exporter" && model.producerVersion == "2.0")
        #expect(model.metadata == ["key": "a\nb"])
    }

    @Test(arguments: [0, 2, 14, UInt64(Int64.max), UInt64.max])
    func badIRVersionsAreRefused(version: UInt64) {
        #expect(importCode(ModelBytes.model(graph, irVersion: version)) == "MODEL_HEADER")
    }

    @Test(arguments: [3, 13] as [UInt64])
    func knownIRVersionsAreRead(version: UInt64) {
        #expect(importCode(ModelBytes.model(graph, irVersion: version)) == "OK")
    }

    @Test(arguments: [
        (0, "MODEL_HEADER"), (UInt64.max, "MODEL_HEADER"), (6, "OPSET_UNSUPPORTED"), (7, "OK"), (27, "OK"),
        (9999, "OPSET_UNSUPPORTED"),
    ])
    func opsetsAreChecked(version: UInt64, code: String) {
        #expect(importCode(ModelBytes.model(graph, opset: version)) == code)
    }

    @Test func missingPartsAreNamed() {
        let opset = Wire().number(2, 17)
        #expect(importCode(Wire().number(1, 8).message(8, opset).bytes) == "MODEL_HEADER")
        #expect(importCode(Wire().number(1, 8).message(7, graph).bytes) == "MODEL_HEADER")
        #expect(importCode(Wire().message(8, opset).message(7, graph).bytes) == "MODEL_HEADER")
        let custom = Wire().text(1, "custom").number(2, 1)
        #expect(importCode(Wire().number(1, 8).message(8, custom).message(7, graph).bytes) == "MODEL_HEADER")
    }

    @Test func repeatedDomainsAreRefused() {
        let again = Wire().message(8, Wire().text(1, "ai.onnx").number(2, 17))
        #expect(importCode(ModelBytes.model(graph, extra: again)) == "MODEL_HEADER")
    }

    @Test func unsupportedFeaturesAreNamed() {
        #expect(importCode(ModelBytes.model(graph, extra: Wire().message(20, Wire()))) == "UNSUPPORTED")
        #expect(importCode(ModelBytes.model(graph.message(15, Wire()))) == "SPARSE")
        #expect(importCode(ModelBytes.model(graph.message(14, Wire()))) == "UNSUPPORTED")
        let sequence = Wire().text(1, "s").message(2, Wire().message(4, Wire()))
        #expect(importCode(ModelBytes.model(graph.message(11, sequence))) == "UNSUPPORTED")
        let strings = Wire().text(1, "s").message(2, Wire().message(1, Wire().number(1, 8)))
        #expect(importCode(ModelBytes.model(graph.message(11, strings))) == "DTYPE")
    }

    @Test func errorsTellWhere() throws {
        let error = #expect(throws: ImportError.self) {
            try ModelImporter.load(contentsOf: "/nowhere/model.onnx")
        }
        #expect(error?.code == .fileNotFound && error?.path == "/nowhere/model.onnx" && error?.category == .input)
        let truncated = #expect(throws: ImportError.self) {
            try ModelImporter.load(bytes: Array(ModelBytes.model(graph).dropLast()))
        }
        #expect(truncated?.code.rawValue == "WIRE_TRUNCATED" && truncated?.byteOffset != nil)
    }

    @Test func namesAreShownSafely() {
        #expect(Printable.name("a\u{1B}[1m\nb") == "a\\u{1b}[1m\\u{a}b")
        #expect(Printable.name(String(repeating: "x", count: 500)).count == 201)
    }
}
