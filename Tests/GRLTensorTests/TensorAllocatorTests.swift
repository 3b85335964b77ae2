import GRLTensor
import Testing

@Suite struct TensorAllocatorTests {
    @Test func countsWhatIsInUse() throws {
        let allocator = TensorAllocator()
        var first: TensorStorage? = try allocator.allocate(byteCount: 1000)
        #expect(allocator.bytesInUse == 1024)
        let second = try allocator.allocate(byteCount: 64)
        #expect(allocator.bytesInUse == 1088)
        #expect(first?.byteCount == 1024)
        first = nil
        #expect(allocator.bytesInUse == 64)
        #expect(allocator.peakBytes == 1088)
        withExtendedLifetime(second) {}
    }

    @Test func refusesMoreThanTheBudget() throws {
        let allocator = TensorAllocator(limit: 4096)
        let held = try allocator.allocate(byteCount: 3072)
        let error = #expect(throws: TensorError.self) { try allocator.allocate(byteCount: 1025) }
        #expect(error?.code == .memoryBudget)
        #expect(allocator.bytesInUse == 3072)
        let rest = try allocator.allocate(byteCount: 1024)
        withExtendedLifetime((held, rest)) { #expect(allocator.bytesInUse == allocator.limit) }
    }

    @Test func refusesImpossibleSizes() {
        let allocator = TensorAllocator()
        for byteCount in [-1, Int.min, Int.max] {
            let error = #expect(throws: TensorError.self) { try allocator.allocate(byteCount: byteCount) }
            #expect(error?.code == .sizeOverflow)
        }
        let error = #expect(throws: TensorError.self) { try allocator.allocate(byteCount: 1 << 60) }
        #expect(error?.code == .outOfMemory)
        #expect(allocator.bytesInUse == 0)
    }

    /// Only for its own size, in whole cache lines: nothing takes more memory than was planned for it.
    @Test func servesAFreedBlockAgain() throws {
        let allocator = TensorAllocator()
        let held = try allocator.allocate(byteCount: 1 << 18)
        let address = try allocator.allocate(byteCount: 1 << 16).address
        let smaller = try allocator.allocate(byteCount: 60_000)
        #expect(smaller.address != address && allocator.bytesInUse == held.byteCount + 60_032)
        let again = try allocator.allocate(byteCount: (1 << 16) - 8)
        #expect(again.address == address && smaller.byteCount == 60_032)
        #expect(allocator.bytesInUse == held.byteCount + (1 << 16) + 60_032)
    }

    @Test func blocksThatAreNotRecycledGoBackToTheSystem() throws {
        let allocator = TensorAllocator(limit: 1 << 20)
        _ = try allocator.allocate(byteCount: 1 << 19)
        var own: TensorStorage? = try allocator.allocate(byteCount: 1 << 19, recycled: false)
        #expect(allocator.bytesInUse == 1 << 19)
        #expect(throws: TensorError.self) { try allocator.allocate(byteCount: 1 << 20, recycled: false) }
        #expect(own?.byteCount == 1 << 19)
        own = nil
        #expect(allocator.bytesInUse == 0)
    }

    @Test func tensorsLieWithinTheirArena() throws {
        let arena = try TensorAllocator().allocate(byteCount: 256)
        let shape = try Shape([32])
        let tensor = try #require(Tensor(.float32, shape, in: arena, at: 128))
        #expect(tensor.withBytes { $0.baseAddress } == UnsafeRawPointer(arena.address + 128))
        #expect(tensor.lies(in: arena))
        let other = try TensorAllocator().allocate(byteCount: 256)
        #expect(!tensor.lies(in: other))
        for offset in [-64, 64 + 1, 192, 256, 320, Int.max, Int.min] {
            #expect(Tensor(.float32, shape, in: arena, at: offset) == nil)
        }
        let wide = try Shape([Int(Int32.max), 1 << 20])
        #expect(Tensor(.float64, wide, in: arena, at: 0) == nil)
        var held = tensor
        let isUnique = held.isUniquelyReferenced()
        #expect(!isUnique, "the arena has another owner")
        let copy = try tensor.copied(allocator: TensorAllocator())
        #expect(!copy.lies(in: arena) && copy.withBytes { Array($0) } == tensor.withBytes { Array($0) })
    }

    @Test func takesTheTightestBlock() throws {
        let allocator = TensorAllocator()
        var blocks: [TensorStorage] = []
        for byteCount in [12_800, 10_240, 11_520] { blocks.append(try allocator.allocate(byteCount: byteCount)) }
        let tightest = blocks[1].address
        blocks = []
        let block = try allocator.allocate(byteCount: 10_200)
        #expect(block.address == tightest)
    }

    @Test func wastesNoMuchLargerBlock() throws {
        let allocator = TensorAllocator()
        _ = try allocator.allocate(byteCount: 1 << 16)
        let small = try allocator.allocate(byteCount: 1 << 10)
        #expect(small.byteCount == 1 << 10)
        #expect(allocator.bytesInUse == 1 << 10)
    }

    @Test func cachedBlocksMakeRoomForTheBudget() throws {
        let allocator = TensorAllocator(limit: 8192)
        _ = try allocator.allocate(byteCount: 2048)
        _ = try allocator.allocate(byteCount: 4096)
        #expect(allocator.bytesInUse == 0)
        let whole = try allocator.allocate(byteCount: 8192)
        #expect(whole.byteCount == 8192)
        #expect(allocator.peakBytes == 8192)
    }

    @Test func servesManyThreads() async throws {
        let allocator = TensorAllocator(limit: 1 << 24)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<200 {
                        let count = 64 + (task * 37 + step * 61) % 4000
                        let tensor = try Tensor(uninitialized: .int32, shape: Shape([count]), allocator: allocator)
                        let mark = Int32(task * 1000 + step)
                        try tensor.withMutableElements(of: Int32.self) { $0.update(repeating: mark) }
                        await Task.yield()
                        let intact = try tensor.withElements(of: Int32.self) { $0.allSatisfy { $0 == mark } }
                        #expect(intact)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(allocator.bytesInUse == 0)
        allocator.trim()
    }
}
