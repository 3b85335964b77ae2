import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite("Transposed convolution")
struct ConvTransposeTests {
    /// A transposed convolution and a convolution with the same filter are adjoint: ⟨Tx, y⟩ = ⟨x, Cy⟩.
    @Test("It is the adjoint of the convolution with the same attributes")
    func adjoint() throws {
        let cases: [(image: [Int], filter: [Int], attributes: [String: AttributeValue])] = [
            ([1, 2, 9, 9], [4, 2, 3, 3], ["strides": .ints([2, 2]), "pads": .ints([1, 0, 1, 2])]),
            ([2, 4, 8, 7], [6, 2, 2, 3], ["group": .int(2), "dilations": .ints([2, 1])]),
            ([1, 3, 11], [2, 3, 4], ["pads": .ints([1, 2])]),
        ]
        for (image, filter, attributes) in cases {
            let (y, weights) = (try noise(image), try noise(filter, seed: 2))
            let forward = try OperatorRunner.run("Conv", attributes: attributes, inputs: [y, weights])[0]
            let x = try noise(forward.shape.dimensions, seed: 3)
            let back = try OperatorRunner.run("ConvTranspose", attributes: attributes, inputs: [x, weights])[0]
            try #require(back.shape == y.shape)
            #expect(abs(try dot(back, y) - dot(x, forward)) <= 1e-3)
        }
    }

    @Test("Output padding, a given shape and the bias, by hand")
    func byHand() throws {
        let x = try tensor([1.0, 2], [1, 1, 2]), filter = try tensor([1.0, 10, 100], [1, 1, 3])
        func run(_ attributes: [String: AttributeValue], _ bias: Tensor? = nil) throws -> [Double] {
            try OperatorRunner.run("ConvTranspose", attributes: attributes, inputs: [x, filter, bias])[0]
                .elements(of: Double.self)
        }
        #expect(try run([:]) == [1, 12, 120, 200])
        #expect(try run(["strides": .ints([2])], tensor([1.0], [1])) == [2, 11, 103, 21, 201])
        #expect(try run(["strides": .ints([2]), "output_padding": .ints([1])]) == [1, 10, 102, 20, 200, 0])
        #expect(try run(["pads": .ints([1, 1])]) == [12, 120])
        #expect(try run(["strides": .ints([2]), "output_shape": .ints([4])]) == [10, 102, 20, 200])
        #expect(try run(["strides": .ints([2]), "auto_pad": .string("SAME_UPPER")]) == [1, 10, 102, 20])
    }

    private func dot(_ a: Tensor, _ b: Tensor) throws -> Double {
        zip(try a.elements(of: Float.self), try b.elements(of: Float.self)).reduce(0) { $0 + Double($1.0 * $1.1) }
    }
}
