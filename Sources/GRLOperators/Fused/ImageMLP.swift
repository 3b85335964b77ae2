import CKernels
package import GRLGraph
package import GRLTensor

/// Two linear layers of each pixel of [..., C], with what follows them: input 0 is the image, the others are residuals
/// of the output's shape.
///
///     output = normalize(second(first(input))) + residuals
package struct ImageMLP: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "ImageMLP", domain: OperatorSpec.restorationDomain, inputs: 1...1 + ResidualLimit.count)

    package let first: LinearLayer
    /// Has no activation.
    package let second: LinearLayer
    package let normalization: RowNormalization?

    /// - Throws: `ATTR_VALUE`.
    package init(first: LinearLayer, second: LinearLayer, normalization: RowNormalization? = nil) throws {
        self.first = first
        self.second = second
        self.normalization = normalization
        for layer in [first, second] where layer.weights.kernel != PixelPair(1, 1) {
            throw OperatorError(.attributeValue, "the kernel is \(layer.weights.kernel), expected 1 x 1")
        }
        guard first.weights.kernels == second.weights.kernels else {
            throw OperatorError(.attributeValue, "the layers are of two precisions, expected one")
        }
        guard first.weights.outputChannels == second.weights.inputChannels else {
            throw OperatorError(
                .attributeValue,
                "the first layer makes \(first.weights.outputChannels) channels, the second takes "
                    + "\(second.weights.inputChannels)")
        }
    }

    package init(_ node: inout NodeReader) throws {
        let second = try LinearLayer(&node, readsActivation: false, prefix: "second_")
        try self.init(
            first: LinearLayer(&node, prefix: "first_"), second: second,
            normalization: RowNormalization(&node, channels: second.weights.outputChannels))
    }

    package var attributes: [String: AttributeValue] {
        first.attributes(prefix: "first_").merging(second.attributes(prefix: "second_")) { old, _ in old }
            .merging(normalization?.attributes ?? [:]) { $1 }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let types = try (0..<context.inputCount).map { try context.floatingType($0) }
        for (index, type) in types.enumerated() where type.elementType != .float32 {
            throw OperatorError(.elementType, "input \(index) is \(type.elementType), expected float32")
        }
        guard types[0].shape.dimensions.last == first.weights.inputChannels else {
            throw OperatorError(
                .shape, "input 0 has shape \(types[0].shape), expected [..., \(first.weights.inputChannels)]")
        }
        let output = try Shape(types[0].shape.dimensions.dropLast() + [second.weights.outputChannels])
        for (index, type) in types.enumerated().dropFirst() where type.shape != output {
            throw OperatorError(.shape, "residual \(index) has shape \(type.shape), expected \(output) as the output")
        }
        return [TensorType(.float32, output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let rows = try context.shape(0).count / first.weights.inputChannels
        return try Checked.multiply(
            rows, (first.weights.inputChannels + second.weights.outputChannels) * first.weights.outputChannels)
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse {
        MemoryUse(overwritableInputs: Array(1..<max(context.inputCount, 1)))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let result = try context.allocate(outputType(context))
        let inputs = try (0..<context.inputCount).map { try context.input($0).elements(of: Float.self) }
        let (one, two) = (try LinearLayer.Reference(first), try LinearLayer.Reference(second))
        let normalize = try normalization?.reference()
        let (depth, columns) = (first.weights.inputChannels, second.weights.outputChannels)
        try result.withMutableElements(of: Float.self) { output in
            for row in 0..<output.count / columns {
                var hidden = one.start
                one.add(inputs[0][row * depth..<(row + 1) * depth].lazy.map { Double($0) }, to: &hidden)
                one.activate(&hidden)
                var sums = two.start
                two.add(hidden, to: &sums)
                two.activate(&sums)
                normalize?(&sums)
                for (column, sum) in sums.enumerated() {
                    let place = row * columns + column
                    output[place] = Float(inputs.dropFirst().reduce(sum) { $0 + Double($1[place]) })
                }
            }
        }
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let inputs = try (0..<context.inputCount).map { try context.input($0) }
        let result = try context.allocate(outputType(context), overResidualsFrom: 1)
        guard result.count > 0 else { return [result] }
        let (one, two) = (try FastLayer(first), try FastLayer(second))
        let finish = try FastEpilogue(two, normalization)
        let target = FastTarget(
            start: try result.mutableFloats(), residuals: try inputs.dropFirst().map { try $0.floats() },
            stride: two.layer.columns)
        let source = grl_row_source(
            start: try inputs[0].floats(), channels: one.layer.depth, stride: one.layer.depth, line_stride: 0)
        let kernels = one.kernels
        let scratchCount = kernels.scratch_floats(one.layer.columns, two.layer.columns)
        let work = (one.layer.depth + two.layer.columns) * one.layer.columns
        context.executor.forEachRange(
            of: result.count / two.layer.columns, grain: FusedWork.rows(multiplyAdds: work)
        ) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                var (layer, next, epilogue) = (one.layer, two.layer, finish.epilogue)
                var from = source.advanced(by: range.lowerBound * source.stride)
                var rows = target.rows(from: range.lowerBound)
                kernels.mlp(
                    &layer, one.activation, one.slope, &next, &from, 1, range.count, &epilogue, &rows, scratch)
            }
        }
        withExtendedLifetime((one, two, finish, inputs)) {}
        return [result]
    }
}
