package import GRLGraph
package import GRLTensor

/// `Range`: the numbers from `start` on, `delta` apart, that lie before `limit`. Inputs: start, limit, delta, one
/// number each.
package struct NumberRange: Operator {
    package static let spec = OperatorSpec("Range", inputs: 3...3, writtenVersion: 11)

    package init() {}

    package init(_ node: inout NodeReader) throws {
        guard node.opset >= 27 else { return }
        let precision = try node.int("stash_type", default: 1)
        guard precision == 1 else {
            throw OperatorError(.unsupported, "stash_type \(precision) is not known, only 1 (float32) is")
        }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let elementType = try context.type(0).elementType
        for index in 0..<3 {
            let type = try context.type(index)
            guard type.elementType == elementType, type.shape.count == 1 else {
                throw OperatorError(.shape, "input \(index) is \(type), expected one \(elementType)")
            }
        }
        guard let start = context.constant(0), let limit = context.constant(1), let delta = context.constant(2) else {
            return [nil]
        }
        let count = try elementType.visitArithmetic(Counter(start: start, limit: limit, delta: delta))
        return [try TensorType(elementType, [count])]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        try output.elementType.visitArithmetic(
            Filler(start: context.input(0), delta: context.input(2), output: output))
        return [output]
    }

    private struct Counter: ArithmeticVisitor {
        let start: Tensor
        let limit: Tensor
        let delta: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Int {
            switch start.elementType {
            case .int32, .int64:
                return try count(from: start.integer(), to: limit.integer(), by: delta.integer())
            case .int16:
                let bounds = try [start, limit, delta].map { try Checked.integer($0.only(type).double) }
                return try count(from: bounds[0], to: bounds[1], by: bounds[2])
            case .float16, .bfloat16, .float32, .float64:
                let (start, limit) = (try start.only(type).double, try limit.only(type).double)
                let count = try ((limit - start) / delta.only(type).double).rounded(.up)
                guard count.isFinite else {
                    throw OperatorError(.value, "the range from \(start) to \(limit) has no finite number of steps")
                }
                return try Checked.integer(max(0, count))
            default:
                throw OperatorError(.elementType, "a range of \(start.elementType) is not defined")
            }
        }

        private func count(from start: Int, to limit: Int, by delta: Int) throws -> Int {
            guard delta != 0 else { throw OperatorError(.value, "the step of a range is 0") }
            guard delta > 0 ? start < limit : start > limit else { return 0 }
            let distance = try Checked.subtract(limit, start)
            return try Checked.add(Int((distance.magnitude - 1) / delta.magnitude), 1)
        }
    }

    /// Floating-point numbers are computed in float64 and rounded once; integers are counted up.
    private struct Filler: ArithmeticVisitor {
        let start: Tensor
        let delta: Tensor
        let output: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let start = try start.only(type)
            let delta = try delta.only(type)
            let isFloatingPoint = output.elementType.isFloatingPoint
            try output.withMutableElements(of: type) { elements in
                var counter = start
                for index in elements.indices {
                    elements[index] =
                        isFloatingPoint ? Element(nearest: start.double + Double(index) * delta.double) : counter
                    counter = .add(counter, delta)
                }
            }
        }
    }
}

extension Tensor {
    /// The only element.
    fileprivate func only<Element: ArithmeticElement>(_ type: Element.Type) throws -> Element {
        guard count == 1, let element = try elements(of: type).first else {
            throw OperatorError(.shape, "expected one number, found the shape \(shape)")
        }
        return element
    }
}
