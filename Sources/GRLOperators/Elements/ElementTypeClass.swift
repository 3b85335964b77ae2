import GRLGraph
import GRLTensor

/// The element types that an operator takes.
enum ElementTypeClass: String {
    case any = "any type"
    case numbers = "integers of at least 8 bits or floating point"
    case numbersAndBool = "integers of at least 8 bits, floating point or bool"
    case signedNumbers = "signed integers of at least 8 bits or floating point"
    case integers = "integers of at least 8 bits"
    case unsignedIntegers = "unsigned integers of at least 8 bits"
    case floatingPoint = "floating point"
    case bool

    func contains(_ type: ElementType) -> Bool {
        let isInteger = type.isInteger && type != .int4 && type != .uint4
        return switch self {
        case .any: true
        case .numbers: isInteger || type.isFloatingPoint
        case .numbersAndBool: isInteger || type.isFloatingPoint || type == .bool
        case .signedNumbers: [.int8, .int16, .int32, .int64].contains(type) || type.isFloatingPoint
        case .integers: isInteger
        case .unsignedIntegers: [.uint8, .uint16, .uint32, .uint64].contains(type)
        case .floatingPoint: type.isFloatingPoint
        case .bool: type == .bool
        }
    }

    /// - Parameter input: the position of the input, for the message.
    /// - Throws: `DTYPE` when `type` is not among these types.
    func require(_ type: ElementType, input: Int) throws {
        guard contains(type) else {
            throw OperatorError(.elementType, "input \(input) is \(type), expected \(rawValue)")
        }
    }
}
