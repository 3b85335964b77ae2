import COnnxProto

/// The model's own functions by domain, name and overload.
struct FunctionTable {
    struct Key: Hashable {
        let domain: String
        let name: String
        let overload: String

        init(_ node: UnsafePointer<Onnx__NodeProto>) {
            domain = OpsetTable.normalized(text(node.pointee.domain))
            name = text(node.pointee.op_type)
            overload = text(node.pointee.overload)
        }

        init(_ function: UnsafePointer<Onnx__FunctionProto>) {
            domain = OpsetTable.normalized(text(function.pointee.domain))
            name = text(function.pointee.name)
            overload = text(function.pointee.overload)
        }
    }

    struct Function {
        let proto: UnsafePointer<Onnx__FunctionProto>
        let opsets: OpsetTable
    }

    private var functions: [Key: Function] = [:]

    /// - Throws: `DUPLICATE_NAME`, `FUNCTION_CYCLE`, `FUNCTION_DEPTH`, and what is wrong with a function's operator
    ///   sets.
    init(_ protos: [UnsafePointer<Onnx__FunctionProto>], maximumDepth: Int) throws {
        for proto in protos {
            let key = Key(proto)
            guard !key.name.isEmpty else { throw ImportError(.badName, "a function has no name") }
            let opsets = try OpsetTable(messages(proto.pointee.opset_import, proto.pointee.n_opset_import))
            guard functions.updateValue(Function(proto: proto, opsets: opsets), forKey: key) == nil else {
                throw ImportError(.duplicateName, "two functions have one name", value: key.name)
            }
        }
        try checkCalls(maximumDepth)
    }

    /// The function that a node calls, or nil when it applies an operator.
    func function(calledBy node: UnsafePointer<Onnx__NodeProto>) -> Function? {
        functions.isEmpty ? nil : functions[Key(node)]
    }

    /// Walks the calls of all functions, without recursion, and measures how deep they go.
    private func checkCalls(_ maximumDepth: Int) throws {
        var callees: [Key: [Key]] = [:]
        for (key, function) in functions {
            let nodes = messages(function.proto.pointee.node, function.proto.pointee.n_node)
            callees[key] = Self.calls(in: nodes).filter { functions[$0] != nil }
        }
        var depths: [Key: Int] = [:]
        for start in functions.keys where depths[start] == nil {
            var path: [(key: Key, next: Int)] = [(start, 0)]
            var isOnPath: Set<Key> = [start]
            while let (key, next) = path.last {
                let called = callees[key] ?? []
                if next < called.count {
                    path[path.count - 1].next += 1
                    let callee = called[next]
                    guard !isOnPath.contains(callee) else {
                        throw ImportError(
                            .functionCycle, "a function calls itself, directly or not", value: callee.name)
                    }
                    if depths[callee] == nil {
                        path.append((callee, 0))
                        isOnPath.insert(callee)
                    }
                } else {
                    let depth = 1 + (called.compactMap { depths[$0] }.max() ?? 0)
                    guard depth <= maximumDepth else {
                        throw ImportError(
                            .functionDepth, "functions call one another more than \(maximumDepth) deep", value: key.name
                        )
                    }
                    depths[key] = depth
                    isOnPath.remove(key)
                    path.removeLast()
                }
            }
        }
    }

    /// What nodes call, those in their subgraphs included.
    private static func calls(in nodes: [UnsafePointer<Onnx__NodeProto>]) -> [Key] {
        var result: [Key] = []
        var pending = nodes
        while let node = pending.popLast() {
            result.append(Key(node))
            for graph in node.subgraphs {
                pending += messages(graph.pointee.node, graph.pointee.n_node)
            }
        }
        return result
    }
}

extension UnsafePointer<Onnx__NodeProto> {
    /// The graphs among the node's attributes.
    var subgraphs: [UnsafePointer<Onnx__GraphProto>] {
        messages(pointee.attribute, pointee.n_attribute).flatMap { attribute -> [UnsafePointer<Onnx__GraphProto>] in
            let single = attribute.pointee.g.map { [UnsafePointer<Onnx__GraphProto>($0)] } ?? []
            return single + messages(attribute.pointee.graphs, attribute.pointee.n_graphs)
        }
    }
}
