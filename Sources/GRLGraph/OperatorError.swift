/// What is wrong with a node: with its attributes, its inputs' types, or their values.
package struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name of the kind of error.
    package enum Code: String, Sendable {
        case arity = "ARITY"
        case attribute = "ATTR_TYPE"
        case attributeValue = "ATTR_VALUE"
        case elementType = "DTYPE"
        case shape = "SHAPE"
        case indexRange = "INDEX_RANGE"
        case value = "VALUE"
        case unsupported = "UNSUPPORTED_OP"
        case cancelled = "CANCELLED"
        case library = "BLAS_UNAVAILABLE"
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `CODE: message`.
    package var description: String { "\(code.rawValue): \(message)" }
}
