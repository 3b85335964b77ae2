package import GRLGraph
import GRLOperators
import GRLTensor

/// Lets convolutions, and what stands between them, work on images whose channels come last.
///
///     Conv → Relu → Conv      becomes
///     Transpose → ImageConvolution → Relu → ImageConvolution → Transpose
///
/// Every convolution with constant float32 weights and one group is replaced, with transpositions around it. These then
/// move past operators that can take either order of axes: pointwise ones, concatenations, slices, means, poolings,
/// pixel shuffles, resizing, padding; and cancel where they meet.
///
/// Left alone: convolutions whose padding depends on the image's size, or with weights that are computed.
package struct ConvertToChannelsLast: Pass {
    package let name = "convert to channels last"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var rewriter = ChannelsLastRewriter(graph)
        try rewriter.run()
        if rewriter.convertedCount > 0 {
            graph = rewriter.graph
            log.applied(self, "converted \(counted(rewriter.convertedCount, "node"))")
        }
        for node in graph.nodes {
            guard let convolution = node.operation as? Conv else { continue }
            log.declined(self, obstacle(convolution, node, graph), node: node.name)
        }
    }

    /// Why a convolution stays as it is.
    private func obstacle(_ convolution: Conv, _ node: Node, _ graph: Graph) -> String {
        if convolution.group != 1 { return "the convolution has \(convolution.group) groups" }
        guard let filter = graph.input(node, 1).flatMap({ graph[$0].constant }) else {
            return "the convolution's weights are computed"
        }
        if filter.elementType != .float32 { return "the convolution's weights are \(filter.elementType), not float32" }
        if filter.shape.rank != 4 { return "the convolution's weights \(filter.shape) are not of images" }
        return "the convolution's padding depends on the image's size, or its bias is computed"
    }
}

/// Goes through a graph in order and keeps, for values whose channels come first, their twins whose channels come last.
///
/// Each node that has a rule in `ChannelsLastRules.swift`, and a twin among its inputs, gives way to one that computes
/// the twin of its output, and a transposition for those that still want the output itself.
struct ChannelsLastRewriter {
    static let toBack = [0, 2, 3, 1]
    static let toFront = [0, 3, 1, 2]

    private(set) var graph: Graph
    private(set) var convertedCount = 0
    private var twins: [ValueID: ValueID] = [:]
    private lazy var types = SampleTypes(graph)

    init(_ graph: Graph) {
        self.graph = graph
    }

    /// - Throws: memory errors.
    mutating func run() throws {
        for id in graph.schedule {
            let node = graph[id]
            if let transpose = node.operation as? Transpose {
                note(transpose, node)
            } else if node.outputs.count == 1, let (operation, inputs) = try converted(node) {
                let twin = graph.addNode(
                    operation, name: node.name, inputs: inputs, output: operation.spec.name, origins: node.origins,
                    before: id)
                let front = graph.addNode(
                    Transpose(permutation: Self.toFront), inputs: [twin], output: "Transpose", before: id)
                twins[front] = twin
                graph.take(node, front)
                convertedCount += 1
            }
        }
    }

    /// Whether the channels-last twin of a value is there.
    func hasTwin(_ value: ValueID?) -> Bool { value.map { twins[$0] != nil } ?? false }

    /// The rank of a value that is known to have one, or nil.
    mutating func rank(of value: ValueID) -> Int? {
        if twins[value] != nil { return 4 }
        return graph[value].constant?.shape.rank ?? types?[value]?.shape.rank
    }

    /// The channels-last twin of a value of rank 4, added before `node` where there is none.
    ///
    /// - Throws: memory errors.
    mutating func twin(of value: ValueID, before node: NodeID) throws -> ValueID {
        if let twin = twins[value] { return twin }
        let twin: ValueID
        if let constant = graph[value].constant {
            twin = graph.addConstant(graph[value].name, try constant.transposed(Self.toBack))
        } else {
            twin = graph.addNode(
                Transpose(permutation: Self.toBack), inputs: [value], output: "Transpose", before: node)
        }
        twins[value] = twin
        return twin
    }

    /// Adds a constant.
    mutating func addConstant(_ tensor: Tensor, like value: ValueID) -> ValueID {
        graph.addConstant(graph[value].name, tensor)
    }

    /// Learns twins from a transposition; one whose result is there already goes.
    private mutating func note(_ transpose: Transpose, _ node: Node) {
        guard case let input?? = node.inputs.first, case let output?? = node.outputs.first else { return }
        if transpose.permutation == Self.toFront {
            twins[output] = input
        } else if transpose.permutation == Self.toBack {
            if let twin = twins[input] {
                guard !graph.isOutput(output) || graph.producer(of: twin) != nil && !graph.isOutput(twin) else {
                    return
                }
                graph.take(node, twin)
                convertedCount += 1
            } else {
                twins[input] = output
            }
        }
    }
}
