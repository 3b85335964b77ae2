package import GRLGraph
package import GRLTensor

/// Attention inside windows of images whose channels come last.
///
/// Inputs: query [B, Hq, Wq, Cq], key [B, Hk, Wk, Ck], value [B, Hk, Wk, Cv], scale [heads], and optionally a table
/// [heads, hq + hk - 1, wq + wk - 1] of biases. Of each image a run of heads · d channels is read, head by head.
/// Output: [B, Hq, Wq, heads · d].
///
/// Queries are cut into windows of hq × wq pixels, keys and values into as many windows of hk × wk. Every query
/// attends to the keys of its window: with q̂ and k̂ the rows of a head, divided by max(‖·‖₂, epsilon) if `cosine`,
///
///     logit = scale[head] · q̂ · k̂ + table[head, y1 - y2 + hk - 1, x1 - x2 + wk - 1] + (other region ? mask : 0)
///
/// for query (y1, x1) and key (y2, x2) of a window; the output is the mean of the values, weighted by the softmax of
/// the logits. Windows are shifted cyclically: pixel (y, x) of window (i, j) is image pixel
/// ((i · h + y + shift.y) mod H, (j · w + x + shift.x) mod W). A shifted window that reaches over the image's edge has
/// pixels of several regions.
package struct WindowAttention: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "WindowAttention", domain: OperatorSpec.restorationDomain, inputs: 4...5)

    /// How one operand is read: the queries, or the keys and values.
    package struct Side: Sendable, Hashable {
        /// Rows and columns of a window.
        package let window: PixelPair
        /// By how much windows are shifted; less than the window.
        package let shift: PixelPair

        package init(window: PixelPair, shift: PixelPair = PixelPair(0, 0)) {
            self.window = window
            self.shift = shift
        }
    }

    package let heads: Int
    /// Channels of a head, d.
    package let headSize: Int
    /// The first channel of each operand that is read.
    package let queryChannel: Int
    package let keyChannel: Int
    package let valueChannel: Int
    package let query: Side
    package let key: Side
    /// Whether the rows of queries and keys are divided by their norms.
    package let isCosine: Bool
    /// The least norm that is divided by.
    package let epsilon: Float
    /// What is added to the logits of pairs of different regions.
    package let mask: Float
    let kernels: ProductKernels
    private let cache = AttentionHeadsCache()

    /// - Throws: `ATTR_VALUE`.
    package init(
        heads: Int, headSize: Int, queryChannel: Int = 0, keyChannel: Int = 0, valueChannel: Int = 0, query: Side,
        key: Side, isCosine: Bool, epsilon: Float = 1e-12, mask: Float = 0,
        kernels: ProductKernels = .float32
    ) throws {
        self.heads = heads
        self.headSize = headSize
        self.queryChannel = queryChannel
        self.keyChannel = keyChannel
        self.valueChannel = valueChannel
        self.query = query
        self.key = key
        self.isCosine = isCosine
        self.epsilon = epsilon
        self.mask = mask
        self.kernels = kernels
        try check()
    }

    /// The same on other kernels.
    ///
    /// - Throws: `ATTR_VALUE`.
    package func running(on kernels: ProductKernels) throws -> WindowAttention {
        try WindowAttention(
            heads: heads, headSize: headSize, queryChannel: queryChannel, keyChannel: keyChannel,
            valueChannel: valueChannel, query: query, key: key, isCosine: isCosine, epsilon: epsilon, mask: mask,
            kernels: kernels)
    }

    package init(_ node: inout NodeReader) throws {
        let unshifted = PixelPair(0, 0)
        try self.init(
            heads: node.required("heads", node.int("heads")),
            headSize: node.required("head_size", node.int("head_size")),
            queryChannel: node.int("query_channel", default: 0), keyChannel: node.int("key_channel", default: 0),
            valueChannel: node.int("value_channel", default: 0),
            query: Side(
                window: node.pixelPair("query_window", atLeast: 1),
                shift: node.pixelPair("query_shift", atLeast: 0, default: unshifted)),
            key: Side(
                window: node.pixelPair("key_window", atLeast: 1),
                shift: node.pixelPair("key_shift", atLeast: 0, default: unshifted)),
            isCosine: node.bool("cosine"), epsilon: node.float("epsilon", default: 1e-12),
            mask: node.float("mask", default: 0))
    }

    package var attributes: [String: AttributeValue] {
        [
            "heads": .int(heads), "head_size": .int(headSize), "query_channel": .int(queryChannel),
            "key_channel": .int(keyChannel), "value_channel": .int(valueChannel),
            "query_window": query.window.attribute, "key_window": key.window.attribute,
            "query_shift": query.shift.attribute, "key_shift": key.shift.attribute, "cosine": .int(isCosine ? 1 : 0),
            "epsilon": .float(epsilon), "mask": .float(mask),
        ]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let layout = try WindowAttentionLayout(self, context)
        return [TensorType(.float32, layout.output)]
    }

    /// Those of the logits, and as many of the weighted values.
    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let output = try WindowAttentionLayout(self, context).output
        let keys = try Checked.multiply(key.window.y, key.window.x)
        return try Checked.multiply(Checked.multiply(output.count, keys), 2)
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let layout = try WindowAttentionLayout(self, context)
        return MemoryUse(scratchBytesPerThread: try scratchBytes(layout, isBiased: context.has(4)))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let layout = try WindowAttentionLayout(self, context.inferenceContext)
        let result = try context.allocate(.float32, layout.output)
        let reference = WindowAttentionReference(
            operation: self, layout: layout, query: try context.input(0).elements(of: Float.self),
            key: try context.input(1).elements(of: Float.self), value: try context.input(2).elements(of: Float.self),
            scale: try context.input(3).elements(of: Float.self),
            table: try context.optionalInput(4)?.elements(of: Float.self))
        try result.withMutableElements(of: Float.self) { output in
            context.executor.forEachRange(of: layout.windowCount, grain: 1) { range in
                for window in range { reference.attend(window, output) }
            }
        }
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let layout = try WindowAttentionLayout(self, context.inferenceContext)
        let result = try context.allocate(.float32, layout.output)
        guard result.count > 0 else { return [result] }
        let heads = try cache.heads(self, layout, scale: context.input(3), table: context.optionalInput(4))
        try FastWindowAttention(operation: self, layout: layout, heads: heads, allocator: context.allocator).run(
            query: context.input(0), key: context.input(1), value: context.input(2), into: result,
            on: context.executor)
        return [result]
    }

    private func check() throws {
        for (name, number, least) in [
            ("heads", heads, 1), ("head_size", headSize, 1), ("query_channel", queryChannel, 0),
            ("key_channel", keyChannel, 0), ("value_channel", valueChannel, 0),
        ] where number < least || number > Shape.maximumDimension {
            throw OperatorError(.attributeValue, "\(name) is \(number), expected \(least) to \(Shape.maximumDimension)")
        }
        for (name, side) in [("query", query), ("key", key)] {
            guard side.shift.y < side.window.y, side.shift.x < side.window.x else {
                throw OperatorError(
                    .attributeValue,
                    "\(name)_shift is \(side.shift), expected less than \(name)_window, \(side.window)")
            }
        }
        guard mask == 0 || (query.shift.y == 0) == (key.shift.y == 0) && (query.shift.x == 0) == (key.shift.x == 0)
        else {
            throw OperatorError(
                .attributeValue,
                "query_shift is \(query.shift) and key_shift is \(key.shift); with a mask, expected both or neither to "
                    + "be 0 in each direction")
        }
        guard epsilon >= 0, !mask.isNaN else {
            throw OperatorError(
                .attributeValue, "epsilon is \(epsilon) and mask is \(mask), expected numbers, epsilon not below 0")
        }
    }
}
