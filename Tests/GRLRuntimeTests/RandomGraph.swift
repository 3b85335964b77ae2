import GRLGraph
import GRLRuntime
import GRLTensor
import TestSupport

/// A graph of random nodes whose fast way gives the same bits as the plain one: sums, products, extremes, and operators
/// that move elements, with views, repeated readers, and outputs from anywhere.
struct RandomGraph {
    let graph: Graph
    let inputs: [Tensor]

    /// Lengths of the two axes of all values; they may change places.
    private static let sides = [48, 64]

    init(seed: UInt64, nodes: Int = 60) throws {
        var generator = SplitMix(state: seed)
        var builder = GraphBuilder()
        var values: [(id: ValueID, dimensions: [Int])] = []
        var inputs: [Tensor] = []
        for number in 0..<2 {
            values.append((builder.input("input\(number)", Self.sides), Self.sides))
            let elements = (0..<48 * 64).map { _ in Float(Int.random(in: -8...8, using: &generator)) / 4 }
            inputs.append(try Tensor(elements, shape: Shape(Self.sides)))
        }
        values.append(
            (builder.constant("weight", try Tensor([Float](repeating: 0.5, count: 64), shape: Shape([64]))), [64]))
        for number in 0..<nodes {
            values.append(try Self.node(&builder, values, number, &generator))
        }
        let outputs = values.filter { $0.dimensions.count > 1 }.map(\.id).shuffled(using: &generator).prefix(3)
        builder.setOutputs(Array(outputs) + [values[values.count - 1].id])
        graph = builder.graph
        self.inputs = inputs
    }

    /// Adds a node that reads mostly young values.
    private static func node(
        _ builder: inout GraphBuilder, _ values: [(id: ValueID, dimensions: [Int])], _ number: Int,
        _ generator: inout SplitMix
    ) throws -> (id: ValueID, dimensions: [Int]) {
        let matrices = values.filter { $0.dimensions.count > 1 }
        let young = matrices.suffix(Int.random(in: 1...8, using: &generator))
        guard let a = young.randomElement(using: &generator) else { return values[0] }
        let partners = matrices.filter { $0.dimensions == a.dimensions }
        let b = partners.suffix(4).randomElement(using: &generator) ?? a
        let name = "node\(number)"
        func shape(_ dimensions: [Int]) throws -> Tensor { try Tensor(vector: dimensions.map { Int64($0) }) }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0...1: return (try builder.node("Add", a.id, b.id, name: name), a.dimensions)
        case 2: return (try builder.node("Max", a.id, b.id, name: name), a.dimensions)
        case 3: return (try builder.node("Sub", a.id, b.id, name: name), a.dimensions)
        case 4: return (try builder.node("Relu", a.id, name: name), a.dimensions)
        case 5: return (try builder.node("Neg", a.id, name: name), a.dimensions)
        case 6:
            let weight = a.dimensions.last == 64 ? values[2].id : a.id
            return (try builder.node("Mul", a.id, weight, name: name), a.dimensions)
        case 7...8:
            let target = builder.constant("shape\(number)", try shape([1] + a.dimensions))
            let view = try builder.node("Reshape", a.id, target, name: name)
            let back = builder.constant("back\(number)", try shape(a.dimensions.reversed()))
            return (try builder.node("Reshape", view, back, name: name), a.dimensions.reversed())
        case 9: return (try builder.node("Transpose", a.id, name: name), a.dimensions.reversed())
        case 10:
            let axis = AttributeValue.int(0)
            let both = try builder.node("Concat", a.id, b.id, attributes: ["axis": axis], name: name)
            let bounds = try [[7], [7 + a.dimensions[0]]].map { builder.constant("bound\(number)", try shape($0)) }
            return (try builder.node("Slice", both, bounds[0], bounds[1], name: name), a.dimensions)
        case 11:
            // A pad of nothing returns its input.
            let pads = builder.constant("pads\(number)", try shape([0, 0, 0, 0]))
            return (try builder.node("Pad", a.id, pads, name: name), a.dimensions)
        case 12:
            let condition = try builder.node("Less", a.id, b.id, name: name)
            return (try builder.node("Where", condition, a.id, b.id, name: name), a.dimensions)
        default:
            let half = try builder.node(
                "Cast", a.id, attributes: ["to": .int(ElementType.float16.onnxCode)], name: name)
            return (
                try builder.node("Cast", half, attributes: ["to": .int(ElementType.float32.onnxCode)], name: name),
                a.dimensions
            )
        }
    }
}
