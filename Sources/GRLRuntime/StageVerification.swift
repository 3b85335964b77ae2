import GRLGraph
import GRLONNX
package import GRLOptimizer
import GRLTensor

/// Runs one network at every stage of optimisation on the same random picture, and compares the results: what lifting and
/// fusing have made of a file is the network that the file holds.
package struct StageVerification: Sendable {
    /// How far a stage's result is from that of the graph as the file has it, run by plain loops.
    package struct Comparison: Sendable {
        package let stage: OptimizationStage
        /// The largest difference of two elements.
        package let difference: Float
    }

    /// As for every network: 2e-5, of the largest element where that is more than 1.
    private static let tolerance: Float = 2e-5
    /// Sides of the picture to try where the model leaves them open.
    private static let sides = [64, 48, 72, 96, 128, 144, 256]
    private static let seed: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// The picture's type.
    package let input: String
    package let comparisons: [Comparison]
    /// The largest difference that rounding explains.
    package let bound: Float

    /// Whether all stages agree.
    package var agrees: Bool { comparisons.allSatisfy { $0.difference <= bound } }

    /// - Throws: what loading and running throw; a ``RunError`` (`INPUT`) when the model takes no float32 picture.
    package init(contentsOfFile path: String, threads: Int? = nil) throws {
        let imported = try ModelImporter.load(contentsOf: path).graph
        let models = try OptimizationStage.allCases.map { stage in
            var options = ModelOptions()
            options.stage = stage
            return (stage, try Model(graph: imported, options: options))
        }
        let picture = try Self.picture(for: models[0].1)
        input = "\(picture)"
        var results: [(stage: OptimizationStage, outputs: [Tensor])] = []
        for (stage, model) in models {
            var options = SessionOptions(threads: threads)
            options.accelerates = stage != .imported
            results.append(
                (stage, try Session(model, options: options).run([picture], cancellation: CancellationFlag())))
        }
        let expected = results[0].outputs
        bound = try expected.reduce(Self.tolerance) { try max($0, Self.tolerance * Self.magnitude(of: $1)) }
        comparisons = try results.dropFirst().map { stage, outputs in
            let differences = try zip(outputs, expected).map { try Self.difference($0, $1) }
            return Comparison(stage: stage, difference: differences.max() ?? 0)
        }
    }

    /// Noise between 0 and 1 in the first size that the network runs at.
    private static func picture(for model: Model) throws -> Tensor {
        guard model.inputs.count == 1, let input = model.inputs.first, let dimensions = input.dimensions,
            dimensions.count == 4, input.elementType ?? .float32 == .float32
        else { throw RunError(code: "INPUT", message: "the model takes no float32 picture [N, C, H, W]") }
        var failure: (any Error)?
        for side in sides {
            let shape = try Shape(zip(dimensions, [1, 3, side, side]).map { $0 ?? $1 })
            do {
                _ = try model.inferOutputs(for: [TensorType(.float32, shape)])
                var state = seed
                return try Tensor(
                    (0..<shape.count).map { _ -> Float in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return Float(state >> 40) * 0x1p-24
                    }, shape: shape)
            } catch {
                failure = error
            }
        }
        throw failure ?? RunError(code: "INPUT", message: "the model has no size to try")
    }

    private static func magnitude(of tensor: Tensor) throws -> Float {
        try tensor.withElements(of: Float.self) { $0.reduce(0) { max($0, abs($1)) } }
    }

    /// The largest difference; infinite where a number meets none or the shapes differ.
    private static func difference(_ a: Tensor, _ b: Tensor) throws -> Float {
        guard a.shape == b.shape else { return .infinity }
        return try a.withElements(of: Float.self) { a in
            try b.withElements(of: Float.self) { b in
                zip(a, b).reduce(0) { largest, pair in
                    let difference = abs(pair.0 - pair.1)
                    if pair.0.isNaN && pair.1.isNaN || pair.0 == pair.1 { return largest }
                    return difference.isNaN ? .infinity : max(largest, difference)
                }
            }
        }
    }
}
