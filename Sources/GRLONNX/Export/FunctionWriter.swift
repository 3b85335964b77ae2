import GRLGraph
import GRLOperators

extension WireMessage {
    /// A FunctionProto that states what an operator computes, in standard operators of version `opset`.
    ///
    /// - Throws: memory errors.
    init(_ type: any FunctionOperator.Type, opset: Int) throws {
        self.init()
        let body = type.functionBody
        add(1, type.spec.name)
        for input in body.inputs { add(4, input.name) }
        add(5, body.output.name)
        for attribute in body.attributes { add(6, attribute) }
        for node in body.nodes { add(7, try WireMessage(node)) }
        var opsetImport = WireMessage()
        opsetImport.add(1, OperatorSpec.onnxDomain)
        opsetImport.add(2, opset)
        add(9, opsetImport)
        add(10, type.spec.domain)
    }

    /// A NodeProto of a function.
    private init(_ node: FunctionBody.Node) throws {
        self.init()
        for input in node.inputs { add(1, input.name) }
        add(2, node.output.name)
        add(4, node.operatorName)
        for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
            switch attribute {
            case .value(let value):
                add(
                    5,
                    try WireMessage(attribute: name, value) { _ in
                        throw ImportError(.unsupported, "a function's node has a graph as attribute", node: name)
                    })
            case .argument(let argument, let kind):
                var reference = WireMessage()
                reference.add(1, name)
                reference.add(20, kind.onnxCode)
                reference.add(21, argument)
                add(5, reference)
            }
        }
    }
}

extension FunctionBody.Kind {
    /// The number of the AttributeProto type.
    fileprivate var onnxCode: Int {
        switch self {
        case .float: 1
        case .int: 2
        case .ints: 7
        }
    }
}
