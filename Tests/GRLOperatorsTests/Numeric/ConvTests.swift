import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Convolution")
struct ConvTests {
    /// Image, filter and attributes of convolutions whose fast results are compared with plain loops.
    static var cases: [(image: [Int], filter: [Int], attributes: [String: AttributeValue])] {
        [
            ([2, 3, 9, 8], [4, 3, 3, 3], ["pads": .ints([1, 1, 1, 1])]),
            ([1, 4, 9, 8], [6, 2, 3, 2], ["group": .int(2), "strides": .ints([2, 1]), "dilations": .ints([1, 2])]),
            ([2, 5, 7, 6], [3, 5, 1, 1], [:]),
            ([1, 5, 7, 6], [3, 5, 1, 1], ["strides": .ints([2, 2])]),
            (
                [2, 4, 9, 9], [8, 1, 3, 3], ["group": .int(4), "pads": .ints([1, 0, 2, 1]), "strides": .ints([1, 2])]
            ),
            ([1, 3, 20], [2, 3, 5], ["pads": .ints([2, 2])]),
            ([1, 4, 20], [4, 1, 5], ["group": .int(4), "auto_pad": .string("SAME_UPPER")]),
            ([1, 2, 5, 6, 7], [3, 2, 2, 3, 3], ["pads": .ints([1, 1, 1, 0, 1, 1])]),
            ([1, 2, 3, 6, 7], [2, 1, 1, 3, 3], ["group": .int(2)]),
            ([1, 2, 3, 6, 7], [2, 1, 2, 3, 3], ["group": .int(2)]),
            ([1, 2, 7, 7], [2, 2, 4, 4], ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])]),
            ([1, 2, 7, 7], [2, 2, 4, 4], ["auto_pad": .string("VALID")]),
            ([0, 2, 7, 7], [2, 2, 3, 3], [:]),
            ([1, 8, 40, 40], [3, 8, 3, 3], ["pads": .ints([1, 1, 1, 1])]),
        ]
    }

    @Test("Fast and plain convolutions agree, with and without bias")
    func fast() throws {
        for (image, filter, attributes) in Self.cases {
            for bias in [nil, try noise([filter[0]], seed: 3)] {
                let inputs = [try noise(image), try noise(filter, seed: 2), bias]
                let difference = try fastDifference("Conv", attributes: attributes, inputs: inputs)
                #expect(difference <= 2e-5, "\(image) \(filter)")
            }
        }
    }

    @Test("A filter that adds a cross, by hand")
    func byHand() throws {
        let image = try tensor((1...9).map { Float($0) }, [1, 1, 3, 3])
        let cross = try tensor([Float(0), 1, 0, 1, 1, 1, 0, 1, 0], [1, 1, 3, 3])
        let result = try OperatorRunner.run(
            "Conv", attributes: ["pads": .ints([1, 1, 1, 1]), "kernel_shape": .ints([3, 3])], inputs: [image, cross])[0]
        #expect(try result.elements(of: Float.self) == [7, 11, 11, 17, 25, 23, 19, 29, 23])
    }

    @Test("Half precision and double precision run too")
    func otherTypes() throws {
        let image = try tensor([1.0, 2, 3], [1, 1, 3]), filter = try tensor([1.0, -1], [1, 1, 2])
        #expect(try OperatorRunner.run("Conv", inputs: [image, filter])[0].elements(of: Double.self) == [-1, -1])
        let halves = try tensor([Float16(1), 2, 3], [1, 1, 3]), half = try tensor([Float16(1), -1], [1, 1, 2])
        #expect(try OperatorRunner.run("Conv", inputs: [halves, half])[0].elements(of: Float16.self) == [-1, -1])
    }

    @Test("Convolutions that cannot be are refused")
    func errors() throws {
        let image = try noise([1, 4, 5, 5])
        let wrong: [(filter: [Int], attributes: [String: AttributeValue])] = [
            ([2, 3, 3, 3], [:]), ([2, 4, 3], [:]), ([3, 2, 3, 3], ["group": .int(2)]), ([2, 4, 6, 6], [:]),
            ([2, 4, 3, 3], ["group": .int(0)]), ([2, 4, 3, 3], ["strides": .ints([0, 1])]),
            ([2, 4, 3, 3], ["pads": .ints([-1, 0, 0, 0])]), ([2, 4, 3, 3], ["pads": .ints([1, 1])]),
            ([2, 4, 3, 3], ["kernel_shape": .ints([2, 2])]), ([2, 4, 0, 3], [:]),
            ([2, 4, 3, 3], ["dilations": .ints([Int.max, 1])]), ([2, 4, 3, 3], ["auto_pad": .string("SOME")]),
        ]
        for (filter, attributes) in wrong {
            #expect(throws: OperatorError.self, "\(filter) \(attributes)") {
                try OperatorRunner.run("Conv", attributes: attributes, inputs: [image, noise(filter)])
            }
        }
    }
}
