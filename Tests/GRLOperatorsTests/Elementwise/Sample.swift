import GRLGraph
import GRLTensor
import TestSupport
import Testing

/// Tensors for tests of elementwise operators and reductions.
enum Sample {
    static func tensor<Element: TensorElement>(_ elements: [Element], _ dimensions: Int...) throws -> Tensor {
        try Tensor(elements, shape: Shape(dimensions))
    }

    /// Floats without a pattern, evenly spread over `range`.
    static func floats(_ dimensions: [Int], in range: ClosedRange<Float> = -4...4, seed: UInt64 = 1) throws -> Tensor {
        let shape = try Shape(dimensions)
        var state = seed
        let elements = (0..<shape.count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Float(state >> 40) / Float(1 << 24) * (range.upperBound - range.lowerBound)
        }
        return try Tensor(elements, shape: shape)
    }

    /// How far the fast way of an operator is from the plain one: the largest |difference| / max(1, |plain value|).
    static func fastDifference(
        _ name: String, opset: Int = 24, attributes: [String: AttributeValue] = [:], _ inputs: Tensor?...
    ) throws -> Float {
        let plain = try OperatorRunner.run(name, opset: opset, attributes: attributes, inputs: inputs)[0]
        let fast = try OperatorRunner.run(
            name, opset: opset, attributes: attributes, inputs: inputs, accelerated: true)[0]
        #expect(fast.type == plain.type)
        let pairs = zip(try fast.elements(of: Float.self), try plain.elements(of: Float.self))
        return pairs.map { $0 == $1 || $0.isNaN && $1.isNaN ? 0 : abs($0 - $1) / max(1, abs($1)) }
            .reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
    }

    /// The elements of an operator's only output.
    static func run<Element: TensorElement>(
        _ name: String, opset: Int = 24, attributes: [String: AttributeValue] = [:], _ inputs: Tensor?...,
        as type: Element.Type = Element.self
    ) throws -> [Element] {
        try OperatorRunner.run(name, opset: opset, attributes: attributes, inputs: inputs)[0].elements()
    }
}

/// Runs pieces from the last to the first, as threads may.
struct LastFirstExecutor: ParallelExecutor {
    func forEach(_ count: Int, _ body: (Int) -> Void) {
        for index in (0..<count).reversed() { body(index) }
    }
}
