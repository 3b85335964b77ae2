import GRLGraph
import GRLOperators
import GRLTensor

/// A bias that an export gathers from a small table, one element for each pair of tokens.
///
/// Which element stands where is found by moving the elements' numbers in place of the elements; layers that gather
/// alike share that, so the large array of pairs is made and checked once for all of them. Functions of single elements
/// that the export applies on the way (a sigmoid, a factor) are applied to the table instead.
struct GatheredTable {
    /// What moves the elements: operators, their other operands, the table's shape, and how scores read it.
    struct Movement: Hashable {
        fileprivate let operations: [String]
        fileprivate let operands: [ValueID?]
        fileprivate let shape: Shape
        fileprivate let window: [Int]
        fileprivate let elementStrides: [Int]
    }

    /// A function of single elements, and which of its operands they are.
    typealias ElementFunction = (node: Node, operand: Int)

    let movement: Movement
    /// The value of the graph that holds the table.
    let source: ValueID
    private let shape: Shape
    /// What moves the elements, the first one first.
    let moves: [Node]
    let functions: [ElementFunction]

    /// Numbers above this are not exact in float32.
    private static let countLimit = 1 << 24

    /// - Parameters:
    ///   - value: what is added to scores; nil is returned where it is not such a bias.
    ///   - type: the type of a value.
    init?(
        _ value: ValueID, in graph: Graph, window: [Int], elementStrides: [Int], type: (ValueID) -> TensorType?
    ) {
        var (moves, functions): ([Node], [ElementFunction]) = ([], [])
        var value = value
        while graph[value].constant == nil, let node = graph.producer(of: value) {
            if node.operation is any RearrangingOperator, case let source?? = node.inputs.first,
                node.inputs.dropFirst().allSatisfy({ $0.map { graph[$0].constant != nil } ?? true })
            {
                moves.append(node)
                value = source
            } else if let operand = Self.onlyOperand(of: node, in: graph), let source = node.inputs[operand] {
                functions.append((node, operand))
                value = source
            } else {
                break
            }
        }
        guard !moves.isEmpty, let type = type(value), type.elementType == .float32, type.shape.count <= Self.countLimit
        else { return nil }
        source = value
        shape = type.shape
        self.moves = moves.reversed()
        self.functions = functions.reversed()
        movement = Movement(
            operations: moves.map { node in
                let attributes = node.operation.attributes.sorted { $0.key < $1.key }
                return node.operation.spec.name + attributes.map { " \($0.key)=\($0.value.summary)" }.joined()
            },
            operands: moves.flatMap { $0.inputs.dropFirst() }, shape: type.shape, window: window,
            elementStrides: elementStrides)
    }

    /// The position of the only operand of a function of single elements that is no constant number.
    private static func onlyOperand(of node: Node, in graph: Graph) -> Int? {
        guard node.operation is any PointwiseOperator, node.outputs.count == 1 else { return nil }
        let operands = node.inputs.indices.filter { index in
            node.inputs[index].map { graph[$0].constant?.shape.rank != 0 } ?? false
        }
        return operands.count == 1 ? operands[0] : nil
    }

    /// The number of the table's element at each place of the bias.
    ///
    /// - Throws: what moving the elements throws.
    func places(in graph: Graph) throws -> Tensor {
        var result = try Tensor((0..<shape.count).map { Float($0) }, shape: shape)
        for node in moves {
            let inputs = [result] + node.inputs.dropFirst().map { $0.flatMap { graph[$0].constant } }
            result = try Interpreter.evaluate(node, inputs, Tensor.sharedAllocator, accelerates: true)[0]
        }
        return result
    }

    /// The elements of `table` at `places`, with the functions applied.
    ///
    /// - Throws: memory errors, and what the functions throw.
    func elements(of table: Tensor, at places: Tensor, in graph: Graph) throws -> Tensor {
        let numbers = try places.elements(of: Float.self).map { Int($0) }
        var result = try table.withElements(of: Float.self) { elements in
            try Tensor(numbers.map { elements[$0] }, shape: places.shape)
        }
        for (node, operand) in functions {
            var inputs = node.inputs.map { $0.flatMap { graph[$0].constant } }
            inputs[operand] = result
            result = try Interpreter.evaluate(node, inputs, Tensor.sharedAllocator, accelerates: true)[0]
        }
        return result
    }
}
