import CKernels
package import GRLGraph
package import GRLTensor

/// y = (x - mean) / √(variance + epsilon) · scale + bias, over all axes from `axis` on; mean and 1 / √(variance +
/// epsilon) are optional outputs with those axes kept as 1.
package struct LayerNormalization: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "LayerNormalization", versions: 17...Int.max, inputs: 2...3, outputs: 1...3, writtenVersion: 17)

    package let axis: Int
    package let epsilon: Float
    /// The element type of the statistics.
    package let stashType: StashType

    package init(axis: Int, epsilon: Float, stashType: StashType = .float32) {
        self.axis = axis
        self.epsilon = epsilon
        self.stashType = stashType
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: -1)
        epsilon = try node.float("epsilon", default: 1e-5)
        stashType = try StashType(&node)
    }

    package var attributes: [String: AttributeValue] {
        ["axis": .int(axis), "epsilon": .float(epsilon), "stash_type": .int(stashType.rawValue)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        try context.requireElementTypeOfFirst(1, 2)
        for index in 1...2 {
            if let shape = context.optionalType(index)?.shape { try checkBroadcast(shape, to: type.shape, index) }
        }
        let statistics = TensorType(stashType.elementType, try statisticsShape(type.shape))
        return Array([type, statistics, statistics].prefix(context.outputCount))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let statistics = try statisticsShape(input.shape)
        let outputs = [
            try context.allocate(input.type), try context.allocate(stashType.elementType, statistics),
            try context.allocate(stashType.elementType, statistics),
        ]
        let (means, deviations) = try input.elementType.visitFloating(
            Reference(
                operation: self, input: input, scale: context.input(1), bias: context.optionalInput(2),
                result: outputs[0]))
        try outputs[1].write(means)
        try outputs[2].write(deviations)
        return Array(outputs.prefix(context.outputCount))
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        let (scale, bias) = (try context.input(1), context.optionalInput(2))
        let rows = AxisRows(input.shape, axes: try firstAxis(input.shape)..<input.shape.rank)
        guard input.elementType == .float32, stashType == .float32, rows.length > 0, scale.count == rows.length,
            (bias?.count ?? rows.length) == rows.length
        else { return nil }
        let statistics = try statisticsShape(input.shape)
        let extra = try (1..<max(context.outputCount, 1)).map { _ in try context.allocate(.float32, statistics) }
        let result = try context.allocate(input.type, reusingInput: 0)
        let pointers = try extra.map { try $0.withMutableElements(of: Float.self) { $0.baseAddress } }
        let kernel = grl_kernels().pointee.normalize.layer
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                try scale.withElements(of: Float.self) { scale in
                    let bias = try bias?.withElements(of: Float.self) { $0.baseAddress }
                    guard let x = x.baseAddress, let y = y.baseAddress else { return }
                    context.executor.forEachRange(of: rows.outer, grain: max((1 << 15) / rows.length, 1)) { range in
                        let first = range.lowerBound * rows.length
                        kernel(
                            x + first, y + first, range.count, rows.length, scale.baseAddress, bias, epsilon,
                            pointers.first.flatMap { $0 }.map { $0 + range.lowerBound },
                            pointers.dropFirst().first.flatMap { $0 }.map { $0 + range.lowerBound })
                    }
                }
            }
        }
        withExtendedLifetime((extra, bias)) {}
        return [result] + extra
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        try context.type(0).elementType == .float32 ? MemoryUse(overwritableInputs: [0]) : MemoryUse()
    }

    private func firstAxis(_ shape: Shape) throws -> Int { try shape.normalizedAxis(axis) }

    private func statisticsShape(_ shape: Shape) throws -> Shape {
        let first = try firstAxis(shape)
        return try Shape(shape.dimensions.enumerated().map { $0 < first ? $1 : 1 })
    }

    private func checkBroadcast(_ shape: Shape, to target: Shape, _ index: Int) throws {
        guard shape.rank <= target.rank, try shape.broadcast(with: target) == target else {
            throw OperatorError(.shape, "input \(index) has shape \(shape), which does not broadcast to \(target)")
        }
    }

    /// Plain loops; returns the means and the inverse deviations of the rows.
    private struct Reference: FloatingVisitor {
        let operation: LayerNormalization
        let input: Tensor
        let scale: Tensor
        let bias: Tensor?
        let result: Tensor

        func visit<Element: FloatingElement>(_ type: Element.Type) throws -> (means: [Double], deviations: [Double]) {
            let shape = input.shape
            let rows = AxisRows(shape, axes: try operation.firstAxis(shape)..<shape.rank)
            let scales = try BroadcastElements<Element>(scale, to: shape)
            let biases = try bias.map { try BroadcastElements<Element>($0, to: shape) }
            var means: [Double] = []
            var deviations: [Double] = []
            try input.withElements(of: type) { x in
                try result.withMutableElements(of: type) { y in
                    for row in 0..<rows.outer {
                        let elements = row * rows.length..<(row + 1) * rows.length
                        let mean = x[elements].reduce(0) { $0 + $1.double } / Double(rows.length)
                        let squares = x[elements].reduce(0) { $0 + ($1.double - mean) * ($1.double - mean) }
                        let deviation = 1 / (squares / Double(rows.length) + Double(operation.epsilon)).squareRoot()
                        for index in elements {
                            let normal = (x[index].double - mean) * deviation
                            y[index] = Element(nearest: normal * scales[index] + (biases?[index] ?? 0))
                        }
                        means.append(mean)
                        deviations.append(deviation)
                    }
                }
            }
            return (means, deviations)
        }
    }
}
