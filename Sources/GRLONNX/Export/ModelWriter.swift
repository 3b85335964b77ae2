package import GRLGraph
import GRLTensor

/// ``Graph`` → ONNX file. Operators are written in the spelling of their `writtenVersion`, under the opset that suits
/// all of them. This project's own operators stand there as nodes, with a function that tells other runtimes what they
/// compute.
package enum ModelWriter {
    /// The oldest opset that is written.
    private static let baseOpset = FunctionBody.opset

    /// Writes a model to a file, whole or not at all.
    ///
    /// - Throws: a ``FileError``, or an ``ImportError`` with `FILE_TOO_LARGE` for 2 GiB and more.
    package static func write(_ graph: Graph, to path: String, overwrite: Bool = false) throws {
        let message = try message(graph)
        let file = try AtomicFileWriter(path: path, overwrite: overwrite)
        for piece in message.pieces {
            switch piece {
            case .bytes(let bytes): try bytes.withUnsafeBytes { try file.write($0) }
            case .elements(let tensor): try tensor.withBytes { try file.write($0) }
            }
        }
        try file.commit()
    }

    /// The model as bytes.
    ///
    /// - Throws: an ``ImportError`` with `FILE_TOO_LARGE` for 2 GiB and more; memory errors.
    package static func bytes(_ graph: Graph) throws -> [UInt8] {
        try message(graph).pieces.flatMap { piece in
            switch piece {
            case .bytes(let bytes): bytes
            case .elements(let tensor): tensor.withBytes { Array($0) }
            }
        }
    }

    private static func message(_ graph: Graph) throws -> WireMessage {
        let opsets = opsets(of: graph, [OperatorSpec.onnxDomain: baseOpset])
        var message = WireMessage()
        let opset = opsets[OperatorSpec.onnxDomain] ?? baseOpset
        message.add(1, irVersion(of: opset))
        message.add(2, "grl")
        for (domain, version) in opsets.sorted(by: { $0.key < $1.key }) {
            var entry = WireMessage()
            entry.add(1, domain)
            entry.add(2, version)
            message.add(8, entry)
        }
        for (key, value) in graph.metadata.sorted(by: { $0.key < $1.key }) {
            var entry = WireMessage()
            entry.add(1, key)
            entry.add(2, value)
            message.add(14, entry)
        }
        var writer = GraphWriter()
        message.add(7, try writer.message(graph))
        for (_, function) in functions(of: graph).sorted(by: { $0.key < $1.key }) {
            message.add(25, try WireMessage(function, opset: opset))
        }
        guard message.byteCount <= Int(Int32.max) else {
            throw ImportError(
                .fileTooLarge, "the model takes \(message.byteCount) bytes, ONNX files hold less than 2 GiB")
        }
        return message
    }

    /// The versions that the nodes of a graph and its subgraphs need, at least those given.
    private static func opsets(of graph: Graph, _ least: [String: Int]) -> [String: Int] {
        var result = least
        for node in graph.nodes {
            let spec = node.operation.spec
            result[spec.domain] = max(result[spec.domain] ?? 1, spec.writtenVersion)
            for case .graph(let subgraph) in node.operation.attributes.values {
                result = opsets(of: subgraph.graph, result)
            }
        }
        return result
    }

    /// The operators of a graph and its subgraphs that are stated as functions, by name.
    private static func functions(of graph: Graph) -> [String: any FunctionOperator.Type] {
        var result: [String: any FunctionOperator.Type] = [:]
        for node in graph.nodes {
            if let operation = node.operation as? any FunctionOperator {
                result[operation.spec.name] = type(of: operation)
            }
            for case .graph(let subgraph) in node.operation.attributes.values {
                result.merge(functions(of: subgraph.graph)) { $1 }
            }
        }
        return result
    }

    /// The IR version that goes with an opset of the standard domain.
    private static func irVersion(of opset: Int) -> Int {
        switch opset {
        case ...22: 10
        case 23: 11
        case 24: 12
        default: 13
        }
    }
}
