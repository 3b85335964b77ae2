/// Puts a ``FunctionBody`` together, node by node.
package final class FunctionBuilder {
    package typealias Value = FunctionBody.Value

    private let inputs: [Value]
    private var nodes: [FunctionBody.Node] = []
    private var attributes: Set<String> = []
    /// The outputs of the nodes by what these compute, so that nothing is computed twice.
    private var known: [String: Value] = [:]

    package init(inputs: String...) {
        self.inputs = inputs.map { Value(name: $0) }
    }

    /// Input number `index`.
    package func input(_ index: Int) -> Value { inputs[index] }

    /// The body that returns `output`.
    package func body(returning output: Value) -> FunctionBody {
        FunctionBody(inputs: inputs, output: output, attributes: attributes.sorted(), nodes: nodes)
    }

    /// The output of a node; the same for the same node.
    package func node(
        _ operatorName: String, _ inputs: Value..., attributes: [String: AttributeValue] = [:]
    ) -> Value {
        node(operatorName, inputs, attributes.mapValues { .value($0) })
    }

    /// Values joined along an axis.
    package func concatenated(_ parts: [Value], axis: Int) -> Value {
        node("Concat", parts, ["axis": .value(.int(axis))])
    }

    /// A part of a value: `start` ..< `end` along `axes`, all lists of ints.
    package func slice(_ value: Value, from start: Value, to end: Value, axes: [Int]) -> Value {
        node("Slice", value, start, end, ints(axes))
    }

    /// The value with its axes in another order.
    package func transposed(_ value: Value, _ order: [Int]) -> Value {
        node("Transpose", value, attributes: ["perm": .ints(order)])
    }

    /// The dimensions of a value from axis `first` to before axis `end`, as a list.
    package func dimensions(of value: Value, _ first: Int, _ end: Int) -> Value {
        node("Shape", value, attributes: ["start": .int(first), "end": .int(end)])
    }

    /// The numbers 0 ..< `count`, where `count` is a list of one int.
    package func range(_ count: Value) -> Value {
        node("Range", constant("value_int", .int(0)), node("Squeeze", count), constant("value_int", .int(1)))
    }

    /// A list of ints.
    package func ints(_ numbers: [Int]) -> Value { constant("value_ints", .ints(numbers)) }

    /// A float without dimensions.
    package func float(_ number: Float) -> Value { constant("value_float", .float(number)) }

    /// The function's attribute of that name: ints as a list, numbers without dimensions.
    package func attribute(_ name: String, _ kind: FunctionBody.Kind) -> Value {
        attributes.insert(name)
        let field =
            switch kind {
            case .int: "value_int"
            case .float: "value_float"
            case .ints: "value_ints"
            }
        return node("Constant", [], [field: .argument(name, kind)])
    }

    private func constant(_ field: String, _ value: AttributeValue) -> Value {
        node("Constant", [], [field: .value(value)])
    }

    private func node(
        _ operatorName: String, _ inputs: [Value], _ attributes: [String: FunctionBody.Attribute]
    ) -> Value {
        let settings = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.summary)" }
        let key = ([operatorName] + inputs.map(\.name) + settings).joined(separator: " ")
        if let value = known[key] { return value }
        let output = Value(name: "\(operatorName)_\(nodes.count)")
        nodes.append(
            FunctionBody.Node(operatorName: operatorName, inputs: inputs, output: output, attributes: attributes))
        known[key] = output
        return output
    }
}

extension FunctionBody.Attribute {
    fileprivate var summary: String {
        switch self {
        case .value(let value): value.summary
        case .argument(let name, _): "@\(name)"
        }
    }
}
