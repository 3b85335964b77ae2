import COnnxProto
import Foundation
import GRLGraph
import GRLTensor

/// Why a model file was not imported: a stable code, what is wrong, and where.
public struct ImportError: Error, Sendable, CustomStringConvertible {
    /// A stable name of the kind of error, for example `WIRE_TRUNCATED`.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The name.
        public let rawValue: String

        /// Makes a code of its name.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// What an error means for whoever asked for the import.
    public enum Category: Sendable {
        /// The file is damaged, hostile, or no model.
        case badData
        /// The file is not there or cannot be read.
        case input
        /// The file is sound, and uses something that is not supported.
        case unsupported
        /// Memory or its budget ran out.
        case memory
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong, in words.
    public let message: String
    /// The path of the file, where the model came from one.
    public internal(set) var path: String?
    /// The node at which it is wrong: its name and operator.
    public internal(set) var node: String?
    /// The value or tensor that is wrong.
    public internal(set) var value: String?
    /// Where in the file the fault was seen, in bytes from its start.
    public internal(set) var byteOffset: Int?

    /// What the error means.
    public var category: Category {
        switch code {
        case .fileNotFound, .fileUnreadable, .fileNotRegular, .fileChanged: .input
        case .opsetUnsupported, .unsupported, .unsupportedOperator, .elementType, .sparse: .unsupported
        case .outOfMemory, .memoryBudget: .memory
        default: .badData
        }
    }

    package init(_ code: Code, _ message: String, node: String? = nil, value: String? = nil) {
        self.code = code
        self.message = message
        self.node = node
        self.value = value.map(Printable.name)
    }

    /// `CODE: message`, and then where.
    public var description: String {
        var text = "\(code.rawValue): \(message)"
        if let node { text += "; at node \(node)" }
        if let value { text += "; at '\(value)'" }
        if let byteOffset { text += "; at byte \(byteOffset)" }
        if let path { text += "; in \(path)" }
        return text
    }
}

extension ImportError.Code {
    private init(_ name: String) { self.init(rawValue: name) }

    /// There is no such file.
    public static let fileNotFound = Self("FILE_NOT_FOUND")
    /// The file cannot be opened or read.
    public static let fileUnreadable = Self("FILE_UNREADABLE")
    /// It is a directory, a pipe or a device.
    public static let fileNotRegular = Self("FILE_NOT_REGULAR")
    /// The file became shorter while it was read.
    public static let fileChanged = Self("FILE_CHANGED")
    /// The file is no ONNX model at all.
    public static let notONNX = Self("NOT_ONNX")
    /// The file is larger than the format or a limit allows.
    public static let fileTooLarge = Self("FILE_TOO_LARGE")
    /// No memory was left.
    public static let outOfMemory = Self("OUT_OF_MEMORY")
    /// The model's tensors do not fit the memory budget.
    public static let memoryBudget = Self("MEMORY_BUDGET")
    /// The IR version, the opsets or the graph are missing or senseless.
    public static let modelHeader = Self("MODEL_HEADER")
    /// The model speaks an operator set that is too old or too new.
    public static let opsetUnsupported = Self("OPSET_UNSUPPORTED")
    /// The model uses a feature that is not supported.
    public static let unsupported = Self("UNSUPPORTED")
    /// An operator is used in a way that is not supported.
    public static let unsupportedOperator = Self("UNSUPPORTED_OP")
    /// An element type is unknown or not supported.
    public static let elementType = Self("DTYPE")
    /// Sparse tensors are not supported.
    public static let sparse = Self("SPARSE")
    /// More nodes than the limit, once functions are inlined.
    public static let nodeLimit = Self("NODE_LIMIT")
    /// Nodes depend on one another in a circle.
    public static let graphCycle = Self("GRAPH_CYCLE")
    /// Functions call one another in a circle.
    public static let functionCycle = Self("FUNCTION_CYCLE")
    /// Functions call one another too deeply.
    public static let functionDepth = Self("FUNCTION_DEPTH")
    /// Subgraphs are nested too deeply.
    public static let subgraphDepth = Self("SUBGRAPH_DEPTH")
    /// One name stands for two values, attributes or functions.
    public static let duplicateName = Self("DUPLICATE_NAME")
    /// A value is read that nothing computes.
    public static let undefinedValue = Self("UNDEFINED_VALUE")
    /// A name is empty where one is needed.
    public static let badName = Self("BAD_NAME")
    /// A node has too many or too few inputs or outputs.
    public static let arity = Self("ARITY")
    /// An attribute is missing, unknown, or of the wrong type.
    public static let attributeType = Self("ATTR_TYPE")
    /// The bytes of a tensor are more or fewer than its shape takes.
    public static let rawDataSize = Self("RAW_DATA_SIZE")
    /// The typed elements of a tensor are more or fewer than its shape takes, or out of range.
    public static let dataValue = Self("DATA_VALUE")
    /// External data lies in a place that is not allowed.
    public static let externalPath = Self("EXT_PATH")
    /// A range of external data lies outside its file.
    public static let externalRange = Self("EXT_RANGE")
    /// The description of external data is malformed.
    public static let externalKey = Self("EXT_KEY")
    /// External data in a model that did not come from a file.
    public static let externalForbidden = Self("EXT_FORBIDDEN")
    /// External data is not what the model says it is.
    public static let externalChecksum = Self("EXT_CHECKSUM")
}

extension ImportError {
    /// The error of the reading layer below.
    init(_ failure: onnx_failure) {
        let name = String(cString: onnx_status_name(failure.status))
        var message = failure.detail.map { String(cString: $0) } ?? "reading failed"
        if failure.system_error != 0, let reason = strerror(failure.system_error) {
            message += " (\(String(cString: reason)))"
        }
        if let part = failure.message { message += ", in \(String(cString: part))" }
        self.init(Code(rawValue: name), message)
        if failure.offset > 0 { byteOffset = Int(clamping: failure.offset) }
    }

    /// An error of the layers that the importer builds on, told at a node or value.
    init(_ error: any Error, node: String? = nil, value: String? = nil) {
        switch error {
        case let error as ImportError:
            self = error
            if self.node == nil { self.node = node }
            if self.value == nil { self.value = value.map(Printable.name) }
        case let error as TensorError:
            self.init(Code(rawValue: error.code.rawValue), error.message, node: node, value: value)
        case let error as OperatorError:
            self.init(Code(rawValue: error.code.rawValue), error.message, node: node, value: value)
        default:
            self.init(.unsupported, "\(error)", node: node, value: value)
        }
    }
}
