package import GRLGraph
package import GRLTensor

/// The axes in another order: output axis `i` is input axis `permutation[i]`; all axes reversed by default.
package struct Transpose: RearrangingOperator {
    package static let spec = OperatorSpec("Transpose", inputs: 1...1)

    package let permutation: [Int]?

    package init(permutation: [Int]? = nil) {
        self.permutation = permutation
    }

    package init(_ node: inout NodeReader) throws {
        permutation = try node.ints("perm")
    }

    package var attributes: [String: AttributeValue] { permutation.map { ["perm": .ints($0)] } ?? [:] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        return [try TensorType(input.elementType, order(rank: input.shape.rank).map { input.shape[$0] })]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let (shape, copy) = try copy(of: input.shape)
        guard !copy.isIdentity else { return [try input.reshaped(to: shape)] }
        let output = try context.allocate(input.elementType, shape)
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        MemoryUse(viewedInput: try copy(of: context.shape(0)).copy.isIdentity ? 0 : nil)
    }

    private func copy(of input: Shape) throws -> (shape: Shape, copy: StridedCopy) {
        let order = try order(rank: input.rank)
        let shape = try Shape(order.map { input[$0] })
        let strides = input.strides
        return (shape, StridedCopy(dimensions: shape.dimensions, sourceStrides: order.map { strides[$0] }))
    }

    /// The permutation for an input of `rank`.
    ///
    /// - Throws: `SHAPE` when it does not name each axis once.
    package func order(rank: Int) throws -> [Int] {
        guard let permutation else { return (0..<rank).reversed() }
        guard permutation.sorted() == Array(0..<rank) else {
            throw OperatorError(.shape, "perm \(permutation) does not name each of \(rank) axes once")
        }
        return permutation
    }
}
