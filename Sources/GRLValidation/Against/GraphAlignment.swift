import GRLGraph
import GRLTensor

/// Which values of two graphs stand for the same thing, told by operators, types and modules in the order of the run.
struct GraphAlignment {
    /// Two values that should be equal.
    struct Pair: Hashable {
        let own: ValueID
        let other: ValueID
    }

    /// Differences between sequences whose lengths have a larger product are not searched for.
    private static let searchLimit = 16_000_000
    /// Operators that only move data; exporters spell movements in many ways.
    private static let movements: Set<String> = [
        "Cast", "Concat", "Constant", "ConstantOfShape", "Expand", "Flatten", "Gather", "GatherND", "Identity", "Pad",
        "Range", "Reshape", "ScatterND", "Shape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
    ]

    /// From the graphs' inputs to their outputs.
    let pairs: [Pair]

    /// - Parameter input: at what size types are compared.
    /// - Throws: a ``RunError`` when a network does not accept the input.
    init(_ own: ComparedNetwork, _ other: ComparedNetwork, input: Tensor) throws {
        let named = try Self.pairs(own, other, input, usesModules: true)
        let plain = try Self.pairs(own, other, input, usesModules: false)
        var pairs = 5 * named.count >= 4 * plain.count ? named : plain
        if let source = own.graph.inputs.first, let otherSource = other.graph.inputs.first {
            pairs.insert(Pair(own: source, other: otherSource), at: 0)
        }
        if let result = own.graph.outputs.first, let otherResult = other.graph.outputs.first {
            pairs.removeAll { $0.own == result || $0.other == otherResult }
            pairs.append(Pair(own: result, other: otherResult))
        }
        self.pairs = pairs
    }

    private struct Key: Hashable {
        let operatorName: String
        let shape: Shape
        let module: String?
    }

    private static func pairs(
        _ own: ComparedNetwork, _ other: ComparedNetwork, _ input: Tensor, usesModules: Bool
    ) throws -> [Pair] {
        let a = try entries(own, input, usesModules)
        let b = try entries(other, input, usesModules)
        return match(a.map(\.key), b.map(\.key)).map { Pair(own: a[$0.0].value, other: b[$0.1].value) }
    }

    /// The results of all nodes that compute numbers.
    private static func entries(
        _ network: ComparedNetwork, _ input: Tensor, _ usesModules: Bool
    ) throws -> [(key: Key, value: ValueID)] {
        let type = try network.types(for: input)
        return network.graph.nodesInOrderOfUse.compactMap { node in
            guard let output = node.outputs.first, let output, let outputType = type(output),
                outputType.elementType.isFloatingPoint, !movements.contains(node.operation.spec.name)
            else { return nil }
            let key = Key(
                operatorName: node.operation.spec.name, shape: outputType.shape,
                module: usesModules ? network.module(of: node) : nil)
            return (key, output)
        }
    }

    /// The positions of a longest common subsequence.
    private static func match(_ a: [Key], _ b: [Key]) -> [(Int, Int)] {
        let shorter = min(a.count, b.count)
        var prefix = 0
        while prefix < shorter, a[prefix] == b[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shorter - prefix, a[a.count - 1 - suffix] == b[b.count - 1 - suffix] { suffix += 1 }
        var result = (0..<prefix).map { ($0, $0) }
        let (middleA, middleB) = (Array(a[prefix..<a.count - suffix]), Array(b[prefix..<b.count - suffix]))
        let (product, overflow) = middleA.count.multipliedReportingOverflow(by: middleB.count)
        if !overflow, product <= searchLimit {
            var removed: Set<Int> = []
            var inserted: Set<Int> = []
            for change in middleB.difference(from: middleA) {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): inserted.insert(offset)
                }
            }
            result += zip(
                middleA.indices.filter { !removed.contains($0) }, middleB.indices.filter { !inserted.contains($0) }
            ).map { (prefix + $0, prefix + $1) }
        }
        return result + (0..<suffix).reversed().map { (a.count - 1 - $0, b.count - 1 - $0) }
    }
}

extension Graph {
    /// The nodes that the outputs need, each after its operands, in an order that follows from what reads what alone:
    /// equal graphs have equal orders, however their files are sorted.
    fileprivate var nodesInOrderOfUse: [Node] {
        var order: [Node] = []
        var seen: Set<NodeID> = []
        var open: [(node: Node, next: Int)] = []
        func enter(_ value: ValueID?) {
            guard let value, let node = producer(of: value), seen.insert(node.id).inserted else { return }
            open.append((node, 0))
        }
        for output in outputs {
            enter(output)
            while let (node, next) = open.last {
                if next < node.inputs.count {
                    open[open.count - 1].next += 1
                    enter(node.inputs[next])
                } else {
                    order.append(node)
                    open.removeLast()
                }
            }
        }
        return order
    }
}
