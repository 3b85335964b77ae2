package import GRLGraph
import GRLOperators
import GRLTensor

/// Lifts a network that was exported at one size to one that runs at any size: tokens become images, windows and heads
/// attributes of ``WindowAttention``, stored masks and gathered biases integers and small tables.
///
/// Done by value: see ``Arrangement`` for movements of data, ``ToeplitzTable`` and ``RegionMaskCheck`` for what is
/// added to scores. A network that leaves its size open is lifted at two sizes, and both results must be equal. Of a
/// network of fixed size in which nodes are refused, or whose file says that its stripes grow with the image, the
/// attentions that can be lifted are, and the network keeps its size.
package struct LiftGeometry: Pass {
    package let name = "lift"
    /// The metadata that says that stripes are a part of the image, as `Models/export/exporting.py` writes it. The graph
    /// of one size is that of a network with stripes of so many pixels.
    package static let stripeGroupsKey = "grl.stripe_groups"
    /// The input's sizes to try, each as height and width, where the graph leaves it open.
    private static let sampleSizes = [(64, 96), (128, 192), (144, 288), (256, 384), (64, 64), (128, 128), (256, 256)]

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        do {
            graph = try lift(graph, &log)
        } catch let refusal as Refusal {
            log.declined(self, refusal.reason, node: refusal.node)
            if let lifted = try liftParts(graph, &log) { graph = lifted }
        }
    }

    private func lift(_ graph: Graph, _ log: inout OptimizationLog) throws -> Graph {
        guard !graph.nodes.contains(where: Self.isLifted) else { throw Refusal("the network is lifted already") }
        guard graph.metadata[Self.stripeGroupsKey] == nil else {
            throw Refusal("stripes are a part of the image, says the file (\(Self.stripeGroupsKey))")
        }
        let samples = try samples(graph)
        guard samples.count == 1, let sample = samples.first else { return try liftOpen(graph, samples, &log) }
        return try lift(graph, at: sample, &log).lifted
    }

    private static func isLifted(_ node: Node) -> Bool {
        let operation = node.operation
        return operation is WindowAttention || operation is PadToMultiple || operation is CropToScale
    }

    /// The input types at which the graph may be lifted; one where it is of fixed size.
    private func samples(_ graph: Graph) throws -> [TensorType] {
        guard graph.inputs.count == 1, let input = graph.inputs.first,
            let dimensions = graph[input].declaration.dimensions, dimensions.count == 4,
            case .fixed(let channels) = dimensions[1], graph[input].declaration.elementType ?? .float32 == .float32
        else { throw Refusal("the input is no float32 image [B, C, H, W]") }
        let batch = if case .fixed(let count) = dimensions[0] { count } else { 1 }
        if case .fixed(let height) = dimensions[2], case .fixed(let width) = dimensions[3] {
            return [try TensorType(.float32, [batch, channels, height, width])]
        }
        return try (graph.maskedSizes + Self.sampleSizes).map {
            try TensorType(.float32, [batch, channels, $0.0, $0.1])
        }
    }

    /// Lifts at the first size that runs, and at a second one to see that the result is the same.
    private func liftOpen(_ graph: Graph, _ samples: [TensorType], _ log: inout OptimizationLog) throws -> Graph {
        let isOpen = graph.maskedSizes.isEmpty
        var reason = Refusal("the network runs at none of the sizes tried")
        for sample in samples {
            do {
                var trial = OptimizationLog()
                let result = try lift(graph, at: sample, &trial)
                if isOpen { try confirm(result, of: graph, liftedAt: sample) }
                for entry in trial.entries { log.append(entry) }
                return result.lifted
            } catch let refusal as Refusal {
                reason = refusal
            } catch is NodeError {
                continue
            }
        }
        throw reason
    }

    /// Checks that lifting at another size gives the same network. Sizes next to a multiple of the windows tell how the
    /// network pads; one that does not pad by itself runs at multiples only.
    private func confirm(
        _ result: (lifted: Graph, multiples: [Int]), of graph: Graph, liftedAt sample: TensorType
    ) throws {
        let shape = sample.shape
        let (rows, columns) = (result.multiples[0], result.multiples[1])
        var obstacle: Refusal?
        for (height, width) in [(shape[2] + 1, shape[3] + columns + 1), (shape[2] + rows, shape[3] + 2 * columns)] {
            let other = try TensorType(.float32, [shape[0], shape[1], height, width])
            var log = OptimizationLog()
            let second: (lifted: Graph, multiples: [Int])
            do {
                second = try lift(graph, at: other, &log)
            } catch {
                obstacle = Self.obstacle(error, log)
                continue
            }
            guard result.lifted.isIdentical(to: second.lifted) else {
                let node = zip(result.lifted.nodes, second.lifted.nodes).first {
                    $0.operation.attributes.mapValues(\.summary) != $1.operation.attributes.mapValues(\.summary)
                }?.0
                throw Refusal("lifting at \(shape) and at \(other.shape) gives different networks", at: node?.name)
            }
            return
        }
        throw Refusal(
            "the network runs at \(shape), but not at other sizes of its windows' multiples"
                + (obstacle.map { ": \($0.reason)" } ?? ""), at: obstacle?.node)
    }

    /// Where lifting failed at another size.
    private static func obstacle(_ error: any Error, _ log: OptimizationLog) -> Refusal? {
        if let error = error as? NodeError {
            return Refusal((error.cause as? OperatorError)?.message ?? "\(error.cause)", at: error.node.name)
        }
        if let entry = log.entries.first(where: { $0.kind == .declined }) {
            return Refusal(entry.message, at: entry.node)
        }
        return error as? Refusal
    }

    private func lift(
        _ graph: Graph, at sample: TensorType, _ log: inout OptimizationLog
    ) throws -> (lifted: Graph, multiples: [Int]) {
        var lifter = try Lifter(graph, sample: sample)
        try lifter.padInput()
        try lifter.run()
        let output = try lifter.finish()
        guard let output else {
            throw report(lifter.refusals, &log)
        }
        var lifted = lifter.lifted
        lifted.setOutputs([output])
        try EliminateDeadNodes().run(on: &lifted, log: &log)
        try check(lifted, against: lifter, sample)
        let attentions = lifted.nodes.count { $0.operation is WindowAttention }
        log.applied(
            self,
            "runs at any size: \(attentions) attentions, padding to \(lifter.padding.multiples.map(String.init).joined(separator: "×"))"
        )
        return (lifted, lifter.padding.multiples)
    }

    /// Says which nodes were refused and why; those that only read what others were to compute are counted.
    private func report(_ refusals: [(node: Node, refusal: Refusal)], _ log: inout OptimizationLog) -> Refusal {
        let causes = refusals.filter { !$0.refusal.isConsequence }
        for (node, refusal) in causes { log.declined(self, refusal.reason, node: node.name) }
        let others = refusals.count - causes.count
        return Refusal(
            (causes.count == 1 ? "1 node keeps" : "\(causes.count) nodes keep")
                + " the network at the size of its export"
                + (others == 0 ? "" : ", and \(others == 1 ? "1 reads" : "\(others) read") what is not lifted"))
    }

    /// Lifts what can be of a network of fixed size, in which nodes were refused; nil where that is no attention.
    private func liftParts(_ graph: Graph, _ log: inout OptimizationLog) throws -> Graph? {
        guard let samples = try? samples(graph), samples.count == 1, let output = graph.outputs.first,
            !graph.nodes.contains(where: Self.isLifted),
            var lifter = try? Lifter(graph, sample: samples[0], keepsSize: true)
        else { return nil }
        do {
            try lifter.run()
            let result = try lifter.plain(output)
            var lifted = lifter.lifted
            lifted.setOutputs([result])
            try EliminateDeadNodes().run(on: &lifted, log: &log)
            let attentions = lifted.nodes.count { $0.operation is WindowAttention }
            guard attentions > 0 else { return nil }
            lifted.rename(result, to: graph[output].name)
            lifted.declare(result, graph[output].declaration)
            try check(lifted, against: lifter, samples[0])
            log.applied(self, "runs at the size of the export, with \(attentions) attentions lifted")
            return lifted
        } catch let refusal as Refusal {
            log.declined(self, "no part is lifted: \(refusal.reason)")
            return nil
        }
    }

    /// Checks that the lifted network has an output of the type that the graph has.
    private func check(_ lifted: Graph, against lifter: Lifter, _ sample: TensorType) throws {
        let facts = try TypeInference.run(lifted, inputs: [ValueFact(type: sample)])
        guard let old = lifter.graph.outputs.first, let new = lifted.outputs.first,
            facts[new]?.type == lifter.facts[old]?.type
        else { throw Refusal("the lifted network has another output") }
    }
}

extension OptimizationLog {
    /// Why the network keeps the size of its export, node by node and then in sum; empty where it does not.
    package var liftRefusals: [Entry] { entries.filter { $0.pass == LiftGeometry().name && $0.kind == .declined } }
}

extension Lifter {
    /// The lifted graph's output; nil where a size is left in it.
    ///
    /// - Throws: a ``Refusal`` when the output is no image.
    mutating func finish() throws -> ValueID? {
        guard refusals.isEmpty, let output = graph.outputs.first, let node = graph.producer(of: output),
            case .image(let view) = value(output)
        else { return nil }
        var result = try image(view, for: node)
        let extents = images[result].extents
        let (height, scale) = (extents[ImageAxis.height], extents[ImageAxis.height] / max(padding.paddedHeight, 1))
        if padding.multiples != [1, 1], scale > 0, height == scale * padding.paddedHeight,
            padding.paddedHeight == padding.height, padding.paddedWidth == padding.width
        {
            result = try crop(result, scale: scale, for: node)
        }
        let value = channelsFirst(result)
        try settlePadding()
        lifted.rename(value, to: graph[output].name)
        let channels = Dimension.fixed(images[result].extents[ImageAxis.channel])
        lifted.declare(
            value,
            ValueDeclaration(
                elementType: .float32,
                dimensions: [.symbolic("batch"), channels, .symbolic("output_height"), .symbolic("output_width")]))
        return value
    }
}

extension Graph {
    /// Whether `other` has the same nodes on the same values, and the same constants to the bit.
    fileprivate func isIdentical(to other: Graph) -> Bool {
        guard description == other.description else { return false }
        let constants = Dictionary(
            other.values.compactMap { value in value.constant.map { (value.name, $0) } }, uniquingKeysWith: { $1 })
        return values.allSatisfy { value in
            guard let own = value.constant else { return true }
            guard let constant = constants[value.name] else { return false }
            return own.withBytes { bytes in
                constant.withBytes { $0.elementsEqual(bytes) }
            }
        }
    }
}
