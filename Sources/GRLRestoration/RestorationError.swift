/// Why a picture could not be restored, beside what ``Model``, ``Session`` and ``Image`` report themselves.
public struct RestorationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A stable name of the kind of error.
    public enum Code: String, Sendable {
        /// The model does not turn one image tensor into another.
        case contract = "MODEL_CONTRACT"
        /// The picture's channels, or the number of views, do not suit the model.
        case channels = "IMG_CHANNELS"
        /// The picture's size does not suit the model.
        case size = "IMG_SIZE"
        /// Options contradict each other or the model.
        case options = "OPTIONS"
        /// No way to run the picture fits into the memory that is allowed.
        case memory = "MEMORY_BUDGET"
        /// The network's output is not a number somewhere.
        case notANumber = "OUTPUT_NAN"
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong, where, and what to do about it.
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `CODE: message`.
    public var description: String { "\(code.rawValue): \(message)" }
}
