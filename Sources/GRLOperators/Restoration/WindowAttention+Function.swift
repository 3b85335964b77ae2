package import GRLGraph
import GRLTensor

extension WindowAttention: FunctionOperator {
    package static var functionBody: FunctionBody { WindowAttentionFunction().body }

    /// No bias is a table of zeros.
    package func zeros(forInput index: Int) throws -> TensorType? {
        guard index == 4 else { return nil }
        let rows = try Checked.add(query.window.y, key.window.y - 1)
        let columns = try Checked.add(query.window.x, key.window.x - 1)
        return try TensorType(.float32, [heads, rows, columns])
    }
}

/// Window attention in standard operators. Numbers of pixels, windows and channels are lists of one int; all of them
/// follow from shapes and attributes when the function runs.
private struct WindowAttentionFunction {
    typealias Value = FunctionBody.Value

    /// How an image is cut into windows.
    struct Grid {
        let batch: Value
        let height: Value
        let width: Value
        /// Rows and columns of a window.
        let rows: Value
        let columns: Value
        /// Windows in each direction.
        let down: Value
        let across: Value
        /// By how much the windows are shifted in each direction.
        let shiftDown: Value
        let shiftAcross: Value
        /// Pixels of a window.
        let tokens: Value
    }

    let builder = FunctionBuilder(inputs: "query", "key", "value", "scale", "table")

    var body: FunctionBody {
        let queries = grid(builder.input(0), "query")
        let keys = grid(builder.input(1), "key")
        let query = unitRows(windows(builder.input(0), queries, firstChannel: "query_channel"))
        let key = unitRows(windows(builder.input(1), keys, firstChannel: "key_channel"))
        let value = windows(builder.input(2), keys, firstChannel: "value_channel")
        let products = builder.node("MatMul", query, builder.transposed(key, [0, 1, 2, 3, 5, 4]))
        let scale = builder.node("Unsqueeze", builder.input(3), builder.ints([1, 2]))
        let biased = builder.node("Add", builder.node("Mul", products, scale), bias(queries, keys))
        let logits = builder.node("Add", biased, mask(queries, keys))
        let weights = builder.node("Softmax", logits, attributes: ["axis": .int(-1)])
        return builder.body(returning: image(builder.node("MatMul", weights, value), queries))
    }

    private var heads: Value { list("heads") }
    private var headSize: Value { list("head_size") }
    private var channels: Value { multiply(heads, headSize) }

    private func grid(_ image: Value, _ side: String) -> Grid {
        let window = builder.attribute("\(side)_window", .ints)
        let shift = builder.attribute("\(side)_shift", .ints)
        let (height, width) = (builder.dimensions(of: image, 1, 2), builder.dimensions(of: image, 2, 3))
        let (rows, columns) = (element(window, 0), element(window, 1))
        return Grid(
            batch: builder.dimensions(of: image, 0, 1), height: height, width: width, rows: rows, columns: columns,
            down: builder.node("Div", height, rows), across: builder.node("Div", width, columns),
            shiftDown: element(shift, 0), shiftAcross: element(shift, 1), tokens: multiply(rows, columns))
    }

    /// The channels that are read of an image, as [B, windows down, windows across, heads, tokens, d].
    private func windows(_ image: Value, _ grid: Grid, firstChannel: String) -> Value {
        let first = list(firstChannel)
        let read = builder.slice(image, from: first, to: add(first, channels), axes: [3])
        let rolled = rolled(rolled(read, by: grid.shiftDown, axis: 1), by: grid.shiftAcross, axis: 2)
        let cut = reshaped(
            rolled, grid.batch, grid.down, grid.rows, grid.across, grid.columns, heads, headSize)
        return reshaped(
            builder.transposed(cut, [0, 1, 3, 5, 2, 4, 6]), grid.batch, grid.down, grid.across, heads, grid.tokens,
            headSize)
    }

    /// The image [B, H, W, heads · d] of windows.
    private func image(_ windows: Value, _ grid: Grid) -> Value {
        let cut = reshaped(windows, grid.batch, grid.down, grid.across, heads, grid.rows, grid.columns, headSize)
        let image = reshaped(
            builder.transposed(cut, [0, 1, 4, 2, 5, 3, 6]), grid.batch, grid.height, grid.width, channels)
        let back = rolled(image, by: subtract(grid.height, grid.shiftDown), axis: 1)
        return rolled(back, by: subtract(grid.width, grid.shiftAcross), axis: 2)
    }

    /// The image moved cyclically along an axis: what was at `amount` comes first.
    private func rolled(_ image: Value, by amount: Value, axis: Int) -> Value {
        builder.concatenated(
            [
                builder.slice(image, from: amount, to: builder.ints([Int.max]), axes: [axis]),
                builder.slice(image, from: builder.ints([0]), to: amount, axes: [axis]),
            ], axis: axis)
    }

    /// The rows over max(‖·‖₂, epsilon) to the power of `cosine`, which is 0 or 1.
    private func unitRows(_ rows: Value) -> Value {
        let norm = builder.node("ReduceL2", rows, builder.ints([-1]), attributes: ["keepdims": .int(1)])
        let divisor = builder.node("Max", norm, builder.attribute("epsilon", .float))
        let isCosine = builder.node("Cast", builder.attribute("cosine", .int), attributes: ["to": .int(1)])
        return builder.node("Div", rows, builder.node("Pow", divisor, isCosine))
    }

    /// The table's entries for all pairs of tokens, [heads, queries, keys].
    private func bias(_ queries: Grid, _ keys: Grid) -> Value {
        func distances(_ operation: String, _ extent: Value) -> Value {
            let query = builder.node(operation, builder.range(queries.tokens), queries.columns)
            let key = builder.node(operation, builder.range(keys.tokens), keys.columns)
            let difference = subtract(builder.node("Unsqueeze", query, builder.ints([1])), key)
            return add(difference, subtract(extent, builder.ints([1])))
        }
        let tableColumns = subtract(add(queries.columns, keys.columns), builder.ints([1]))
        let places = add(multiply(distances("Div", keys.rows), tableColumns), distances("Mod", keys.columns))
        return builder.node(
            "Gather", reshaped(builder.input(4), heads, builder.ints([-1])), places, attributes: ["axis": .int(1)])
    }

    /// What is added to pairs of different regions, [windows down, windows across, 1, queries, keys].
    private func mask(_ queries: Grid, _ keys: Grid) -> Value {
        let isSame = builder.node(
            "Equal", builder.node("Unsqueeze", regions(queries), builder.ints([4])),
            builder.node("Unsqueeze", regions(keys), builder.ints([3])))
        return builder.node("Where", isSame, builder.float(0), builder.attribute("mask", .float))
    }

    /// The region of every token, [windows down, windows across, 1, tokens].
    private func regions(_ grid: Grid) -> Value {
        let down = regions(extent: grid.height, window: grid.rows, shift: grid.shiftDown)
        let across = regions(extent: grid.width, window: grid.columns, shift: grid.shiftAcross)
        let numbers = add(multiply(builder.node("Unsqueeze", down, builder.ints([1])), builder.ints([3])), across)
        let cut = reshaped(numbers, grid.down, grid.rows, grid.across, grid.columns)
        return reshaped(
            builder.transposed(cut, [0, 2, 1, 3]), grid.down, grid.across, builder.ints([1]), grid.tokens)
    }

    /// The region of every place of one direction, once windows are no longer shifted: places from `extent` - `window`
    /// on are in region 1, those from `extent` - `shift` on in region 2.
    private func regions(extent: Value, window: Value, shift: Value) -> Value {
        let places = builder.range(extent)
        func isFrom(_ width: Value) -> Value {
            builder.node(
                "Cast", builder.node("GreaterOrEqual", places, subtract(extent, width)), attributes: ["to": .int(7)])
        }
        return add(isFrom(window), isFrom(shift))
    }

    /// An int attribute as a list.
    private func list(_ attribute: String) -> Value { reshaped(builder.attribute(attribute, .int), builder.ints([1])) }
    private func element(_ list: Value, _ index: Int) -> Value { builder.node("Gather", list, builder.ints([index])) }
    private func add(_ a: Value, _ b: Value) -> Value { builder.node("Add", a, b) }
    private func subtract(_ a: Value, _ b: Value) -> Value { builder.node("Sub", a, b) }
    private func multiply(_ a: Value, _ b: Value) -> Value { builder.node("Mul", a, b) }
    private func reshaped(_ value: Value, _ shape: Value...) -> Value {
        builder.node("Reshape", value, shape.count == 1 ? shape[0] : builder.concatenated(shape, axis: 0))
    }
}
