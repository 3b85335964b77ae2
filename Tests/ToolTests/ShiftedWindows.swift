import GRLGraph
import GRLTensor
import TestSupport

/// Attentions in shifted windows as exporters spell them for one size, each with masks of its own: of the file's bytes
/// nearly all are masks.
struct ShiftedWindows {
    /// Of the square image and of the windows.
    let side: Int
    let window: Int
    let channels: Int

    private var count: Int { side / window }
    private var tokens: Int { window * window }

    func network(layers: Int) throws -> Graph {
        var builder = GraphBuilder()
        var image = builder.input("x", [1, channels, side, side])
        for _ in 0..<layers { image = try builder.node("Add", image, attention(&builder, image)) }
        builder.output(image)
        return builder.graph
    }

    /// Of an image `[1, C, H, W]` to itself, one head.
    private func attention(_ builder: inout GraphBuilder, _ image: ValueID) throws -> ValueID {
        var pixels = try transposed(&builder, image, [0, 2, 3, 1])
        for axis in 1...2 { pixels = try rolled(&builder, pixels, axis: axis, by: window / 2) }
        let cut = try reshaped(&builder, pixels, [1, count, window, count, window, channels])
        let windows = try reshaped(
            &builder, transposed(&builder, cut, [0, 1, 3, 2, 4, 5]), [count * count, tokens, channels])
        let heads = try (1...3).map { part in
            let weights = (0..<channels * channels).map { Float(($0 * part) % 7 - 3) / 4 }
            let layer = try builder.constant("weights", Tensor(weights, shape: Shape([channels, channels])))
            return try reshaped(&builder, builder.node("MatMul", windows, layer), [count * count, tokens, 1, channels])
        }
        let query = try transposed(&builder, heads[0], [0, 2, 1, 3])
        let key = try transposed(&builder, heads[1], [0, 2, 3, 1])
        let value = try transposed(&builder, heads[2], [0, 2, 1, 3])
        let scores = try builder.node("MatMul", query, key)
        let masked = try builder.node("Add", scores, builder.constant("masks", masks()))
        let probabilities = try builder.node("Softmax", masked, attributes: ["axis": .int(-1)])
        let attended = try transposed(&builder, builder.node("MatMul", probabilities, value), [0, 2, 1, 3])
        let joined = try reshaped(&builder, attended, [1, count, count, window, window, channels])
        var result = try reshaped(
            &builder, transposed(&builder, joined, [0, 1, 3, 2, 4, 5]), [1, side, side, channels])
        for axis in 1...2 { result = try rolled(&builder, result, axis: axis, by: side - window / 2) }
        return try transposed(&builder, result, [0, 3, 1, 2])
    }

    /// For each window, 0 for two tokens of one region and -100 for others.
    private func masks() throws -> Tensor {
        func region(_ position: Int) -> Int {
            position < side - window ? 0 : position < side - window / 2 ? 1 : 2
        }
        let tensor = try Tensor(uninitialized: .float32, shape: Shape([count * count, 1, tokens, tokens]))
        try tensor.withMutableElements(of: Float.self) { elements in
            for place in 0..<count * count {
                let regions = (0..<tokens).map { token in
                    3 * region(place / count * window + token / window)
                        + region(place % count * window + token % window)
                }
                for query in 0..<tokens {
                    let row = (place * tokens + query) * tokens
                    for key in 0..<tokens { elements[row + key] = regions[key] == regions[query] ? 0 : -100 }
                }
            }
        }
        return tensor
    }

    private func transposed(_ builder: inout GraphBuilder, _ value: ValueID, _ order: [Int]) throws -> ValueID {
        try builder.node("Transpose", value, attributes: ["perm": .ints(order)])
    }

    private func reshaped(_ builder: inout GraphBuilder, _ value: ValueID, _ shape: [Int]) throws -> ValueID {
        try builder.node("Reshape", value, builder.constant("shape", Tensor(vector: shape.map { Int64($0) })))
    }

    /// What was at `start` comes first.
    private func rolled(_ builder: inout GraphBuilder, _ value: ValueID, axis: Int, by start: Int) throws -> ValueID {
        let parts = try [(start, side), (0, start)].map { first, end in
            let bounds = try [first, end, axis].map { try builder.constant("bound", Tensor(vector: [Int64($0)])) }
            return try builder.node("Slice", value, bounds[0], bounds[1], bounds[2])
        }
        return try builder.node("Concat", parts[0], parts[1], attributes: ["axis": .int(axis)])
    }
}
