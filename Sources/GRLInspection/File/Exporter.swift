import GRLGraph

/// What wrote a model's file, as its names and metadata suggest.
package struct Exporter: Sendable, Hashable, Encodable, CustomStringConvertible {
    package enum Kind: String, Sendable, Encodable {
        case torchScript = "PyTorch, TorchScript exporter"
        case dynamo = "PyTorch, dynamo exporter"
        case lifted = "grl-run --save-lifted"
    }

    package enum Simplifier: String, Sendable, Encodable {
        case onnxsim
        case onnxslim
    }

    /// Nil where nothing suggests one.
    package let kind: Kind?
    package let simplifier: Simplifier?

    package var description: String {
        let name = kind?.rawValue ?? "not recognised"
        return simplifier.map { "\(name), then \($0.rawValue)" } ?? name
    }

    package init(_ model: StagedModel) {
        let graph = model.graph(at: .imported)
        var (paths, prefixed, total) = (0, 0, 0)
        for node in graph.nodes {
            total += 1
            if node.name.hasPrefix("/") { paths += 1 }
            if node.name.hasPrefix("node_") { prefixed += 1 }
        }
        if model.wasLifted {
            kind = .lifted
        } else if paths * 3 > total {
            kind = .torchScript
        } else if prefixed * 3 > total {
            kind = .dynamo
        } else {
            kind = nil
        }
        switch kind {
        case _ where model.file.metadata.keys.contains { $0.hasPrefix("onnxsim.") }: simplifier = .onnxsim
        // This exporter declares no values inside the graph.
        case .torchScript where Self.declaresInside(graph): simplifier = .onnxslim
        // The simplifier's name for products that it gathers.
        case .dynamo where graph.values.contains { $0.name.hasSuffix("_gemm_out") }: simplifier = .onnxslim
        default: simplifier = nil
        }
    }

    /// Whether types are declared for most values inside the graph.
    private static func declaresInside(_ graph: Graph) -> Bool {
        var (declared, total) = (0, 0)
        for node in graph.nodes {
            for case let output? in node.outputs {
                total += 1
                if graph[output].declaration.dimensions != nil { declared += 1 }
            }
        }
        return declared * 2 > total
    }
}
