import GRLTensor
import Testing

@Suite struct TensorTests {
    @Test func holdsItsElements() throws {
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [Int32], shape: Shape([2, 3]))
        #expect(tensor.elementType == .int32)
        #expect(tensor.count == 6)
        #expect(tensor.byteCount == 24)
        #expect(try tensor.elements(of: Int32.self) == [1, 2, 3, 4, 5, 6])
        #expect(tensor.description == "int32[2, 3]")
    }

    @Test func scalarAndVectorHaveTheirRanks() throws {
        #expect(try Tensor(scalar: Float(2)).shape == .scalar)
        #expect(try Tensor(vector: [true, false]).shape.dimensions == [2])
    }

    @Test func zeroSizeTensorsAreLegal() throws {
        let tensor = try Tensor([] as [Float], shape: Shape([3, 0, 2]))
        #expect(try tensor.elements(of: Float.self).isEmpty)
        #expect(try tensor.reshaped(to: Shape([0])).count == 0)
        #expect(tensor.withBytes { $0.count } == 0)
    }

    @Test func refusesAnotherElementCount() throws {
        let error = #expect(throws: TensorError.self) { try Tensor([1, 2, 3] as [Float], shape: Shape([2, 2])) }
        #expect(error?.code == .shape)
    }

    @Test func refusesAnotherElementType() throws {
        let tensor = try Tensor(vector: [1, 2] as [UInt16])
        #expect(throws: TensorError.self) { try tensor.elements(of: Int16.self) }
        let error = #expect(throws: TensorError.self) { try tensor.withElements(of: Float16.self) { $0.count } }
        #expect(error?.code == .elementType)
        #expect(throws: TensorError.self) { try tensor.withMutableElements(of: Bool.self) { $0.count } }
    }

    @Test func viewsShareMemory() throws {
        let tensor = try Tensor((0..<12).map(Float.init), shape: Shape([3, 4]))
        let view = try tensor.reshaped(to: Shape([2, 6]))
        #expect(try view.elements(of: Float.self) == tensor.elements(of: Float.self))
        #expect(address(view) == address(tensor))
        let error = #expect(throws: TensorError.self) { try tensor.reshaped(to: Shape([3, 5])) }
        #expect(error?.code == .shape)
    }

    @Test func aViewKeepsItsMemoryAlive() throws {
        let allocator = TensorAllocator()
        var tensor: Tensor? = try Tensor(uninitialized: .float32, shape: Shape([4]), allocator: allocator)
        try tensor?.withMutableElements(of: Float.self) { $0.update(repeating: 7) }
        let view = try #require(try tensor?.reshaped(to: Shape([2, 2])))
        tensor = nil
        #expect(allocator.bytesInUse > 0)
        #expect(try view.elements(of: Float.self) == [7, 7, 7, 7])
    }

    @Test func memoryStartsOnACacheLine() throws {
        for count in [0, 1, 3, 17, 1000] {
            let tensor = try Tensor(uninitialized: .uint8, shape: Shape([count]))
            #expect(address(tensor) % TensorAllocator.alignment == 0)
        }
    }

    @Test func uniquenessSeesViewsAndCopies() throws {
        var tensor = try Tensor(vector: [1, 2] as [Float])
        let before = tensor.isUniquelyReferenced()
        #expect(before)
        let view = try tensor.reshaped(to: Shape([2, 1]))
        let after = tensor.isUniquelyReferenced()
        #expect(!after)
        withExtendedLifetime(view) {}
    }

    @Test func memoryServesAnotherTypeThatFits() throws {
        let tensor = try Tensor(uninitialized: .float32, shape: Shape([16]))
        let half = try #require(try tensor.reusingMemory(for: .float16, shape: Shape([4, 8])))
        #expect(half.elementType == .float16)
        #expect(address(half) == address(tensor))
        #expect(try tensor.reusingMemory(for: .float64, shape: Shape([9])) == nil)
    }

    private func address(_ tensor: Tensor) -> Int { tensor.withBytes { Int(bitPattern: $0.baseAddress) } }
}
