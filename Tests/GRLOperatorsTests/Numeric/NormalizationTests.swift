import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Normalisations of channels and rows")
struct NormalizationTests {
    @Test("RMS normalisation, fast as plain, and by hand")
    func rms() throws {
        let inputs = [try noise([3, 4, 18]), try noise([4, 18], seed: 2)]
        let difference = try fastDifference(
            "RMSNormalization", opset: 23, attributes: ["axis": .int(1)], inputs: inputs)
        #expect(difference <= 1e-5)
        let result = try OperatorRunner.run(
            "RMSNormalization", opset: 23, attributes: ["epsilon": .float(0)],
            inputs: [tensor([1.0, 7], [1, 2]), tensor([5.0], [1])])[0]
        #expect(try result.elements(of: Double.self) == [1, 7])
    }

    @Test("Instance, group and batch normalisation of one image, by hand")
    func channels() throws {
        let image = try tensor([1.0, 3, 2, 6], [1, 2, 2])
        let (scale, bias) = (try tensor([1.0, 10], [2]), try tensor([0.0, 1], [2]))
        let exact: [String: AttributeValue] = ["epsilon": .float(0)]
        let instance = try OperatorRunner.run(
            "InstanceNormalization", attributes: exact, inputs: [image, scale, bias])[0]
        #expect(try instance.elements(of: Double.self) == [-1, 1, -9, 11])
        let groups = try OperatorRunner.run(
            "GroupNormalization", attributes: ["epsilon": .float(0), "num_groups": .int(2)],
            inputs: [image, scale, bias])[0]
        #expect(try groups.elements(of: Double.self) == [-1, 1, -9, 11])
        let batch = try OperatorRunner.run(
            "BatchNormalization", attributes: exact,
            inputs: [image, scale, bias, tensor([1.0, 2], [2]), tensor([4.0, 1], [2])])[0]
        #expect(try batch.elements(of: Double.self) == [0, 1, 1, 41])
    }

    @Test("One group over several channels takes their common statistics")
    func oneGroup() throws {
        let image = try tensor([1.0, 1, 5, 5], [1, 2, 2])
        let result = try OperatorRunner.run(
            "GroupNormalization", attributes: ["epsilon": .float(0), "num_groups": .int(1)],
            inputs: [image, tensor([1.0, 2], [2]), tensor([0.0, 0], [2])])[0]
        #expect(try result.elements(of: Double.self) == [-1, -1, 2, 2])
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run(
                "GroupNormalization", attributes: ["num_groups": .int(3)],
                inputs: [image, tensor([1.0, 2], [2]), tensor([0.0, 0], [2])])
        }
    }

    @Test("Group normalisation of opset 18 has a scale for each group")
    func olderGroups() throws {
        let image = try noise([2, 4, 3])
        let older = try OperatorRunner.run(
            "GroupNormalization", opset: 18, attributes: ["num_groups": .int(2)],
            inputs: [image, tensor([Float(2), 3], [2]), tensor([Float(0), 1], [2])])[0]
        let newer = try OperatorRunner.run(
            "GroupNormalization", attributes: ["num_groups": .int(2)],
            inputs: [image, tensor([Float(2), 2, 3, 3], [4]), tensor([Float(0), 0, 1, 1], [4])])[0]
        for (x, y) in zip(try older.elements(of: Float.self), try newer.elements(of: Float.self)) {
            #expect(abs(x - y) <= 1e-6)
        }
    }

    @Test("Batch normalisation in training mode takes and returns the statistics of the batch")
    func training() throws {
        let image = try tensor([1.0, 3], [2, 1])
        let (one, zero) = (try tensor([1.0], [1]), try tensor([0.0], [1]))
        let outputs = try OperatorRunner.run(
            "BatchNormalization",
            attributes: ["epsilon": .float(0), "momentum": .float(0.5), "training_mode": .int(1)],
            inputs: [image, one, zero, zero, zero], outputCount: 3)
        #expect(try outputs[0].elements(of: Double.self) == [-1, 1])
        #expect(try outputs[1].elements(of: Double.self) == [1])
        #expect(try outputs[2].elements(of: Double.self) == [0.5])
    }

    @Test("Norms and moments along axes")
    func axes() throws {
        let input = try tensor([3.0, 0, -4, 0], [2, 2])
        let columns = try OperatorRunner.run("LpNormalization", attributes: ["axis": .int(0)], inputs: [input])[0]
        #expect(try columns.elements(of: Double.self) == [0.6, 0, -0.8, 0])
        let rows = try OperatorRunner.run("LpNormalization", attributes: ["p": .int(1)], inputs: [input])[0]
        #expect(try rows.elements(of: Double.self) == [1, 0, -1, 0])
        let centered = try OperatorRunner.run(
            "MeanVarianceNormalization", attributes: ["axes": .ints([-1])], inputs: [tensor([1.0, 3, 5, 5], [2, 2])])[0]
        for (x, y) in zip(try centered.elements(of: Double.self), [-1.0, 1, 0, 0]) { #expect(abs(x - y) < 1e-8) }
    }

    @Test("Dropout keeps everything, and refuses to drop at random")
    func dropout() throws {
        let input = try noise([2, 3])
        let outputs = try OperatorRunner.run("Dropout", inputs: [input], outputCount: 2)
        #expect(try outputs[0].elements(of: Float.self) == input.elements(of: Float.self))
        #expect(try outputs[1].elements(of: Bool.self) == Array(repeating: true, count: 6))
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Dropout", inputs: [input, Tensor(scalar: Float(0.5)), Tensor(scalar: true)])
        }
    }
}
