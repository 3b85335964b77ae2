import Glibc

/// Why a file could not be read or written.
public struct FileError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    public enum Code: String, Sendable {
        /// Nothing stands at the path.
        case notFound = "FILE_NOT_FOUND"
        /// The path leads to a directory, device, pipe, socket or (for outputs) a symbolic link.
        case notRegular = "FILE_NOT_REGULAR"
        /// The file is larger than the limit for its kind.
        case tooLarge = "FILE_TOO_LARGE"
        /// Opening or reading failed.
        case unreadable = "FILE_UNREADABLE"
        /// The output exists and was not to be replaced.
        case exists = "FILE_EXISTS"
        /// The output cannot be created: directory missing or read-only, name too long.
        case cannotCreate = "FILE_CANNOT_CREATE"
        /// Writing failed after the output was created: disk full, quota, device error.
        case writeFailed = "FILE_WRITE"
    }

    /// The kind of error.
    public let code: Code
    /// The file concerned.
    public let path: String
    /// What is wrong, in words.
    public let message: String

    package init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// An error that ends in the system's words for `errno`, such as "No space left on device".
    package init(_ code: Code, path: String, _ message: String, errno number: Int32) {
        self.init(code, path: path, "\(message): \(Self.systemMessage(number))")
    }

    /// `CODE: path: message`, fit for a terminal.
    public var description: String { "\(code.rawValue): \(printable(path)): \(message)" }

    /// The system's words for an `errno` value.
    package static func systemMessage(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}

/// `text` with control characters and direction marks replaced, and cut to 200 characters, fit for a message.
package func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default:
            result.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > 200 ? result + "…" : result
}
