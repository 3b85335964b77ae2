import GRLGraph
import GRLOptimizer
import GRLTensor

/// Constants of a file that look as if they had been computed from the size of the pictures at the export: masks of
/// shifted windows, and shapes that name the height, the width, or the number of pixels.
struct BakedConstants {
    /// The names of masks, and of shapes.
    let masks: [String]
    let shapes: [String]

    /// - Parameter picture: the shape of the input, `[N, C, H, W]`.
    init(_ graph: Graph, picture: Shape) {
        let (height, width) = (picture[2], picture[3])
        var masks: [String] = []
        var shapes: [String] = []
        for value in graph.values {
            guard let constant = value.constant else { continue }
            if RegionMask.isMask(constant) {
                masks.append(value.name)
            } else if value.users.contains(where: { graph[$0].readsShape(value.id) }),
                let numbers = try? constant.elements(of: Int64.self),
                numbers.holdSize(height: Int64(height), width: Int64(width))
            {
                shapes.append(value.name)
            }
        }
        (self.masks, self.shapes) = (masks, shapes)
    }

    var isEmpty: Bool { masks.isEmpty && shapes.isEmpty }

    var isSingle: Bool { masks.count + shapes.count == 1 }

    /// For example `3 masks and 40 shapes`.
    var summary: String {
        [(masks.count, "mask"), (shapes.count, "shape")].filter { $0.0 > 0 }
            .map { counted($0, $1) }.joined(separator: " and ")
    }
}

extension Node {
    /// Whether a value says the shape of the node's output.
    fileprivate func readsShape(_ value: ValueID) -> Bool {
        ["Reshape", "Expand"].contains(operation.spec.name) && inputs.count > 1 && inputs[1] == value
    }
}

extension [Int64] {
    /// Whether a shape names both sides next to each other, or the number of pixels, which sides of 1 do not make.
    fileprivate func holdSize(height: Int64, width: Int64) -> Bool {
        guard height > 1, width > 1 else { return false }
        return contains(height * width) || zip(self, dropFirst()).contains { $0 == height && $1 == width }
    }
}
