import GRLGraph
import GRLTensor

extension InferenceContext {
    /// The type of a required input that must be floating point.
    ///
    /// - Throws: `ARITY` or `DTYPE`.
    func floatingType(_ index: Int) throws -> TensorType {
        let type = try type(index)
        guard type.elementType.isFloatingPoint else {
            throw OperatorError(.elementType, "input \(index) is \(type.elementType), expected floating point")
        }
        return type
    }

    /// The type of a required input that must hold numbers: integers or floating point.
    ///
    /// - Throws: `ARITY` or `DTYPE`.
    func numberType(_ index: Int) throws -> TensorType {
        let type = try type(index)
        guard type.elementType.isFloatingPoint || type.elementType.isInteger, type.elementType.byteCount > 0,
            type.elementType != .int4, type.elementType != .uint4
        else { throw OperatorError(.elementType, "input \(index) is \(type.elementType), expected numbers") }
        return type
    }

    /// Checks that inputs hold the element type of input 0; those left out are skipped.
    ///
    /// - Throws: `DTYPE`.
    func requireElementTypeOfFirst(_ indices: Int...) throws {
        let first = try type(0).elementType
        for index in indices {
            guard let found = optionalType(index)?.elementType, found != first else { continue }
            throw OperatorError(.elementType, "input \(index) is \(found), expected \(first) as input 0")
        }
    }

    /// Checks that an input, unless left out, has this shape.
    ///
    /// - Throws: `SHAPE`.
    func requireShape(_ index: Int, _ expected: [Int], _ meaning: String) throws {
        guard let shape = optionalType(index)?.shape, shape.dimensions != expected else { return }
        throw OperatorError(.shape, "\(meaning) (input \(index)) has shape \(shape), expected \(expected)")
    }
}
