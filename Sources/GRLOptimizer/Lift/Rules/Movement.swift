import GRLGraph
import GRLOperators
import GRLTensor

// Operators that move elements add nothing to the lifted graph: they change arrangements.

extension LiftedValue {
    /// The value under another arrangement of its elements; nil where it has none.
    fileprivate func rearranged(_ body: (Arrangement) throws -> Arrangement?) throws -> LiftedValue {
        func checked(_ arrangement: Arrangement?) throws -> Arrangement {
            guard let arrangement else { throw Refusal("an axis is cut across the image's rows and columns") }
            return arrangement
        }
        switch self {
        case .image(var view):
            view.arrangement = try checked(body(view.arrangement))
            return .image(view)
        case .scores(var scores):
            scores.arrangement = try checked(body(scores.arrangement))
            return .scores(scores)
        case .probabilities(var scores):
            scores.arrangement = try checked(body(scores.arrangement))
            return .probabilities(scores)
        case .uneven: throw Refusal("an axis is cut across the image's rows and columns")
        case .plain: throw Refusal.consequence
        case .constant: throw Refusal("the operand is constant")
        }
    }
}

extension LiftableOperator where Self: ViewOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let shape = try lifter.outputShapes(node)[0]
        var source = try lifter.input(node, 0)
        if case .uneven(let root) = lifter.value(source) { source = root }
        var isUneven = false
        let value = try lifter.value(source).rearranged { arrangement in
            let result = arrangement.reshaped(to: shape)
            isUneven = result == nil
            return result ?? arrangement
        }
        return [isUneven ? .uneven(source) : value]
    }
}

extension Flatten: LiftableOperator {}
extension Reshape: LiftableOperator {}
extension Squeeze: LiftableOperator {}
extension Unsqueeze: LiftableOperator {}

extension Identity: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] { [try lifter.operand(node, 0)] }
}

extension Transpose: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        [try lifter.operand(node, 0).rearranged { $0.transposed(by: try order(rank: $0.axes.count)) }]
    }
}

extension Slice: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let input = try lifter.shape(of: lifter.input(node, 0))
        guard let ranges = try ranges(lifter.inferenceContext(node), Shape(input)) else {
            throw Refusal("where it cuts depends on the image")
        }
        return [
            try lifter.operand(node, 0).rearranged { arrangement in
                var result = arrangement
                for (axis, range) in ranges.enumerated() {
                    guard
                        let next = result.sliced(axis: axis, start: range.start, count: range.count, step: range.step)
                    else { return nil }
                    result = next
                }
                return result
            }
        ]
    }
}

extension Split: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let input = try lifter.shape(of: lifter.input(node, 0))
        let axis = try Shape.normalizedAxis(axis, rank: input.count)
        var start = 0
        var results: [LiftedValue] = []
        for shape in try lifter.outputShapes(node) {
            let count = shape[axis]
            results.append(
                try lifter.operand(node, 0).rearranged { $0.sliced(axis: axis, start: start, count: count) })
            start += count
        }
        return results
    }
}

extension Gather: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let input = try lifter.shape(of: lifter.input(node, 0))
        let axis = try Shape.normalizedAxis(axis, rank: input.count)
        let shape = try lifter.outputShapes(node)[0]
        guard let given = try lifter.integers(node, 1), !given.isEmpty else { throw Refusal("it gathers nothing") }
        let indices = given.map { $0 < 0 ? $0 + input[axis] : $0 }
        return [
            try lifter.operand(node, 0).rearranged { arrangement in
                let runs = Self.runs(indices).map { arrangement.sliced(axis: axis, start: $0.start, count: $0.count) }
                guard runs.count <= 2, !runs.contains(nil) else { return nil }
                return Arrangement.joined(runs.compactMap { $0 }, axis: axis)?.reshaped(to: shape)
            }
        ]
    }

    /// Runs of consecutive indices; a roll has two.
    private static func runs(_ indices: [Int]) -> [(start: Int, count: Int)] {
        var runs: [(start: Int, count: Int)] = []
        for index in indices {
            if let last = runs.last, last.start + last.count == index {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((index, 1))
            }
        }
        return runs
    }
}

extension Expand: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        guard try lifter.outputShapes(node)[0] == lifter.shape(of: lifter.input(node, 0)) else {
            throw Refusal("elements are repeated")
        }
        return [try lifter.operand(node, 0)]
    }
}

extension Cast: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let input = try lifter.input(node, 0)
        guard case let output?? = node.outputs.first, let from = lifter.facts[input]?.type.elementType,
            from == lifter.facts[output]?.type.elementType
        else { throw Refusal("the element type changes") }
        return [lifter.value(input)]
    }
}

extension Concat: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        var views: [ImageView] = []
        for index in node.inputs.indices { views.append(try lifter.view(node, index)) }
        let axis = try Shape.normalizedAxis(axis, rank: views.first?.arrangement.axes.count ?? 0)
        if let joined = Self.joined(views, axis: axis) { return [.image(joined)] }
        return [.image(try channels(views, axis: axis, node, &lifter))]
    }

    /// Parts of one image that continue each other: a roll, or what was split before.
    private static func joined(_ views: [ImageView], axis: Int) -> ImageView? {
        guard var first = views.first,
            views.allSatisfy({
                $0.image == first.image && $0.factor == first.factor && $0.normEpsilon == nil
            }), let arrangement = Arrangement.joined(views.map(\.arrangement), axis: axis)
        else { return nil }
        first.arrangement = arrangement
        return first
    }

    /// Channels of several images beside each other.
    private func channels(
        _ parts: [ImageView], axis: Int, _ node: Node, _ lifter: inout Lifter
    ) throws -> ImageView {
        var views: [ImageView] = []
        for part in parts { views.append(try lifter.dense(part, for: node)) }
        guard let first = views.first else { throw Refusal("nothing is joined") }
        var total = 0
        for view in views {
            let channels = view.arrangement.source[ImageAxis.channel]
            let whole = channels == 1 ? [] : [Digit(axis: ImageAxis.channel, stride: 1, extent: channels)]
            var (others, expected) = (view.arrangement.axes, first.arrangement.axes)
            others.remove(at: axis)
            expected.remove(at: axis)
            guard view.arrangement.axes[axis] == whole, others == expected,
                view.arrangement.origin == first.arrangement.origin,
                view.arrangement.source.dropLast() == first.arrangement.source.dropLast()
            else { throw Refusal("what is joined is not channels of pixels in one order") }
            total += channels
        }
        let layout = lifter.preferredLayout(views)
        var inputs: [ValueID] = []
        for view in views { inputs.append(lifter.value(view.image, layout)) }
        var extents = first.arrangement.source
        extents[ImageAxis.channel] = total
        let image = lifter.emit(
            Concat(axis: layout == .channelsLast ? 3 : 1), for: node, inputs: inputs, extents: extents, layout: layout)
        var axes = first.arrangement.axes
        axes[axis] = [Digit(axis: ImageAxis.channel, stride: 1, extent: total)]
        return ImageView(
            image: image, arrangement: Arrangement(source: extents, axes: axes, origin: first.arrangement.origin))
    }
}
