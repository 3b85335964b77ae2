import GRLGraph
import GRLTensor
import Testing

@Suite struct EvaluationContextTests {
    @Test func aDyingInputServesOnce() throws {
        let input = try int64s(1, 2, 3, 4)
        var context = EvaluationContext(inputs: [input, input], reusable: [true, false])
        let first = try context.allocate(TensorType(.int64, [2, 2]), reusingInput: 0)
        let second = try context.allocate(TensorType(.int64, [2, 2]), reusingInput: 0)
        let third = try context.allocate(TensorType(.int64, [2, 2]), reusingInput: 1)
        #expect(address(first) == address(input))
        #expect(first.shape.dimensions == [2, 2])
        #expect(address(second) != address(input))
        #expect(address(third) != address(input))
    }

    @Test func anotherByteCountTakesFreshMemory() throws {
        let input = try int64s(1, 2, 3, 4)
        var context = EvaluationContext(inputs: [input], reusable: [true])
        let smaller = try context.allocate(TensorType(.int32, [4]), reusingInput: 0)
        #expect(address(smaller) != address(input))
        let sameBytes = try context.allocate(TensorType(.float32, [8]), reusingInput: 0)
        #expect(address(sameBytes) == address(input))
    }

    @Test func plannedMemoryGoesToOutputsOfItsType() throws {
        let planned = try [int64s(1, 2), int64s(3, 4), int64s(5)]
        let context = EvaluationContext(
            inputs: [], outputCount: 4, planned: PlannedOutputs([planned[0], nil, planned[1], planned[2]]))
        let single = try context.allocate(TensorType(.int64, [1]))
        let pairs = try (0..<3).map { _ in try context.allocate(TensorType(.int64, [2])) }
        #expect(address(single) == address(planned[2]))
        #expect(pairs.prefix(2).map(address) == planned.prefix(2).map(address))
        #expect(!planned.map(address).contains(address(pairs[2])))
        #expect(address(try context.allocate(TensorType(.float64, [2]))) != address(planned[0]))
    }

    @Test func missingInputs() throws {
        let context = EvaluationContext(inputs: [nil, try int64s(1)])
        #expect(context.inputCount == 2)
        #expect(context.optionalInput(0) == nil)
        #expect(context.optionalInput(7) == nil)
        let error = #expect(throws: OperatorError.self) { try context.input(0) }
        #expect(error?.code == .arity)
        #expect(throws: OperatorError.self) { try context.input(2) }
        #expect(try context.input(1).count == 1)
        #expect(!context.inferenceContext.has(0))
        #expect(try context.inferenceContext.constant(1)?.elements(of: Int64.self) == [1])
        #expect(throws: OperatorError.self) { try context.inferenceContext.type(0) }
    }

    private func address(_ tensor: Tensor) -> Int { tensor.withBytes { Int(bitPattern: $0.baseAddress) } }
}
