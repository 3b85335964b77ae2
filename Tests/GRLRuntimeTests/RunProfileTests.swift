import GRLRuntime
import GRLTensor
import TestSupport
import Testing

@Suite struct RunProfileTests {
    @Test func everyStepIsNotedInOrder() async throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, 4])
        let weight = builder.constant(
            "weight", try Tensor([Float](repeating: 0.5, count: 12), shape: Shape([4, 3])))
        let product = try builder.node("MatMul", x, weight, name: "project")
        let first = try builder.node("Relu", product, name: "first")
        builder.output(try builder.node("Relu", first, name: "second"))
        var options = ModelOptions()
        options.stage = .simplified
        let session = try Session(Model(graph: builder.graph, options: options))
        let input = try Tensor([Float](repeating: 1, count: 20), shape: Shape([5, 4]))

        let profile = RunProfile()
        let outputs = try await session.run([input], profile: profile) { _ in }
        #expect(try outputs[0].elements(of: Float.self) == [Float](repeating: 2, count: 15))

        let steps = profile.steps
        #expect(steps.map(\.node.name) == ["project", "first", "second"])
        #expect(steps.map(\.multiplyAdds) == [5 * 4 * 3, 0, 0])
        #expect(steps[0].inputs.map { $0?.description } == ["float32[5, 4]", "float32[4, 3]"])
        #expect(steps[0].outputs.map(\.description) == ["float32[5, 3]"])
        for (step, next) in zip(steps, steps.dropFirst()) {
            #expect(step.start <= step.end && step.end <= next.start)
        }

        let operators = profile.operators
        #expect(Dictionary(uniqueKeysWithValues: operators.map { ($0.name, $0.calls) }) == ["MatMul": 1, "Relu": 2])
        #expect(operators.reduce(0) { $0 + $1.multiplyAdds } == 60)
        let total = steps.reduce(Duration.zero) { $0 + $1.duration }
        #expect(operators.reduce(.zero) { $0 + $1.duration } == total)
    }

    @Test func thePeakIsAFiniteRate() {
        let peak = MachinePeak.multiplyAddsPerSecond(threads: 1)
        #expect(peak > 0 && peak.isFinite)
        #expect(!MachinePeak.instructionSet.isEmpty)
    }
}
