import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

@Suite("Fusion of layers with what follows them")
struct FusionTests {
    private func layerNormalization(_ builder: inout GraphBuilder, _ x: ValueID, _ channels: Int) throws -> ValueID {
        try builder.node(
            "LayerNormalization", x, builder.weights([channels], seed: 50), builder.weights([channels], seed: 51),
            attributes: ["epsilon": .float(1e-3)])
    }

    @Test("A transformer's layer of tokens becomes two nodes")
    func transformer() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, nil, nil, 6])
        let projected = try builder.linear(x, 6, 6)
        let normal = try layerNormalization(&builder, projected, 6)
        let middle = try builder.node("Add", x, normal)
        let hidden = try builder.node("Gelu", builder.linear(middle, 6, 12, seed: 2))
        let second = try builder.linear(hidden, 12, 6, seed: 3)
        let last = try builder.node("Add", layerNormalization(&builder, second, 6), middle)
        builder.output(last)
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ImageConvolution", "ImageMLP"])
        #expect(graph.fused.nodes.map(\.inputs.count) == [2, 2])
        #expect(try graph.difference([2, 3, 5, 6]) <= 1e-5)
    }

    @Test("Mixed attention becomes two attentions, each with its part of the first layer, and a layer of both")
    func mixedAttention() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, nil, nil, 8])
        let qkv = try builder.linear(x, 8, 24)
        let scale = builder.constant("scale", try Tensor(vector: [Float(3), 5]))
        let halves = try [0, 12].map { first in
            try builder.node(
                "WindowAttention", qkv, qkv, qkv, scale, try builder.weights([2, 7, 7]), domain: "grl",
                attributes: [
                    "heads": .int(2), "head_size": .int(2), "query_channel": .int(first),
                    "key_channel": .int(first + 4), "value_channel": .int(first + 8), "query_window": .ints([4, 4]),
                    "key_window": .ints([4, 4]), "query_shift": .ints([2, 2]), "key_shift": .ints([2, 2]),
                    "cosine": .int(1), "mask": .float(-100),
                ])
        }
        let both = try builder.node("Concat", halves[0], halves[1], attributes: ["axis": .int(-1)])
        let normal = try layerNormalization(&builder, builder.linear(both, 8, 8, seed: 2), 8)
        builder.output(try builder.node("Add", x, normal))
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ProjectedAttention", "ProjectedAttention", "ImageConvolution"])
        #expect(try graph.difference([1, 8, 12, 8]) <= 1e-5)
    }

    @Test("A layer is not divided among attentions when others read it, too, or when they read a part of it twice")
    func sharedProjections() throws {
        for (first, isReturned) in [(4, true), (0, false)] {
            var builder = GraphBuilder()
            let qkv = try builder.linear(builder.input("x", [1, nil, nil, 8]), 8, 12)
            let scale = builder.constant("scale", try Tensor(vector: [Float(3), 5]))
            let attended = try builder.node(
                "WindowAttention", qkv, qkv, qkv, scale, domain: "grl",
                attributes: [
                    "heads": .int(2), "head_size": .int(2), "query_channel": .int(0), "key_channel": .int(first),
                    "value_channel": .int(8), "query_window": .ints([4, 4]), "key_window": .ints([4, 4]),
                    "cosine": .int(1),
                ])
            let second = try builder.node(
                "WindowAttention", qkv, qkv, qkv, scale, domain: "grl",
                attributes: [
                    "heads": .int(2), "head_size": .int(2), "query_channel": .int(4), "key_channel": .int(8),
                    "value_channel": .int(0), "query_window": .ints([4, 4]), "key_window": .ints([4, 4]),
                    "cosine": .int(0),
                ])
            builder.setOutputs(isReturned ? [attended, qkv] : [attended, second])
            let graph = try FusedGraph(builder.graph)
            #expect(graph.operators.filter { $0 == "ProjectedAttention" } == [])
            let reason =
                isReturned
                ? "the network returns what the linear layer computes"
                : "channels of the linear layer are read more than once"
            let line = "fuse projections into attention: declined, \(reason) at 'WindowAttention'"
            #expect(graph.declined == Array(repeating: line, count: isReturned ? 1 : 2))
            #expect(try graph.difference([1, 8, 8, 8]) <= 1e-5)
        }
    }

    @Test("Products with constant matrices become layers, with vectors they do not")
    func products() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [3, 4])
        let gemm = try builder.node(
            "Gemm", x, builder.weights([5, 4]), builder.weights([1, 5]), attributes: ["transB": .int(1)])
        let scaled = try builder.node(
            "Gemm", gemm, builder.weights([5, 4]), attributes: ["alpha": .float(0.5)])
        builder.output(try builder.node("MatMul", scaled, builder.weights([4])))
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ImageConvolution", "Gemm", "MatMul"])
        #expect(try graph.difference([3, 4]) <= 2e-6)
    }

    @Test("Constants of each channel go into weights, and into normalisations")
    func constants() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 4])
        let half = builder.constant("half", try Tensor(vector: [Float(0.5)]))
        let shifted = try builder.node("Sub", builder.linear(x, 4, 3), builder.weights([3], seed: 9))
        let scaled = try builder.node("Div", builder.node("Mul", builder.weights([3], seed: 10), shifted), half)
        let normal = try layerNormalization(&builder, scaled, 3)
        builder.output(try builder.node("Add", builder.node("Mul", normal, half), builder.weights([3], seed: 11)))
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ImageConvolution"])
        #expect(try graph.difference([2, 4]) <= 1e-5)
    }

    @Test("A layer over a concatenation reads its parts")
    func concatenation() throws {
        var builder = GraphBuilder()
        let (a, b) = (builder.input("a", [1, 2, 2, 3]), builder.input("b", [1, 2, 2, 5]))
        let both = try builder.node("Concat", a, b, attributes: ["axis": .int(3)])
        builder.output(try builder.linear(both, 8, 4))
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ImageConvolution"])
        #expect(graph.fused.nodes.map(\.inputs.count) == [2])
        #expect(try graph.difference([1, 2, 2, 3], [1, 2, 2, 5]) <= 1e-6)
    }

    @Test("A block of convolutions with channel attention becomes three nodes; a shuffled one two")
    func channelAttention() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 8, nil, nil])
        let first = try builder.node("Gelu", builder.convolution(x, 8, 4))
        let second = try builder.convolution(first, 4, 8, seed: 2)
        let mean = try builder.node("GlobalAveragePool", second)
        let narrow = try builder.node("Relu", builder.convolution(mean, 8, 2, kernel: 1, seed: 3))
        let wide = try builder.node("Sigmoid", builder.convolution(narrow, 2, 8, kernel: 1, seed: 4))
        let sum = try builder.node("Add", x, builder.node("Mul", second, wide))
        let shuffled = try builder.node(
            "DepthToSpace", builder.convolution(sum, 8, 8, seed: 5),
            attributes: ["blocksize": .int(2), "mode": .string("CRD")])
        builder.output(try builder.node("LeakyRelu", shuffled, attributes: ["alpha": .float(0.1)]))
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.operators == [
                "Transpose", "ImageConvolution", "ImageConvolution", "ChannelAttention", "ImageConvolution",
                "Transpose",
            ])
        #expect(try graph.difference([1, 8, 5, 7]) <= 1e-5)
    }

    @Test("What others read, what broadcasts and what comes in another order stays")
    func declined() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 1, 4])
        let row = builder.input("row", [1, 3, 4])
        let sum = try builder.linear(x, 4, 4)
        let active = try builder.node("Relu", sum)
        let normal = try layerNormalization(&builder, active, 4)
        let late = try builder.node("Relu", normal)
        builder.output(sum, late, try builder.node("Add", builder.linear(late, 4, 4), row))
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.operators == ["ImageConvolution", "Relu", "LayerNormalization", "Relu", "ImageConvolution", "Add"])
        #expect(
            graph.declined == [
                "fuse what follows layers: declined, what the layer before computes has other readers at 'Relu'",
                "fuse residuals: declined, its operands are not of one shape at 'Add'",
            ])
        #expect(try graph.difference([2, 1, 4], [1, 3, 4]) <= 1e-5)
    }

    @Test("At most two residuals are added")
    func residuals() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 4])
        var sum = try builder.linear(x, 4, 4)
        for _ in 0..<3 { sum = try builder.node("Add", x, sum) }
        builder.output(sum)
        let graph = try FusedGraph(builder.graph)
        #expect(graph.operators == ["ImageConvolution", "Add"])
        #expect(graph.declined == ["fuse residuals: declined, ImageConvolution adds 2 residuals already at 'Add'"])
        #expect(try graph.difference([2, 4]) <= 2e-6)
    }
}
