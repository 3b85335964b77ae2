package import GRLGraph
import GRLTensor

/// min(max(x, low), high), with scalar bounds that may be left out.
package struct Clip: ElementwiseOperator {
    package static let spec = OperatorSpec("Clip", versions: 6...Int.max, inputs: 1...3, writtenVersion: 13)

    package init() {}

    /// Before opset 11 the bounds are float attributes, whatever the type of x.
    package init(_ node: inout NodeReader) throws {
        guard node.opset < 11 else { return }
        for (index, name) in [(1, "min"), (2, "max")] {
            if let bound = try node.float(name) { node.setInput(index, to: try Tensor(scalar: bound)) }
        }
    }

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = try context.type(0)
        try ElementTypeClass.numbers.require(type.elementType, input: 0)
        for index in 1...2 {
            guard let bound = context.optionalType(index) else { continue }
            let isFloat = type.elementType.isFloatingPoint && bound.elementType == .float32
            guard bound.elementType == type.elementType || isFloat else {
                throw OperatorError(
                    .elementType, "input \(index) is \(bound.elementType), expected \(type.elementType) as input 0")
            }
            guard bound.shape.count == 1 else {
                throw OperatorError(.shape, "input \(index) has the shape \(bound.shape), expected a scalar")
            }
        }
        return type
    }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        let bounds = try (1...2).map {
            try context.optionalInput($0).map { try Cast(to: type.elementType).convert($0) }
        }
        return try type.elementType.visitArithmetic(
            Visitor(loop: try UnaryLoop(&context, type, computation), bounds: bounds, computation: computation))
    }

    private struct Visitor: ArithmeticVisitor {
        let loop: UnaryLoop
        let bounds: [Tensor?]
        let computation: Computation

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Tensor {
            let low = try bounds[0]?.elements(of: type).first ?? .lowest
            let high = try bounds[1]?.elements(of: type).first ?? .highest
            if computation == .fast, let low = low as? Float, let high = high as? Float {
                return try loop.run(UnaryKernel(KernelTable.unary.clip, low, high))
            }
            return try loop.run(Clamp(low: low, high: high))
        }
    }

    private struct Clamp<Element: ArithmeticElement>: ElementFunction {
        let low: Element
        let high: Element
        func value(at x: Element) -> Element { .smaller(.larger(x, low), high) }
    }
}
