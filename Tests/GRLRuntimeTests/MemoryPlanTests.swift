import GRLGraph
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

@Suite struct MemoryPlanTests {
    private func plan(_ builder: GraphBuilder, _ inputs: [TensorType]) throws -> MemoryPlan {
        var options = ModelOptions()
        options.stage = .imported
        return try Session(Model(graph: builder.graph, options: options)).specialization(for: inputs).plan
    }

    private func type(_ dimensions: Int...) throws -> TensorType { try TensorType(.float32, dimensions) }

    @Test func pointwiseChainsStayInPlace() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil])
        let first = try builder.node("Neg", x)
        let second = try builder.node("Relu", first)
        let third = try builder.node("Add", second, x)
        let sum = try builder.node("ReduceSum", third)
        builder.output(sum)
        let plan = try plan(builder, [type(1000)])
        #expect(plan.buffer(of: x) == nil)
        let buffer = try #require(plan.buffer(of: first))
        #expect(buffer.tenants.map(\.value) == [first, second, third])
        #expect(buffer.tenants.map(\.use) == [.fresh, .overwrites(first), .overwrites(second)])
        #expect(buffer.offset == 0)
        #expect(buffer.byteCount == 4032)
        #expect(buffer.steps == 0...3)
        #expect(plan.arenaBytes == 4032)
        #expect(plan.resultBytes == 64)
        #expect(plan.buffer(of: sum)?.offset == nil)
        #expect(plan.buffer(of: sum)?.steps == 3...4)
    }

    @Test func whatIsReadLaterIsNotOverwritten() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil])
        let first = try builder.node("Neg", x)
        let second = try builder.node("Relu", first)
        let third = try builder.node("Add", second, first)
        builder.output(try builder.node("ReduceSum", third))
        let plan = try plan(builder, [type(16)])
        #expect(plan.buffer(of: second)?.tenants.first?.use == .fresh)
        #expect(plan.buffer(of: third)?.tenants.map(\.value) == [second, third])
        #expect(plan.arenaBytes == 128)
    }

    @Test func viewsShareTheirSourcesBufferAndKeepItAlive() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4, 4])
        let shape = builder.constant("shape", try Tensor(vector: [Int64(16)]))
        let first = try builder.node("Neg", x)
        let view = try builder.node("Reshape", first, shape)
        let other = try builder.node("Relu", first)
        let total = try builder.node("Add", try builder.node("Reshape", other, shape), view)
        builder.output(try builder.node("ReduceSum", total))
        let plan = try plan(builder, [type(4, 4)])
        let buffer = try #require(plan.buffer(of: first))
        #expect(buffer.tenants.map(\.use).prefix(2) == [.fresh, .view(of: first)])
        #expect(buffer.steps.upperBound >= 4)
        #expect(plan.buffer(of: other)?.tenants.first?.value == other, "the view of the input is still read")
        #expect(plan.buffer(of: total)?.tenants.count(where: { $0.use != .view(of: other) }) == 2)
    }

    @Test func viewsOfInputsAndConstantsHaveNoBuffer() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4, 4])
        let shape = builder.constant("shape", try Tensor(vector: [Int64(16)]))
        let view = try builder.node("Reshape", x, shape)
        builder.output(view)
        let plan = try plan(builder, [type(4, 4)])
        #expect(plan.buffer(of: view) == nil)
        #expect(plan.totalBytes == 0)
        #expect(plan.peakBytes == 0)
    }

    @Test func operandsOfOneBufferAreNotOverwritten() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4, 4])
        let shape = builder.constant("shape", try Tensor(vector: [Int64(1), 4, 4]))
        let first = try builder.node("Neg", x)
        let view = try builder.node("Reshape", first, shape)
        let sum = try builder.node("Add", first, view)
        let square = try builder.node("Mul", sum, sum)
        builder.output(try builder.node("ReduceSum", square))
        let plan = try plan(builder, [type(4, 4)])
        #expect(plan.buffer(of: sum)?.tenants.first?.use == .fresh)
        #expect(plan.buffer(of: square)?.tenants.first?.use == .fresh)
    }

    @Test func broadcastOperandsAreNotOverwritten() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4, 4])
        let y = builder.input("y", [4])
        let small = try builder.node("Neg", y)
        let sum = try builder.node("Add", small, try builder.node("Neg", x))
        builder.output(try builder.node("ReduceSum", sum))
        let plan = try plan(builder, [type(4, 4), type(4)])
        #expect(plan.buffer(of: small)?.tenants.count == 1)
        #expect(plan.buffer(of: sum)?.tenants.count == 2)
    }

    @Test func resultsLieOutside() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [64])
        let first = try builder.node("Neg", x)
        let second = try builder.node("Relu", first)
        let shape = builder.constant("shape", try Tensor(vector: [Int64(8), 8]))
        let view = try builder.node("Reshape", second, shape)
        builder.output(first, view)
        let plan = try plan(builder, [type(64)])
        #expect(plan.arenaBytes == 0)
        #expect(plan.resultBytes == 512)
        #expect(plan.buffer(of: view)?.tenants.map(\.value) == [second, view])
        #expect(plan.buffer(of: view)?.steps == 1...3)
    }

    @Test func sizesThatDependOnDataAreTold() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [4])
        let places = try builder.node("NonZero", x)
        let more = builder.constant("shape", try Tensor(vector: [Int64(-1)]))
        let flat = try builder.node("Reshape", places, more)
        builder.output(flat)
        let plan = try plan(builder, [type(4)])
        #expect(plan.unplanned == [places, flat])
        #expect(plan.peakBytes == nil)
    }

    @Test func workingSpaceCountsForEachThread() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 8, 32, 32])
        let weight = builder.constant(
            "weight", try Tensor([Float](repeating: 1, count: 8 * 4 * 9), shape: Shape([8, 4, 3, 3])))
        let attributes: [String: AttributeValue] = ["pads": .ints([1, 1, 1, 1]), "group": .int(2)]
        builder.output(try builder.node("Conv", x, weight, attributes: attributes))
        let model = try Model(graph: builder.graph)
        let types = [try type(1, 8, 32, 32)]
        let plans = try [1, 3].map {
            try Session(model, options: SessionOptions(threads: $0)).specialization(for: types).plan
        }
        #expect(plans[0].scratchBytes == 4 * 9 * 32 * 32 * 4)
        #expect(plans[1].scratchBytes == 3 * plans[0].scratchBytes)
        #expect(plans[0].resultBytes == 8 * 32 * 32 * 4)
    }

    @Test func sumsThatDoNotFitAreErrors() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, nil])
        builder.setOutputs(try (0..<9).map { try builder.node("Neg", x, name: "copy\($0)") })
        var options = ModelOptions()
        options.stage = .imported
        let session = try Session(Model(graph: builder.graph, options: options))
        let error = #expect(throws: RunError.self) { try session.peakBytes(for: [type(1 << 29, 1 << 29)]) }
        #expect(error?.code == "SIZE_OVERFLOW")
    }

    @Test func theTableShowsEachBuffer() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1000])
        let first = try builder.node("Neg", x, name: "first")
        let second = try builder.node("Relu", first, name: "second")
        builder.output(try builder.node("ReduceSum", second))
        let text = try plan(builder, [type(1000)]).description
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "4.1 kB: arena 4.0 kB (4.0 kB in use at the worst step), results 64 B, working space 0 B")
        #expect(lines[1] == "buffer   offset  bytes  steps  use       value")
        #expect(lines[2] == "     0        0   4032  0–1              Neg: float32[1000]")
        #expect(lines[3] == "                        1–2    in place  Relu: float32[1000]")
        #expect(lines[4] == "     1  outside     64  2–end            ReduceSum: float32[1]")
    }

    @Test(arguments: 0..<60) func plansOfRandomGraphsHold(seed: UInt64) throws {
        let random = try RandomGraph(seed: seed)
        let model = try Model(graph: random.graph)
        let session = try Session(model)
        let plan = try session.specialization(for: random.inputs.map(\.type)).plan
        try check(plan, model.graph)

        let expected = try Interpreter.run(random.graph, inputs: random.inputs)
        for _ in 0..<2 {
            let outputs = try session.run(random.inputs)
            for (output, reference) in zip(outputs, expected) {
                #expect(output.withBytes { Array($0) } == reference.withBytes { Array($0) })
            }
        }
        #expect(session.mostBytesInUse <= plan.totalBytes)
    }

    /// Follows the graph step by step and looks up what the plan says of each value that is needed there.
    private func check(_ plan: MemoryPlan, _ graph: Graph) throws {
        var lastRead: [ValueID: Int] = [:]
        var firstStep: [ValueID: Int] = [:]
        for (step, node) in graph.nodes.enumerated() {
            for case let input? in node.inputs { lastRead[input] = step }
            for case let output? in node.outputs { firstStep[output] = step }
        }
        for output in graph.outputs { lastRead[output] = plan.stepCount }
        let planned = firstStep.keys.filter { plan.buffer(of: $0) != nil }
        for value in planned {
            let tenant = try #require(plan.buffer(of: value)?.tenants.first { $0.value == value })
            let first = try #require(firstStep[value])
            #expect(tenant.steps == first...(lastRead[value] ?? first))
            if graph.isOutput(value) { #expect(plan.buffer(of: value)?.offset == nil) }
        }
        for (number, buffer) in plan.buffers.enumerated() {
            for (victim, tenant) in zip(buffer.tenants, buffer.tenants.dropFirst()) {
                if case .overwrites = tenant.use { #expect(victim.steps.upperBound <= tenant.steps.lowerBound) }
            }
            guard let offset = buffer.offset else { continue }
            #expect(offset % TensorAllocator.alignment == 0 && offset + buffer.byteCount <= plan.arenaBytes)
            for other in plan.buffers.dropFirst(number + 1) where buffer.steps.overlaps(other.steps) {
                guard let start = other.offset else { continue }
                #expect(offset + buffer.byteCount <= start || start + other.byteCount <= offset)
            }
        }
        #expect(plan.liveBytes <= plan.arenaBytes)
    }
}
