import COnnxProto
import TestSupport
import Testing

/// The budget holds: what is predicted covers what is taken, and running out of memory is an error like any other.
@Suite struct MemoryTests {
    @Test func allocationsAreCounted() {
        var memory = onnx_memory_make(1000)
        let first = onnx_memory_allocate(&memory, 500)
        #expect(first != nil && memory.used == 532)
        #expect(onnx_memory_allocate(&memory, 500) == nil && memory.exhausted == 1)
        let grown = onnx_memory_resize(&memory, first, 900)
        #expect(grown != nil && memory.used == 932)
        #expect(onnx_memory_resize(&memory, grown, 2000) == nil && memory.used == 932)
        let shrunk = onnx_memory_resize(&memory, grown, 10)
        #expect(memory.used == 42)
        onnx_memory_release(&memory, shrunk)
        #expect(memory.used == 0 && memory.peak == 932)
        #expect(onnx_memory_allocate(&memory, Int.max) == nil)
    }

    /// Each allocation on the way fails once; nothing crashes and everything is given back.
    @Test func everyAllocationFailsOnce() {
        let bytes = Message.smallModel().bytes
        var limits = onnx_limits_default()
        var attempts: UInt64 = 0
        while attempts < 1000 {
            var memory = onnx_memory_make(UInt64.max)
            memory.allocations_left = attempts
            var failure = onnx_failure()
            var document: OpaquePointer?
            let status = bytes.withUnsafeBytes {
                onnx_document_open_within(
                    $0.baseAddress, $0.count, ONNX_ROOT_MODEL, &limits, &memory, &document, &failure)
            }
            if status == ONNX_OK {
                onnx_document_close(document)
                #expect(memory.used == 0)
                break
            }
            #expect(document == nil && memory.used == 0)
            #expect(status == ONNX_OUT_OF_MEMORY || status == ONNX_UNPACK_BUDGET)
            attempts += 1
        }
        #expect(attempts > 20 && attempts < 1000)
    }

    @Test(arguments: [0, 1, 16, 17, 100, 3000])
    func predictionCoversUnpacking(count: Int) throws {
        let entry = Wire().text(1, "input/\(count)").text(1, "weight").text(2, "output").text(4, "Mul").message(
            5, Wire().text(1, "alpha").block(7, [UInt8](repeating: 0, count: 40)).number(20, 6))
        let graph = Wire((0..<count).flatMap { _ in Wire().message(1, entry).bytes })
        let bytes = Message.model(graph: graph).bytes
        var limits = onnx_limits_default()
        var memory = onnx_memory_make(UInt64.max)
        var failure = onnx_failure()
        var skeleton = onnx_skeleton()
        try bytes.withUnsafeBytes { buffer in
            var source = onnx_source_bytes(buffer.baseAddress, buffer.count)
            let root = try #require(onnx_root_descriptor(ONNX_ROOT_MODEL))
            #expect(onnx_scan(&source, root, &limits, &memory, &skeleton, &failure) == ONNX_OK)
            var unpacking = onnx_memory_make(skeleton.predicted_unpack_bytes)
            var allocator = onnx_memory_allocator(&unpacking)
            let message = protobuf_c_message_unpack(root, &allocator, skeleton.length, skeleton.bytes)
            #expect(message != nil)
            #expect(unpacking.peak <= skeleton.predicted_unpack_bytes)
            #expect(unpacking.peak * 5 >= skeleton.predicted_unpack_bytes * 4, "the prediction is close")
            protobuf_c_message_free_unpacked(message, &allocator)
            #expect(unpacking.used == 0)
        }
        onnx_skeleton_release(&skeleton, &memory)
        #expect(memory.used == 0)
    }
}
