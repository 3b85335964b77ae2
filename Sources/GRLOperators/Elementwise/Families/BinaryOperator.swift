import CKernels
import GRLGraph
import GRLTensor

/// An elementwise operator with two inputs of one type, broadcast to a common shape.
protocol BinaryOperator: ElementwiseOperator {
    static var inputTypes: ElementTypeClass { get }
    /// The output's element type; that of the inputs by default.
    func elementType(for input: ElementType) -> ElementType
}

extension BinaryOperator {
    func elementType(for input: ElementType) -> ElementType { input }

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = try context.commonElementType(Self.inputTypes)
        let shape = try Broadcast.shape(of: [context.shape(0), context.shape(1)])
        return TensorType(elementType(for: type), shape)
    }
}

extension InferenceContext {
    /// The element type of all inputs.
    ///
    /// - Throws: `ARITY` without inputs, `DTYPE` when they differ or are not in `types`.
    func commonElementType(_ types: ElementTypeClass) throws -> ElementType {
        let common = try type(0).elementType
        for index in 0..<inputCount {
            let found = try type(index).elementType
            try types.require(found, input: index)
            guard found == common else {
                throw OperatorError(
                    .elementType,
                    "input \(index) is \(found) and input 0 is \(common), expected one type for all inputs")
            }
        }
        return common
    }
}

/// A function of two numbers that gives a number of their type.
protocol NumberPairFunction {
    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number
    /// Float32 kernels for the function, if there are any.
    var kernels: grl_binary_kernels? { get }
}

extension NumberPairFunction {
    var kernels: grl_binary_kernels? { nil }

    /// The values over `loop`.
    ///
    /// - Throws: `DTYPE` when the elements are no numbers.
    func run(_ loop: BinaryLoop) throws -> Tensor {
        if loop.computation == .fast, loop.output.elementType == .float32, let kernels { return try loop.run(kernels) }
        return try loop.output.elementType.visitArithmetic(NumberPairVisitor(operation: self, loop: loop))
    }
}

/// An operator that is a function of two numbers of one type.
protocol NumberPairOperator: BinaryOperator, NumberPairFunction {}

extension NumberPairOperator {
    static var inputTypes: ElementTypeClass { .numbers }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        return try run(try BinaryLoop(&context, type, computation))
    }
}

private struct NumberPairVisitor<Operation: NumberPairFunction>: ArithmeticVisitor {
    let operation: Operation
    let loop: BinaryLoop

    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Specific<Element>(operation: operation))
    }

    struct Specific<Element: ArithmeticElement>: PairFunction {
        let operation: Operation
        func value(_ a: Element, _ b: Element) -> Element { operation.value(a, b) }
    }
}

/// A yes-or-no question about two numbers, or about two truth values taken as 0 and 1.
protocol ComparisonOperator: BinaryOperator {
    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool
}

extension ComparisonOperator {
    static var inputTypes: ElementTypeClass { .numbers }
    func elementType(for input: ElementType) -> ElementType { .bool }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let loop = try BinaryLoop(&context, type, computation)
        guard loop.first.elementType != .bool else { return try loop.run(BoolComparison(operation: self)) }
        return try loop.first.elementType.visitArithmetic(ComparisonVisitor(operation: self, loop: loop))
    }
}

private struct BoolComparison<Operation: ComparisonOperator>: PairFunction {
    let operation: Operation
    func value(_ a: Bool, _ b: Bool) -> Bool { operation.holds(a ? 1 : 0, b ? 1 : 0) }
}

private struct ComparisonVisitor<Operation: ComparisonOperator>: ArithmeticVisitor {
    let operation: Operation
    let loop: BinaryLoop

    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Specific<Element>(operation: operation))
    }

    struct Specific<Element: ArithmeticElement>: PairFunction {
        let operation: Operation
        func value(_ a: Element, _ b: Element) -> Bool { operation.holds(a, b) }
    }
}

/// A function of two truth values.
protocol LogicalOperator: BinaryOperator {
    func value(_ a: Bool, _ b: Bool) -> Bool
}

extension LogicalOperator {
    static var inputTypes: ElementTypeClass { .bool }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        return try BinaryLoop(&context, type, computation).run(LogicalFunction(operation: self))
    }
}

private struct LogicalFunction<Operation: LogicalOperator>: PairFunction {
    let operation: Operation
    func value(_ a: Bool, _ b: Bool) -> Bool { operation.value(a, b) }
}

/// A function of the bits of two integers.
protocol BitPairOperator: BinaryOperator {
    func value<Number: IntegerElement>(_ a: Number, _ b: Number) -> Number
}

extension BitPairOperator {
    static var inputTypes: ElementTypeClass { .integers }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let loop = try BinaryLoop(&context, type, computation)
        return try type.elementType.visitInteger(BitPairVisitor(operation: self, loop: loop))
    }
}

private struct BitPairVisitor<Operation: BitPairOperator>: IntegerVisitor {
    let operation: Operation
    let loop: BinaryLoop

    func visit<Element: IntegerElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Specific<Element>(operation: operation))
    }

    struct Specific<Element: IntegerElement>: PairFunction {
        let operation: Operation
        func value(_ a: Element, _ b: Element) -> Element { operation.value(a, b) }
    }
}
