import GRLGraph
import GRLTensor

/// A graph under construction. For a subgraph also what it reads from outside, which becomes inputs.
final class GraphBuilder {
    var graph: Graph
    /// Values of the outer graph that stand for inputs of this one, in the order of those inputs.
    private(set) var captures: [ValueID] = []
    private var captured: [ValueID: ValueID] = [:]

    init(name: String) {
        graph = Graph(name: name)
    }

    /// The value that stands here for a value of the outer graph: its own copy of a constant, else an input.
    func capture(_ value: Value) -> ValueID {
        if let known = captured[value.id] { return known }
        let inner: ValueID
        if let constant = value.constant {
            inner = graph.addConstant(value.name, constant)
        } else {
            inner = graph.addInput(value.name, value.declaration)
            captures.append(value.id)
        }
        captured[value.id] = inner
        return inner
    }
}

/// What names mean in one graph or function body of the file, and where its nodes go.
final class Scope {
    /// What a name stands for: a value, or an optional input that the caller has left out.
    enum Binding {
        case value(ValueID)
        case absent
    }

    let builder: GraphBuilder
    /// The scope around a subgraph; nil for the main graph and for functions, which see nothing outside.
    private let outer: Scope?
    /// Values of attributes that the function's nodes refer to; nil outside of functions.
    let arguments: [String: AttributeValue]?
    let opsets: OpsetTable
    /// Subgraphs around this scope.
    let depth: Int
    /// Goes before the names of a function's values, which may come again in another call.
    private let prefix: String
    /// The caller's names for a function's outputs.
    private let outputNames: [String: String]
    private var bindings: [String: Binding] = [:]

    /// - Parameter opsets: those of the model or of the function.
    init(
        builder: GraphBuilder, opsets: OpsetTable, outer: Scope? = nil, arguments: [String: AttributeValue]? = nil,
        depth: Int = 0, prefix: String = "", outputNames: [String: String] = [:]
    ) {
        self.builder = builder
        self.opsets = opsets
        self.outer = outer
        self.arguments = arguments
        self.depth = depth
        self.prefix = prefix
        self.outputNames = outputNames
    }

    /// The name in the graph for a value that the file calls `name` here.
    func graphName(_ name: String) -> String { outputNames[name] ?? prefix + name }

    /// Says what a name stands for.
    ///
    /// - Throws: `DUPLICATE_NAME` when it stands for something already, `BAD_NAME` when it is empty.
    func bind(_ name: String, to binding: Binding) throws {
        guard !name.isEmpty else { throw ImportError(.badName, "a value has no name") }
        guard bindings.updateValue(binding, forKey: name) == nil else {
            throw ImportError(.duplicateName, "two values have one name", value: name)
        }
    }

    /// Whether the name stands for something in this very scope.
    func isBound(_ name: String) -> Bool { bindings[name] != nil }

    /// What a name stands for here, looking outside where it is not bound.
    ///
    /// - Throws: `UNDEFINED_VALUE`.
    func resolve(_ name: String) throws -> Binding {
        if let binding = bindings[name] { return binding }
        guard let outer else {
            throw ImportError(.undefinedValue, "a value is read that no node, input or initializer gives", value: name)
        }
        guard case .value(let id) = try outer.resolve(name) else { return .absent }
        let inner = Binding.value(builder.capture(outer.builder.graph[id]))
        bindings[name] = inner
        return inner
    }

    /// The value of a name that must be there.
    ///
    /// - Throws: `UNDEFINED_VALUE`.
    func value(_ name: String) throws -> ValueID {
        guard case .value(let id) = try resolve(name) else {
            throw ImportError(.undefinedValue, "a value is needed that the function's caller leaves out", value: name)
        }
        return id
    }
}
