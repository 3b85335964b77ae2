import GRLGraph
import GRLTensor

/// An elementwise operator with one input.
protocol UnaryOperator: ElementwiseOperator {
    static var inputTypes: ElementTypeClass { get }
    /// The output's element type; that of the input by default.
    func elementType(for input: ElementType) -> ElementType
}

extension UnaryOperator {
    func elementType(for input: ElementType) -> ElementType { input }

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = try context.type(0)
        try Self.inputTypes.require(type.elementType, input: 0)
        return TensorType(elementType(for: type.elementType), type.shape)
    }
}

/// A function of one real variable, applied to floating-point tensors.
protocol RealFunction: UnaryOperator {
    /// The function's value; it is rounded to the element type.
    func value(at x: Double) -> Double
    /// A float32 kernel for the function, if there is one.
    var kernel: UnaryKernel? { get }
}

extension RealFunction {
    static var inputTypes: ElementTypeClass { .floatingPoint }
    var kernel: UnaryKernel? { nil }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let loop = try UnaryLoop(&context, type, computation)
        if computation == .fast, type.elementType == .float32, let kernel { return try loop.run(kernel) }
        return try type.elementType.visitFloating(RealVisitor(function: self, loop: loop))
    }
}

private struct RealVisitor<Function: RealFunction>: FloatingVisitor {
    let function: Function
    let loop: UnaryLoop

    func visit<Element: FloatingElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Rounded<Element>(function: function))
    }

    struct Rounded<Element: FloatingElement>: ElementFunction {
        let function: Function
        func value(at x: Element) -> Element { Element(nearest: function.value(at: x.double)) }
    }
}

/// A function that is defined for integers and floating-point numbers alike.
protocol NumberFunction: UnaryOperator {
    func value<Number: ArithmeticElement>(at x: Number) -> Number
    /// A float32 kernel for the function, if there is one.
    var kernel: UnaryKernel? { get }
}

extension NumberFunction {
    static var inputTypes: ElementTypeClass { .numbers }
    var kernel: UnaryKernel? { nil }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let loop = try UnaryLoop(&context, type, computation)
        if computation == .fast, type.elementType == .float32, let kernel { return try loop.run(kernel) }
        return try type.elementType.visitArithmetic(NumberVisitor(function: self, loop: loop))
    }
}

private struct NumberVisitor<Function: NumberFunction>: ArithmeticVisitor {
    let function: Function
    let loop: UnaryLoop

    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Specific<Element>(function: function))
    }

    struct Specific<Element: ArithmeticElement>: ElementFunction {
        let function: Function
        func value(at x: Element) -> Element { function.value(at: x) }
    }
}

/// A yes-or-no question about floating-point numbers.
protocol FloatPredicate: UnaryOperator {
    func holds(for x: Double) -> Bool
}

extension FloatPredicate {
    static var inputTypes: ElementTypeClass { .floatingPoint }
    func elementType(for input: ElementType) -> ElementType { .bool }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let loop = try UnaryLoop(&context, type, computation)
        return try context.input(0).elementType.visitFloating(PredicateVisitor(predicate: self, loop: loop))
    }
}

private struct PredicateVisitor<Predicate: FloatPredicate>: FloatingVisitor {
    let predicate: Predicate
    let loop: UnaryLoop

    func visit<Element: FloatingElement>(_ type: Element.Type) throws -> Tensor {
        try loop.run(Specific<Element>(predicate: predicate))
    }

    struct Specific<Element: FloatingElement>: ElementFunction {
        let predicate: Predicate
        func value(at x: Element) -> Bool { predicate.holds(for: x.double) }
    }
}
