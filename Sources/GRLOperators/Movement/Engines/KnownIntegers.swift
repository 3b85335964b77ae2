import GRLGraph
import GRLTensor

extension InferenceContext {
    /// The value of an input that holds shapes, axes or the like; nil where it is not known before the run.
    ///
    /// - Throws: `ARITY` when the input is left out, `SHAPE` when it is no list, `DTYPE` when it holds no integers.
    func knownIntegers(_ index: Int) throws -> [Int]? {
        let type = try type(index)
        guard type.shape.rank <= 1 else {
            throw OperatorError(.shape, "input \(index) is \(type), expected a list of integers")
        }
        guard type.elementType == .int64 || type.elementType == .int32 else {
            throw OperatorError(.elementType, "input \(index) is \(type), expected int64 or int32")
        }
        return try constant(index)?.integers()
    }

    /// As ``knownIntegers(_:)`` for an input that may be left out.
    ///
    /// - Returns: nil where the value is there but not known; `.some(nil)` where the input is left out.
    func knownOptionalIntegers(_ index: Int) throws -> [Int]?? {
        guard has(index) else { return .some(nil) }
        guard let integers = try knownIntegers(index) else { return nil }
        return .some(integers)
    }
}

extension Operator {
    /// The type of the first output for the inputs at hand.
    ///
    /// - Throws: what inference throws.
    func outputType(_ context: EvaluationContext) throws -> TensorType {
        guard let type = try infer(context.inferenceContext).first ?? nil else {
            throw OperatorError(.value, "the output type of \(spec.name) does not follow from its inputs")
        }
        return type
    }
}
