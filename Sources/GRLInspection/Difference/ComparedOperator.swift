import GRLGraph
import GRLOperators
package import GRLTensor

/// An operator of a network as it is compared with one of another network: what it computes, without its name and
/// without the numbers in its weights.
package struct ComparedOperator: Sendable {
    /// Floating point constants that an operator reads.
    package struct Weight: Sendable {
        /// The constant's name in its network.
        package let name: String
        package let tensor: Tensor
    }

    /// The node's name in its network.
    package let name: String
    /// The operator, the shapes of its weights, each of its attributes and its other constants; equal for operators
    /// that compute the same from other weights.
    package let traits: [String]
    /// The traits as one text.
    package let signature: String
    package let weights: [Weight]

    /// - Parameters:
    ///   - factor: what the first weight is multiplied by.
    ///   - addend: what is added to the bias, the third input, which may be left out.
    init(_ node: Node, in graph: Graph, factor: Float, addend: Tensor?) {
        name = node.name
        guard !Self.isMeanOfImage(node, in: graph) else {
            (traits, signature, weights) = (["GlobalAveragePool"], "GlobalAveragePool", [])
            return
        }
        var words = [node.operation.spec.name]
        var weights: [Weight] = []
        for (index, input) in node.inputs.enumerated() {
            guard let input, let tensor = graph[input].constant else { continue }
            guard tensor.elementType.isFloatingPoint else {
                words.append("input \(index) = \(Self.contents(of: tensor))")
                continue
            }
            let compared =
                switch index {
                case 1: factor == 1 ? tensor : Self.mapped(tensor) { $0 * factor }
                case 2: addend.map { Self.sum(tensor, $0) } ?? tensor
                default: tensor
                }
            weights.append(Weight(name: graph[input].name, tensor: compared))
        }
        if let addend, node.inputs.count < 3 || node.inputs[2] == nil {
            weights.append(Weight(name: "\(node.name).bias", tensor: Self.sum(addend, nil)))
        }
        words += weights.map { Self.text(Self.extents(of: $0.tensor, readBy: node.operation)) }
        for (name, value) in node.operation.attributes.sorted(by: { $0.key < $1.key }) {
            words.append("\(name) \(Self.text(value))")
        }
        // Where the constant of two operands stands matters, unless they commute.
        let isConstant = node.inputs.map { $0.map { graph[$0].constant != nil } ?? false }
        if isConstant == [true, false], !Self.isCommutative(node) { words.append("(constant first)") }
        traits = words
        signature = words.joined(separator: " ")
        self.weights = weights
    }

    /// The signature; beside an operator of the same name, only the traits that it does not share.
    package func description(beside other: ComparedOperator?) -> String {
        guard let other, traits.first == other.traits.first, traits != other.traits else { return signature }
        let own = traits.filter { !other.traits.contains($0) }
        return own.isEmpty ? signature : (traits.prefix(1) + own).joined(separator: " ")
    }

    /// Whether the operands may be swapped.
    static func isCommutative(_ node: Node) -> Bool { node.operation is Add || node.operation is Mul }

    /// Whether a node is a reduction that GlobalAveragePool stands for: the mean over rows and columns, which stay.
    private static func isMeanOfImage(_ node: Node, in graph: Graph) -> Bool {
        guard let mean = node.operation as? ReduceMean, mean.options.keepsDimensions, node.inputs.count == 2,
            let axes = node.inputs[1].flatMap({ graph[$0].constant }),
            let numbers = try? axes.elements(of: Int64.self)
        else { return false }
        return numbers == [2, 3] || numbers == [-2, -1] || numbers == [-1, -2]
    }

    /// A float32 tensor with a function of each element.
    private static func mapped(_ tensor: Tensor, _ function: (Float) -> Float) -> Tensor {
        let elements = try? tensor.elements(of: Float.self).map(function)
        return elements.flatMap { try? Tensor($0, shape: tensor.shape) } ?? tensor
    }

    /// The sum of two float32 vectors, or one as a vector.
    private static func sum(_ a: Tensor, _ b: Tensor?) -> Tensor {
        guard let first = try? a.elements(of: Float.self) else { return a }
        let second = b.flatMap { try? $0.elements(of: Float.self) } ?? Array(repeating: 0, count: first.count)
        return (try? Tensor(vector: zip(first, second).map { $0 + $1 })) ?? a
    }

    /// Shapes as they are compared: where operands are broadcast, axes of length 1 in front say nothing.
    private static func extents(of tensor: Tensor, readBy operation: any Operator) -> [Int] {
        guard operation is any PointwiseOperator else { return tensor.shape.dimensions }
        return tensor.shape.dimensions.filter { $0 != 1 }
    }

    private static func text(_ extents: [Int]) -> String {
        extents.isEmpty ? "number" : extents.map(String.init).joined(separator: "×")
    }

    /// The elements of a small constant; of a large one, its type and a sum over its bytes.
    private static func contents(of tensor: Tensor) -> String {
        if tensor.count <= 16, let numbers = try? tensor.elements(of: Int64.self) { return "\(numbers)" }
        let sum = tensor.withBytes { bytes in bytes.reduce(UInt64(0)) { ($0 &* 0x100_0000_01b3) ^ UInt64($1) } }
        return "\(tensor.type) #\(String(sum, radix: 16))"
    }

    private static func text(_ value: AttributeValue) -> String {
        switch value {
        case .tensor(let tensor): contents(of: tensor)
        case .graph(let subgraph): subgraph.graph.description
        case .ints(let values): values.map(String.init).joined(separator: ",")
        default: value.summary
        }
    }
}
