/// What an operator computes, spelled in nodes of standard operators: the body of a function in a model file.
package struct FunctionBody: Sendable {
    /// The opset whose operators bodies are made of. They mean the same in all later ones.
    package static let opset = 21

    /// A value of the body: an input, or the output of a node.
    package struct Value: Sendable, Hashable {
        package let name: String
    }

    /// An attribute of a node.
    package enum Attribute: Sendable {
        case value(AttributeValue)
        /// Whatever the attribute of that name is at the node that calls the function.
        case argument(String, Kind)
    }

    /// The kind of an attribute that a function has.
    package enum Kind: Sendable {
        case int
        case float
        case ints
    }

    /// One application of a standard operator, with one output.
    package struct Node: Sendable {
        package let operatorName: String
        package let inputs: [Value]
        package let output: Value
        package let attributes: [String: Attribute]
    }

    package let inputs: [Value]
    package let output: Value
    /// The names of the function's attributes, sorted.
    package let attributes: [String]
    /// Each after those it depends on.
    package let nodes: [Node]
}

/// An operator outside the standard, whose meaning a model file states for other runtimes as a function.
package protocol FunctionOperator: Operator {
    /// The operator for any attributes and any sizes.
    static var functionBody: FunctionBody { get }

    /// The type of the zeros that mean the same as leaving input `index` out, which functions cannot handle; nil for
    /// inputs that are always there.
    ///
    /// - Throws: `SIZE_OVERFLOW`.
    func zeros(forInput index: Int) throws -> TensorType?
}

extension FunctionOperator {
    package func zeros(forInput index: Int) throws -> TensorType? { nil }
}
