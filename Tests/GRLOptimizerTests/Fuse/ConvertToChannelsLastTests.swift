import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

@Suite("Conversion to channels last")
struct ConvertToChannelsLastTests {
    private let passes: [any Pass] = [ConvertToChannelsLast(), EliminateDeadNodes()]

    @Test("Transpositions move past pointwise operators and cancel")
    func chain() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 3, nil, nil])
        let first = try builder.convolution(x, 3, 5)
        let scaled = try builder.node("Mul", first, builder.weights([5, 1, 1]))
        let active = try builder.node("Relu", scaled)
        let second = try builder.convolution(active, 5, 3, seed: 2)
        let half = builder.constant("half", try Tensor(scalar: Float(0.5)))
        builder.output(try builder.node("Add", x, try builder.node("Mul", second, half)))
        let graph = try FusedGraph(builder.graph, passes)
        #expect(
            graph.operators == [
                "Transpose", "ImageConvolution", "Mul", "Relu", "ImageConvolution", "Mul", "Add", "Transpose",
            ])
        #expect(try graph.difference([1, 3, 6, 5]) <= 5e-6)
        #expect(
            graph.fused.outputs.map { graph.fused[$0].name } == graph.original.outputs.map { graph.original[$0].name })
    }

    @Test("Residuals, concatenations, slices, poolings, means and shuffles take either order of axes")
    func operators() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2, 4, 8, 8])
        let y = try builder.convolution(x, 4, 8)
        let pooled = try builder.node(
            "AveragePool", y, attributes: ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
        let larger = try builder.node(
            "Resize", pooled, nil, builder.constant("scales", Tensor(vector: [Float(1), 1, 2, 2])),
            attributes: ["mode": .string("nearest")])
        let both = try builder.node("Concat", y, larger, attributes: ["axis": .int(1)])
        let part = try builder.node(
            "Slice", both, builder.integers(3), builder.integers(11), builder.integers(1))
        let mean = try builder.node("ReduceMean", part, builder.integers(2, 3))
        let weighted = try builder.node("Mul", part, mean)
        let global = try builder.node("Add", weighted, try builder.node("GlobalAveragePool", part))
        let largest = try builder.node(
            "MaxPool", global, attributes: ["kernel_shape": .ints([3, 3]), "pads": .ints([1, 1, 1, 1])])
        let padded = try builder.node(
            "Pad", largest, builder.integers(0, 0, 1, 0, 0, 0, 2, 3), attributes: ["mode": .string("reflect")])
        builder.output(
            try builder.node(
                "DepthToSpace", padded, attributes: ["blocksize": .int(2), "mode": .string("CRD")]))
        let graph = try FusedGraph(builder.graph, passes)
        #expect(
            graph.operators == [
                "Transpose", "ImageConvolution", "ImagePool", "Resize", "Concat", "Slice", "ReduceMean", "Mul",
                "ReduceMean", "Add", "ImagePool", "Pad", "PixelShuffle", "Transpose",
            ])
        #expect(try graph.difference([2, 4, 8, 8]) <= 5e-6)
    }

    @Test("Tokens that are channels-last already are read without a transposition")
    func tokens() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 4, 6, 6])
        let image = try builder.convolution(x, 4, 4)
        let tokens = try builder.node("Transpose", image, attributes: ["perm": .ints([0, 2, 3, 1])])
        let changed = try builder.node("MatMul", tokens, builder.weights([4, 4]))
        let back = try builder.node("Transpose", changed, attributes: ["perm": .ints([0, 3, 1, 2])])
        let last = try builder.convolution(back, 4, 4, seed: 3)
        builder.output(try builder.node("Transpose", last, attributes: ["perm": .ints([0, 2, 3, 1])]))
        let graph = try FusedGraph(builder.graph, passes)
        #expect(graph.operators == ["Transpose", "ImageConvolution", "MatMul", "ImageConvolution"])
        #expect(try graph.difference([1, 4, 6, 6]) <= 5e-6)
    }

    @Test("Values that others read with channels first are turned back for them")
    func others() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 3, 4, 4])
        let y = try builder.convolution(x, 3, 4)
        let flat = try builder.node("Reshape", y, builder.integers(1, 4, 16))
        let back = try builder.node("Reshape", flat, builder.integers(1, 4, 4, 4))
        builder.output(try builder.node("Sub", y, back), y)
        let graph = try FusedGraph(builder.graph, passes)
        #expect(
            graph.operators == [
                "Transpose", "ImageConvolution", "Transpose", "Reshape", "Reshape", "Transpose", "Sub", "Transpose",
            ])
        #expect(try graph.difference([1, 3, 4, 4]) == 0)
    }

    @Test("Grouped, adaptive and computed convolutions stay")
    func declined() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 4, 4, 4])
        let filter = builder.input("filter", [4, 4, 1, 1])
        let grouped = try builder.node("Conv", x, builder.weights([4, 2, 1, 1]), attributes: ["group": .int(2)])
        let same = try builder.node(
            "Conv", grouped, builder.weights([4, 4, 3, 3]), attributes: ["auto_pad": .string("SAME_UPPER")])
        builder.output(try builder.node("Conv", same, filter))
        let graph = try FusedGraph(builder.graph, passes)
        #expect(graph.operators == ["Conv", "Conv", "Conv"])
        #expect(
            graph.declined
                == [
                    "the convolution has 2 groups",
                    "the convolution's padding depends on the image's size, or its bias is computed",
                    "the convolution's weights are computed",
                ].map { "convert to channels last: declined, \($0) at 'Conv'" })
    }
}
