import GRLGraph
import GRLOperators
import GRLTensor

/// A bias that an export gathers from a small stored table, one element for each pair of tokens.
///
/// Which element stands where is found by moving the elements' numbers in place of the elements; layers that gather alike
/// share that, so the large array of pairs is made and checked once for all of them.
struct GatheredTable {
    /// What moves the elements: operators, their other operands, the stored table's shape, and how scores read it.
    struct Movement: Hashable {
        fileprivate let operations: [String]
        fileprivate let operands: [ValueID?]
        fileprivate let shape: Shape
        fileprivate let window: [Int]
        fileprivate let elementStrides: [Int]
    }

    /// The stored elements.
    let table: Tensor
    let movement: Movement
    private let chain: [Node]

    /// Numbers above this are not exact in float32.
    private static let countLimit = 1 << 24

    /// - Parameter value: what is added to scores; nil is returned where it is not such a bias.
    init?(_ value: ValueID, in graph: Graph, window: [Int], elementStrides: [Int]) {
        var chain: [Node] = []
        var value = value
        while graph[value].constant == nil {
            guard let node = graph.producer(of: value), node.operation is any RearrangingOperator,
                node.inputs.dropFirst().allSatisfy({ $0.map { graph[$0].constant != nil } ?? true }),
                case let source?? = node.inputs.first
            else { return nil }
            chain.append(node)
            value = source
        }
        guard !chain.isEmpty, let table = graph[value].constant, table.elementType == .float32,
            table.count <= Self.countLimit
        else { return nil }
        self.table = table
        self.chain = chain.reversed()
        movement = Movement(
            operations: chain.map { node in
                let attributes = node.operation.attributes.sorted { $0.key < $1.key }
                return node.operation.spec.name + attributes.map { " \($0.key)=\($0.value.summary)" }.joined()
            },
            operands: chain.flatMap { $0.inputs.dropFirst() }, shape: table.shape, window: window,
            elementStrides: elementStrides)
    }

    /// The number of the stored element at each place of the bias.
    ///
    /// - Throws: what moving the elements throws.
    func places(in graph: Graph) throws -> Tensor {
        var result = try Tensor((0..<table.count).map { Float($0) }, shape: table.shape)
        for node in chain {
            let inputs = [result] + node.inputs.dropFirst().map { $0.flatMap { graph[$0].constant } }
            result = try Interpreter.evaluate(node, inputs, Tensor.sharedAllocator, accelerates: true)[0]
        }
        return result
    }

    /// The stored elements at `places`.
    ///
    /// - Throws: memory errors.
    func elements(at places: Tensor) throws -> Tensor {
        let numbers = try places.elements(of: Float.self).map { Int($0) }
        return try table.withElements(of: Float.self) { elements in
            try Tensor(numbers.map { elements[$0] }, shape: places.shape)
        }
    }
}
