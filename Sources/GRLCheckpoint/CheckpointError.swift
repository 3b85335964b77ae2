import GRLTensor

/// Why a checkpoint could not be read.
package struct CheckpointError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    package enum Code: String, Sendable {
        /// The file is of none of the formats that are read.
        case format = "CKPT_FORMAT"
        /// The file is in a format of PyTorch before 1.6.
        case legacy = "CKPT_LEGACY"
        /// The file asks for something that only an attack asks for.
        case unsafe = "CKPT_UNSAFE"
        /// The pickled program is malformed, or uses an instruction that checkpoints have no need of.
        case pickle = "CKPT_PICKLE"
        /// More of something than is read.
        case limit = "CKPT_LIMIT"
        /// A tensor contradicts its storage, or is of a kind that cannot be read.
        case tensor = "CKPT_TENSOR"
        /// The header of a safetensors file is malformed or contradicts the data.
        case header = "CKPT_HEADER"
        /// No dictionary of tensors is in the file.
        case empty = "CKPT_EMPTY"
        /// No state dictionary of that name is in the file.
        case state = "CKPT_STATE"
    }

    package let code: Code
    package let path: String
    package let message: String

    init(_ code: Code, _ path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(printable(path)): \(message)" }
}
