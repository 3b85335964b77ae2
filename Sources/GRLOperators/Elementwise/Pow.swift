package import GRLGraph
import GRLTensor
import Glibc

/// a to the power of b, in the type of a. Integers whose power is out of range wrap around when the exponent is an
/// integer that is not negative, and clamp otherwise.
package struct Pow: ElementwiseOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Pow", versions: 7...Int.max, inputs: 2...2, writtenVersion: 15)

    static let overwritable = 0..<1

    package init() {}

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let (base, exponent) = (try context.type(0), try context.type(1))
        try ElementTypeClass.numbers.require(base.elementType, input: 0)
        try ElementTypeClass.numbers.require(exponent.elementType, input: 1)
        return TensorType(base.elementType, try base.shape.broadcast(with: exponent.shape))
    }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let (base, exponent) = (try context.input(0), try context.input(1))
        if computation == .fast, type.elementType == .float32, type.shape == base.shape, try isTwo(exponent) {
            return try UnaryLoop(&context, type, computation).run(UnaryKernel(KernelTable.unary.square))
        }
        let isWhole = type.elementType.isInteger && exponent.elementType.isInteger
        let exponents = try Cast(to: isWhole ? .int64 : .float64).convert(exponent, allocator: context.allocator)
        let loop = BinaryLoop(
            first: base, second: exponents,
            output: try context.allocate(type, over: Self.overwritable, computation), computation: computation,
            executor: context.executor(computation))
        return try isWhole
            ? type.elementType.visitInteger(WholeVisitor(loop: loop))
            : type.elementType.visitArithmetic(RealVisitor(loop: loop))
    }

    private func isTwo(_ exponent: Tensor) throws -> Bool {
        guard exponent.count == 1 else { return false }
        return try Cast(to: .float64).convert(exponent).elements(of: Double.self) == [2]
    }

    private struct RealVisitor: ArithmeticVisitor {
        let loop: BinaryLoop
        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Tensor {
            try loop.run(RealPower<Element>())
        }
    }

    private struct RealPower<Base: ArithmeticElement>: PairFunction {
        func value(_ base: Base, _ exponent: Double) -> Base { Base(nearest: pow(base.double, exponent)) }
    }

    private struct WholeVisitor: IntegerVisitor {
        let loop: BinaryLoop
        func visit<Element: IntegerElement>(_ type: Element.Type) throws -> Tensor {
            try loop.run(WholePower<Element>())
        }
    }

    /// Powers by repeated squaring.
    private struct WholePower<Base: IntegerElement>: PairFunction {
        func value(_ base: Base, _ exponent: Int64) -> Base {
            guard exponent >= 0 else { return Base(nearest: pow(base.double, Double(exponent))) }
            var (result, square, rest) = (Base.one, base, exponent)
            while rest > 0 {
                if rest & 1 == 1 { result = .multiply(result, square) }
                square = .multiply(square, square)
                rest >>= 1
            }
            return result
        }
    }
}
