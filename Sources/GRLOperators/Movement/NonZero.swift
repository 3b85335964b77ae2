package import GRLGraph
package import GRLTensor

/// The coordinates of the elements that are not zero, as int64 `[rank, count]`, in row-major order.
package struct NonZero: Operator {
    package static let spec = OperatorSpec("NonZero", inputs: 1...1, writtenVersion: 9)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        _ = try context.type(0)
        return [nil]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let places = try input.elementType.visitBits(Finder(input: input))
        let output = try context.allocate(.int64, Shape([input.shape.rank, places.count]))
        try output.withMutableElements(of: Int64.self) { coordinates in
            for (axis, stride) in input.shape.strides.enumerated() {
                for (column, place) in places.enumerated() {
                    coordinates[axis * places.count + column] = Int64(place / stride % input.shape[axis])
                }
            }
        }
        return [output]
    }

    private struct Finder: BitsVisitor {
        let input: Tensor

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws -> [Int] {
            // The sign of a floating-point zero does not count.
            let mask = input.elementType.isFloatingPoint ? Bits.max >> 1 : Bits.max
            return input.withBits(of: type) { elements in elements.indices.filter { elements[$0] & mask != 0 } }
        }
    }
}
