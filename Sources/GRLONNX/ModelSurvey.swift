import COnnxProto
import GRLGraph

/// What ONNX's checker asks of a file and the importer does not: it reads files that break these rules and runs them as
/// they are meant.
package struct ModelSurvey: Sendable {
    /// A rule that the file breaks.
    package struct Defect: Sendable, Hashable {
        package let message: String
        /// The node's name; nil for the file.
        package let node: String?
    }

    /// Defects beyond these are not listed.
    private static let defectLimit = 100

    /// The operators of all nodes, those of functions and subgraphs too, as `domain.name`, with how many nodes have
    /// them.
    package private(set) var operators: [String: Int] = [:]
    package private(set) var defects: [Defect] = []
    private let hasInputInitializers: Bool

    /// Reads a file once more.
    ///
    /// - Throws: an ``ImportError``.
    package init(contentsOf path: String, options: ImportOptions = ImportOptions()) throws {
        let document = try ModelDocument(path: path, root: ONNX_ROOT_MODEL, options: options)
        guard let model = document.model?.pointee, let graph = model.graph?.pointee else {
            throw ImportError(.notONNX, "the file holds no model")
        }
        hasInputInitializers = model.ir_version < 4
        let opsets = try OpsetTable(messages(model.opset_import, model.n_opset_import))
        if text(graph.name).isEmpty { add("the graph has no name") }
        survey(graph, opsets, outer: [])
        for (kind, values) in [
            ("input", messages(graph.input, graph.n_input)), ("output", messages(graph.output, graph.n_output)),
        ] {
            for value in values where value.pointee.type == nil {
                add("the \(kind) '\(Printable.name(text(value.pointee.name)))' has no type")
            }
        }
        for function in messages(model.functions, model.n_functions).map(\.pointee) {
            if model.ir_version < 8 { add("functions need IR version 8, the file has \(model.ir_version)") }
            let own = try OpsetTable(messages(function.opset_import, function.n_opset_import))
            let inputs = Set(texts(function.input, function.n_input))
            survey(messages(function.node, function.n_node), own, known: inputs)
        }
        withExtendedLifetime(document) {}
    }

    private mutating func survey(_ graph: Onnx__GraphProto, _ opsets: OpsetTable, outer: Set<String>) {
        let inputs = Set(messages(graph.input, graph.n_input).map { text($0.pointee.name) })
        let initializers = Set(messages(graph.initializer, graph.n_initializer).map { text($0.pointee.name) })
        if hasInputInitializers, let first = initializers.subtracting(inputs).min() {
            add("before IR version 4 initializers are inputs too; '\(Printable.name(first))' is none")
        }
        survey(
            messages(graph.node, graph.n_node), opsets, known: outer.union(inputs).union(initializers))
    }

    private mutating func survey(_ nodes: [UnsafePointer<Onnx__NodeProto>], _ opsets: OpsetTable, known: Set<String>) {
        var known = known
        let own = Set(nodes.flatMap { texts($0.pointee.output, $0.pointee.n_output) })
        var isSorted = true
        for node in nodes {
            let name = text(node.pointee.op_type)
            let domain = OpsetTable.normalized(text(node.pointee.domain))
            operators[domain.isEmpty ? name : "\(domain).\(name)", default: 0] += 1
            if domain == OperatorSpec.onnxDomain { check(name, in: opsets.versions[domain] ?? 0, at: node) }
            if node.pointee.n_input == 0, node.pointee.n_output == 0 {
                add("a node has neither inputs nor outputs", node)
            }
            let late = texts(node.pointee.input, node.pointee.n_input).first {
                !$0.isEmpty && !known.contains($0) && own.contains($0)
            }
            if let late, isSorted {
                isSorted = false
                add(
                    "nodes do not stand in the order of their dependencies: '\(Printable.name(late))' is read early",
                    node)
            }
            known.formUnion(texts(node.pointee.output, node.pointee.n_output))
            for subgraph in node.subgraphs { survey(subgraph.pointee, opsets, outer: known) }
        }
    }

    private mutating func check(_ name: String, in opset: Int, at node: UnsafePointer<Onnx__NodeProto>) {
        guard let first = StandardOperators.firstVersion(of: name) else {
            return add("the standard has no operator \(Printable.name(name))", node)
        }
        if opset < first { add("\(name) came in opset \(first), the file has \(opset)", node) }
        if StandardOperators.isDeprecated(name, in: opset) { add("opset \(opset) no longer has \(name)", node) }
    }

    private mutating func add(_ message: String, _ node: UnsafePointer<Onnx__NodeProto>? = nil) {
        let defect = Defect(message: message, node: node.map { text($0.pointee.name) })
        if defects.count < Self.defectLimit, !defects.contains(defect) { defects.append(defect) }
    }
}
