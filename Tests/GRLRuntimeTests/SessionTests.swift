import GRLGraph
import GRLOptimizer
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

@Suite struct SessionTests {
    /// `((x + 1) * (x + 1)) + x` on an input whose first dimension varies.
    private func model() throws -> Model {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, 4])
        let one = builder.constant("one", try Tensor(vector: [Float(1)]))
        let sum = try builder.node("Add", x, one, name: "sum")
        let square = try builder.node("Mul", sum, sum, name: "square")
        builder.output(try builder.node("Add", square, x, name: "total"))
        return try Model(graph: builder.graph)
    }

    private func ramp(_ rows: Int) throws -> Tensor {
        try Tensor((0..<rows * 4).map { Float($0) }, shape: Shape([rows, 4]))
    }

    @Test(arguments: [0, 1, 3, 4096]) func runsAtAnySize(rows: Int) async throws {
        let session = try Session(model())
        let input = try ramp(rows)
        let output = try await session.run([input])[0]
        #expect(output.shape == input.shape)
        #expect(try output.elements(of: Float.self) == input.elements(of: Float.self).map { ($0 + 1) * ($0 + 1) + $0 })
    }

    @Test func inputsAreNotOverwritten() async throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4])
        let first = try builder.node("Relu", x)
        builder.output(first, try builder.node("Neg", first))
        let session = try Session(Model(graph: builder.graph))
        let input = try Tensor(vector: [Float(1), -2, 3, -4])
        let outputs = try await session.run([input])
        #expect(try input.elements(of: Float.self) == [1, -2, 3, -4])
        #expect(try outputs[0].elements(of: Float.self) == [1, 0, 3, 0])
        #expect(try outputs[1].elements(of: Float.self) == [-1, 0, -3, 0])
    }

    @Test func everyThreadCountGivesTheSameBits() throws {
        let input = try ramp(30_000)
        let model = try model()
        let expected = try Session(model, options: SessionOptions(threads: 1)).run([input])[0].elements(of: Float.self)
        for threads in [2, 3, 8] {
            let output = try Session(model, options: SessionOptions(threads: threads)).run([input])[0]
            #expect(try output.elements(of: Float.self) == expected)
        }
    }

    @Test func wrongInputsAreRefused() throws {
        let session = try Session(model())
        #expect(throws: RunError.self) { try session.run([]) }
        let error = #expect(throws: RunError.self) { try session.run([Tensor([Float(1)], shape: Shape([1]))]) }
        #expect(error?.code == "INPUT")
        #expect(throws: RunError.self) {
            try session.run([Tensor([Int32](repeating: 0, count: 4), shape: Shape([1, 4]))])
        }
    }

    @Test func unknownOperatorsAreListed() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1])
        builder.output(builder.unknownNode("Foo", builder.unknownNode("Bar", x)))
        let model = try Model(graph: builder.graph)
        #expect(model.unsupportedNodes == ["Bar (opset 21) at 'Bar'", "Foo (opset 21) at 'Foo'"])
        let error = #expect(throws: RunError.self) { try Session(model) }
        #expect(error?.code == "UNSUPPORTED_OP")
        #expect(error?.message.contains("Foo") == true && error?.message.contains("Bar") == true)
    }

    @Test func failuresNameTheNodeAndItsOperands() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil])
        let y = builder.input("y", [nil])
        builder.output(try builder.node("Add", x, y, name: "adder"))
        let session = try Session(Model(graph: builder.graph))
        let error = #expect(throws: RunError.self) {
            try session.run([Tensor(vector: [Float(1), 2]), Tensor(vector: [Float(1), 2, 3])])
        }
        #expect(error?.node == "'adder' (Add)")
        #expect(error?.operands == ["float32[2]", "float32[3]"])
    }

    @Test func aRunKeepsWithinItsBudget() throws {
        let session = try Session(model(), options: SessionOptions(memoryLimit: 1 << 16))
        let error = #expect(throws: RunError.self) { try session.run([ramp(100_000)]) }
        #expect(error?.code == "MEMORY_BUDGET")
        #expect(try session.run([ramp(4)])[0].count == 16)
    }

    @Test func peakCountsLiveTensorsOnce() throws {
        let session = try Session(model())
        let type = TensorType(.float32, try Shape([1000, 4]))
        // The sum and its square live at once, then the square and the total.
        #expect(try session.peakBytes(for: [type]) == 2 * type.byteCount)
    }

    @Test func cancelledRunsThrow() throws {
        let session = try Session(model())
        let flag = CancellationFlag()
        flag.cancel()
        #expect(throws: CancellationError.self) { try session.run([ramp(8)], cancellation: flag) }
    }

    @Test func cancelledTasksThrow() async throws {
        let session = try Session(model())
        let input = try ramp(8)
        let task = Task {
            try await Task.sleep(for: .seconds(60))
            return try await session.run([input])
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
