import GRLGraph
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

/// GELU where it is written out.
@Suite struct RecognizeGeluTests {
    /// x · (1 + erf(x / √2)), and what is multiplied with it.
    private func graph(factor: Float?) throws -> Graph {
        var builder = GraphBuilder()
        let x = builder.input("x", [4])
        func number(_ value: Float) throws -> ValueID { builder.constant("number", try Tensor(scalar: value)) }
        let erf = try builder.node("Erf", builder.node("Div", x, number(Float(2).squareRoot())))
        var result = try builder.node("Mul", x, builder.node("Add", erf, number(1)))
        if let factor { result = try builder.node("Mul", result, number(factor)) }
        builder.output(result)
        return builder.graph
    }

    @Test(
        arguments: [
            (0.5, ["Gelu"]), (nil, ["Gelu", "Mul"]), (3, ["Gelu", "Mul", "Mul"]),
        ] as [(Float?, [String])]) func halvesMayBeMissing(_ factor: Float?, _ expected: [String]) throws
    {
        let graph = try graph(factor: factor)
        var recognized = graph
        var log = OptimizationLog()
        try RecognizeGelu().run(on: &recognized, log: &log)
        try recognized.verify()
        #expect(recognized.nodes.map(\.operation.spec.name) == expected)
        let input = try Tensor(vector: [-2, -0.5, 0.25, 3] as [Float])
        let difference = try Difference(
            Interpreter.run(recognized, inputs: [input])[0], Interpreter.run(graph, inputs: [input])[0])
        #expect(difference.isWithinBound)
    }
}
