import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Fused blocks on images whose channels come last")
struct ImageBlockTests {
    @Test("Two linear layers, normalisation and residuals, as the nodes they stand for")
    func mlp() throws {
        let image = try noise([2, 3, 4, 6])
        let (one, two) = (try noise([1, 1, 6, 9], seed: 2), try noise([1, 1, 9, 5], seed: 3))
        let (bias, scale) = (try noise([9], seed: 4), try noise([5], seed: 5))
        let residual = try noise([2, 3, 4, 5], seed: 6)
        let hidden = try ChannelsLast.run("Gelu", [ChannelsLast.convolution(image, one, bias)])
        let normal = try ChannelsLast.run(
            "LayerNormalization", [ChannelsLast.convolution(hidden, two, scale), scale, nil])
        let expected = try ChannelsLast.run("Add", [normal, residual])
        let result = try ChannelsLast.checked(
            "ImageMLP", [image, residual],
            [
                "first_weights": .tensor(one), "first_bias": .tensor(bias), "activation": .string("gelu"),
                "second_weights": .tensor(two), "second_bias": .tensor(scale), "norm_scale": .tensor(scale),
            ])
        #expect(try Difference(result, expected).maximum <= 5e-6)
        #expect(throws: OperatorError.self) {
            try ChannelsLast.fused(
                "ImageMLP", [image], ["first_weights": .tensor(one), "second_weights": .tensor(one)])
        }
    }

    @Test("Channel attention, as the nodes it stands for, image by image")
    func channelAttention() throws {
        let image = try noise([2, 5, 3, 6])
        let (one, two) = (try noise([1, 1, 6, 2], seed: 2), try noise([1, 1, 2, 6], seed: 3))
        let bias = try noise([6], seed: 4)
        let means = try ChannelsLast.run("ReduceMean", [image, tensor([Int64(1), 2], [2])])
        let hidden = try ChannelsLast.run("Relu", [ChannelsLast.convolution(means, one, nil)])
        let weights = try ChannelsLast.run("Sigmoid", [ChannelsLast.convolution(hidden, two, bias)])
        let product = try ChannelsLast.run("Mul", [image, weights])
        let expected = try ChannelsLast.run("Add", [product, image])
        let attributes: [String: AttributeValue] = [
            "first_weights": .tensor(one), "activation": .string("relu"), "second_weights": .tensor(two),
            "second_bias": .tensor(bias),
        ]
        let result = try ChannelsLast.checked("ChannelAttention", [image, image], attributes)
        #expect(try Difference(result, expected).maximum <= 2e-6)
        let larger = [try noise([2, 40, 30, 6], seed: 8), try noise([2, 40, 30, 6], seed: 9)]
        _ = try ChannelsLast.checked("ChannelAttention", larger, attributes)
        #expect(try ChannelsLast.checked("ChannelAttention", [noise([1, 0, 3, 6])], attributes).count == 0)
        #expect(throws: OperatorError.self) {
            try ChannelsLast.fused("ChannelAttention", [image, noise([2, 5, 3, 1])], attributes)
        }
    }

    @Test(
        "Pooling, fast and plain, as with channels first",
        arguments: [
            ("AveragePool", ["kernel_shape": .ints([4, 4]), "strides": .ints([4, 4])]),
            ("AveragePool", ["kernel_shape": .ints([3, 2]), "pads": .ints([1, 0, 1, 1]), "ceil_mode": .int(1)]),
            (
                "AveragePool",
                ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1]), "count_include_pad": .int(1)]
            ),
            ("MaxPool", ["kernel_shape": .ints([2, 3]), "strides": .ints([2, 1]), "dilations": .ints([1, 2])]),
        ] as [(String, [String: AttributeValue])])
    func pooling(_ name: String, _ attributes: [String: AttributeValue]) throws {
        let image = try noise([2, 9, 8, 5])
        let expected = try ChannelsLast.toBack(
            ChannelsLast.run(name, [ChannelsLast.toFront(image)], attributes))
        let kind = name == "MaxPool" ? "maximum" : "mean"
        for accelerated in [false, true] {
            let result = try ChannelsLast.fused(
                "ImagePool", [image], attributes.merging(["kind": .string(kind)]) { $1 }, accelerated: accelerated)
            #expect(try Difference(result, expected).maximum <= 1e-6)
        }
    }

    @Test("Pixel shuffle in both orders, as with channels first", arguments: ["CRD", "DCR"])
    func shuffle(_ mode: String) throws {
        let image = try noise([2, 3, 4, 18])
        let expected = try ChannelsLast.toBack(
            ChannelsLast.run(
                "DepthToSpace", [ChannelsLast.toFront(image)], ["blocksize": .int(3), "mode": .string(mode)]))
        let result = try ChannelsLast.fused(
            "PixelShuffle", [image], ["factor": .int(3), "mode": .string(mode)])
        #expect(try Difference(result, expected).maximum == 0)
    }
}
