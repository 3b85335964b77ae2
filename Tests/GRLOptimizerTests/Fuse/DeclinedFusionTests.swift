import GRLGraph
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

/// What passes say of nodes that they leave alone although they look like what is fused.
@Suite("Fusions that are declined")
struct DeclinedFusionTests {
    @Test("Two layers with a reader between them stay two")
    func pairs() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 4])
        let first = try builder.node("MatMul", x, builder.weights([4, 4]))
        let second = try builder.node("MatMul", first, builder.weights([4, 4]), name: "second")
        builder.output(second, try builder.node("Neg", first))
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.declined == [
                "fuse pairs of linear layers: declined, what the layer before computes has other readers at 'second'"
            ])
    }

    @Test("Products with constants that are no float32 matrices stay products")
    func products() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 3, 4])
        let stack = try builder.node("MatMul", x, builder.weights([2, 4, 4]), name: "stack")
        let y = builder.input("y", [3, 4], .float64)
        let double = try builder.constant("double", Tensor([Double](repeating: 1, count: 8), shape: Shape([4, 2])))
        let wide = try builder.node("MatMul", y, double, name: "wide")
        let z = builder.input("z", [3, 4])
        let scaled = try builder.node(
            "Gemm", z, builder.weights([4, 2]), attributes: ["alpha": .float(2)], name: "scaled")
        builder.output(stack, wide, scaled)
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.declined == [
                "fuse linear layers: declined, its constant [2, 4, 4] is no matrix at 'stack'",
                "fuse linear layers: declined, its matrix is float64, not float32 at 'wide'",
                "fuse linear layers: declined, it scales or transposes, or adds something else than a number for each "
                    + "column at 'scaled'",
            ])
    }

    @Test("Concatenations that others read stay")
    func concatenations() throws {
        var builder = GraphBuilder()
        let parts = [builder.input("a", [2, 2]), builder.input("b", [2, 2])]
        let both = try builder.node("Concat", parts[0], parts[1], attributes: ["axis": .int(-1)], name: "both")
        let product = try builder.node("MatMul", both, builder.weights([4, 4]))
        builder.output(product, try builder.node("Neg", both))
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.declined == ["absorb concatenations: declined, it has other readers than the layer at 'both'"])
    }

    @Test("Activations behind activations stay")
    func activations() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 4])
        let product = try builder.node("MatMul", x, builder.weights([4, 4]))
        let first = try builder.node("Relu", product)
        builder.output(try builder.node("Sigmoid", first, name: "second"))
        let graph = try FusedGraph(builder.graph)
        #expect(
            graph.declined == [
                "fuse what follows layers: declined, the layer before has an activation already at 'second'"
            ])
    }

    @Test("Channel attention of one layer, and by the mean of another image, stays")
    func channelAttention() throws {
        for isOther in [false, true] {
            var builder = GraphBuilder()
            let images = [builder.input("x", [1, 8, 5, 7]), builder.input("y", [1, 8, 5, 7])]
            let x = try builder.convolution(images[0], 8, 8)
            let y = try builder.convolution(images[1], 8, 8, seed: 2)
            let mean = try builder.node("GlobalAveragePool", isOther ? y : x)
            var weights = try builder.convolution(mean, 8, 8, kernel: 1, seed: 3)
            if isOther { weights = try builder.convolution(builder.node("Relu", weights), 8, 8, kernel: 1, seed: 4) }
            weights = try builder.node("Sigmoid", weights)
            builder.output(try builder.node("Mul", x, weights, name: "product"), y)
            let graph = try FusedGraph(builder.graph)
            let reason = isOther ? "the mean is that of another image" : "1 layer from the mean to the product, not 2"
            #expect(graph.declined.contains("fuse channel attention: declined, \(reason) at 'product'"))
        }
    }

    @Test("Attention whose operands no layer computes, or others read, projects nothing itself")
    func projections() throws {
        for isComputed in [false, true] {
            var builder = GraphBuilder()
            let x = builder.input("x", [1, nil, nil, 12])
            let qkv = isComputed ? try builder.linear(x, 12, 12) : x
            let scale = builder.constant("scale", try Tensor(vector: [Float(3), 5]))
            let attended = try builder.node(
                "WindowAttention", qkv, qkv, qkv, scale, domain: "grl",
                attributes: [
                    "heads": .int(2), "head_size": .int(2), "query_channel": .int(0), "key_channel": .int(4),
                    "value_channel": .int(8), "query_window": .ints([4, 4]), "key_window": .ints([4, 4]),
                    "cosine": .int(1),
                ], name: "attention")
            builder.output(attended, try builder.node("Neg", qkv))
            let graph = try FusedGraph(builder.graph)
            let reason =
                isComputed
                ? "the linear layer has another reader, Neg" : "no linear layer computes its queries, keys or values"
            #expect(
                graph.declined == ["fuse projections into attention: declined, \(reason) at 'attention'"])
        }
    }
}
