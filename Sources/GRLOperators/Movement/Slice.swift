package import GRLGraph
package import GRLTensor

/// A range with a step along each axis. Inputs: data, starts, ends, and optionally axes and steps.
///
/// Starts and ends are clamped to the axis as the ONNX standard says; negative ones count from the back, negative steps
/// walk backwards.
package struct Slice: RearrangingOperator {
    package static let spec = OperatorSpec("Slice", inputs: 3...5, writtenVersion: 10)

    package init() {}

    package init(_ node: inout NodeReader) throws {
        guard node.opset < 10 else { return }
        let starts = try node.required("starts", node.ints("starts"))
        let ends = try node.required("ends", node.ints("ends"))
        node.setInput(1, to: try Tensor(vector: starts.map { Int64($0) }))
        node.setInput(2, to: try Tensor(vector: ends.map { Int64($0) }))
        if let axes = try node.ints("axes") { node.setInput(3, to: try Tensor(vector: axes.map { Int64($0) })) }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let ranges = try ranges(context, input.shape) else { return [nil] }
        return [try TensorType(input.elementType, ranges.map(\.count))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        guard let ranges = try ranges(context.inferenceContext, input.shape) else {
            throw OperatorError(.arity, "starts or ends are missing")
        }
        let (shape, copy) = try copy(of: ranges, from: input.shape)
        guard !copy.isIdentity || shape != input.shape else { return [input] }
        let output = try context.allocate(input.elementType, shape)
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let input = try context.shape(0)
        guard let ranges = try ranges(context, input) else { return MemoryUse() }
        let (shape, copy) = try copy(of: ranges, from: input)
        return MemoryUse(viewedInput: copy.isIdentity && shape == input ? 0 : nil)
    }

    private func copy(of ranges: [AxisRange], from input: Shape) throws -> (shape: Shape, copy: StridedCopy) {
        let shape = try Shape(ranges.map(\.count))
        let strides = input.strides
        let copy = StridedCopy(
            dimensions: shape.dimensions, sourceStrides: zip(ranges, strides).map { $0.count > 1 ? $0.step * $1 : 0 },
            sourceOffset: shape.count == 0 ? 0 : zip(ranges, strides).reduce(0) { $0 + $1.0.start * $1.1 })
        return (shape, copy)
    }

    /// What is taken of one axis: `count` indices from `start` on, `step` apart.
    package struct AxisRange: Sendable, Hashable {
        package let start: Int
        package let step: Int
        package let count: Int

        /// The whole axis.
        init(all extent: Int) {
            start = 0
            step = 1
            count = extent
        }

        /// - Parameter step: not 0.
        init(start: Int, end: Int, step: Int, extent: Int) {
            let isForward = step > 0
            func clamp(_ index: Int, from low: Int, to high: Int) -> Int {
                max(low, min(high, index < 0 ? index + extent : index))
            }
            let first =
                isForward ? clamp(start, from: 0, to: extent) : min(clamp(start, from: 0, to: extent), extent - 1)
            let last = isForward ? clamp(end, from: 0, to: extent) : clamp(end, from: -1, to: extent - 1)
            let distance = isForward ? last - first : first - last
            count = distance > 0 ? Int((UInt(distance) - 1) / step.magnitude) + 1 : 0
            self.start = first
            self.step = step
        }
    }

    /// What is taken of each axis of `shape`, or nil where an input is not known.
    ///
    /// - Throws: `SHAPE`, `AXIS_RANGE` or `VALUE` when the inputs do not fit.
    package func ranges(_ context: InferenceContext, _ shape: Shape) throws -> [AxisRange]? {
        guard let starts = try context.knownIntegers(1), let ends = try context.knownIntegers(2),
            let givenAxes = try context.knownOptionalIntegers(3), let givenSteps = try context.knownOptionalIntegers(4)
        else { return nil }
        let steps = givenSteps ?? starts.map { _ in 1 }
        guard ends.count == starts.count, steps.count == starts.count,
            givenAxes.map({ $0.count == starts.count }) ?? true
        else { throw OperatorError(.shape, "starts, ends, axes and steps differ in length") }
        guard starts.count <= shape.rank else {
            throw OperatorError(.shape, "\(starts.count) axes are sliced, \(shape) has \(shape.rank)")
        }
        let axes = try Shape.normalizedAxes(givenAxes ?? Array(starts.indices), rank: shape.rank)
        var ranges = shape.dimensions.map { AxisRange(all: $0) }
        for (index, axis) in axes.enumerated() {
            guard steps[index] != 0 else { throw OperatorError(.value, "the step along axis \(axis) is 0") }
            ranges[axis] = AxisRange(start: starts[index], end: ends[index], step: steps[index], extent: shape[axis])
        }
        return ranges
    }
}
