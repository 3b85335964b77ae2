import Foundation
import GRL
import GRLCheckpoint
import GRLMetrics
import GRLTensor

/// What the tool itself finds wrong, and what the library's errors mean to its user.
package struct ToolError: Error, Sendable {
    package let exit: ToolExit
    /// A stable name of the kind of error.
    package let code: String
    /// What is wrong and what to do about it.
    package let message: String
    /// The file concerned.
    package let path: String?

    package init(_ exit: ToolExit, _ code: String, _ message: String, _ path: String? = nil) {
        self.exit = exit
        self.code = code
        self.message = message
        self.path = path
    }

    /// Nothing stands at `path`; tells what may have been meant.
    package static func missing(_ path: String) -> ToolError {
        let suggestion = PathSuggestion.nearest(to: path).map { "; did you mean '\(printable($0))'?" } ?? ""
        return ToolError(.noInput, "FILE_NOT_FOUND", "there is no such file\(suggestion)", path)
    }

    /// Tells it on standard error, unless a signal told it already.
    package func tell() {
        guard exit != .interrupted else { return }
        let label = Terminal.styled("error:", .boldRed, if: Terminal.isColored(STDERR_FILENO))
        let place = path.map { " \(printable($0)):" } ?? ""
        Terminal.write("\(label)\(place) \(message) [\(code)]\n", to: STDERR_FILENO)
    }

    /// An error of the library that came up while working on `path`.
    package init(_ error: any Error, path: String? = nil, isWriting: Bool = false) {
        switch error {
        case let error as ToolError: self = error
        case let error as FileError:
            self.init(Self.exit(for: error.code, isWriting: isWriting), error.code.rawValue, error.message, error.path)
        case let error as ImageError:
            self.init(
                error.code == .memory ? .memory : .data, error.code.rawValue, error.message, error.path ?? path)
        case let error as ImportError: self.init(error, path: path)
        case let error as RunError:
            let place = error.node.map { " (at node \(printable($0)))" } ?? ""
            self.init(Self.exit(for: error.code), error.code, error.message + place, path)
        case let error as RestorationError:
            let exit: ToolExit = error.code == .options ? .usage : Self.exit(for: error.code.rawValue)
            self.init(exit, error.code.rawValue, error.message, path)
        case let error as TensorError:
            self.init(Self.exit(for: error.code.rawValue), error.code.rawValue, error.message, path)
        case let error as NumPyError: self.init(.data, error.code.rawValue, error.message, error.path)
        case let error as CheckpointError:
            self.init(error.code == .legacy ? .unsupported : .data, error.code.rawValue, error.message, error.path)
        case let error as MetricError: self.init(.data, error.code.rawValue, error.message, path)
        case is CancellationError: self.init(.interrupted, "CANCELLED", "interrupted", path)
        default: self.init(.data, "ERROR", "\(error)", path)
        }
    }

    private init(_ error: ImportError, path: String?) {
        let exit: ToolExit =
            switch error.category {
            case .badData: .data
            case .input: .noInput
            case .unsupported: .unsupported
            case .memory: .memory
            }
        var message = error.message
        if let node = error.node { message += ", at node \(printable(node))" }
        if let value = error.value { message += ", at '\(printable(value))'" }
        if let byteOffset = error.byteOffset { message += ", at byte \(byteOffset)" }
        self.init(exit, error.code.rawValue, message, error.path ?? path)
    }

    private static func exit(for code: FileError.Code, isWriting: Bool) -> ToolExit {
        switch code {
        case .notFound: .noInput
        case .notRegular: isWriting ? .cannotCreate : .noInput
        case .unreadable: .noInput
        case .tooLarge: .data
        case .exists, .cannotCreate: .cannotCreate
        case .writeFailed: .inputOutput
        }
    }

    private static func exit(for code: String) -> ToolExit {
        switch code {
        case "MEMORY_BUDGET", "OUT_OF_MEMORY", "FOLD_LIMIT": .memory
        case "UNSUPPORTED_OP", "NOT_LIFTED", "UNSUPPORTED_PRECISION": .unsupported
        default: .data
        }
    }
}
