import GRLGraph
import GRLOperators
import GRLTensor

// Nodes that stay as they were exported, on values in the shapes that the export gave them.

extension Lifter {
    /// Adds the node as it is.
    ///
    /// - Throws: memory errors, and a ``Refusal`` when an input cannot be computed.
    mutating func keep(_ node: Node) throws {
        for (output, result) in zip(node.outputs, try add(node)) {
            guard let output, let result else { continue }
            values[output] = .plain(result)
            plainValues[output] = result
        }
    }

    /// The value with the shape it had.
    ///
    /// - Throws: memory errors, and a ``Refusal`` when it cannot be computed.
    mutating func plain(_ value: ValueID) throws -> ValueID {
        if let known = plainValues[value] { return known }
        let result = try makePlain(value)
        plainValues[value] = result
        return result
    }

    private mutating func makePlain(_ value: ValueID) throws -> ValueID {
        switch values[value] ?? .constant {
        case .plain(let result): return result
        case .constant: return lifted.addConstant(graph[value].name, try constant(value))
        case .image(let view):
            if let result = try? shown(view, shape: shape(of: value), for: graph.producer(of: value)) { return result }
        case .scores, .probabilities, .uneven: break
        }
        // What has no form as an image is computed as the export does it.
        guard let node = graph.producer(of: value), let index = node.outputs.firstIndex(of: value),
            let result = try add(node)[index]
        else { throw Refusal("'\(graph[value].name)' cannot be kept") }
        return result
    }

    private mutating func add(_ node: Node) throws -> [ValueID?] {
        let inputs = try node.inputs.map { try $0.map { try plain($0) } }
        return lifted.addNode(
            node.operation, name: node.name, inputs: inputs, outputs: node.outputs.map { $0.map { graph[$0].name } },
            origins: node.origins)
    }

    /// What a view shows, under a shape of fixed size.
    ///
    /// - Throws: memory errors, and a ``Refusal`` where elements of the image are repeated.
    private mutating func shown(_ view: ImageView, shape: [Int], for node: Node?) throws -> ValueID {
        var view = view
        if view.factor != 1 || view.normEpsilon != nil || !view.arrangement.isBijection {
            guard let node else { throw Refusal("the input is no image") }
            view = try dense(view, for: node)
        }
        let movements = [MemoryLayoutOrder.channelsLast, .channelsFirst].map { Movement(view.arrangement, $0) }
        let chosen = movements.first { !$0.isTransposed } ?? movements[preferredLayout([view]) == .channelsLast ? 0 : 1]
        var result = value(view.image, chosen.layout)
        var current = chosen.axes.map { view.arrangement.source[$0] }
        for (position, axis) in chosen.axes.enumerated() where view.arrangement.origin[axis] != 0 {
            result = try rolled(result, axis: position, by: view.arrangement.origin[axis])
        }
        if chosen.isTransposed {
            result = try reshaped(result, from: &current, to: chosen.split.map(\.extent))
            result = lifted.addNode(
                Transpose(permutation: chosen.order), inputs: [result], output: lifted[result].name)
            current = chosen.order.map { chosen.split[$0].extent }
        }
        return try reshaped(result, from: &current, to: shape)
    }

    /// How an image in one layout is split and transposed to become an arrangement of it.
    private struct Movement {
        let layout: MemoryLayoutOrder
        /// The image's axes as they stand in memory.
        let axes: [Int]
        /// The digits of all axes as they stand in memory.
        let split: [Digit]
        /// Where the arrangement's digits are among those.
        let order: [Int]

        init(_ arrangement: Arrangement, _ layout: MemoryLayoutOrder) {
            self.layout = layout
            axes = layout == .channelsLast ? [0, 1, 2, 3] : [0, 3, 1, 2]
            let digits = arrangement.digits
            let split = axes.flatMap { axis in
                digits.filter { $0.axis == axis }.sorted { $0.stride > $1.stride }
            }
            self.split = split
            order = digits.compactMap { split.firstIndex(of: $0) }
        }

        var isTransposed: Bool { order != Array(order.indices) }
    }

    private mutating func reshaped(_ value: ValueID, from current: inout [Int], to shape: [Int]) throws -> ValueID {
        guard shape != current else { return value }
        current = shape
        let target = lifted.addConstant("shape", try Tensor(vector: shape.map { Int64($0) }))
        return lifted.addNode(Reshape(), inputs: [value, target], output: lifted[value].name)
    }

    /// The value moved cyclically: what was at `start` comes first.
    private mutating func rolled(_ value: ValueID, axis: Int, by start: Int) throws -> ValueID {
        let name = lifted[value].name
        var parts: [ValueID] = []
        for (first, end) in [(start, Int(Int32.max)), (0, start)] {
            var inputs: [ValueID?] = [value]
            for number in [first, end, axis] {
                inputs.append(lifted.addConstant("slice", try Tensor(vector: [Int64(number)])))
            }
            parts.append(lifted.addNode(Slice(), inputs: inputs, output: name))
        }
        return lifted.addNode(Concat(axis: axis), inputs: parts, output: name)
    }

    /// A value that was kept, as an image again, where its shape has the rows and columns of an image that is there:
    /// `[B, C, H, W]`, `[B, H, W, C]` or `[B, H · W, C]`. Whatever it is meant to be, it can be seen so.
    mutating func image(ofKept value: ValueID, shape: [Int]) throws -> ImageView? {
        for known in images.reversed() {
            let size = Array(known.extents[1...2])
            if shape.count == 4, Array(shape[2...]) == size {
                let extents = [shape[0], shape[2], shape[3], shape[1]]
                let image = addImage(LiftedImage(extents: extents, channelsFirst: value))
                return plainView(image)
            }
            if shape.count == 4, Array(shape[1...2]) == size {
                let image = addImage(LiftedImage(extents: shape, channelsLast: value))
                return ImageView(image: image, arrangement: Arrangement(source: shape, order: [0, 1, 2, 3]))
            }
            if shape.count == 3, shape[1] == size[0] * size[1] {
                let extents = [shape[0]] + size + [shape[2]]
                var current = shape
                let rows = try reshaped(value, from: &current, to: extents)
                let image = addImage(LiftedImage(extents: extents, channelsLast: rows))
                return ImageView(
                    image: image,
                    arrangement: Arrangement(source: extents, order: [0, 1, 2, 3]).reshaped(to: shape)
                        ?? Arrangement(source: extents, order: [0, 1, 2, 3]))
            }
        }
        return nil
    }
}
