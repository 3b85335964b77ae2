package import GRLGraph
import GRLOptimizer
package import GRLTensor

/// Random inputs, the same every time.
package enum NoiseInput {
    /// Sides of pictures to try where a model leaves them open.
    private static let sides = [64, 48, 72, 96, 128, 144, 256]
    private static let pictureSeed: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// Numbers from 0 to 1 for floating-point types, zeros for others.
    ///
    /// - Throws: memory errors.
    package static func tensor(_ type: TensorType, seed: UInt64) throws -> Tensor {
        let tensor = try Tensor(uninitialized: type.elementType, shape: type.shape)
        switch type.elementType {
        case .float32: try fill(tensor, Float.self, seed) { $0 }
        case .float64: try fill(tensor, Double.self, seed) { Double($0) }
        case .float16: try fill(tensor, Float16.self, seed) { Float16($0) }
        default: tensor.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        }
        return tensor
    }

    /// Noise in the first size that a network from picture to picture runs at, `float32[N, C, H, W]`. Where a file
    /// declares any size and holds masks of one, that is the size of the masks.
    ///
    /// - Throws: a ``RunError`` (`INPUT`) when the model takes no float32 picture.
    package static func picture(for model: Model) throws -> Tensor {
        guard model.inputs.count == 1, let input = model.inputs.first, let dimensions = input.dimensions,
            dimensions.count == 4, input.elementType ?? .float32 == .float32
        else { throw RunError(code: "INPUT", message: "the model takes no float32 picture [N, C, H, W]") }
        let isOpen = dimensions[2] == nil || dimensions[3] == nil
        var failure: (any Error)?
        for (height, width) in (isOpen ? model.graph.maskedSizes : []) + sides.map({ ($0, $0) }) {
            let shape = try Shape(zip(dimensions, [1, 3, height, width]).map { $0 ?? $1 })
            do {
                _ = try model.inferOutputs(for: [TensorType(.float32, shape)])
                return try tensor(TensorType(.float32, shape), seed: pictureSeed)
            } catch {
                failure = error
            }
        }
        throw failure ?? RunError(code: "INPUT", message: "the model has no size to try")
    }

    /// A linear congruential generator's upper bits (Knuth's MMIX constants).
    private static func fill<Element: TensorElement>(
        _ tensor: Tensor, _ type: Element.Type, _ seed: UInt64, _ element: (Float) -> Element
    ) throws {
        var state = seed
        try tensor.withMutableElements(of: type) { elements in
            for index in elements.indices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                elements[index] = element(Float(state >> 40) * 0x1p-24)
            }
        }
    }
}
