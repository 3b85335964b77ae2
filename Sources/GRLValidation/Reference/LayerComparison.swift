import GRLGraph
import GRLTensor

/// Compares what the layers of a graph give with what was expected of them.
struct LayerComparison {
    /// How far one layer is from what was expected.
    struct Difference {
        let layer: String
        let module: String?
        let expected: Tensor
        let difference: TensorDifference

        /// Whether the layer differs: its worst element, and the whole. Inside a network single elements may lose more
        /// digits than results do, as in a softmax of large numbers.
        func isBeyond(_ tolerance: Double) -> Bool {
            !difference.isWithin(tolerance) && difference.relative > tolerance
        }
    }

    private struct Expectation {
        let layer: String
        let tensor: Tensor
    }

    private let names: LayerValues
    private var expectations: [ValueID: [Expectation]] = [:]
    /// Layers that the graph does not have, or not in the expected shape.
    private var unknown: [String] = []

    init(_ subject: Subject) {
        names = LayerValues(subject.graph, subject.scopes)
    }

    /// Expects `tensor` of a layer: of the last of its values that has the tensor's shape, or else the same channels
    /// last and as many elements.
    ///
    /// - Parameter type: the type of a value, where it is known.
    mutating func add(_ layer: String, _ tensor: Tensor, type: (ValueID) -> TensorType?) {
        let values = names.values(named: layer)
        let match =
            values.first { type($0)?.shape == tensor.shape }
            ?? values.first { type($0)?.shape.isSplit(of: tensor.shape) ?? false }
        if let match {
            expectations[match, default: []].append(Expectation(layer: layer, tensor: tensor))
        } else {
            unknown.append(values.isEmpty ? layer : "\(layer), of another shape than \(tensor.shape)")
        }
    }

    /// How far the outputs of a node are from what was expected of them.
    ///
    /// - Throws: memory errors.
    func differences(at node: Node, _ outputs: [Tensor]) throws -> [Difference] {
        try zip(node.outputs, outputs).flatMap { value, tensor -> [Difference] in
            guard let value else { return [] }
            return try (expectations[value] ?? []).map { expectation in
                Difference(
                    layer: expectation.layer, module: names.module(of: value), expected: expectation.tensor,
                    difference: try TensorDifference(
                        tensor.reshaped(to: expectation.tensor.shape), expectation.tensor))
            }
        }
    }

    /// The first layer that differs.
    ///
    /// - Parameters:
    ///   - differences: in the order of the run.
    ///   - bound: the tolerance for a recorded tensor.
    func finding(_ title: String, _ differences: [Difference], bound: (Tensor) -> Double) -> Finding {
        let lines = differences.map { "\($0.layer): \($0.difference.summary)" }
        let missing = unknown.map { "not in the graph: \($0)" }
        guard !differences.isEmpty else {
            return Finding(title, .skipped, "none of the recorded layers is in the graph", details: missing)
        }
        guard let first = differences.firstIndex(where: { $0.isBeyond(bound($0.expected)) }) else {
            let worst = differences.map(\.difference.relative).max() ?? 0
            return Finding(
                title, .passed,
                "in \(counted(differences.count, "layer")) relative |Δ| is at most \(number(worst))"
                    + (unknown.isEmpty ? "" : "; not in the graph: \(counted(unknown.count, "layer"))"),
                details: lines + missing, values: ["layers": Double(differences.count), "relative": worst])
        }
        let before = first > 0 ? "; the one before it, \(differences[first - 1].layer), agrees" : ""
        let worst = differences[first]
        return Finding(
            title, .failed, layer: worst.module ?? worst.layer,
            "the first layer that differs: \(worst.difference.summary)\(before)",
            details: [worst.difference.worstElement] + lines[max(first - 2, 0)...] + lines[..<max(first - 2, 0)]
                + missing,
            values: worst.difference.values)
    }
}

extension Shape {
    /// Whether a tensor of this shape is one of the other with its leading axes split or joined: the last axis and the
    /// number of elements are the same.
    fileprivate func isSplit(of other: Shape) -> Bool {
        count == other.count && rank > 0 && dimensions.last == other.dimensions.last
    }
}
