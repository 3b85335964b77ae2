package import GRLGraph
package import GRLTensor

/// Sums of products of any number of tensors, as an equation says: see ``EinsumEquation``.
package struct Einsum: Operator {
    package static let spec = OperatorSpec(
        "Einsum", versions: 12...Int.max, inputs: 1...OperatorSpec.unbounded, writtenVersion: 12)

    package let equation: EinsumEquation

    package init(_ node: inout NodeReader) throws {
        equation = try EinsumEquation(node.required("equation", node.string("equation")))
    }

    package var attributes: [String: AttributeValue] { ["equation": .string(equation.text)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.numberType(0)
        let shapes = try (0..<context.inputCount).map { index in
            try context.requireElementTypeOfFirst(index)
            return try context.shape(index)
        }
        return [TensorType(type.elementType, try EinsumPlan(equation, shapes).output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        guard context.inputCount > 1 else { return 0 }
        let plan = try EinsumPlan(equation, (0..<context.inputCount).map { try context.shape($0) })
        return try plan.sizes.reduce(context.inputCount - 1) { try Checked.multiply($0, $1) }
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let operands = try (0..<context.inputCount).map { try context.input($0) }
        guard let elementType = operands.first?.elementType else { throw OperatorError(.arity, "no operand is there") }
        let plan = try EinsumPlan(equation, operands.map(\.shape))
        let result = try context.allocate(elementType, plan.output)
        try elementType.visitWide(Sum(plan: plan, operands: operands, result: result, executor: context.executor))
        return [result]
    }

    private struct Sum: WideVisitor {
        let plan: EinsumPlan
        let operands: [Tensor]
        let result: Tensor
        let executor: any ParallelExecutor

        func visit<Arithmetic: WideArithmetic>(_ type: Arithmetic.Type) throws {
            let sources = try operands.map { try $0.withElements(of: Arithmetic.Element.self) { $0 } }
            let summed = plan.sizes[plan.resultRank...].reduce(1.0) { $0 * Double($1) }
            let grain = max(Int(Double(1 << 16) / max(summed, 1)), 1)
            try result.withMutableElements(of: Arithmetic.Element.self) { y in
                executor.forEachRange(of: y.count, grain: grain) { range in
                    for position in range {
                        var offsets = offsets(of: position)
                        var sum = Arithmetic.zero
                        add(plan.resultRank, &offsets, sources, Arithmetic.self, &sum)
                        y[position] = Arithmetic.narrow(sum)
                    }
                }
            }
            withExtendedLifetime(operands) {}
        }

        /// Where each operand's elements for a position of the result begin.
        private func offsets(of position: Int) -> [Int] {
            var rest = position
            var offsets = [Int](repeating: 0, count: operands.count)
            for axis in (0..<plan.resultRank).reversed() {
                let (quotient, index) = rest.quotientAndRemainder(dividingBy: plan.sizes[axis])
                for operand in offsets.indices { offsets[operand] += index * plan.strides[operand][axis] }
                rest = quotient
            }
            return offsets
        }

        /// Adds the products over all axes from `axis` on to `sum`.
        private func add<Arithmetic: WideArithmetic>(
            _ axis: Int, _ offsets: inout [Int], _ sources: [UnsafeBufferPointer<Arithmetic.Element>],
            _ type: Arithmetic.Type, _ sum: inout Arithmetic.Wide
        ) {
            guard axis < plan.sizes.count else {
                var product = Arithmetic.one
                for (source, offset) in zip(sources, offsets) {
                    product = Arithmetic.multiply(product, Arithmetic.widen(source[offset]))
                }
                sum = Arithmetic.add(sum, product)
                return
            }
            for _ in 0..<plan.sizes[axis] {
                add(axis + 1, &offsets, sources, type, &sum)
                for operand in offsets.indices { offsets[operand] += plan.strides[operand][axis] }
            }
            for operand in offsets.indices { offsets[operand] -= plan.sizes[axis] * plan.strides[operand][axis] }
        }
    }
}
