package import GRLGraph
package import GRLTensor

/// Converts the elements to another type, by the rules that ``CastElement`` states.
package struct Cast: ElementwiseOperator {
    package static let spec = OperatorSpec("Cast", versions: 6...Int.max, inputs: 1...1, writtenVersion: 21)

    /// The output's element type.
    package let target: ElementType

    package init(to target: ElementType) {
        self.target = target
    }

    /// The attributes on rounding and saturation are about 8-bit floating point, which tensors cannot hold.
    package init(_ node: inout NodeReader) throws {
        target = try node.required("to", try node.elementType("to"))
        node.ignore("round_mode", "saturate")
    }

    package var attributes: [String: AttributeValue] { ["to": .int(target.onnxCode)] }

    func outputType(_ context: InferenceContext) throws -> TensorType { TensorType(target, try context.shape(0)) }

    func returnsInput(_ context: InferenceContext) throws -> Bool { try context.type(0).elementType == target }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let input = try context.input(0)
        guard input.elementType != target else { return input }
        return try convert(input, into: context.allocate(type), context.executor(computation))
    }

    /// `tensor` in the target type.
    ///
    /// - Throws: memory errors.
    func convert(_ tensor: Tensor, allocator: TensorAllocator = Tensor.sharedAllocator) throws -> Tensor {
        guard tensor.elementType != target else { return tensor }
        let output = try Tensor(uninitialized: target, shape: tensor.shape, allocator: allocator)
        return try convert(tensor, into: output, InlineExecutor())
    }

    private func convert(_ tensor: Tensor, into output: Tensor, _ executor: any ParallelExecutor) throws -> Tensor {
        let loop = UnaryLoop(input: tensor, output: output, executor: executor)
        return try tensor.elementType.visitCast(SourceVisitor(target: target, loop: loop))
    }

    private struct SourceVisitor: CastVisitor {
        let target: ElementType
        let loop: UnaryLoop
        func visit<Source: CastElement>(_ type: Source.Type) throws -> Tensor {
            try target.visitCast(TargetVisitor<Source>(loop: loop))
        }
    }

    private struct TargetVisitor<Source: CastElement>: CastVisitor {
        let loop: UnaryLoop
        func visit<Target: CastElement>(_ type: Target.Type) throws -> Tensor {
            try loop.run(Conversion<Source, Target>())
        }
    }

    private struct Conversion<Source: CastElement, Target: CastElement>: ElementFunction {
        func value(at x: Source) -> Target { Target(cast: x.wide) }
    }
}
