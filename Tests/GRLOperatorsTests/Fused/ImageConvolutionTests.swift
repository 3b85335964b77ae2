import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Channels-last convolution with what follows it")
struct ImageConvolutionTests {
    @Test(
        "As Conv, for all windows",
        arguments: [
            [3, 3, 1, 1, 1, 1, 1, 1, 1, 1], [3, 2, 2, 3, 1, 1, 0, 1, 2, 0], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0],
            [3, 3, 1, 1, 2, 3, 2, 3, 2, 3], [4, 4, 4, 4, 1, 1, 0, 0, 0, 0], [1, 5, 1, 2, 1, 1, 0, 2, 0, 2],
        ])
    func windows(_ window: [Int]) throws {
        let image = try noise([2, 9, 11, 5])
        let filter = try noise([window[0], window[1], 5, 7], seed: 2)
        let bias = try noise([7], seed: 3)
        let attributes: [String: AttributeValue] = [
            "strides": .ints([window[2], window[3]]), "dilations": .ints([window[4], window[5]]),
            "pads": .ints([window[6], window[7], window[8], window[9]]),
        ]
        let expected = try ChannelsLast.convolution(image, filter, bias, attributes)
        let own = attributes.merging(["weights": .tensor(filter), "bias": .tensor(bias)]) { $1 }
        #expect(try Difference(ChannelsLast.fused("ImageConvolution", [image], own), expected).maximum <= 2e-6)
    }

    @Test(
        "Activation, normalisation and residuals follow, in this order",
        arguments: [
            ("relu", "Relu", [:]), ("leaky_relu", "LeakyRelu", ["alpha": .float(0.2)]), ("gelu", "Gelu", [:]),
            ("gelu_tanh", "Gelu", ["approximate": .string("tanh")]), ("sigmoid", "Sigmoid", [:]),
            ("silu", "Swish", [:]),
        ] as [(String, String, [String: AttributeValue])])
    func epilogue(_ name: String, _ operatorName: String, _ attributes: [String: AttributeValue]) throws {
        let image = try noise([2, 4, 3, 6])
        let filter = try noise([1, 1, 6, 10], seed: 2)
        let (scale, bias) = (try noise([10], seed: 3), try noise([10], seed: 4))
        let residuals = [try noise([2, 4, 3, 10], seed: 5), try noise([2, 4, 3, 10], seed: 6)]
        let active = try ChannelsLast.run(
            operatorName, [ChannelsLast.convolution(image, filter, bias)], attributes)
        let normal = try ChannelsLast.run("LayerNormalization", [active, scale, bias], ["epsilon": .float(1e-3)])
        let expected = try ChannelsLast.run("Sum", [normal] + residuals)
        let result = try ChannelsLast.fused(
            "ImageConvolution", [image] + residuals,
            [
                "weights": .tensor(filter), "bias": .tensor(bias), "activation": .string(name), "slope": .float(0.2),
                "norm_scale": .tensor(scale), "norm_bias": .tensor(bias), "norm_epsilon": .float(1e-3),
            ])
        #expect(try Difference(result, expected).maximum <= 5e-6)
    }

    @Test("Sources count as concatenated, pixels may be shuffled")
    func sourcesAndShuffle() throws {
        let images = [try noise([1, 4, 3, 2]), try noise([1, 4, 3, 5], seed: 2)]
        let filter = try noise([3, 3, 7, 12], seed: 3)
        let pads: [String: AttributeValue] = ["pads": .ints([1, 1, 1, 1])]
        let together = try ChannelsLast.run("Concat", images, ["axis": .int(3)])
        let sums = try ChannelsLast.convolution(together, filter, nil, pads)
        let expected = try ChannelsLast.toBack(
            ChannelsLast.run(
                "DepthToSpace", [ChannelsLast.toFront(sums)], ["blocksize": .int(2), "mode": .string("CRD")]))
        let own = pads.merging(["weights": .tensor(filter), "sources": .int(2), "shuffle": .int(2)]) { $1 }
        let result = try ChannelsLast.fused("ImageConvolution", images, own)
        #expect(result.shape.dimensions == [1, 8, 6, 3])
        #expect(try Difference(result, expected).maximum <= 2e-6)
    }

    @Test("A linear layer takes tensors of any rank")
    func ranks() throws {
        let filter = try noise([1, 1, 4, 3], seed: 2)
        for dimensions in [[4], [5, 4], [2, 3, 4], [2, 1, 3, 1, 4]] {
            let rows = try noise(dimensions)
            let expected = try ChannelsLast.run("MatMul", [rows, filter.reshaped(to: Shape([4, 3]))])
            let result = try ChannelsLast.fused("ImageConvolution", [rows], ["weights": .tensor(filter)])
            #expect(try Difference(result, expected).maximum <= 1e-6)
        }
        let empty = try ChannelsLast.fused("ImageConvolution", [noise([0, 4])], ["weights": .tensor(filter)])
        #expect(empty.shape.dimensions == [0, 3])
    }

    @Test("Attributes say all there is")
    func attributes() throws {
        let weights = try noise([1, 3, 2, 4])
        let all: [String: AttributeValue] = [
            "weights": .tensor(weights), "bias": .tensor(try noise([4])), "strides": .ints([2, 1]),
            "dilations": .ints([1, 2]), "pads": .ints([1, 2, 3, 4]), "activation": .string("leaky_relu"),
            "slope": .float(0.5), "norm_scale": .tensor(try noise([4])), "norm_epsilon": .float(0.25),
            "sources": .int(2), "shuffle": .int(1),
        ]
        var reader = NodeReader(operatorName: "", opset: 1, inputs: [], outputCount: 1, attributes: all)
        let operation = try ImageConvolution(&reader)
        try reader.finish()
        #expect(operation.attributes.mapValues(\.summary) == all.mapValues(\.summary))
    }

    @Test("What does not fit is refused")
    func refusals() throws {
        let image = try noise([1, 4, 4, 2])
        let weights = AttributeValue.tensor(try noise([3, 3, 2, 4]))
        func code(_ inputs: [Tensor?], _ attributes: [String: AttributeValue]) -> OperatorError.Code? {
            #expect(throws: OperatorError.self) {
                try ChannelsLast.fused("ImageConvolution", inputs, ["weights": weights].merging(attributes) { $1 })
            }?.code
        }
        #expect(code([image], ["weights": .tensor(try noise([3, 3, 3, 4]))]) == .shape)
        #expect(code([image], ["weights": .tensor(try noise([3, 2, 4]))]) == .attributeValue)
        #expect(code([image], ["weights": .tensor(try noise([3, 0, 2, 4]))]) == .attributeValue)
        #expect(code([image, image], [:]) == .shape)
        #expect(code([image], ["sources": .int(2)]) == .arity)
        #expect(code([image], ["shuffle": .int(3)]) == .attributeValue)
        #expect(code([image], ["bias": .tensor(try noise([3]))]) == .attributeValue)
        #expect(code([image], ["norm_scale": .tensor(try noise([2]))]) == .attributeValue)
        #expect(code([image], ["pads": .ints([1, 1])]) == .attributeValue)
        #expect(code([try noise([4, 4, 2])], [:]) == .shape)
        #expect(code([image], ["activation": .string("sine")]) == .attributeValue)
    }
}
