import GRLGraph
import GRLOperators
import GRLTensor

extension Lifter {
    /// A function of elements at the same place: the same function of the images that the operands show.
    mutating func liftPointwise(_ node: Node) throws -> [LiftedValue] {
        guard node.outputs.count == 1 else { throw Refusal("it has several outputs") }
        let shape = try outputShapes(node)[0]
        if let partial = try liftFactor(node) { return [.image(partial)] }
        var views: [Int: ImageView] = [:]
        for (index, input) in node.inputs.enumerated() {
            guard let input else { continue }
            if case .constant = value(input) { continue }
            views[index] = try dense(try view(node, index), for: node)
        }
        let full = try commonArrangement(Array(views.values), shape: shape)
        let layout = preferredLayout(Array(views.values))
        var inputs: [ValueID?] = []
        for (index, input) in node.inputs.enumerated() {
            guard let input else {
                inputs.append(nil)
                continue
            }
            if let view = views[index] {
                inputs.append(value(view.image, layout))
            } else {
                let tensor = try channelConstant(try constant(input), over: full, shape: shape, layout: layout)
                inputs.append(lifted.addConstant(graph[input].name, tensor))
            }
        }
        let image = emit(node.operation, for: node, inputs: inputs, extents: full.source, layout: layout)
        return [.image(ImageView(image: image, arrangement: full))]
    }

    /// A product with one number, of a part of an image: the number waits for who reads the part.
    private mutating func liftFactor(_ node: Node) throws -> ImageView? {
        guard node.operation is Mul || node.operation is Div, node.inputs.count == 2 else { return nil }
        guard case .image(var view) = try operand(node, 0), case .constant = try operand(node, 1),
            view.normEpsilon == nil, !view.arrangement.isBijection
        else { return nil }
        let tensor = try constant(try input(node, 1))
        guard tensor.elementType == .float32, tensor.count == 1, let number = try tensor.elements(of: Float.self).first
        else { return nil }
        view.factor = node.operation is Mul ? view.factor * number : view.factor / number
        return view
    }

    /// The arrangement of the result: that of the operands, which agree but for axes of extent 1.
    private func commonArrangement(_ views: [ImageView], shape: [Int]) throws -> Arrangement {
        guard
            let full = views.map(\.arrangement).max(by: { $0.source.reduce(1, *) < $1.source.reduce(1, *) }),
            full.axes.count == shape.count, full.shape == shape
        else { throw Refusal("no operand has the shape of the result") }
        for view in views {
            let arrangement = view.arrangement
            let offset = full.axes.count - arrangement.axes.count
            guard offset >= 0 else { throw Refusal("the operands differ in rank") }
            for axis in 0..<ImageAxis.count where arrangement.source[axis] != 1 {
                guard arrangement.source[axis] == full.source[axis] else {
                    throw Refusal("the operands \(arrangement.source) and \(full.source) are no images of one size")
                }
                guard arrangement.origin[axis] == full.origin[axis] else {
                    throw Refusal("the operands are rolled by different amounts")
                }
            }
            for (axis, digits) in full.axes.enumerated() {
                let own = axis < offset ? [] : arrangement.axes[axis - offset]
                guard own == digits.filter({ arrangement.source[$0.axis] != 1 }) else {
                    throw Refusal("the operands are arranged differently")
                }
            }
        }
        return full
    }

    /// A constant operand as a number for each channel, or one number.
    ///
    /// - Throws: a ``Refusal`` where it differs between pixels.
    private func channelConstant(
        _ tensor: Tensor, over full: Arrangement, shape: [Int], layout: MemoryLayoutOrder
    ) throws -> Tensor {
        if tensor.count == 1 { return try tensor.reshaped(to: .scalar) }
        guard tensor.elementType == .float32, tensor.shape.rank <= shape.count else {
            throw Refusal("the constant \(tensor.type) is not one number for each channel")
        }
        let channels = full.source[ImageAxis.channel]
        var result = [Float?](repeating: nil, count: channels)
        let walk = ConstantWalk(tensor: tensor.shape.dimensions, over: full)
        let isUniform = try tensor.withElements(of: Float.self) { elements in
            walk.allSatisfy { index, coordinates in
                let channel = coordinates[ImageAxis.channel]
                let element = elements[index]
                if let known = result[channel] { return known.bitPattern == element.bitPattern }
                result[channel] = element
                return true
            }
        }
        guard isUniform else { throw Refusal("the constant \(tensor.type) differs between pixels: it is of one size") }
        // Along an axis that the constant does not have, all channels share what channel 0 has.
        let numbers =
            walk.dependsOn(ImageAxis.channel) ? result.map { $0 ?? 0 } : result.map { _ in (result.first ?? 0) ?? 0 }
        return try Tensor(numbers, shape: Shape(layout == .channelsLast ? [channels] : [channels, 1, 1]))
    }
}

/// The elements of a constant that is broadcast over an arrangement, each with the coordinates it belongs to.
struct ConstantWalk {
    private struct Step {
        let axis: Int
        let stride: Int
        let extent: Int
        let elementStride: Int
    }

    private let steps: [Step]
    private let arrangement: Arrangement

    /// - Parameter tensor: the constant's dimensions, each 1 or that of the arrangement's axis, the last ones meeting.
    init(tensor dimensions: [Int], over arrangement: Arrangement) {
        var steps: [Step] = []
        var elementStride = 1
        for (dimension, digits) in zip(dimensions.reversed(), arrangement.axes.reversed()) {
            guard dimension != 1 else { continue }
            var stride = elementStride
            for digit in digits.reversed() {
                steps.append(
                    Step(axis: digit.axis, stride: digit.stride, extent: digit.extent, elementStride: stride))
                stride *= digit.extent
            }
            elementStride *= dimension
        }
        self.steps = steps
        self.arrangement = arrangement
    }

    /// Whether the constant has elements for several coordinates along a source axis.
    func dependsOn(_ axis: Int) -> Bool { steps.contains { $0.axis == axis } }

    /// For each source axis, by how many elements a step along it moves; nil where that varies.
    func elementStrides() -> [Int]? {
        var result = arrangement.source.map { _ in 0 }
        for axis in result.indices {
            let own = steps.filter { $0.axis == axis }
            guard own.count <= 1, own.allSatisfy({ $0.stride == 1 && $0.extent == arrangement.source[axis] }) else {
                return nil
            }
            result[axis] = own.first?.elementStride ?? 0
        }
        return result
    }

    /// Whether `body`, given the position of an element and its coordinates in the source, is true for all elements.
    func allSatisfy(_ body: (Int, [Int]) -> Bool) -> Bool {
        var counters = steps.map { _ in 0 }
        var position = 0
        var coordinates = arrangement.origin
        while true {
            if !body(position, coordinates) { return false }
            var index = 0
            while index < steps.count {
                let step = steps[index]
                counters[index] += 1
                position += step.elementStride
                coordinates[step.axis] = (coordinates[step.axis] + step.stride) % arrangement.source[step.axis]
                if counters[index] < step.extent { break }
                counters[index] = 0
                position -= step.elementStride * step.extent
                let back = step.stride * step.extent % arrangement.source[step.axis]
                coordinates[step.axis] =
                    (coordinates[step.axis] - back + arrangement.source[step.axis]) % arrangement.source[step.axis]
                index += 1
            }
            if index == steps.count { return true }
        }
    }
}
