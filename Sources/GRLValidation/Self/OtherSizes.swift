import GRLGraph
import GRLOptimizer
import GRLRestoration
import GRLRuntime
import GRLTensor

/// Sizes at which a network runs besides that of its export.
struct OtherSizes {
    /// Shapes `[1, C, H, W]`: smaller, larger, uneven, and longer than high.
    let shapes: [Shape]
    /// What the network takes at each stage; stages at which it has one size are left out. A file with stored masks may
    /// take other sizes as it stands, and gives wrong results there.
    private let steps: [OptimizationStage: (multiple: Int, minimum: Int)]

    /// - Throws: what loading throws.
    init(_ subject: Subject, beside picture: Tensor) throws {
        var steps: [OptimizationStage: (multiple: Int, minimum: Int)] = [:]
        for stage in OptimizationStage.allCases where stage != .imported {
            guard let contract = try? ModelContract(of: subject.model(stage)),
                case .dynamic(let multiple, let minimum) = contract.size
            else { continue }
            steps[stage] = (multiple, minimum)
        }
        self.steps = steps
        guard picture.shape[0] == 1, let (multiple, minimum) = steps[.fused] else {
            shapes = []
            return
        }
        func accepted(_ length: Int) -> Int { max(minimum, (max(length, 1) + multiple - 1) / multiple * multiple) }
        let (height, width) = (picture.shape[2], picture.shape[3])
        var shapes: [Shape] = []
        for (height, width) in [
            (height / 2, width / 2 + 3), (height + 5, width - 3), (height * 3 / 4, width * 5 / 4),
            (height / 4, width + 9),
        ] {
            let shape = try Shape([1, picture.shape[1], accepted(height), accepted(width)])
            if shape != picture.shape, !shapes.contains(shape) { shapes.append(shape) }
        }
        self.shapes = shapes
    }

    /// Whether the network takes this size at a stage.
    func accepts(_ shape: Shape, at stage: OptimizationStage) -> Bool {
        guard let (multiple, minimum) = steps[stage] else { return false }
        return [shape[2], shape[3]].allSatisfy { $0 >= minimum && $0.isMultiple(of: multiple) }
    }
}
