import GRLGraph
import GRLOperators

extension WireMessage {
    /// An AttributeProto.
    ///
    /// - Parameter graph: makes the message of a subgraph.
    /// - Throws: what `graph` throws; memory errors.
    init(attribute name: String, _ value: AttributeValue, graph: (Subgraph) throws -> WireMessage) throws {
        self.init()
        add(1, name)
        switch value {
        case .float(let number):
            add(2, number)
            add(20, 1)
        case .int(let number):
            add(3, number)
            add(20, 2)
        case .string(let text):
            add(4, text)
            add(20, 3)
        case .tensor(let tensor):
            add(5, try WireMessage(tensor, name: ""))
            add(20, 4)
        case .graph(let subgraph):
            add(6, try graph(subgraph))
            add(20, 5)
        case .floats(let numbers):
            for number in numbers { add(7, number) }
            add(20, 6)
        case .ints(let numbers):
            for number in numbers { add(8, number) }
            add(20, 7)
        case .strings(let texts):
            for text in texts { add(9, text) }
            add(20, 8)
        }
    }
}

extension WireMessage {
    /// A ValueInfoProto.
    init(_ name: String, _ declaration: ValueDeclaration) {
        self.init()
        add(1, name)
        guard let elementType = declaration.elementType else { return }
        var tensor = WireMessage()
        tensor.add(1, elementType.onnxCode)
        if let dimensions = declaration.dimensions {
            var shape = WireMessage()
            for dimension in dimensions {
                var entry = WireMessage()
                switch dimension {
                case .fixed(let size): entry.add(1, size)
                case .symbolic(let name): entry.add(2, name)
                case .unknown: break
                }
                shape.add(1, entry)
            }
            tensor.add(2, shape)
        }
        var type = WireMessage()
        type.add(1, tensor)
        add(2, type)
    }
}
