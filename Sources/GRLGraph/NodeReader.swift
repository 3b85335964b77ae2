package import GRLTensor

/// What an operator reads when it is made from a node of a model: attributes by name, the opset, and the inputs, which
/// it may extend where an older version had an attribute.
///
/// Every attribute must be read: ``finish()`` refuses those that nobody asked for.
package struct NodeReader {
    /// An input of the node: a value of the graph, a constant that stood in an attribute, or left out.
    package enum Input: Sendable {
        case value(ValueID)
        case constant(Tensor)
        case absent
    }

    /// The operator's name in the file.
    package let operatorName: String
    /// The opset version under which the node stands.
    package let opset: Int
    /// The node's inputs.
    package private(set) var inputs: [Input]
    /// The number of outputs the node has.
    package let outputCount: Int
    private var attributes: [String: AttributeValue]

    package init(
        operatorName: String, opset: Int, inputs: [Input], outputCount: Int, attributes: [String: AttributeValue]
    ) {
        self.operatorName = operatorName
        self.opset = opset
        self.inputs = inputs
        self.outputCount = outputCount
        self.attributes = attributes
    }

    /// Whether input `index` is there.
    package func hasInput(_ index: Int) -> Bool {
        guard inputs.indices.contains(index) else { return false }
        if case .absent = inputs[index] { return false }
        return true
    }

    /// Makes `constant` input number `index`, as in newer versions that have an input where this one had an attribute.
    package mutating func setInput(_ index: Int, to constant: Tensor) {
        while inputs.count <= index { inputs.append(.absent) }
        inputs[index] = .constant(constant)
    }

    /// Whether an attribute of that name is left to read.
    package func has(_ name: String) -> Bool { attributes[name] != nil }

    /// - Throws: `ATTR_TYPE` when the attribute is no int.
    package mutating func int(_ name: String) throws -> Int? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .int(let int) = value else { throw mismatch(name, value, expected: "int") }
        return int
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no int.
    package mutating func int(_ name: String, default fallback: Int) throws -> Int { try int(name) ?? fallback }

    /// An int that means false (0) or true (anything else).
    ///
    /// - Throws: `ATTR_TYPE` when the attribute is no int.
    package mutating func bool(_ name: String, default fallback: Bool = false) throws -> Bool {
        try int(name).map { $0 != 0 } ?? fallback
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no float.
    package mutating func float(_ name: String) throws -> Float? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .float(let float) = value else { throw mismatch(name, value, expected: "float") }
        return float
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no float.
    package mutating func float(_ name: String, default fallback: Float) throws -> Float {
        try float(name) ?? fallback
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no string.
    package mutating func string(_ name: String) throws -> String? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .string(let string) = value else { throw mismatch(name, value, expected: "string") }
        return string
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no string.
    package mutating func string(_ name: String, default fallback: String) throws -> String {
        try string(name) ?? fallback
    }

    /// A string attribute that names a case of `Choice`.
    ///
    /// - Throws: `ATTR_TYPE` when the attribute is no string, `ATTR_VALUE` when it names no case.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Choice
    ) throws -> Choice where Choice.RawValue == String {
        guard let string = try string(name) else { return fallback }
        guard let choice = Choice(rawValue: string) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(.attributeValue, "attribute \(name) is '\(string)'; known are \(known)")
        }
        return choice
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no list of ints.
    package mutating func ints(_ name: String) throws -> [Int]? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .ints(let ints) = value else { throw mismatch(name, value, expected: "ints") }
        return ints
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no list of floats.
    package mutating func floats(_ name: String) throws -> [Float]? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .floats(let floats) = value else { throw mismatch(name, value, expected: "floats") }
        return floats
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no list of strings.
    package mutating func strings(_ name: String) throws -> [String]? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .strings(let strings) = value else { throw mismatch(name, value, expected: "strings") }
        return strings
    }

    /// - Throws: `ATTR_TYPE` when the attribute is no tensor.
    package mutating func tensor(_ name: String) throws -> Tensor? {
        guard let value = attributes.removeValue(forKey: name) else { return nil }
        guard case .tensor(let tensor) = value else { throw mismatch(name, value, expected: "tensor") }
        return tensor
    }

    /// A graph attribute. The values it captures become inputs of the node, at the positions returned.
    ///
    /// - Throws: `ATTR_TYPE` when the attribute is missing or no graph.
    package mutating func subgraph(_ name: String) throws -> (graph: Graph, inputs: Range<Int>) {
        guard let value = attributes.removeValue(forKey: name) else {
            throw OperatorError(.attribute, "attribute \(name) is missing")
        }
        guard case .graph(let subgraph) = value else { throw mismatch(name, value, expected: "graph") }
        let first = inputs.count
        inputs += subgraph.captures.map { .value($0) }
        return (subgraph.graph, first..<inputs.count)
    }

    /// The value of an attribute that must be there.
    ///
    /// - Throws: `ATTR_TYPE` when `value` is nil.
    package func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw OperatorError(.attribute, "attribute \(name) is missing") }
        return value
    }

    /// Drops attributes that carry no meaning for inference.
    package mutating func ignore(_ names: String...) {
        for name in names { attributes.removeValue(forKey: name) }
    }

    /// All attributes that are left, read at once; for operators that are not known.
    package mutating func remaining() -> [String: AttributeValue] {
        defer { attributes = [:] }
        return attributes
    }

    /// - Throws: `ATTR_TYPE` when the node has an attribute that its operator does not know.
    package func finish() throws {
        guard let name = attributes.keys.min() else { return }
        throw OperatorError(.attribute, "\(operatorName) has no attribute \(name) in opset \(opset)")
    }

    private func mismatch(_ name: String, _ value: AttributeValue, expected: String) -> OperatorError {
        OperatorError(.attribute, "attribute \(name) is of type \(value.kind), expected \(expected)")
    }
}
