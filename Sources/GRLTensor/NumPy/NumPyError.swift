/// Why a .npy or .npz file could not be read or written.
package struct NumPyError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    package enum Code: String, Sendable {
        /// The array's header is malformed.
        case header = "NPY_HEADER"
        /// The array's elements are of a type that tensors cannot hold.
        case elementType = "NPY_DTYPE"
        /// The data is shorter or longer than the shape says, or an element has an impossible value.
        case data = "NPY_DATA"
        /// The archive's directory is malformed, contradicts the entries, or its entries overlap.
        case archive = "ZIP_STRUCTURE"
        /// A compression method, encryption or several volumes.
        case unsupported = "ZIP_UNSUPPORTED"
        /// Too many entries, too large, or an impossible compression ratio.
        case limit = "ZIP_LIMIT"
        /// An entry's compressed data is damaged or its checksum is wrong.
        case entryData = "ZIP_DATA"
        /// No entry of the name asked for.
        case missingEntry = "NPZ_MISSING"
    }

    package let code: Code
    package let path: String
    package let message: String

    package init(_ code: Code, _ path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(printable(path)): \(message)" }
}
