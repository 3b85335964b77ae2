package import GRLGraph
package import GRLTensor

/// Resizes axes by interpolation. Inputs: the tensor, optionally the region (for `tf_crop_and_resize`), and either
/// scales or sizes, one for each axis or for each of `axes`.
package struct Resize: Operator {
    package static let spec = OperatorSpec("Resize", versions: 11...Int.max, inputs: 1...4, writtenVersion: 19)

    /// How values between elements are found.
    package enum Mode: String, CaseIterable, Sendable {
        case nearest, linear, cubic
    }

    /// Whether given sizes may change the ratio between axes.
    package enum AspectRatioPolicy: String, CaseIterable, Sendable {
        case stretch
        case notLarger = "not_larger"
        case notSmaller = "not_smaller"
    }

    package let mode: Mode
    package let axes: [Int]?
    package let aspectRatioPolicy: AspectRatioPolicy
    private let transformation: CoordinateTransformation
    private let rounding: NearestRounding
    private let antialias: Bool
    private let excludeOutside: Bool
    private let cubicCoefficient: Float
    private let extrapolation: Float

    /// The operator as `Upsample` and `Resize` of opset 10 define it.
    init(legacyMode: Mode) {
        mode = legacyMode
        axes = nil
        aspectRatioPolicy = .stretch
        transformation = .asymmetric
        rounding = .floor
        antialias = false
        excludeOutside = false
        cubicCoefficient = -0.75
        extrapolation = 0
    }

    package init(_ node: inout NodeReader) throws {
        mode = try node.choice("mode", default: .nearest)
        transformation = try node.choice("coordinate_transformation_mode", default: .halfPixel)
        rounding = try node.choice("nearest_mode", default: .roundPreferFloor)
        excludeOutside = try node.bool("exclude_outside")
        cubicCoefficient = try node.float("cubic_coeff_a", default: -0.75)
        extrapolation = try node.float("extrapolation_value", default: 0)
        axes = node.opset >= 18 ? try node.ints("axes") : nil
        antialias = node.opset >= 18 ? try node.bool("antialias") : false
        aspectRatioPolicy =
            node.opset >= 18 ? try node.choice("keep_aspect_ratio_policy", default: .stretch) : .stretch
        guard !antialias || mode != .nearest else {
            throw OperatorError(.attributeValue, "antialias is set, but mode 'nearest' has no filter")
        }
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = [
            "mode": .string(mode.rawValue), "coordinate_transformation_mode": .string(transformation.rawValue),
            "nearest_mode": .string(rounding.rawValue), "exclude_outside": .int(excludeOutside ? 1 : 0),
            "cubic_coeff_a": .float(cubicCoefficient), "extrapolation_value": .float(extrapolation),
            "antialias": .int(antialias ? 1 : 0), "keep_aspect_ratio_policy": .string(aspectRatioPolicy.rawValue),
        ]
        if let axes { attributes["axes"] = .ints(axes) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let axes = try resizedAxes(context, input.shape) else { return [nil] }
        return [try TensorType(input.elementType, axes.map(\.output))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        guard let axes = try resizedAxes(context.inferenceContext, input.shape) else {
            throw OperatorError(.attributeValue, "scales or sizes are missing")
        }
        let changed = axes.indices.filter { !axes[$0].isIdentity(transformation) }
        guard !changed.isEmpty else { return [input] }
        let type = try TensorType(input.elementType, axes.map(\.output))
        guard type.shape.count > 0 else { return [try context.allocate(type)] }
        return mode == .nearest
            ? [try nearest(input, type, axes, context)] : [try interpolated(input, type, axes, changed, context)]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let type = try context.type(0)
        guard let axes = try resizedAxes(context, type.shape) else { return MemoryUse() }
        let changed = axes.indices.filter { !axes[$0].isIdentity(transformation) }
        guard !changed.isEmpty else { return MemoryUse(viewedInput: 0) }
        guard mode != .nearest else { return MemoryUse() }
        let width = type.elementType == .float64 ? MemoryLayout<Double>.size : MemoryLayout<Float>.size
        var dimensions = type.shape.dimensions
        var counts = [type.shape.count]
        for index in changed.reversed() {
            dimensions[index] = axes[index].output
            counts.append(try Shape(dimensions).count)
        }
        return MemoryUse(scratchBytes: try Checked.multiply(width, counts.dropLast().reduce(0, Swift.max)))
    }

    private func nearest(
        _ input: Tensor, _ type: TensorType, _ axes: [ResizedAxis], _ context: EvaluationContext
    ) throws -> Tensor {
        let output = try context.allocate(type)
        let maps = try axes.map { axis -> IndexedCopy.Axis in
            guard !axis.isIdentity(transformation) else { return .all(axis.input) }
            let map = try (0..<axis.output).map { index in
                guard let place = axis.place(of: index, transformation) else { return IndexedCopy.outside }
                return max(0, min(axis.input - 1, try Checked.integer(rounding.round(place))))
            }
            return .map(map, extent: axis.input)
        }
        let fill = try Tensor(scalar: extrapolation).converted(to: type.elementType, context)
        try IndexedCopy(axes: maps).run(from: input, to: output, fill: fill, on: context.executor)
        return output
    }

    /// Filters one axis after the other, innermost first, in float32, or in float64 for types that need it.
    private func interpolated(
        _ input: Tensor, _ type: TensorType, _ axes: [ResizedAxis], _ changed: [Int], _ context: EvaluationContext
    ) throws -> Tensor {
        switch type.elementType {
        case .float32, .float16, .bfloat16: try filtered(input, as: Float.self, type, axes, changed, context)
        default: try filtered(input, as: Double.self, type, axes, changed, context)
        }
    }

    private func filtered<Element: BinaryFloatingPoint & TensorElement>(
        _ input: Tensor, as element: Element.Type, _ type: TensorType, _ axes: [ResizedAxis], _ changed: [Int],
        _ context: EvaluationContext
    ) throws -> Tensor {
        let kernel: ResizeFilter.Kernel = mode == .linear ? .linear : .cubic(a: Double(cubicCoefficient))
        var current = try input.converted(to: Element.elementType, context)
        for index in changed.reversed() {
            var dimensions = current.shape.dimensions
            dimensions[index] = axes[index].output
            let next = try context.allocate(Element.elementType, Shape(dimensions))
            let filter = try ResizeFilter(
                axes[index], transformation, kernel, antialias: antialias, excludeOutside: excludeOutside)
            try current.withElements(of: element) { source in
                try next.withMutableElements(of: element) { destination in
                    filter.run(
                        source, destination, axis: axes[index],
                        inner: next.shape.count(of: index + 1..<next.shape.rank),
                        extrapolation: Element(extrapolation), on: context.executor)
                }
            }
            current = next
        }
        return try current.converted(to: type.elementType, context)
    }

    /// What happens to each axis of `shape`; nil where an input is not known before the run.
    private func resizedAxes(_ context: InferenceContext, _ shape: Shape) throws -> [ResizedAxis]? {
        let names = try Shape.normalizedAxes(axes ?? Array(0..<shape.rank), rank: shape.rank)
        var result = shape.dimensions.map { ResizedAxis(unchanged: $0) }
        let hasScales = (context.optionalType(2)?.shape.count ?? 0) > 0
        let hasSizes = (context.optionalType(3)?.shape.count ?? 0) > 0
        guard hasScales != hasSizes else {
            throw OperatorError(
                .attributeValue, "expected either scales or sizes, found \(hasScales ? "both" : "none")")
        }
        if hasScales {
            guard let scales = try floats(context, 2, count: names.count) else { return nil }
            for (axis, scale) in zip(names, scales) { try result[axis].resize(by: scale) }
        } else {
            guard let sizes = try context.knownIntegers(3) else { return nil }
            guard sizes.count == names.count else {
                throw OperatorError(.shape, "\(sizes.count) sizes do not fit \(names.count) axes of \(shape)")
            }
            try resize(&result, names, to: sizes)
        }
        if transformation == .cropAndResize {
            guard let region = try floats(context, 1, count: 2 * names.count) else { return nil }
            for (index, axis) in names.enumerated() {
                result[axis].regionStart = region[index]
                result[axis].regionEnd = region[names.count + index]
            }
        }
        return result
    }

    private func resize(_ result: inout [ResizedAxis], _ names: [Int], to sizes: [Int]) throws {
        for (axis, size) in zip(names, sizes) { try result[axis].resize(to: size) }
        guard aspectRatioPolicy != .stretch, let first = names.first else { return }
        let scale = names.reduce(result[first].scale) {
            aspectRatioPolicy == .notLarger ? min($0, result[$1].scale) : max($0, result[$1].scale)
        }
        for axis in names {
            let size = try Checked.integer((scale * Double(result[axis].input) + 0.5).rounded(.down))
            try result[axis].resize(to: size)
            result[axis].scale = scale
        }
    }

    /// The numbers of a floating-point list; nil where they are not known before the run.
    private func floats(_ context: InferenceContext, _ index: Int, count: Int) throws -> [Double]? {
        let type = try context.type(index)
        guard type.elementType.isFloatingPoint, type.shape.count == count else {
            throw OperatorError(.shape, "input \(index) is \(type), expected \(count) floating-point numbers")
        }
        return try context.constant(index)?.doubles()
    }
}

extension ResizedAxis {
    /// - Throws: `ATTR_VALUE` when `scale` leaves no element or is no positive number.
    fileprivate mutating func resize(by scale: Double) throws {
        guard scale.isFinite, scale > 0 else {
            throw OperatorError(.attributeValue, "the scale \(scale) is no positive number")
        }
        output = try Checked.integer((Double(input) * scale).rounded(.down))
        self.scale = scale
        try check()
    }

    /// - Throws: `ATTR_VALUE` when `size` is not positive.
    fileprivate mutating func resize(to size: Int) throws {
        output = size
        scale = input > 0 ? Double(size) / Double(input) : 1
        try check()
    }

    private func check() throws {
        guard input == output || (input > 0 && output > 0) else {
            throw OperatorError(.attributeValue, "an axis of \(input) cannot be resized to \(output)")
        }
    }
}
