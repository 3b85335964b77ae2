import GRLGraph
import GRLOperators
import GRLTensor

// Operators along the channels of each pixel, or over all pixels.

extension LayerNormalization: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let view = try lifter.rows(lifter.view(node, 0), for: node)
        let rank = view.arrangement.axes.count
        let channels = view.arrangement.source[ImageAxis.channel]
        guard node.outputs.count == 1, try Shape.normalizedAxis(axis, rank: rank) == rank - 1 else {
            throw Refusal("it is not over the channels of a pixel")
        }
        var inputs: [ValueID?] = [lifter.channelsLast(view.image)]
        for input in node.inputs.dropFirst() {
            inputs.append(
                try input.map { id in
                    let tensor = try lifter.constant(id)
                    guard tensor.count == channels else { throw Refusal("the scale is not one for each channel") }
                    return lifter.lifted.addConstant(lifter.graph[id].name, try tensor.reshaped(to: Shape([channels])))
                })
        }
        let image = lifter.emit(
            LayerNormalization(axis: -1, epsilon: epsilon, stashType: stashType), for: node, inputs: inputs,
            extents: view.arrangement.source, layout: .channelsLast)
        return [.image(ImageView(image: image, arrangement: view.arrangement))]
    }
}

extension ReduceMean: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let view = try lifter.dense(lifter.view(node, 0), for: node)
        let arrangement = view.arrangement
        guard let given = try lifter.integers(node, 1) else { throw Refusal("it averages everything") }
        let axes = try Shape.normalizedAxes(given, rank: arrangement.axes.count)
        let reduced = Set(axes.flatMap { arrangement.axes[$0] })
        guard
            let averaged = [[ImageAxis.height, ImageAxis.width], [ImageAxis.channel]].first(where: { candidates in
                reduced
                    == Set(
                        candidates.filter { arrangement.source[$0] != 1 }
                            .map { Digit(axis: $0, stride: 1, extent: arrangement.source[$0]) })
            })
        else { throw Refusal("it averages neither over all pixels nor over all channels") }
        var (extents, origin) = (arrangement.source, arrangement.origin)
        for axis in averaged { (extents[axis], origin[axis]) = (1, 0) }
        let layout = lifter.preferredLayout([view])
        let positions = averaged.map { Int64(layout == .channelsLast ? $0 : [0, 2, 3, 1][$0]) }
        let inputs = [
            lifter.value(view.image, layout), lifter.addConstant(try Tensor(vector: positions), for: node, "axes"),
        ]
        let image = lifter.emit(
            ReduceMean(ReductionOptions()), for: node, inputs: inputs, extents: extents, layout: layout)
        var rest: [[Digit]] = []
        for (axis, digits) in arrangement.axes.enumerated() {
            if !axes.contains(axis) {
                rest.append(digits)
            } else if options.keepsDimensions {
                rest.append([])
            }
        }
        return [.image(ImageView(image: image, arrangement: Arrangement(source: extents, axes: rest, origin: origin)))]
    }
}
