import GRLGraph
import GRLTensor

extension Tensor {
    /// The elements of an `int64` or `int32` tensor, as used for shapes, axes and indices.
    ///
    /// - Throws: `DTYPE` for other element types.
    package func integers() throws -> [Int] {
        switch elementType {
        case .int64: try elements(of: Int64.self).map { Int($0) }
        case .int32: try elements(of: Int32.self).map { Int($0) }
        default: throw OperatorError(.elementType, "the element type is \(elementType), expected int64 or int32")
        }
    }

    /// The only element of an `int64` or `int32` tensor.
    ///
    /// - Throws: `DTYPE` for other element types, `SHAPE` for more or fewer elements.
    package func integer() throws -> Int {
        guard count == 1, let value = try integers().first else {
            throw OperatorError(.shape, "expected one integer, found the shape \(shape)")
        }
        return value
    }
}
