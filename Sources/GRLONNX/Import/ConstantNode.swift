import GRLGraph
import GRLTensor

/// The value of a Constant node, which stands in one of several attributes.
enum ConstantNode {
    /// - Throws: an ``ImportError``.
    static func tensor(_ attributes: [String: AttributeValue]) throws -> Tensor {
        guard attributes.count == 1, let (name, value) = attributes.first else {
            throw ImportError(.attributeType, "a Constant has \(attributes.count) attributes instead of one")
        }
        switch (name, value) {
        case ("value", .tensor(let tensor)): return tensor
        case ("value_float", .float(let number)): return try Tensor(scalar: number)
        case ("value_floats", .floats(let numbers)): return try Tensor(vector: numbers)
        case ("value_int", .int(let number)): return try Tensor(scalar: Int64(number))
        case ("value_ints", .ints(let numbers)): return try Tensor(vector: numbers.map { Int64($0) })
        case ("value_string", .string), ("value_strings", .strings): throw ElementType.refusal(of: 8)
        default:
            throw ImportError(.attributeType, "a Constant has the attribute \(Printable.name(name)): \(value.kind)")
        }
    }
}
