import GRLGraph
import GRLRuntime
import GRLTensor

/// One of the operator tests that come with ONNX: a model of mostly one node, inputs, and the outputs they must give.
struct NodeTest: Sendable {
    /// What came of a test.
    enum Outcome: Sendable, Equatable {
        case passed
        /// The test needs something that is not there: an operator, an element type, a sequence.
        case unsupported(String)
        case failed(String)
    }

    /// Inputs and the outputs they must give; nil for an input that is left out.
    struct DataSet: Sendable {
        let inputs: [Tensor?]
        let outputs: [Tensor]
    }

    let name: String
    let graph: Graph
    let dataSets: [DataSet]

    /// Runs the plain evaluation of the graph as it stands, then a session on the optimised graph.
    func run() async -> Outcome {
        do {
            try graph.verify()
            let options = SessionOptions(threads: 1)
            let session = try Session(Model(graph: graph), options: options)
            for data in dataSets {
                if let problem = try compare(Interpreter.run(graph, inputs: data.inputs), data) {
                    return .failed("plain evaluation: " + problem)
                }
                let present = data.inputs.compactMap { $0 }
                guard present.count == data.inputs.count else { continue }
                if let problem = try compare(await session.run(present), data) { return .failed("session: " + problem) }
            }
            return .passed
        } catch {
            return .failed("\(error)")
        }
    }

    private func compare(_ outputs: [Tensor], _ data: DataSet) throws -> String? {
        guard outputs.count == data.outputs.count else {
            return "\(outputs.count) outputs, expected \(data.outputs.count)"
        }
        for (index, (actual, expected)) in zip(outputs, data.outputs).enumerated() {
            if let difference = try TensorComparison.difference(actual, expected) {
                return "output \(index) \(difference)"
            }
        }
        return nil
    }
}
