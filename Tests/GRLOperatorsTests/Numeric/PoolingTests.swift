import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Pooling")
struct PoolingTests {
    @Test("MaxPool and its indices, row-major and column-major")
    func maxPool() throws {
        let image = try tensor([Float(1), 2, 9, 4, 5, 6, 7, 8, 3, 1, 0, 2], [1, 1, 3, 4])
        var attributes: [String: AttributeValue] = ["kernel_shape": .ints([2, 2]), "strides": .ints([1, 2])]
        var outputs = try OperatorRunner.run("MaxPool", attributes: attributes, inputs: [image], outputCount: 2)
        #expect(outputs[0].shape.dimensions == [1, 1, 2, 2])
        #expect(try outputs[0].elements(of: Float.self) == [6, 9, 6, 8])
        #expect(try outputs[1].elements(of: Int64.self) == [5, 2, 5, 7])
        attributes["storage_order"] = .int(1)
        outputs = try OperatorRunner.run("MaxPool", attributes: attributes, inputs: [image], outputCount: 2)
        #expect(try outputs[1].elements(of: Int64.self) == [4, 6, 4, 10])
    }

    @Test("MaxPool of bytes, with padding and dilation; NaN wins")
    func maxPoolTypes() throws {
        let bytes = try tensor([Int8(-5), -3, -4], [1, 1, 3])
        let attributes: [String: AttributeValue] = [
            "kernel_shape": .ints([2]), "pads": .ints([1, 1]), "dilations": .ints([2]),
        ]
        let result = try OperatorRunner.run("MaxPool", attributes: attributes, inputs: [bytes])[0]
        #expect(try result.elements(of: Int8.self) == [-3, -4, -3])
        let numbers = try tensor([Float(1), .nan, 2], [1, 1, 3])
        let largest = try OperatorRunner.run("MaxPool", attributes: ["kernel_shape": .ints([3])], inputs: [numbers])[0]
        #expect(try largest.elements(of: Float.self)[0].isNaN)
    }

    @Test("AveragePool counts padding only when asked to, and never what ceil_mode adds")
    func averagePool() throws {
        let image = try tensor([Float(1), 2, 3, 4, 5], [1, 1, 5])
        func average(_ extra: [String: AttributeValue]) throws -> [Float] {
            let attributes: [String: AttributeValue] = ["kernel_shape": .ints([3]), "strides": .ints([2])]
            return try OperatorRunner.run(
                "AveragePool", attributes: attributes.merging(extra) { _, new in new }, inputs: [image])[0]
                .elements(of: Float.self)
        }
        #expect(try average([:]) == [2, 4])
        #expect(try average(["pads": .ints([1, 1])]) == [1.5, 3, 4.5])
        #expect(try average(["pads": .ints([1, 1]), "count_include_pad": .int(1)]) == [1, 3, 3])
        #expect(try average(["pads": .ints([1, 0]), "ceil_mode": .int(1)]) == [1.5, 3, 4.5])
        #expect(
            try average(["pads": .ints([1, 0]), "ceil_mode": .int(1), "count_include_pad": .int(1)]) == [1, 3, 4.5])
        #expect(try average(["auto_pad": .string("SAME_UPPER")]) == [1.5, 3, 4.5])
    }

    @Test("Fast and plain average pools agree for images of several ranks")
    func fastAverage() throws {
        let cases: [(image: [Int], attributes: [String: AttributeValue])] = [
            ([2, 3, 17], ["kernel_shape": .ints([4]), "pads": .ints([1, 2])]),
            (
                [1, 3, 13, 18],
                ["kernel_shape": .ints([3, 2]), "strides": .ints([2, 2]), "pads": .ints([1, 0, 1, 1])]
            ),
            ([1, 2, 9, 20], ["kernel_shape": .ints([3, 3]), "dilations": .ints([1, 2]), "ceil_mode": .int(1)]),
            ([1, 2, 5, 6, 7], ["kernel_shape": .ints([2, 3, 2]), "pads": .ints([1, 1, 0, 0, 1, 1])]),
            ([0, 2, 5, 5], ["kernel_shape": .ints([2, 2])]),
        ]
        for (image, attributes) in cases {
            for counts in [0, 1] {
                let all = attributes.merging(["count_include_pad": .int(counts)]) { _, new in new }
                #expect(try fastDifference("AveragePool", attributes: all, inputs: [noise(image)]) <= 1e-6)
            }
        }
    }

    @Test("The norms under a window and of a plane")
    func norms() throws {
        let image = try tensor([Float(3), -4, 0, 5], [1, 1, 4])
        let pooled = try OperatorRunner.run("LpPool", attributes: ["kernel_shape": .ints([2])], inputs: [image])[0]
        #expect(try pooled.elements(of: Float.self) == [5, 4, 5])
        let plane = try OperatorRunner.run("GlobalLpPool", attributes: ["p": .int(1)], inputs: [image])[0]
        #expect(try plane.elements(of: Float.self) == [12])
    }

    @Test("Global pools, fast as plain, of images of several ranks")
    func globalPools() throws {
        for name in ["GlobalAveragePool", "GlobalMaxPool"] {
            for dimensions in [[2, 3, 17], [2, 3, 9, 10], [1, 2, 3, 4, 5], [0, 3, 4, 4]] {
                #expect(try fastDifference(name, inputs: [noise(dimensions)]) <= 1e-6)
            }
        }
        let result = try OperatorRunner.run("GlobalMaxPool", inputs: [noise([2, 3, 4, 5])])[0]
        #expect(result.shape.dimensions == [2, 3, 1, 1])
    }

    @Test("Pools that cannot be are refused")
    func errors() throws {
        let image = try noise([1, 1, 4, 4])
        let wrong: [[String: AttributeValue]] = [
            [:], ["kernel_shape": .ints([2])], ["kernel_shape": .ints([5, 5])], ["kernel_shape": .ints([0, 1])],
            ["kernel_shape": .ints([2, 2]), "strides": .ints([0, 1])],
            ["kernel_shape": .ints([2, 2]), "pads": .ints([0, 0, 0, -3])],
        ]
        for attributes in wrong {
            #expect(throws: OperatorError.self) {
                try OperatorRunner.run("MaxPool", attributes: attributes, inputs: [image])
            }
        }
    }
}
