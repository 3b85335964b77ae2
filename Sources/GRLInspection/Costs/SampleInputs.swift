import GRLGraph
import GRLOptimizer
import GRLTensor

extension StagedModel {
    /// Where neither the file nor its masks say a size.
    private static let openSide = 128
    /// Squares, and one size that is none, to try where the file leaves the size open.
    private static let openSizes = [(64, 64), (128, 128), (256, 256), (144, 288), (48, 96), (32, 32)]

    /// Height and width for which the network was exported: those that the file declares, or those of its masks; 128
    /// each where it leaves them open. Nil where the network's input is no image.
    package var exportSize: (height: Int, width: Int)? {
        guard let dimensions = imageDimensions else { return nil }
        if case .fixed(let height) = dimensions[2], case .fixed(let width) = dimensions[3] { return (height, width) }
        if let mask = stages[0].graph.maskSizes.first { return mask }
        return (Self.openSide, Self.openSide)
    }

    /// Whether the file leaves the size of the image open.
    package var declaresAnySize: Bool {
        guard let dimensions = imageDimensions else { return false }
        if case .fixed = dimensions[2], case .fixed = dimensions[3] { return false }
        return true
    }

    /// Whether the graph holds masks of windows of one size.
    var holdsMasks: Bool { !stages[0].graph.maskSizes.isEmpty }

    /// Types of the image at which to look at the network, the likeliest first.
    var sampleInputs: [TensorType] {
        guard let size = exportSize else { return [] }
        let sizes = declaresAnySize && !holdsMasks ? Self.openSizes : [(size.height, size.width)]
        return sizes.compactMap { size in
            guard let types = try? inputTypes(size: (height: size.0, width: size.1)), types.count == 1 else {
                return nil
            }
            return types[0]
        }
    }

    /// The dimensions `[B, C, H, W]` that the file declares of the network's one input.
    private var imageDimensions: [Dimension]? {
        let graph = stages[0].graph
        guard graph.inputs.count == 1, let input = graph.inputs.first,
            let dimensions = graph[input].declaration.dimensions, dimensions.count == 4
        else { return nil }
        return dimensions
    }
}

extension Graph {
    /// The sizes that stored masks of windows were made for, the largest first.
    fileprivate var maskSizes: [(height: Int, width: Int)] {
        values.compactMap { $0.constant.flatMap { RegionMask($0) } }
            .map { (height: $0.height, width: $0.width) }
            .sorted { ($0.height, $0.width) > ($1.height, $1.width) }
    }
}
