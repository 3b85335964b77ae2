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
        let order = try order(rank: input.shape.rank)
        let shape = try Shape(order.map { input.shape[$0] })
        let strides = input.shape.strides
        let copy = StridedCopy(dimensions: shape.dimensions, sourceStrides: order.map { strides[$0] })
        guard !copy.isIdentity else { return [try input.reshaped(to: shape)] }
        let output = try context.allocate(input.elementType, shape)
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
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
