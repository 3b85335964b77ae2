import GRLGraph
import GRLTensor

/// An operator with one output whose elements each depend on the input elements at the same place alone.
protocol ElementwiseOperator: AcceleratedOperator, PointwiseOperator {
    /// The output's type.
    ///
    /// - Throws: an ``OperatorError`` or ``TensorError`` when the inputs do not fit.
    func outputType(_ context: InferenceContext) throws -> TensorType

    /// The inputs over which the output may be written, where there are that many; the first two by default.
    static var overwritable: Range<Int> { get }

    /// Whether the output is input 0 itself for these inputs; never by default.
    func returnsInput(_ context: InferenceContext) throws -> Bool

    /// Computes the output.
    ///
    /// - Throws: as ``Operator/evaluate(_:)``.
    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor
}

/// How an elementwise operator is computed.
enum Computation {
    /// Element by element, into memory of its own.
    case plain
    /// With vector kernels, on several threads, over a dying input where possible.
    case fast

    /// How many elements are computed in one piece on one thread.
    static let grain = 65_536
}

extension ElementwiseOperator {
    static var overwritable: Range<Int> { 0..<2 }

    func returnsInput(_ context: InferenceContext) throws -> Bool { false }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        if try returnsInput(context) { return MemoryUse(viewedInput: 0) }
        let output = try outputType(context)
        return MemoryUse(
            overwritableInputs: Self.overwritable.filter { index in
                guard let input = context.optionalType(index) else { return false }
                return input.elementType == output.elementType && input.shape.count == output.shape.count
            })
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] { [try outputType(context)] }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] { [try compute(&context, .plain)] }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        [try compute(&context, .fast)]
    }
}

extension EvaluationContext {
    /// Memory for an elementwise output: over one of `candidates`, inputs that are read at the same place before the
    /// output is written there, where allowed and where neither element type nor count differ; otherwise fresh.
    ///
    /// - Throws: memory errors.
    mutating func allocate(_ type: TensorType, over candidates: Range<Int>, _ computation: Computation) throws -> Tensor
    {
        if computation == .fast {
            for index in candidates {
                guard let input = optionalInput(index), input.elementType == type.elementType,
                    input.count == type.shape.count, mayReuse(input: index)
                else { continue }
                return try allocate(type, reusingInput: index)
            }
        }
        return try allocate(type)
    }

    /// Where the pieces of `computation` run.
    func executor(_ computation: Computation) -> any ParallelExecutor {
        computation == .fast ? executor : InlineExecutor()
    }
}
