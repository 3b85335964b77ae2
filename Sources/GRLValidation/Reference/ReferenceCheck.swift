import GRLGraph
import GRLOptimizer
import GRLRuntime
import GRLTensor

/// Whether the network gives what was recorded, and if not, which layer is the first that does not.
package struct ReferenceCheck: Check {
    /// As for every network: 2e-5 of the largest expected element where that is more than 1.
    package static let tolerance = 2e-5
    /// The same where the recording itself is rounded to `float16`.
    package static let halfTolerance = 1e-3

    package let name = "reference"
    private let path: String
    private let tolerance: Double?

    /// - Parameters:
    ///   - path: an .npz file; ``Recording`` tells what it holds.
    ///   - tolerance: the largest difference that is none, of the largest expected element where that is more than 1.
    package init(path: String, tolerance: Double? = nil) {
        self.path = path
        self.tolerance = tolerance
    }

    package func run(on subject: Subject) async throws -> [Finding] {
        let graph = subject.graph
        let recording = try Recording(
            path: path, inputs: graph.inputs.map { graph[$0].name }, outputs: graph.outputs.map { graph[$0].name })
        let session = try subject.session(.fused)
        var findings: [Finding] = []
        var hasRun = false
        for run in recording.runs {
            try Task.checkCancellation()
            let inputs = try zip(run.inputs, graph.inputs).map { array, input in
                try recording.tensor(array).converted(to: graph[input].declaration.elementType)
            }
            let outputs: [Tensor]
            do {
                outputs = try await session.run(inputs)
            } catch let error as RunError where !["UNSUPPORTED_OP", "MEMORY_BUDGET"].contains(error.code) {
                let isDeclared = zip(graph.inputs, inputs).allSatisfy { graph[$0].declaration.allows($1.type) }
                let sizes = inputs.map { "\($0.type)" }.joined(separator: ", ")
                findings.append(
                    Finding(
                        title(run), isDeclared ? .failed : .skipped,
                        isDeclared
                            ? "the network does not run on \(sizes), which the file declares: \(error)"
                            : try refusal(of: sizes, subject)))
                hasRun = hasRun || isDeclared
                continue
            }
            hasRun = true
            for output in run.outputs {
                let expected = try recording.tensor(output.array)
                let difference = try TensorDifference(outputs[output.index], expected)
                var hint: String?
                let result = outputs[output.index]
                if !isClose(difference, to: expected), run.inputs.count == 1 {
                    hint = try await ChannelOrder.hint(input: inputs[0], result: result) {
                        try await session.run([$0])[output.index]
                    } agrees: {
                        try isClose(TensorDifference($0, expected), to: expected)
                    }
                }
                findings.append(
                    finding(title(run, output.array), difference, result, expected, hint: hint))
            }
            findings += try await compareLayers(of: run, recording, inputs, subject)
        }
        if !hasRun {
            findings.append(
                Finding(name, .failed, "nothing was compared, as no recording is of a size that the network takes"))
        }
        return findings
    }

    /// Why the network takes no inputs of other sizes than the file declares.
    private func refusal(of sizes: String, _ subject: Subject) throws -> String {
        let declared = subject.graph.inputs.map { "\(subject.graph[$0].declaration)" }.joined(separator: ", ")
        return "recorded with \(sizes), the network takes \(declared) alone"
            + (try subject.liftRefusal().map { ", as \($0.message)" } ?? "")
    }

    private func title(_ run: Recording.Run, _ array: String? = nil) -> String {
        "\(name).\(array ?? run.outputs.first?.array ?? run.label)"
    }

    private func bound(for expected: Tensor) -> Double {
        tolerance ?? (expected.elementType == .float16 ? Self.halfTolerance : Self.tolerance)
    }

    private func isClose(_ difference: TensorDifference, to expected: Tensor) -> Bool {
        difference.isWithin(bound(for: expected))
    }

    private func finding(
        _ title: String, _ difference: TensorDifference, _ actual: Tensor, _ expected: Tensor, hint: String?
    ) -> Finding {
        guard actual.shape == expected.shape else {
            return Finding(title, .failed, "the network gives \(actual), recorded is \(expected)")
        }
        let isClose = isClose(difference, to: expected)
        return Finding(
            title, isClose ? .passed : .failed,
            "\(expected.shape): \(difference.summary), bound \(number(difference.bound(for: bound(for: expected))))",
            details: [hint, difference.worstElement].compactMap { $0 }, values: difference.values)
    }

    /// Compares what layers give in the graph as the file has it, whose names are the file's.
    private func compareLayers(
        of run: Recording.Run, _ recording: Recording, _ inputs: [Tensor], _ subject: Subject
    ) async throws -> [Finding] {
        guard !run.layers.isEmpty else { return [] }
        let title = "\(name).layers" + (run.label.isEmpty || run.label == "0" ? "" : "@\(run.label)")
        let session = try subject.session(.imported)
        let specialization: Specialization
        do {
            specialization = try session.specialization(for: inputs.map(\.type))
        } catch let error as RunError {
            return [
                Finding(
                    title, .skipped,
                    "the file as it stands does not run at this size, so its layers cannot be compared: \(error)")
            ]
        }
        var comparison = LayerComparison(subject)
        for (array, layer) in run.layers {
            try comparison.add(layer, recording.tensor(array)) { specialization.type(of: $0) }
        }
        let layers = comparison
        var differences: [LayerComparison.Difference] = []
        _ = try await subject.run(session, inputs) { node, outputs in
            differences += try layers.differences(at: node, outputs)
        }
        return [layers.finding(title, differences, bound: bound)]
    }
}
