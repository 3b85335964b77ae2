import Foundation
import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Softmax, its relatives and layer normalisation")
struct RowwiseTests {
    @Test("Fast softmax and log-softmax along every axis agree with plain loops")
    func softmax() throws {
        for name in ["Softmax", "LogSoftmax"] {
            for axis in -3...2 {
                let inputs = [try noise([3, 5, 19])]
                #expect(try fastDifference(name, attributes: ["axis": .int(axis)], inputs: inputs) <= 1e-6)
            }
            #expect(try fastDifference(name, inputs: [noise([])]) == 0)
            #expect(try fastDifference(name, inputs: [noise([0, 4])]) == 0)
            #expect(try fastDifference(name, inputs: [noise([4, 0])]) == 0)
            #expect(throws: (any Error).self) {
                try OperatorRunner.run(name, attributes: ["axis": .int(2)], inputs: [noise([2, 2])])
            }
        }
        let values = try OperatorRunner.run("Softmax", inputs: [tensor([0.0, log(3)], [2])])[0]
        #expect(try values.elements(of: Double.self).map { ($0 * 1e12).rounded() / 1e12 } == [0.25, 0.75])
    }

    @Test("Before opset 13 all axes from the given one on are one")
    func flattened() throws {
        let input = try noise([2, 3, 4])
        for name in ["Softmax", "LogSoftmax", "Hardmax"] {
            let older = try OperatorRunner.run(name, opset: 11, inputs: [input])[0]
            let flat = try OperatorRunner.run(name, inputs: [input.reshaped(to: Shape([2, 12]))])[0]
            #expect(try older.elements(of: Float.self) == flat.elements(of: Float.self))
            #expect(older.shape == input.shape)
        }
    }

    @Test("Hardmax marks the first of the largest")
    func hardmax() throws {
        let input = try tensor([Float(1), 3, 3, 2, 2, 1], [2, 3])
        let rows = try OperatorRunner.run("Hardmax", inputs: [input])[0]
        #expect(try rows.elements(of: Float.self) == [0, 1, 0, 1, 0, 0])
        let columns = try OperatorRunner.run("Hardmax", attributes: ["axis": .int(0)], inputs: [input])[0]
        #expect(try columns.elements(of: Float.self) == [0, 1, 1, 1, 0, 0])
    }

    @Test("Layer normalisation: all outputs, each axis, with and without bias, fast as plain")
    func layerNormalization() throws {
        for axis in [-1, 1, 2, 0] {
            let first = axis < 0 ? axis + 3 : axis
            let inputs = [try noise([2, 5, 18])]
            let scaleShape = Array([2, 5, 18][first...])
            for bias in [nil, try noise(scaleShape, seed: 3)] {
                let difference = try fastDifference(
                    "LayerNormalization", attributes: ["axis": .int(axis), "epsilon": .float(1e-3)],
                    inputs: inputs + [noise(scaleShape, seed: 2), bias], outputCount: 3)
                #expect(difference <= 1e-5)
            }
        }
    }

    @Test("Layer normalisation broadcasts its scale and states its statistics in the stash type")
    func layerNormalizationBroadcast() throws {
        let input = try tensor([1.0, 3, 5, 9], [2, 2]), scale = try tensor([2.0], [1])
        let outputs = try OperatorRunner.run(
            "LayerNormalization", attributes: ["epsilon": .float(0), "stash_type": .int(11)], inputs: [input, scale],
            outputCount: 3)
        #expect(try outputs[0].elements(of: Double.self) == [-2, 2, -2, 2])
        #expect(try outputs[1].elements(of: Double.self) == [2, 7])
        #expect(try outputs[2].elements(of: Double.self) == [1, 0.5])
        #expect(throws: (any Error).self) {
            try OperatorRunner.run("LayerNormalization", inputs: [noise([2, 3]), noise([2])])
        }
    }
}
