package import GRLGraph
package import GRLTensor

/// The same elements under another shape. Input 1 is the shape: −1 stands for what is left over, 0 for the dimension of
/// the input at the same place unless `allowZero` says that it is a zero.
package struct Reshape: ViewOperator {
    package static let spec = OperatorSpec("Reshape", inputs: 2...2, writtenVersion: 14)

    package let allowZero: Bool

    package init(allowZero: Bool = false) {
        self.allowZero = allowZero
    }

    package init(_ node: inout NodeReader) throws {
        if node.opset < 5 {
            node.ignore("consumed_inputs")
            if let shape = try node.ints("shape") { node.setInput(1, to: try Tensor(vector: shape.map { Int64($0) })) }
        }
        allowZero = node.opset >= 14 ? try node.bool("allowzero") : false
    }

    package var attributes: [String: AttributeValue] { allowZero ? ["allowzero": .int(1)] : [:] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let target = try context.knownIntegers(1) else { return [nil] }
        return [TensorType(input.elementType, try resolve(target, for: input.shape))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try context.input(0).reshaped(to: outputType(context).shape)]
    }

    /// `target` with its placeholders filled in.
    private func resolve(_ target: [Int], for shape: Shape) throws -> Shape {
        var dimensions = target
        for (axis, dimension) in target.enumerated() where dimension == 0 && !allowZero {
            guard axis < shape.rank else {
                throw OperatorError(.shape, "shape \(target) copies axis \(axis), which \(shape) has not")
            }
            dimensions[axis] = shape[axis]
        }
        let open = dimensions.indices.filter { dimensions[$0] == -1 }
        guard open.count <= 1 else { throw OperatorError(.shape, "shape \(target) leaves two dimensions open") }
        if let axis = open.first {
            dimensions[axis] = 1
            let rest = try Shape(dimensions).count
            guard rest > 0, shape.count % rest == 0 else {
                throw OperatorError(.shape, "the \(shape.count) elements of \(shape) do not divide into \(target)")
            }
            dimensions[axis] = shape.count / rest
        }
        let result = try Shape(dimensions)
        guard result.count == shape.count else {
            throw OperatorError(
                .shape, "\(shape) has \(shape.count) elements, shape \(target) asks for \(result.count)")
        }
        return result
    }
}
