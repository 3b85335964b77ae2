package import GRLGraph
package import GRLTensor

/// Window attention whose queries, or keys and values, or all of them are a linear layer of an image, of which no more
/// than one window for each thread is ever in memory.
///
/// Inputs as those of ``WindowAttention``, but with the image [B, H, W, C] in the place of each operand that is
/// projected. Output: that of the attention, to the bit.
package struct ProjectedAttention: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "ProjectedAttention", domain: OperatorSpec.restorationDomain, inputs: WindowAttention.spec.inputs)

    /// Which operands are projected.
    package enum Operands: String, Sendable {
        case queries
        case keysAndValues
        case all

        var areQueries: Bool { self != .keysAndValues }
        var areKeys: Bool { self != .queries }

        /// The first input that is projected.
        var image: Int { areQueries ? 0 : 1 }
    }

    /// Reads the projected operands from channels of the projection.
    package let attention: WindowAttention
    package let projection: ImageConvolution
    package let operands: Operands
    private let cache = AttentionHeadsCache()

    /// Images of fewer windows are projected as a whole, so that all threads have work.
    private static let leastWindows = 32

    /// - Throws: `ATTR_VALUE`.
    package init(_ attention: WindowAttention, of projection: ImageConvolution, for operands: Operands) throws {
        self.attention = attention
        self.projection = projection
        self.operands = operands
        guard projection.isPlainLinear else {
            throw OperatorError(.attributeValue, "the projection is no linear layer of one image")
        }
        guard operands != .all || attention.query == attention.key else {
            throw OperatorError(
                .attributeValue, "query and key windows differ, expected equal ones where all operands are projected")
        }
    }

    package init(_ node: inout NodeReader) throws {
        let name = try node.required("projected", node.string("projected"))
        guard let operands = Operands(rawValue: name) else {
            throw OperatorError(.attributeValue, "projected is '\(name)', expected queries, keysAndValues or all")
        }
        let layer = try LinearLayer(&node, prefix: "projection_")
        try self.init(WindowAttention(&node), of: ImageConvolution(layer: layer), for: operands)
    }

    package var attributes: [String: AttributeValue] {
        attention.attributes.merging(projection.layer.attributes(prefix: "projection_")) { old, _ in old }
            .merging(["projected": .string(operands.rawValue)]) { $1 }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        [TensorType(.float32, try layout(context).output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let image = InferenceContext(types: [try context.type(operands.image)])
        return try Checked.add(projection.multiplyAdds(image), attention.multiplyAdds(projected(context)))
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let layout = try layout(context)
        guard isByWindows(layout) else {
            let whole = try projected(context).type(operands.image)
            return MemoryUse(
                scratchBytes: whole.byteCount,
                scratchBytesPerThread: try attention.scratchBytes(layout, isBiased: context.has(4)))
        }
        let scratch = try WindowScratch(self, layout, isBiased: context.has(4))
        return MemoryUse(scratchBytesPerThread: scratch.byteCount)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        var projecting = EvaluationContext(inputs: [try context.input(operands.image)], allocator: context.allocator)
        let image = try projection.evaluate(&projecting)[0]
        var attending = EvaluationContext(
            inputs: context.inputs.enumerated().map { isProjected($0) ? image : $1 }, allocator: context.allocator,
            executor: context.executor)
        return try attention.evaluate(&attending)
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let layout = try layout(context.inferenceContext)
        let result = try context.allocate(.float32, layout.output)
        guard result.count > 0 else { return [result] }
        let heads = try cache.heads(attention, layout, scale: context.input(3), table: context.optionalInput(4))
        var operands = try (0..<3).map { try context.input($0) }
        if isByWindows(layout) {
            try FastProjectedAttention(
                self, layout, heads, context.allocator, isBiased: context.optionalInput(4) != nil
            )
            .run(operands, into: result, on: context.executor)
            return [result]
        }
        let source = operands[self.operands.image]
        var projecting = EvaluationContext(
            inputs: [source], allocator: context.allocator, executor: context.executor)
        guard let image = try projection.accelerate(&projecting)?.first else { return nil }
        for index in operands.indices where isProjected(index) { operands[index] = image }
        try FastWindowAttention(operation: attention, layout: layout, heads: heads, allocator: context.allocator).run(
            query: operands[0], key: operands[1], value: operands[2], into: result, on: context.executor)
        return [result]
    }

    private func isByWindows(_ layout: WindowAttentionLayout) -> Bool { layout.windowCount >= Self.leastWindows }

    private func isProjected(_ input: Int) -> Bool {
        switch input {
        case 0: operands.areQueries
        case 1, 2: operands.areKeys
        default: false
        }
    }

    /// What the attention sees, with the layer's results in the place of the image.
    private func projected(_ context: InferenceContext) throws -> InferenceContext {
        let image = InferenceContext(types: [try context.type(operands.image)])
        let projected = try projection.infer(image)[0]
        for input in 0..<3 where isProjected(input) {
            guard try context.type(input) == context.type(operands.image) else {
                throw OperatorError(
                    .shape, "input \(input) is \(try context.type(input)), expected the image that is projected")
            }
        }
        return InferenceContext(
            types: (0..<context.inputCount).map { isProjected($0) ? projected : context.optionalType($0) })
    }

    private func layout(_ context: InferenceContext) throws -> WindowAttentionLayout {
        try WindowAttentionLayout(attention, projected(context))
    }
}

extension ImageConvolution {
    /// Whether this is a linear layer of one image, and nothing but that and an activation.
    package var isPlainLinear: Bool {
        window.isPointwise && sources == 1 && shuffle == 1 && normalization == nil
    }
}
