import GRLGraph
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// Runs on planned memory, with operators that keep to the plan and with some that do not.
@Suite struct RunMemoryTests {
    private static let side = 64

    /// Some pointwise and moving nodes on `[n, 64]`; three values live in the arena at once.
    private func model() throws -> Model {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, Self.side])
        let one = builder.constant("one", try Tensor(vector: [Float(1)]))
        let first = try builder.node("Add", x, one)
        let turned = try builder.node("Transpose", first)
        let square = try builder.node("Mul", turned, turned)
        let back = try builder.node("Transpose", square)
        builder.output(try builder.node("Sub", back, first))
        return try Model(graph: builder.graph)
    }

    private func input(rows: Int, from start: Int = 0) throws -> Tensor {
        try Tensor((0..<rows * Self.side).map { Float(start + $0 % 100) }, shape: Shape([rows, Self.side]))
    }

    private func expected(_ input: Tensor) throws -> [Float] {
        try input.elements(of: Float.self).map { ($0 + 1) * ($0 + 1) - ($0 + 1) }
    }

    @Test func resultsSurviveLaterRuns() throws {
        let session = try Session(model())
        let inputs = try (0..<4).map { try input(rows: 10 + $0, from: 1000 * $0) }
        let outputs = try inputs.map { try session.run([$0])[0] }
        for (input, output) in zip(inputs, outputs) {
            #expect(try output.elements(of: Float.self) == expected(input))
        }
    }

    @Test func theArenaServesTheNextRun() throws {
        let session = try Session(model())
        let input = try input(rows: 1000)
        let plan = try session.specialization(for: [input.type]).plan
        #expect(plan.arenaBytes == 3 * input.byteCount)
        _ = try session.run([input])
        #expect(session.bytesInUse == plan.arenaBytes, "the arena is kept, the result was let go")
        for _ in 0..<3 { _ = try session.run([input]) }
        #expect(session.bytesInUse == plan.arenaBytes)
        #expect(session.mostBytesInUse == plan.totalBytes)
    }

    @Test func arenasOfOtherSizesAreLetGo() throws {
        let session = try Session(model())
        _ = try session.run([input(rows: 1000)])
        _ = try session.run([input(rows: 10)])
        #expect(session.bytesInUse == 3 * 10 * Self.side * 4)
        _ = try session.run([input(rows: 2000)])
        #expect(session.bytesInUse == 3 * 2000 * Self.side * 4)
        #expect(session.mostBytesInUse == 4 * 2000 * Self.side * 4)
    }

    @Test(.timeLimit(.minutes(2))) func runsMayOverlap() async throws {
        let session = try Session(model())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let input = try input(rows: 100 + 50 * (task % 3), from: task * 17)
                    for _ in 0..<12 {
                        let output = try await session.run([input])[0]
                        #expect(try output.elements(of: Float.self) == expected(input))
                    }
                }
            }
            try await group.waitForAll()
        }
        // One arena at most is kept; the threads that ran may still be letting go of results.
        while session.bytesInUse > 3 * 200 * Self.side * 4 { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test func cancelledRunsGiveTheirArenaBack() throws {
        let session = try Session(model())
        let input = try input(rows: 500)
        let flag = CancellationFlag()
        #expect(throws: CancellationError.self) {
            try session.run([input], cancellation: flag) { if $0 > 0.3 { flag.cancel() } }
        }
        let kept = session.bytesInUse
        #expect(kept == 3 * input.byteCount)
        #expect(try session.run([input])[0].elements(of: Float.self) == expected(input))
        #expect(session.bytesInUse == kept)
    }

    @Test func theLastSpecializationsAreKept() throws {
        let session = try Session(model())
        func rows() -> [Int] { session.specializedInputs.map { $0[0].shape[0] } }
        for rows in 1...8 { _ = try session.run([input(rows: rows)]) }
        #expect(rows() == Array(1...8))
        _ = try session.run([input(rows: 2)])
        #expect(rows() == [1, 3, 4, 5, 6, 7, 8, 2])
        _ = try session.run([input(rows: 9)])
        #expect(rows() == [3, 4, 5, 6, 7, 8, 2, 9])
        #expect(try session.run([input(rows: 1)])[0].elements(of: Float.self) == expected(input(rows: 1)))
        #expect(session.specializedInputs.count == 8)
    }

    @Test func whatCannotFitIsRefusedBeforeItRuns() throws {
        let input = try input(rows: 1000)
        let needed = try #require(try Session(model()).peakBytes(for: [input.type]))
        #expect(try Session(model(), options: SessionOptions(memoryLimit: needed)).run([input]).count == 1)
        let session = try Session(model(), options: SessionOptions(memoryLimit: needed - 1))
        let error = #expect(throws: RunError.self) { try session.run([input]) { _ in Issue.record("a step ran") } }
        #expect(error?.code == "MEMORY_BUDGET")
        #expect(error?.message.contains("needs \(needed) bytes") == true)
        #expect(error?.message.contains("allow 1 bytes more") == true)
        #expect(session.mostBytesInUse == 0)
    }

    // Operators that do something else with memory than the plan says.

    /// A graph in which `operation` stands between nodes whose values live in the arena.
    private func run(_ operation: any Operator, outputs: Int = 1) throws -> (actual: [Float], expected: [Float]) {
        var graph = Graph(name: "test")
        let x = graph.addInput("x", ValueDeclaration())
        let first = graph.addNode(Fresh(), inputs: [x], output: "first")
        let names = (0..<outputs).map { "middle\($0)" }
        let middle = graph.addNode(operation, inputs: [first], outputs: names)
        var last = graph.addNode(Fresh(), inputs: [middle[0]], output: "last")
        for value in [first] + middle.compactMap({ $0 }) + [last] {
            last = graph.addNode(FreshSum(), inputs: [last, value], output: "sum")
        }
        graph.setOutputs([graph.addNode(Fresh(), inputs: [last], output: "result")])
        let input = try Tensor((0..<1000).map { Float($0) }, shape: Shape([1000]))
        let session = try Session(Model(graph: graph))
        let actual = try (0..<2).map { _ in try session.run([input])[0].elements(of: Float.self) }
        #expect(actual[0] == actual[1])
        return (actual[0], try Interpreter.run(graph, inputs: [input])[0].elements(of: Float.self))
    }

    @Test func inputsThatAreReturnedAreCopied() throws {
        let (actual, expected) = try run(ReturnsInput())
        #expect(actual == expected)
    }

    @Test func outputsThatSwapPlacesAreCopied() throws {
        let (actual, expected) = try run(SwapsOutputs(), outputs: 2)
        #expect(actual == expected)
    }

    @Test func plansAreNoPromiseToOverwrite() throws {
        let (actual, expected) = try run(PromisesToOverwrite())
        #expect(actual == expected)
    }

    @Test func viewsThatAreNoneAreFine() throws {
        let (actual, expected) = try run(PromisesAView())
        #expect(actual == expected)
    }

    @Test func otherMemoryIsFine() throws {
        let (actual, expected) = try run(TakesOtherMemory())
        #expect(actual == expected)
    }
}

/// x + 1 in memory from the context.
private struct Fresh: ModestOperator {
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try incremented(context.input(0), into: context.allocate(context.input(0).type))]
    }
}

/// The sum of two tensors.
private struct FreshSum: ModestOperator {
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(context.input(0).type)
        let (a, b) = (try context.input(0).elements(of: Float.self), try context.input(1).elements(of: Float.self))
        try output.withMutableElements(of: Float.self) { y in
            for index in y.indices { y[index] = a[index] + b[index] }
        }
        return [output]
    }
}

/// Returns its input without saying so.
private struct ReturnsInput: ModestOperator {
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] { [try context.input(0)] }
}

/// Takes memory for output 1 first, which is of the same type.
private struct SwapsOutputs: ModestOperator {
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let second = try incremented(input, into: context.allocate(input.type))
        return [try incremented(second, into: context.allocate(input.type)), second]
    }
}

/// Says that it may overwrite its input, and neither asks for that nor could.
private struct PromisesToOverwrite: ModestOperator {
    func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(overwritableInputs: [0]) }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(input.type)
        try output.withMutableElements(of: Float.self) { $0.update(repeating: 7) }
        return [try incremented(input, into: context.allocate(input.type))]
    }
}

/// Says that it returns a view of its input, and returns something else.
private struct PromisesAView: ModestOperator {
    func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(viewedInput: 0) }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try incremented(context.input(0), into: context.allocate(context.input(0).type))]
    }
}

/// Takes memory from the system.
private struct TakesOtherMemory: ModestOperator {
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try Tensor(context.input(0).elements(of: Float.self).map { $0 + 1 }, shape: context.input(0).shape)]
    }
}

/// An operator whose outputs all have the type of input 0.
private protocol ModestOperator: Operator {
    init()
}

extension ModestOperator {
    static var spec: OperatorSpec { OperatorSpec("Modest", inputs: 1...2, outputs: 1...2) }

    init(_ node: inout NodeReader) { self.init() }

    func infer(_ context: InferenceContext) throws -> [TensorType?] {
        Array(repeating: try context.type(0), count: context.outputCount)
    }

    func incremented(_ input: Tensor, into output: Tensor) throws -> Tensor {
        try input.withElements(of: Float.self) { x in
            try output.withMutableElements(of: Float.self) { y in
                for index in y.indices { y[index] = x[index] + 1 }
            }
        }
        return output
    }
}
