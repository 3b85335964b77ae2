package import GRLGraph
package import GRLTensor

/// Adds elements at both ends of axes, or takes some away where a pad is negative. Inputs: data, pads
/// `[begins, ends]`, optionally the constant and the axes that pads stand for.
package struct Pad: Operator {
    package static let spec = OperatorSpec("Pad", inputs: 2...4, writtenVersion: 19)

    /// What the added elements are.
    package enum Mode: String, CaseIterable, Sendable {
        /// Input 2, or 0.
        case constant
        /// A mirror image around the last element, which is not repeated.
        case reflect
        /// The last element, again and again.
        case edge
        /// The elements at the other end.
        case wrap
    }

    package let mode: Mode

    package init(mode: Mode = .constant) {
        self.mode = mode
    }

    package init(_ node: inout NodeReader) throws {
        mode = try node.choice("mode", default: .constant)
        guard mode != .wrap || node.opset >= 19 else {
            throw OperatorError(.attributeValue, "mode 'wrap' needs opset 19")
        }
        guard node.opset < 11 else { return }
        let name = node.opset == 1 ? "paddings" : "pads"
        let pads = try node.required(name, node.ints(name))
        node.setInput(1, to: try Tensor(vector: pads.map { Int64($0) }))
        let value = try node.float("value", default: 0)
        if value != 0 { node.setInput(2, to: try Tensor(scalar: value)) }
    }

    package var attributes: [String: AttributeValue] { ["mode": .string(mode.rawValue)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        if let value = context.optionalType(2), mode == .constant {
            guard value.elementType == input.elementType, value.shape.count == 1 else {
                throw OperatorError(.elementType, "the constant is \(value), expected one \(input.elementType)")
            }
        }
        guard let pads = try pads(context, input.shape) else { return [nil] }
        for (extent, pad) in zip(input.shape.dimensions, pads) { try check(pad, extent: extent) }
        return [try TensorType(input.elementType, zip(input.shape.dimensions, pads).map { try $1.length(of: $0) })]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        guard let pads = try pads(context.inferenceContext, input.shape), pads.contains(where: { $0 != .none }) else {
            return [input]
        }
        let output = try context.allocate(type)
        guard output.count > 0 else { return [output] }
        let axes = try zip(input.shape.dimensions, pads).map { extent, pad -> IndexedCopy.Axis in
            pad == .none ? .all(extent) : .map(try map(pad, extent: extent), extent: extent)
        }
        try IndexedCopy(axes: axes).run(
            from: input, to: output, fill: context.optionalInput(2), on: context.executor)
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let pads = try pads(context, context.shape(0))
        return MemoryUse(viewedInput: pads.map { $0.allSatisfy { $0 == .none } } ?? false ? 0 : nil)
    }

    /// How many elements are added before and after one axis.
    private struct AxisPad: Equatable {
        static let none = AxisPad(before: 0, after: 0)
        var before: Int
        var after: Int

        /// The indices of an axis of `extent` that stay.
        ///
        /// - Throws: `SHAPE` when more is taken away than there is.
        func kept(of extent: Int) throws -> Range<Int> {
            guard before >= -extent, after >= -extent, max(0, -before) <= extent - max(0, -after) else {
                throw OperatorError(.shape, "pads \(before) and \(after) take more away than the \(extent) of an axis")
            }
            return max(0, -before)..<extent - max(0, -after)
        }

        /// The length of a padded axis of `extent`.
        ///
        /// - Throws: `SHAPE` when more is taken away than there is, `SIZE_OVERFLOW`.
        func length(of extent: Int) throws -> Int {
            let kept = try kept(of: extent)
            return try Checked.add(Checked.add(kept.count, max(before, 0)), max(after, 0))
        }
    }

    private func pads(_ context: InferenceContext, _ shape: Shape) throws -> [AxisPad]? {
        guard let values = try context.knownIntegers(1), let given = try context.knownOptionalIntegers(3) else {
            return nil
        }
        let axes = try Shape.normalizedAxes(given ?? Array(0..<shape.rank), rank: shape.rank)
        guard values.count == 2 * axes.count else {
            throw OperatorError(.shape, "\(values.count) pads do not fit \(axes.count) axes of \(shape)")
        }
        var pads = shape.dimensions.map { _ in AxisPad.none }
        for (index, axis) in axes.enumerated() {
            pads[axis] = AxisPad(before: values[index], after: values[axes.count + index])
        }
        return pads
    }

    /// The indices of an axis of `extent` that stay.
    ///
    /// - Throws: `SHAPE` when more is taken away than there is, or when too few stay for the mode to add from.
    @discardableResult
    private func check(_ pad: AxisPad, extent: Int) throws -> Range<Int> {
        let kept = try pad.kept(of: extent)
        let added = max(pad.before, pad.after)
        if mode != .constant, added > 0 {
            guard mode == .reflect ? added < kept.count : kept.count > 0 else {
                throw OperatorError(
                    .shape, "an axis of \(extent) cannot be padded by \(pad.before) and \(pad.after) in mode '\(mode)'")
            }
        }
        return kept
    }

    /// Which source index each index of a padded axis takes. Elements are taken away first, then added.
    private func map(_ pad: AxisPad, extent: Int) throws -> [Int] {
        let kept = try check(pad, extent: extent)
        return (0..<(try pad.length(of: extent))).map { index in
            let place = index - pad.before
            guard !kept.contains(place) else { return place }
            switch mode {
            case .constant: return IndexedCopy.outside
            case .edge: return place < kept.lowerBound ? kept.lowerBound : kept.upperBound - 1
            case .reflect: return (place < kept.lowerBound ? 2 * kept.lowerBound : 2 * (kept.upperBound - 1)) - place
            case .wrap:
                let turn = (place - kept.lowerBound) % kept.count
                return kept.lowerBound + (turn < 0 ? turn + kept.count : turn)
            }
        }
    }
}
