import COnnxProto
import Foundation
import TestSupport
import Testing

/// What comes through the scan is the model that went in, less what the import does not want.
@Suite struct SkeletonTests {
    @Test func fieldsComeThrough() throws {
        let document = try Document(Message.smallModel().bytes)
        let model = try #require(document.model)
        let graph = try #require(document.graph)
        #expect(model.ir_version == 8)
        #expect(model.n_opset_import == 1)
        #expect(graph.n_node == 1 && graph.n_initializer == 2 && graph.n_input == 1 && graph.n_output == 1)
        let node = try #require(graph.node[0]).pointee
        #expect(node.n_input == 2)
        #expect(node.op_type.map { String(cString: $0) } == "Add")
        #expect(node.doc_string == nil)
        let attribute = try #require(node.attribute[0]).pointee
        #expect((0..<attribute.n_ints).map { attribute.ints[$0] } == [1, 2, 128])
        #expect(attribute.type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS)
        let type = try #require(graph.input[0]?.pointee.type).pointee
        let dimension = try #require(type.tensor_type.pointee.shape.pointee.dim[0]).pointee
        #expect(dimension.value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM)
    }

    @Test func largePayloadsStayInTheFile() throws {
        let document = try Document(Message.smallModel(largeCount: 300).bytes)
        let graph = try #require(document.graph)
        let large = try #require(graph.initializer[0])
        let small = try #require(graph.initializer[1])
        #expect(large.pointee.has_raw_data == 0 && onnx_tensor_span(large) == 0)
        #expect(small.pointee.raw_data.len == 12 && onnx_tensor_span(small) == -1)
        #expect(onnx_document_payload_length(document.pointer, large) == 1200)
        var values = [Float](repeating: -1, count: 300)
        var failure = onnx_failure()
        #expect(onnx_document_read_payload(document.pointer, large, 0, &values, 1200, &failure) == ONNX_OK)
        #expect(values == (0..<300).map(Float.init))
        #expect(onnx_document_read_payload(document.pointer, large, 4, &values, 1200, &failure) == ONNX_WIRE_LENGTH)
        #expect(onnx_document_read_payload(document.pointer, small, 0, &values, 0, &failure) == ONNX_WIRE_LENGTH)
    }

    @Test func payloadsAreReadFromFiles() throws {
        let path = NSTemporaryDirectory() + "skeleton-\(UUID().uuidString).onnx"
        let bytes = Message.smallModel(largeCount: 100_000).bytes
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let document = try Document(path: path)
        let large = try #require(document.graph?.initializer[0])
        #expect(onnx_document_length(document.pointer) == bytes.count)
        var last: Float = 0
        var failure = onnx_failure()
        #expect(onnx_document_read_payload(document.pointer, large, 399_996, &last, 4, &failure) == ONNX_OK)
        #expect(last == 99_999)
        #expect(truncate(path, 1000) == 0)
        #expect(onnx_document_read_payload(document.pointer, large, 0, &last, 4, &failure) == ONNX_OK)
        #expect(
            onnx_document_read_payload(document.pointer, large, 399_996, &last, 4, &failure) == ONNX_FILE_CHANGED)
    }

    @Test func spansCannotBeForged() throws {
        let forged = Wire().number(1, 1).number(2, 1).text(8, "w").number(UInt64(ONNX_SPAN_FIELD), 0)
        let graph = Wire().message(5, Message.tensor("v", count: 1000)).message(5, forged)
        let document = try Document(Message.model(graph: graph).bytes)
        let tensor = try #require(document.graph?.initializer[1])
        #expect(onnx_tensor_span(tensor) == -1)
        #expect(tensor.pointee.base.n_unknown_fields == 0)
    }

    @Test func unknownFieldsAreDropped() throws {
        let document = try Document(Message.smallModel().number(1000, 7).text(1001, "later").bytes)
        #expect(document.model?.base.n_unknown_fields == 0)
    }

    @Test func tensorFilesAreRead() throws {
        let document = try Document(Message.tensor("t", count: 5).bytes, root: ONNX_ROOT_TENSOR)
        let tensor = try #require(onnx_document_tensor(document.pointer))
        #expect(tensor.pointee.dims[0] == 5 && tensor.pointee.raw_data.len == 20)
        #expect(onnx_document_model(document.pointer) == nil)
    }

    /// The model cut after every byte: refused, or (between two outer fields) read as the shorter model that it is.
    @Test func truncationAtEveryByte() {
        let bytes = Message.smallModel().bytes
        let boundaries: Set<Int> = [2, 6]
        for length in 0..<bytes.count {
            let result = code(Array(bytes[..<length]))
            if boundaries.contains(length) {
                #expect(result == "OK")
            } else {
                #expect(result == (length < 2 ? "NOT_ONNX" : "WIRE_TRUNCATED"), "cut to \(length) bytes")
            }
        }
    }

    /// Every single-byte change of a model is either read or refused with a code; protobuf-c accepts what the scan
    /// does.
    @Test func everyByteChanged() {
        let bytes = Message.smallModel(largeCount: 8).bytes
        for index in bytes.indices {
            for flip in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                var mutant = bytes
                mutant[index] ^= flip
                let result = code(mutant)
                #expect(result != "UNPACK_FAILED" && result != "OUT_OF_MEMORY", "byte \(index) with \(flip)")
            }
        }
    }
}
