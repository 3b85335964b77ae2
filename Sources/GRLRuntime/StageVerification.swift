import GRLGraph
package import GRLOptimizer
package import GRLTensor

/// Runs one network at several stages of optimisation on the same random picture, and compares the results: what
/// lifting and fusing have made of a file is the network that the file holds.
package struct StageVerification: Sendable {
    /// How far a stage's result is from that of the first stage.
    package struct Comparison: Sendable {
        package let stage: OptimizationStage
        /// The largest difference of two elements.
        package let difference: Float
        /// Whether all outputs are the same to the bit.
        package let isIdentical: Bool
    }

    /// As for every network: 2e-5, of the largest element where that is more than 1.
    package static let tolerance = 2e-5

    /// The picture's type.
    package let input: String
    /// The stage that the others are compared with.
    package let reference: OptimizationStage
    package let comparisons: [Comparison]
    /// The largest difference that rounding explains.
    package let bound: Float

    /// Whether all stages agree.
    package var agrees: Bool { comparisons.allSatisfy { $0.difference <= bound } }

    /// Compares one network at some stages, all with the first of them; the imported stage is run by plain loops.
    ///
    /// - Parameters:
    ///   - picture: `[N, C, H, W]`.
    ///   - tolerance: the largest difference that rounding explains, of the largest element where that is more than 1.
    /// - Throws: what running throws.
    package init(
        _ models: [(stage: OptimizationStage, model: Model)], picture: Tensor, threads: Int? = nil,
        tolerance: Double = StageVerification.tolerance
    ) throws {
        input = "\(picture)"
        reference = models.first?.stage ?? .imported
        let results = try models.map { stage, model in
            var options = SessionOptions(threads: threads)
            options.accelerates = stage != .imported
            return (stage: stage, outputs: try Session(model, options: options).run([picture]) as [Tensor])
        }
        guard let expected = results.first?.outputs else {
            (comparisons, bound) = ([], Float(tolerance))
            return
        }
        var bound = tolerance
        comparisons = try results.dropFirst().map { stage, outputs in
            let differences = try zip(outputs, expected).map { try TensorDifference($0, $1) }
            bound = differences.reduce(bound) { max($0, $1.bound(for: tolerance)) }
            return Comparison(
                stage: stage, difference: Float(differences.map(\.maximum).max() ?? 0),
                isIdentical: differences.allSatisfy(\.isIdentical))
        }
        self.bound = Float(bound)
    }
}
