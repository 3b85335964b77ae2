package import GRLGraph
package import GRLTensor

/// Reads an image at given places: `[N, C, spatial…]` and a grid `[N, output spatial…, k]` give `[N, C, output
/// spatial…]`. The last axis of the grid holds coordinates from −1 to 1, innermost image axis first.
package struct GridSample: Operator {
    package static let spec = OperatorSpec("GridSample", inputs: 2...2, writtenVersion: 20)

    /// How values between elements are found.
    enum Mode: String, CaseIterable {
        case linear, nearest, cubic
    }

    /// The names of the modes before opset 20.
    private enum PlanarMode: String, CaseIterable {
        case bilinear, nearest, bicubic
    }

    private let mode: Mode
    private let padding: GridAxis.Padding
    private let alignsCorners: Bool

    package init(_ node: inout NodeReader) throws {
        if node.opset >= 20 {
            mode = try node.choice("mode", default: .linear)
        } else {
            let planar: PlanarMode = try node.choice("mode", default: .bilinear)
            mode = planar == .bilinear ? .linear : planar == .bicubic ? .cubic : .nearest
        }
        padding = try node.choice("padding_mode", default: .zeros)
        alignsCorners = try node.bool("align_corners")
    }

    package var attributes: [String: AttributeValue] {
        [
            "mode": .string(mode.rawValue), "padding_mode": .string(padding.rawValue),
            "align_corners": .int(alignsCorners ? 1 : 0),
        ]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let grid = try context.type(1)
        let spatialRank = input.shape.rank - 2
        guard spatialRank >= 1, grid.shape.rank == input.shape.rank, grid.shape[0] == input.shape[0],
            grid.shape[grid.shape.rank - 1] == spatialRank
        else { throw OperatorError(.shape, "the grid is \(grid), which does not fit the input \(input)") }
        guard grid.elementType.isFloatingPoint else {
            throw OperatorError(.elementType, "the grid is \(grid), expected floating-point numbers")
        }
        return [
            try TensorType(
                input.elementType, [input.shape[0], input.shape[1]] + grid.shape.dimensions[1..<spatialRank + 1])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        try output.elementType.visitArithmetic(
            Sampler(operation: self, input: context.input(0), grid: context.input(1).doubles(), output: output))
        return [output]
    }

    private struct Sampler: ArithmeticVisitor {
        let operation: GridSample
        let input: Tensor
        let grid: [Double]
        let output: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let axes = input.shape.dimensions[2...].map {
                GridAxis(extent: $0, alignsCorners: operation.alignsCorners, padding: operation.padding)
            }
            let channels = input.shape[1]
            let plane = axes.reduce(1) { $0 * $1.extent }
            let positions = output.shape.count(of: 2..<output.shape.rank)
            try input.withElements(of: type) { from in
                try output.withMutableElements(of: type) { to in
                    for sample in 0..<input.shape[0] * positions {
                        let taps = taps(at: grid[sample * axes.count..<(sample + 1) * axes.count], axes)
                        for channel in 0..<channels {
                            let image = sample / positions * channels + channel
                            let sum = taps.reduce(0.0) { $0 + $1.weight * from[image * plane + $1.index].double }
                            to[image * positions + sample % positions] = Element(nearest: sum)
                        }
                    }
                }
            }
        }

        /// The elements of a plane that are read for one place, with their weights.
        private func taps(at coordinates: ArraySlice<Double>, _ axes: [GridAxis]) -> [GridAxis.Tap] {
            zip(axes, coordinates.reversed()).reduce([GridAxis.Tap(index: 0, weight: 1)]) { outer, next in
                let (axis, coordinate) = next
                let own = axis.taps(at: coordinate, operation.mode)
                return outer.flatMap { tap in
                    own.map { .init(index: tap.index * axis.extent + $0.index, weight: tap.weight * $0.weight) }
                }
            }
        }
    }
}
