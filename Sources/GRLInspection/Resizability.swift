import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLRestoration
import GRLRuntime

/// Whether a network runs at other sizes than that of its export, and if not, why.
package struct Resizability: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable {
        /// At any size once it is lifted.
        case any
        /// At any size as it was exported.
        case dynamic
        /// At some sizes as it was exported, which follow no rule that was tried.
        case some
        /// At the size of the export alone.
        case fixed
    }

    /// Something that keeps the network at its size.
    package struct Obstacle: Sendable, Encodable {
        /// The node's name; nil where it is about the whole network.
        package let node: String?
        /// The modules around the node, such as `layers.0.blocks.2.attn`; nil where there are none.
        package let module: String?
        package let reason: String
        /// What to change in the export.
        package let advice: String
    }

    package let kind: Kind
    /// What the network pads height and width to a multiple of, or what they must be multiples of.
    package let multiple: Int?
    /// Whether the file declares any size although the network runs at one alone.
    package let isFalselyDynamic: Bool
    package let obstacles: [Obstacle]

    /// - Parameters:
    ///   - model: a model through its last stage.
    ///   - trees: the modules of its stages.
    init(_ model: StagedModel, trees: [ModuleTree]) {
        if model.isFreeOfSize {
            kind = .any
            multiple = model.graph(at: .lifted).nodes.lazy.compactMap { ($0.operation as? PadToMultiple)?.multiples }
                .first.map { max($0.y, $0.x) }
            (isFalselyDynamic, obstacles) = (false, [])
            return
        }
        obstacles = Self.obstacles(model, trees)
        guard model.declaresAnySize else {
            (kind, multiple, isFalselyDynamic) = (.fixed, nil, false)
            return
        }
        var options = ModelOptions()
        options.stage = .imported
        let contract = try? ModelContract(of: Model(graph: model.graph(at: .fused), options: options))
        if case .dynamic(let multiple, _)? = contract?.size {
            (kind, self.multiple, isFalselyDynamic) = (.dynamic, multiple, false)
        } else {
            let holdsMasks = model.holdsMasks
            (kind, multiple, isFalselyDynamic) = (holdsMasks ? .fixed : .some, nil, holdsMasks)
        }
    }

    /// The nodes that were refused, or what was said of the whole network where that is none of its nodes.
    private static func obstacles(_ model: StagedModel, _ trees: [ModuleTree]) -> [Obstacle] {
        let (refusals, graph) = (model.liftRefusals, model.graph(at: .simplified))
        let nodes = Dictionary(graph.nodes.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        let named = refusals.filter { $0.node != nil }
        return (named.isEmpty ? refusals : named).map { entry in
            let node = entry.node.flatMap { nodes[$0] }
            let path = node.map { trees[OptimizationStage.simplified.rawValue].path(of: $0) } ?? .root
            return Obstacle(
                node: entry.node, module: path == .root ? nil : "\(path)", reason: entry.message,
                advice: advice(for: entry.message))
        }
    }

    /// What to do about a reason for which lifting was declined.
    private static func advice(for reason: String) -> String {
        for (part, advice) in remedies where reason.contains(part) { return advice }
        return "export at the size that is needed, or run larger pictures in tiles of this one, as grl-run does"
    }

    private static let distances =
        "attention by distances has no form that is free of sizes: use attention by products (for GRL "
        + "euclidean_dist=False), or export at the size that is needed"
    private static let sizeInPixels =
        "windows or stripes are a part of the image: give their size in pixels (for GRL stripe_size instead of "
        + "stripe_groups)"
    private static let partsOfImage = sizeInPixels + ", or export at one fixed size"

    /// What to do about reasons that hold certain words.
    private static let remedies = [
        ("outside a softmax", distances),
        ("no operand has the shape of the result", distances),
        (
            "differs between pixels",
            "a constant has a number for each pixel or pair of tokens: compute it from their offsets, or export at the "
                + "size that is needed"
        ),
        ("stripes are a part of the image", sizeInPixels + ", or export at the size that is needed"),
        ("gives different networks", partsOfImage),
        ("but not at other sizes", partsOfImage),
        ("no float32 image", "export with one float32 input [batch, channels, height, width]"),
        ("not one from one image to one image", "export with one image as input and one as output"),
        ("at none of the sizes tried", "export with a fixed height and width"),
        ("padded to", "export at a size that needs no padding"),
        ("is not constant", "export without dynamic axes, so that what is computed from the size folds to constants"),
        ("depends on the image", "export without dynamic axes, so that shapes are constants"),
    ]
}
