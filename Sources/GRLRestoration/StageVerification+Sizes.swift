import GRLGraph
import GRLONNX
import GRLOptimizer
package import GRLRuntime
import GRLTensor

extension StageVerification {
    private typealias Candidate = (stage: OptimizationStage, model: Model)

    /// Compares all stages of the network in a file at the size of its export, and those that take others at a second
    /// size. The first of them is what the others are held to: the network as the file has it, run by plain loops; at
    /// the second size the lifted one, where the file has one size.
    ///
    /// - Throws: what loading and running throw; a ``RunError`` (`INPUT`) when the model takes no float32 picture.
    package static func atTwoSizes(contentsOfFile path: String, threads: Int? = nil) throws -> [StageVerification] {
        let imported = try ModelImporter.load(contentsOf: path).graph
        let models = try OptimizationStage.allCases.map { stage -> Candidate in
            var options = ModelOptions()
            options.stage = stage
            return (stage, try Model(graph: imported, options: options))
        }
        let picture = try NoiseInput.picture(for: models[0].model)
        let first = try StageVerification(models, picture: picture, threads: threads)
        guard let (resizable, other) = try second(models, beside: picture) else { return [first] }
        return [first, try StageVerification(resizable, picture: other, threads: threads)]
    }

    /// The models that run at other sizes, and noise of a size that suits all of them: fewer rows, more columns, and no
    /// multiple of windows where they pad. Nil where no two can be compared.
    private static func second(_ models: [Candidate], beside picture: Tensor) throws -> ([Candidate], Tensor)? {
        var steps: [OptimizationStage: (multiple: Int, minimum: Int)] = [:]
        for (stage, model) in models {
            // A file that does not pad by itself may run at sizes that are no multiples of its windows, wrongly.
            guard case .dynamic(let multiple, let minimum)? = try? ModelContract(of: model).size,
                multiple == 1 || stage >= .lifted
            else { continue }
            steps[stage] = (multiple, minimum)
        }
        // Masks that belong to one size may show in the imported graph only once it is simplified.
        steps[.imported] = steps[.simplified]
        let (multiple, minimum) = steps.values.reduce((1, 1)) { (max($0.0, $1.multiple), max($0.1, $1.minimum)) }
        let lengths = [picture.shape[2] / 2 + 3, picture.shape[3] + 5].map {
            ModelContract.acceptedLength($0, multiple: multiple, minimum: minimum)
        }
        let type = try TensorType(.float32, Shape(picture.shape.dimensions.prefix(2) + lengths))
        let resizable = models.filter { steps[$0.stage] != nil && (try? $0.model.inferOutputs(for: [type])) != nil }
        return resizable.count > 1 ? (resizable, try NoiseInput.tensor(type, seed: 1)) : nil
    }
}
