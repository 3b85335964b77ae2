package import GRLGraph
import GRLTensor

/// The second input where the first one, a condition, is true, elsewhere the third; all three broadcast.
package struct Where: ElementwiseOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Where", versions: 9...Int.max, inputs: 3...3, writtenVersion: 16)

    static let overwritable = 1..<3

    package init() {}

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let (condition, x, y) = (try context.type(0), try context.type(1), try context.type(2))
        try ElementTypeClass.bool.require(condition.elementType, input: 0)
        guard x.elementType == y.elementType else {
            throw OperatorError(
                .elementType, "input 1 is \(x.elementType) and input 2 is \(y.elementType), expected one type for both")
        }
        return TensorType(x.elementType, try Broadcast.shape(of: [condition.shape, x.shape, y.shape]))
    }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let selection = Selection(
            condition: try context.input(0), x: try context.input(1), y: try context.input(2),
            output: try context.allocate(type, over: Self.overwritable, computation), computation: computation,
            executor: context.executor(computation))
        try type.elementType.visitBits(selection)
        return selection.output
    }

    private struct Selection: BitsVisitor {
        let condition: Tensor
        let x: Tensor
        let y: Tensor
        let output: Tensor
        let computation: Computation
        let executor: any ParallelExecutor

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws {
            try condition.withElements(of: Bool.self) { condition in
                x.withBits(of: type) { x in
                    y.withBits(of: type) { y in
                        output.withMutableBits(of: type) { output in
                            switch computation {
                            case .plain: selectPlain(condition, x, y, output)
                            case .fast: selectRows(condition, x, y, output)
                            }
                        }
                    }
                }
            }
        }

        private func selectPlain<Bits>(
            _ condition: UnsafeBufferPointer<Bool>, _ x: UnsafeBufferPointer<Bits>, _ y: UnsafeBufferPointer<Bits>,
            _ output: UnsafeMutableBufferPointer<Bits>
        ) {
            let indices = BroadcastIndices([self.condition.shape, self.x.shape, self.y.shape], to: self.output.shape)
            for index in output.indices {
                output[index] =
                    condition[indices.offset(of: 0, at: index)]
                    ? x[indices.offset(of: 1, at: index)] : y[indices.offset(of: 2, at: index)]
            }
        }

        private func selectRows<Bits>(
            _ condition: UnsafeBufferPointer<Bool>, _ x: UnsafeBufferPointer<Bits>, _ y: UnsafeBufferPointer<Bits>,
            _ output: UnsafeMutableBufferPointer<Bits>
        ) {
            let broadcast = Broadcast([self.condition.shape, self.x.shape, self.y.shape], to: self.output.shape)
            let (stepC, stepX, stepY) = (broadcast.rowSteps[0], broadcast.rowSteps[1], broadcast.rowSteps[2])
            broadcast.forEachRow(on: executor) { position, offsets, length in
                for index in 0..<length {
                    output[position + index] =
                        condition[offsets[0] + index * stepC]
                        ? x[offsets[1] + index * stepX] : y[offsets[2] + index * stepY]
                }
            }
        }
    }
}
