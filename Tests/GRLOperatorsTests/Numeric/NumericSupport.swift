import GRLGraph
import GRLTensor
import TestSupport

/// A float32 tensor of reproducible numbers between -1 and 1.
func noise(_ dimensions: [Int], seed: UInt64 = 1) throws -> Tensor {
    let shape = try Shape(dimensions)
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    return try Tensor(
        (0..<shape.count).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }, shape: shape)
}

/// A tensor of `elements` under a shape.
func tensor<Element: TensorElement>(_ elements: [Element], _ dimensions: [Int]) throws -> Tensor {
    try Tensor(elements, shape: Shape(dimensions))
}

/// Runs pieces last first, to show that their order does not matter.
struct BackwardExecutor: ParallelExecutor {
    func forEach(_ count: Int, _ body: (Int) -> Void) {
        for index in (0..<count).reversed() { body(index) }
    }
}

/// The largest difference between the fast and the plain result of an operator, over all outputs.
func fastDifference(
    _ name: String, opset: Int = 21, attributes: [String: AttributeValue] = [:], inputs: [Tensor?], outputCount: Int = 1
) throws -> Float {
    let plain = try OperatorRunner.run(
        name, opset: opset, attributes: attributes, inputs: inputs, outputCount: outputCount)
    let fast = try OperatorRunner.run(
        name, opset: opset, attributes: attributes, inputs: inputs, outputCount: outputCount, accelerated: true)
    var largest: Float = 0
    for (plain, fast) in zip(plain, fast) {
        guard plain.type == fast.type else { return .infinity }
        for (x, y) in zip(try plain.elements(of: Float.self), try fast.elements(of: Float.self)) {
            if x.isNaN && y.isNaN || x == y { continue }
            largest = max(largest, x.isNaN || y.isNaN ? .infinity : abs(x - y))
        }
    }
    return largest
}
