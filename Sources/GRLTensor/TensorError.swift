/// What went wrong with a shape, a tensor or its memory.
public struct TensorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name of the kind of error.
    public enum Code: String, Sendable {
        case dimensionNegative = "DIM_NEGATIVE"
        case rankLimit = "RANK_LIMIT"
        case sizeOverflow = "SIZE_OVERFLOW"
        case shape = "SHAPE"
        case axis = "AXIS_RANGE"
        case elementType = "DTYPE"
        case memoryBudget = "MEMORY_BUDGET"
        case outOfMemory = "OUT_OF_MEMORY"
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong, in words.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `CODE: message`.
    public var description: String { "\(code.rawValue): \(message)" }
}
