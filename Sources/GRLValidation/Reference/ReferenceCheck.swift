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
        for run in recording.runs {
            try Task.checkCancellation()
            let inputs = try zip(run.inputs, graph.inputs).map { array, input in
                try recording.tensor(array).converted(to: graph[input].declaration.elementType)
            }
            let outputs: [Tensor]
            do {
                outputs = try await session.run(inputs)
            } catch let error as RunError where error.code != "UNSUPPORTED_OP" {
                let sizes = inputs.map { "\($0.type)" }.joined(separator: ", ")
                findings.append(Finding(title(run), .failed, "the network does not run on \(sizes): \(error)"))
                continue
            }
            for output in run.outputs {
                let expected = try recording.tensor(output.array)
                let difference = try TensorDifference(outputs[output.index], expected)
                var hints: [String] = []
                if !isClose(difference, to: expected), run.inputs.count == 1 {
                    hints = try await channelOrder(session, inputs[0], expected, output.index)
                }
                findings.append(
                    finding(title(run, output.array), difference, outputs[output.index], expected, hints: hints))
            }
            findings += try await compareLayers(of: run, recording, inputs, subject)
        }
        return findings
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
        _ title: String, _ difference: TensorDifference, _ actual: Tensor, _ expected: Tensor, hints: [String]
    ) -> Finding {
        guard actual.shape == expected.shape else {
            return Finding(title, .failed, "the network gives \(actual), recorded is \(expected)")
        }
        let isClose = isClose(difference, to: expected)
        return Finding(
            title, isClose ? .passed : .failed,
            "\(expected.shape): \(difference.summary), bound \(number(difference.bound(for: bound(for: expected))))",
            details: hints + [difference.worstElement], values: difference.values)
    }

    /// Says so where the network agrees once red and blue are exchanged.
    private func channelOrder(
        _ session: Session, _ input: Tensor, _ expected: Tensor, _ output: Int
    ) async throws -> [String] {
        guard let reversed = try input.withChannelsReversed() else { return [] }
        let actual = try await session.run([reversed])[output]
        if try isClose(TensorDifference(actual, expected), to: expected) {
            return ["it agrees once the input's channels are reversed: one of the two takes BGR, the other RGB"]
        }
        if let swapped = try actual.withChannelsReversed(),
            try isClose(TensorDifference(swapped, expected), to: expected)
        {
            return [
                "it agrees once the channels are reversed at both ends: one of the two is for BGR, the other for RGB"
            ]
        }
        return []
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
