import GRLGraph
import GRLOperators
import GRLTensor

// Operators on images [B, C, H, W] that are free of sizes already: they read and give whole images.

extension Lifter {
    /// The operator itself on the image that input 0 shows; the other inputs are constants.
    fileprivate mutating func liftImageOperator(_ node: Node) throws -> [LiftedValue] {
        let image = try image(view(node, 0), for: node)
        let shape = try outputShapes(node)[0]
        guard shape.count == 4 else { throw Refusal("the result is no image") }
        var inputs: [ValueID?] = [channelsFirst(image)]
        for input in node.inputs.dropFirst() {
            inputs.append(try input.map { lifted.addConstant(graph[$0].name, try constant($0)) })
        }
        let result = emit(
            node.operation, for: node, inputs: inputs, extents: [shape[0], shape[2], shape[3], shape[1]],
            layout: .channelsFirst)
        return [.image(plainView(result))]
    }

    /// An operator that slides a window with strides over the image: sizes must be multiples of the strides.
    fileprivate mutating func liftSliding(_ node: Node) throws -> [LiftedValue] {
        let result = try liftImageOperator(node)
        let (input, output) = (try shape(of: input(node, 0)), try outputShapes(node)[0])
        let strides = try (2...3).map { axis in
            guard output[axis] > 0 else { throw Refusal("the result is empty") }
            return max((input[axis] + output[axis] - 1) / output[axis], 1)
        }
        if strides != [1, 1] { try padding.require(window: strides, height: input[2], width: input[3]) }
        return result
    }
}

extension Conv: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { try lifter.liftSliding(node) }
}

extension ConvTranspose: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let (input, output) = (try lifter.shape(of: lifter.input(node, 0)), try lifter.outputShapes(node)[0])
        guard input.count == 4, outputShape == nil,
            (2...3).allSatisfy({ input[$0] > 0 && output[$0].isMultiple(of: input[$0]) })
        else { throw Refusal("it does not enlarge the image a whole number of times") }
        return try lifter.liftImageOperator(node)
    }
}

extension AveragePool: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { try lifter.liftSliding(node) }
}

extension MaxPool: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { try lifter.liftSliding(node) }
}

extension GlobalAveragePool: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { try lifter.liftImageOperator(node) }
}

extension DepthToSpace: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { try lifter.liftImageOperator(node) }
}

extension SpaceToDepth: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let extents = try lifter.shape(of: lifter.input(node, 0))
        try lifter.padding.require(window: [blockSize, blockSize], height: extents[2], width: extents[3])
        return try lifter.liftImageOperator(node)
    }
}

extension Resize: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let image = try lifter.image(lifter.view(node, 0), for: node)
        let extents = lifter.images[image].extents
        let shape = try lifter.outputShapes(node)[0]
        let scale = shape[2] / max(extents[ImageAxis.height], 1)
        guard scale > 0, axes == nil, aspectRatioPolicy == .stretch,
            shape == [extents[0], extents[3], scale * extents[1], scale * extents[2]]
        else { throw Refusal("it does not enlarge the image a whole number of times") }
        let scales = try Tensor(vector: [1, 1, Float(scale), Float(scale)])
        let inputs: [ValueID?] = [lifter.channelsFirst(image), nil, lifter.addConstant(scales, for: node, "scales")]
        let result = lifter.emit(
            self, for: node, inputs: inputs, extents: [shape[0], shape[2], shape[3], shape[1]], layout: .channelsFirst)
        return [.image(lifter.plainView(result))]
    }
}

extension Pad: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let (input, output) = (try lifter.shape(of: lifter.input(node, 0)), try lifter.outputShapes(node)[0])
        guard try lifter.isInputPadding(node), !lifter.keepsSize else {
            if input == output { return [try lifter.operand(node, 0)] }
            throw Refusal("it does not pad the input at the bottom and at the right")
        }
        let image = try lifter.image(lifter.view(node, 0), for: node)
        let added = [output[2] - input[2], output[3] - input[3]]
        let reflects = added[0] < input[2] && added[1] < input[3]
        let isZero = try node.inputs.count < 3 || node.inputs[2].map { try lifter.constant($0).isZero } ?? true
        guard added == [0, 0] || (reflects ? mode == .reflect : mode == .constant && isZero) else {
            throw Refusal("the padding is neither a reflection nor, where that is impossible, zeros")
        }
        let padded = try lifter.addPadding(
            behind: lifter.channelsFirst(image), name: node.name, extents: [output[0], output[2], output[3], output[1]])
        return [.image(lifter.plainView(padded))]
    }
}

extension Tensor {
    fileprivate var isZero: Bool { withBytes { $0.allSatisfy { $0 == 0 } } }
}
