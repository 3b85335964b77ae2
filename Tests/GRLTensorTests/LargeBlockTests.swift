import GRLTensor
import Testing

/// Blocks around the sizes at which memory is mapped on its own and starts on a huge page.
@Suite struct LargeBlockTests {
    private static let mapped = 1 << 20
    private static let huge = 4 << 20

    @Test(arguments: [mapped - 64, mapped, mapped + 1, huge - 64, huge, huge + 64, huge + 4096 + 1, 3 * huge])
    func everyByteIsThereAndComesBack(byteCount: Int) throws {
        let allocator = TensorAllocator()
        for round in 0..<3 {
            let storage = try allocator.allocate(byteCount: byteCount)
            let bytes = storage.address.assumingMemoryBound(to: UInt8.self)
            for index in [0, byteCount / 2, byteCount - 1] { bytes[index] = UInt8(round + 1) }
            #expect(bytes[0] == bytes[byteCount - 1])
            #expect(Int(bitPattern: storage.address) % TensorAllocator.alignment == 0)
            #expect(storage.byteCount >= byteCount)
            if round == 1 { allocator.trim() }
        }
        #expect(allocator.bytesInUse == 0)
    }

    @Test func hugeRequestsAreTypedErrors() {
        for byteCount in [-1, Int.max, Int.max / 2 + 1, Int.max / 2] {
            #expect(throws: TensorError.self) { try TensorAllocator().allocate(byteCount: byteCount) }
        }
    }
}
