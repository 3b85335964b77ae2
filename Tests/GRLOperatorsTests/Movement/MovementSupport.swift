import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// The numbers 0, 1, 2, … in a shape.
func counting(_ dimensions: Int...) throws -> Tensor {
    let shape = try Shape(dimensions)
    return try Tensor((0..<shape.count).map { Float($0) }, shape: shape)
}

/// A list of int64, as shapes, axes and indices are given.
func list(_ values: Int...) throws -> Tensor { try Tensor(vector: values.map { Int64($0) }) }

func floats(_ values: [Float], _ dimensions: Int...) throws -> Tensor { try Tensor(values, shape: Shape(dimensions)) }

func integers(_ values: [Int64], _ dimensions: Int...) throws -> Tensor { try Tensor(values, shape: Shape(dimensions)) }

/// Runs an operator with one float32 output.
func runFloats(
    _ name: String, opset: Int = 21, _ attributes: [String: AttributeValue] = [:], _ inputs: [Tensor?]
) throws -> (shape: [Int], values: [Float]) {
    let outputs = try OperatorRunner.run(name, opset: opset, attributes: attributes, inputs: inputs)
    let output = try #require(outputs.first)
    return (output.shape.dimensions, try output.elements())
}

/// Expects an operator to refuse its inputs with a typed error of that code.
func expectRefusal(
    _ code: String, _ name: String, opset: Int = 21, _ attributes: [String: AttributeValue] = [:],
    _ inputs: [Tensor?], outputCount: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        _ = try OperatorRunner.run(
            name, opset: opset, attributes: attributes, inputs: inputs, outputCount: outputCount)
        Issue.record("\(name) accepted its inputs", sourceLocation: sourceLocation)
    } catch {
        #expect("\(error)".hasPrefix(code + ":"), "\(error)", sourceLocation: sourceLocation)
    }
}

/// Runs pieces of work in reverse order, so that results cannot depend on the order.
struct ReverseExecutor: ParallelExecutor {
    func forEach(_ count: Int, _ body: (Int) -> Void) {
        for index in (0..<count).reversed() { body(index) }
    }
}

/// A plain walk over all coordinates of a shape, row-major.
func coordinates(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { partial, extent in partial.flatMap { prefix in (0..<extent).map { prefix + [$0] } } }
}
