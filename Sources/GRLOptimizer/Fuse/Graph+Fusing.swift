import GRLGraph
import GRLOperators
import GRLTensor

extension Graph {
    /// The only node that reads `value`, once, where the graph does not return it.
    func soleReader(of value: ValueID) -> Node? {
        let users = self[value].users
        guard users.count == 1, !isOutput(value) else { return nil }
        return self[users[0]]
    }

    /// The node that computes `value` with an operator of type `Operation`.
    func producer<Operation: Operator>(
        of value: ValueID?, as type: Operation.Type
    ) -> (node: Node, operation: Operation)? {
        guard let value, let node = producer(of: value), let operation = node.operation as? Operation else {
            return nil
        }
        return (node, operation)
    }

    /// Puts a node in the place of `node`, which has one output, and erases that and the nodes in `others`, whose
    /// results nobody else reads and for which it stands as well. An output of the graph keeps its name.
    ///
    /// - Returns: what the new node computes.
    @discardableResult
    mutating func replace(
        _ node: Node, with operation: any Operator, inputs: [ValueID?], erasing others: [NodeID] = []
    ) -> ValueID {
        let result = addNode(
            operation, name: node.name, inputs: inputs, output: operation.spec.name,
            origins: node.origins + others.flatMap { self[$0].origins }, before: node.id)
        take(node, result, erasing: others)
        return result
    }

    /// Lets `result` take the place of the only output of `node`, and erases that and the nodes in `others`.
    mutating func take(_ node: Node, _ result: ValueID, erasing others: [NodeID] = []) {
        if case let output?? = node.outputs.first {
            replaceUses(of: output, with: result)
            swapNames(output, result)
        }
        erase(Set(others + [node.id]))
    }

    /// The elements of a constant float32 vector that broadcasts to [..., count] and does not change the rank of such a
    /// tensor, which is at least `rank`; a single number stands for `count` equal ones.
    func vector(_ value: ValueID?, count: Int, rank: Int = 1) -> [Float]? {
        guard let value, let tensor = self[value].constant, tensor.elementType == .float32,
            tensor.shape.rank <= rank, let elements = try? tensor.elements(of: Float.self)
        else { return nil }
        if elements.count == 1 { return Array(repeating: elements[0], count: count) }
        guard elements.count == count, tensor.shape.dimensions.last == count else { return nil }
        return elements
    }

    /// The numbers of a constant that holds axes, sizes or the like.
    func integers(_ value: ValueID?) -> [Int]? {
        guard let value, let tensor = self[value].constant, tensor.elementType == .int64 else { return nil }
        return try? tensor.elements(of: Int64.self).map { Int($0) }
    }
}

extension Tensor {
    /// The axes in another order, in memory of its own.
    ///
    /// - Throws: `SHAPE` when `order` does not name each axis once; memory errors.
    func transposed(_ order: [Int]) throws -> Tensor {
        var context = EvaluationContext(inputs: [self])
        return try Transpose(permutation: order).evaluate(&context)[0]
    }
}
