import GRLGraph
import GRLOptimizer
import GRLRestoration
import GRLRuntime
import GRLTensor

/// Sizes at which a network runs besides that of its export.
struct OtherSizes {
    struct Size {
        /// `[1, C, H, W]`.
        let shape: Shape
        /// The stages of the network that run at this size, in order.
        let stages: [OptimizationStage]
    }

    /// Smaller, larger, uneven, and longer than high. The network as the file has it is among the stages of one of
    /// them, a small one, where the file leaves the size open.
    let sizes: [Size]

    /// - Throws: what loading throws.
    init(_ subject: Subject, beside picture: Tensor) throws {
        guard picture.shape[0] == 1 else {
            sizes = []
            return
        }
        let (height, width) = (picture.shape[2], picture.shape[3])
        func shape(_ height: Int, _ width: Int) throws -> Shape { try Shape([1, picture.shape[1], height, width]) }
        func takes(_ shape: Shape, at stage: OptimizationStage) -> Bool {
            (try? subject.model(stage).inferOutputs(for: [TensorType(.float32, shape)])) != nil
        }
        // A file with stored masks may take other sizes as it stands, and gives wrong results there: its contract says
        // so, once the network is simplified.
        var steps: [OptimizationStage: (multiple: Int, minimum: Int)] = [:]
        for stage in OptimizationStage.allCases where stage != .imported {
            guard let contract = try? ModelContract(of: subject.model(stage)),
                case .dynamic(let multiple, let minimum) = contract.size
            else { continue }
            steps[stage] = (multiple, minimum)
        }
        guard let (multiple, minimum) = steps[.fused] else {
            // Stripes that are a part of the image ask for more than multiples of something, and may take half of it.
            let half = try shape(height / 2, width / 2)
            let isTaken = OptimizationStage.allCases.allSatisfy { takes(half, at: $0) }
            sizes = isTaken ? [Size(shape: half, stages: OptimizationStage.allCases)] : []
            return
        }
        func accepted(_ length: Int) -> Int { max(minimum, (max(length, 1) + multiple - 1) / multiple * multiple) }
        var shapes: [Shape] = []
        for (height, width) in [
            (height / 2, width / 2 + 3), (height + 5, width - 3), (height * 3 / 4, width * 5 / 4),
            (height / 4, width + 9),
        ] {
            let shape = try shape(accepted(height), accepted(width))
            if shape != picture.shape, !shapes.contains(shape) { shapes.append(shape) }
        }
        let smallest = shapes.sorted { $0.count < $1.count }.first { takes($0, at: .imported) }
        sizes = shapes.map { shape in
            let stages = OptimizationStage.allCases.filter { stage in
                guard stage != .imported else { return shape == smallest }
                return steps[stage].map { multiple, minimum in
                    [shape[2], shape[3]].allSatisfy { $0 >= minimum && $0.isMultiple(of: multiple) }
                } ?? false
            }
            return Size(shape: shape, stages: stages)
        }
    }
}
