import GRLGraph
import GRLONNX
import GRLOperators
import GRLRuntime
import GRLTensor

/// The smallest parts of two networks that give different values on the same input.
struct DivergentBlock {
    /// The part of one network.
    struct Part {
        let network: ComparedNetwork
        /// What the part reads, in the order of the block's inputs.
        let sources: [ValueID]
        let target: ValueID
        /// In the order of the run.
        let nodes: [Node]

        /// The element types of the sources.
        private let sourceTypes: [ElementType?]
        /// The shape of the result, where it is known before a run.
        let shape: Shape?

        /// - Parameter input: the network's, at the size that counts.
        init(
            _ network: ComparedNetwork, from sources: [ValueID], to target: ValueID, _ input: Tensor
        ) throws {
            self.network = network
            self.sources = sources
            self.target = target
            nodes = network.nodes(from: Set(sources), to: target)
            let type = try network.types(for: input)
            sourceTypes = sources.map { type($0)?.elementType }
            shape = type(target)?.shape
        }

        /// The node that gives the result.
        var last: Node? { network.graph.producer(of: target) }

        /// Adds the nodes and the constants that they read to a graph; returns the result. Inputs and result are of
        /// `float32`.
        func append(to graph: inout Graph, reading inputs: [ValueID]) -> ValueID? {
            let source = network.graph
            var values: [ValueID: ValueID] = [:]
            for (value, (input, type)) in zip(sources, zip(inputs, sourceTypes)) {
                let isSame = type == nil || type == .float32
                values[value] =
                    isSame ? input : graph.addNode(Cast(to: type ?? .float32), inputs: [input], output: "cast")
            }
            let isHalf = sourceTypes.contains { $0 != nil && $0 != .float32 }
            for node in nodes {
                for case let input? in node.inputs where values[input] == nil {
                    guard let constant = source[input].constant else { continue }
                    values[input] = graph.addConstant(source[input].name, constant)
                }
                let results = graph.addNode(
                    node.operation, name: node.name, inputs: node.inputs.map { $0.flatMap { values[$0] } },
                    outputs: node.outputs.map { $0.map { source[$0].name } })
                for (output, result) in zip(node.outputs, results) {
                    if let output { values[output] = result }
                }
            }
            guard let result = values[target], isHalf else { return values[target] }
            return graph.addNode(Cast(to: .float32), inputs: [result], output: "cast")
        }
    }

    let own: Part
    let other: Part
    /// What both parts read, taken from a run of the first network.
    let inputs: [Tensor]

    /// Both parts as one graph: inputs `input0`, `input1`, …, outputs `model`, `other` and, where both have one shape,
    /// `difference`.
    ///
    /// - Throws: a ``RunError`` when a part lacks something.
    func graph() throws -> Graph {
        var graph = Graph(name: "reduced")
        let sources = inputs.enumerated().map { index, tensor in
            graph.addInput(
                "input\(index)",
                ValueDeclaration(
                    elementType: tensor.elementType, dimensions: tensor.shape.dimensions.map { .fixed($0) }))
        }
        guard let model = own.append(to: &graph, reading: sources),
            let second = other.append(to: &graph, reading: sources)
        else { throw RunError(code: "REDUCE", message: "a part of the network reads values of another part") }
        let difference = graph.addNode(Sub(), name: "difference", inputs: [model, second], output: "difference")
        for (value, name) in [(model, "model"), (second, "other"), (difference, "difference")] {
            graph.rename(value, to: name)
            graph.declare(
                value,
                ValueDeclaration(elementType: .float32, dimensions: own.shape?.dimensions.map { .fixed($0) }))
        }
        graph.setOutputs([model, second, difference])
        return graph
    }

    /// What both parts give, on the same inputs.
    ///
    /// - Throws: as ``graph()``, and what running throws.
    func outputs() async throws -> [Tensor] {
        var options = ModelOptions(memoryLimit: own.network.subject.settings.memoryLimit)
        options.stage = .imported
        let settings = own.network.subject.settings
        let session = try Session(
            Model(graph: graph(), options: options),
            options: SessionOptions(threads: settings.threads, memoryLimit: settings.memoryLimit))
        return try await session.run(inputs)
    }

    /// How far the parts are from each other.
    func difference() async throws -> TensorDifference {
        let outputs = try await outputs()
        return try TensorDifference(outputs[0], outputs[1])
    }

    /// Writes the graph to an ONNX file, and what goes in and comes out to an .npz file that `--reference` takes.
    ///
    /// - Throws: a ``FileError``; what running throws.
    func write(to path: String, recording: String, overwrite: Bool) async throws {
        let graph = try graph()
        let outputs = try await outputs()
        let names = graph.inputs + graph.outputs
        let arrays = zip(names, inputs + outputs).map { (name: graph[$0].name, tensor: $1) }
        try ModelWriter.write(graph, to: path, overwrite: overwrite)
        try NpzArchive.write(arrays, path: recording, overwrite: overwrite)
    }
}
