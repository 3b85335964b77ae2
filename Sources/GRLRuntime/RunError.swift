package import GRLGraph
package import GRLOptimizer
import GRLTensor

/// Why a model does not run on its inputs.
public struct RunError: Error, Sendable, CustomStringConvertible {
    /// A stable name of the kind of error, for example `SHAPE` or `MEMORY_BUDGET`.
    public let code: String
    /// What is wrong and what to do about it.
    public let message: String
    /// The name and operator of the node where it went wrong.
    public let node: String?
    /// What the node was given, for example `float32[1, 64, 64]`; empty when it is not about a node.
    public let operands: [String]

    package init(code: String, message: String, node: String? = nil, operands: [String] = []) {
        self.code = code
        self.message = message
        self.node = node
        self.operands = operands
    }

    /// The same error with its node, for errors of operators and tensors.
    init(_ error: any Error, node: Node, operands: [TensorType?]) {
        let (code, message) =
            switch error {
            case let error as OperatorError: (error.code.rawValue, error.message)
            case let error as TensorError: (error.code.rawValue, error.message)
            default: ("RUN", String(describing: error))
            }
        self.init(
            code: code, message: message, node: "'\(node.name)' (\(node.operation.spec.name))",
            operands: operands.map { $0?.description ?? "-" })
    }

    /// The innermost error with its node, for errors that carry one already.
    package init(_ error: NodeError) {
        if let inner = error.cause as? NodeError {
            self.init(inner)
        } else {
            self.init(error.cause, node: error.node, operands: error.operands)
        }
    }

    /// What went wrong at a node of a pass, or in the pass itself.
    package init(_ error: OptimizationError) {
        if let cause = error.cause as? NodeError {
            self.init(cause)
        } else {
            self.init(code: "OPTIMIZER", message: error.description)
        }
    }

    /// `CODE: message`, and where.
    public var description: String {
        var text = "\(code): \(message)"
        if let node { text += ", at node \(node) of \(operands.joined(separator: ", "))" }
        return text
    }
}
