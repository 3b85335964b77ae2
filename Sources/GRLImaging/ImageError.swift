import CImage
import GRLTensor

/// Why an image could not be read, written or converted.
public struct ImageError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    public enum Code: String, Sendable {
        /// The content is of no format that is read here.
        case format = "IMG_FORMAT"
        /// The header contradicts itself or its format.
        case header = "IMG_HEADER"
        /// The image is larger than the limits allow.
        case limit = "IMG_LIMIT"
        /// The file ends before its image does.
        case truncated = "IMG_TRUNCATED"
        /// The content is damaged.
        case data = "IMG_DATA"
        /// The format is known, this kind of it is not read.
        case unsupported = "IMG_UNSUPPORTED"
        /// An allocation failed or would exceed the memory limit.
        case memory = "IMG_MEMORY"
        /// A sample to be stored is not a number.
        case notANumber = "IMG_NAN"
        /// Sizes or channels do not fit the operation.
        case shape = "IMG_SHAPE"
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong, in words.
    public let message: String
    /// The file concerned, if the image is one.
    public let path: String?

    package init(_ code: Code, _ message: String, path: String? = nil) {
        self.code = code
        self.message = message
        self.path = path
    }

    /// `CODE: path: message`, fit for a terminal.
    public var description: String {
        let place = path.map { "\(printable($0)): " } ?? ""
        return "\(code.rawValue): \(place)\(message)"
    }
}

extension cimage_status {
    /// Throws what the status stands for: a `FileError` for failed reading and writing, else an `ImageError`.
    func check(path: String?) throws {
        let code: ImageError.Code
        switch self.code {
        case CIMAGE_CODE_OK: return
        case CIMAGE_CODE_HEADER: code = .header
        case CIMAGE_CODE_LIMIT: code = .limit
        case CIMAGE_CODE_TRUNCATED: code = .truncated
        case CIMAGE_CODE_UNSUPPORTED: code = .unsupported
        case CIMAGE_CODE_MEMORY: code = .memory
        case CIMAGE_CODE_READ: throw FileError(.unreadable, path: path ?? "", text, errno: system_error)
        case CIMAGE_CODE_WRITE: throw FileError(.writeFailed, path: path ?? "", text, errno: system_error)
        default: code = .data
        }
        throw ImageError(code, text, path: path)
    }

    private var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
