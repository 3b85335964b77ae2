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
        #expect(try Difference(ChannelsLast.checked("ImageConvolution", [image], own), expected).maximum <= 2e-6)
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
        let result = try ChannelsLast.checked(
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
        let result = try ChannelsLast.checked("ImageConvolution", images, own)
        #expect(result.shape.dimensions == [1, 8, 6, 3])
        #expect(try Difference(result, expected).maximum <= 2e-6)
    }

    @Test(
        "3×3 filters of many channels, which take fewer products",
        arguments: [(9, 11, [1, 1, 1, 1]), (1, 5, [1, 1, 1, 1]), (6, 70, [0, 2, 1, 0])])
    func manyChannels(_ height: Int, _ width: Int, _ pads: [Int]) throws {
        let images = [try noise([2, height, width, 20]), try noise([2, height, width, 16], seed: 2)]
        let filter = try noise([3, 3, 36, 40], seed: 3)
        let attributes: [String: AttributeValue] = ["pads": .ints(pads)]
        let together = try ChannelsLast.run("Concat", images, ["axis": .int(3)])
        let expected = try ChannelsLast.convolution(together, filter, noise([40], seed: 4), attributes)
        let own = attributes.merging(
            ["weights": .tensor(filter), "bias": .tensor(try noise([40], seed: 4)), "sources": .int(2)]
        ) { $1 }
        #expect(try Difference(ChannelsLast.checked("ImageConvolution", images, own), expected).maximum <= 1e-5)
        let residual = try noise(expected.shape.dimensions, seed: 5)
        _ = try ChannelsLast.checked("ImageConvolution", images + [residual], own)
        _ = try ChannelsLast.checked("ImageConvolution", images, own.merging(["shuffle": .int(2)]) { $1 })
    }

    @Test("A linear layer takes tensors of any rank")
    func ranks() throws {
        let filter = try noise([1, 1, 4, 3], seed: 2)
        for dimensions in [[4], [5, 4], [2, 3, 4], [2, 1, 3, 1, 4]] {
            let rows = try noise(dimensions)
            let expected = try ChannelsLast.run("MatMul", [rows, filter.reshaped(to: Shape([4, 3]))])
            let result = try ChannelsLast.checked("ImageConvolution", [rows], ["weights": .tensor(filter)])
            #expect(try Difference(result, expected).maximum <= 1e-6)
        }
        let empty = try ChannelsLast.checked("ImageConvolution", [noise([0, 4])], ["weights": .tensor(filter)])
        #expect(empty.shape.dimensions == [0, 3])
    }

    @Test("Work that is cut into pieces, on several images")
    func pieces() throws {
        let rows = try noise([700, 90])
        let wide = try noise([1, 1, 90, 100], seed: 2)
        _ = try ChannelsLast.checked("ImageConvolution", [rows], ["weights": .tensor(wide)])
        let images = try noise([2, 20, 70, 16])
        let attributes: [String: AttributeValue] = [
            "weights": .tensor(try noise([3, 3, 16, 48], seed: 3)), "pads": .ints([1, 1, 1, 1]),
            "activation": .string("gelu"), "norm_scale": .tensor(try noise([48], seed: 4)),
        ]
        _ = try ChannelsLast.checked("ImageConvolution", [images, noise([2, 20, 70, 48], seed: 5)], attributes)
    }

    @Test("Packed weights are written as they were, and serve the plain way")
    func packing() throws {
        for (shape, shuffle) in [([3, 3, 2, 4], 1), ([1, 1, 5, 3], 1), ([1, 2, 3, 72], 3), ([1, 1, 4, 300], 5)] {
            let weights = try noise(shape)
            let reader = { NodeReader(operatorName: "", opset: 1, inputs: [], outputCount: 1, attributes: $0) }
            var node = reader(["weights": .tensor(weights), "shuffle": .int(shuffle)])
            let operation = try ImageConvolution(&node)
            let image = try noise([1, 4, 4, shape[2]], seed: 2)
            var context = EvaluationContext(inputs: [image])
            let before = try operation.evaluate(&context)[0]
            _ = try operation.accelerate(&context)
            guard case .tensor(let written)? = operation.attributes["weights"] else {
                Issue.record("the weights are not written")
                continue
            }
            #expect(try written.elements(of: Float.self) == weights.elements(of: Float.self))
            #expect(try operation.evaluate(&context)[0].elements(of: Float.self) == before.elements(of: Float.self))
            let unshuffled = try operation.with(shuffle: 1)
            #expect(
                try Difference(unshuffled.accelerate(&context)?[0] ?? image, unshuffled.evaluate(&context)[0]).maximum
                    <= 2e-6)
        }
    }

    @Test("NaN in one pixel reaches the pixels around it")
    func notANumber() throws {
        var elements = [Float](repeating: 1, count: 16)
        elements[5] = .nan
        let attributes: [String: AttributeValue] = [
            "weights": .tensor(try noise([1, 3, 1, 20])), "pads": .ints([0, 1, 0, 1]), "activation": .string("relu"),
        ]
        let result = try ChannelsLast.fused(
            "ImageConvolution", [tensor(elements, [1, 1, 16, 1])], attributes, accelerated: true)
        let isNaN = try result.elements(of: Float.self).map(\.isNaN)
        #expect((0..<16).filter { isNaN[$0 * 20] } == [4, 5, 6])
        #expect(isNaN.count(where: { $0 }) == 60)
    }

    @Test("A residual that nobody else holds is overwritten")
    func inPlace() throws {
        let weights = try noise([3, 3, 4, 6])
        let window = ImageWindow(kernel: PixelPair(3, 3), padBegin: PixelPair(1, 1), padEnd: PixelPair(1, 1))
        let operation = try ImageConvolution(
            layer: LinearLayer(weights: FilterWeights(weights), activation: .gelu), window: window)
        let (image, residual) = (try noise([1, 9, 9, 4]), try noise([1, 9, 9, 6], seed: 2))
        var fresh = EvaluationContext(inputs: [image, residual])
        let expected = try operation.accelerate(&fresh)?[0].elements(of: Float.self)
        var context = EvaluationContext(inputs: [image, residual], reusable: [false, true])
        let result = try #require(try operation.accelerate(&context)?[0])
        #expect(try result.elements(of: Float.self) == expected)
        #expect(result.withBytes(\.baseAddress) == residual.withBytes(\.baseAddress))
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
