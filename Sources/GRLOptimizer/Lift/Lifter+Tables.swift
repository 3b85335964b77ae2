import GRLGraph
import GRLOperators
import GRLTensor

// Tables of biases that the export computes from a few weights are computed so in the lifted graph, too.

extension Lifter {
    /// The table that has the gathered elements at `places`, computed as the export does; nil where that takes more
    /// memory than the table.
    ///
    /// - Throws: memory errors, and a ``Refusal`` when something is not constant.
    mutating func computedTable(
        _ gathered: GatheredTable, at places: Tensor, for node: Node
    ) throws -> ValueID? {
        guard graph[gathered.source].constant == nil,
            try weightBytes(of: gathered.source) < places.byteCount
        else { return nil }
        let flat = lifted.addConstant("shape", try Tensor(vector: [Int64(-1)]))
        let origins = gathered.moves.flatMap(\.origins)
        let elements = lifted.addNode(
            Reshape(), inputs: [try copied(gathered.source), flat], output: graph[gathered.source].name,
            origins: origins)
        var table = lifted.addNode(
            Gather(axis: 0), inputs: [elements, try indices(gathered.movement, places)],
            output: "\(node.name).table", origins: origins)
        for (function, operand) in gathered.functions {
            var inputs = try function.inputs.map { try $0.map { try copied($0) } }
            inputs[operand] = table
            table = lifted.addNode(
                function.operation, name: function.name, inputs: inputs, output: "\(node.name).table",
                origins: function.origins)
        }
        return table
    }

    /// The bytes of the constants that nodes which compute a value apply to their first input. That itself,
    /// coordinates, is shared by all tables of one shape.
    private func weightBytes(of value: ValueID) throws -> Int {
        guard let producer = graph.producer(of: value) else { return 0 }
        let weights = producer.inputs.dropFirst().reduce(0) { sum, input in
            sum + (input.flatMap { graph[$0].constant }?.byteCount ?? 0)
        }
        return try producer.inputs.first.flatMap { $0 }.map { try weightBytes(of: $0) + weights } ?? weights
    }

    /// A value that does not depend on the input, computed as the export computes it.
    private mutating func copied(_ value: ValueID) throws -> ValueID {
        if let known = copies[value] { return known }
        let result: ValueID
        if let tensor = graph[value].constant {
            let content = ConstantContent(tensor)
            result = constantCopies[content] ?? lifted.addConstant(graph[value].name, tensor)
            constantCopies[content] = result
        } else {
            guard let node = graph.producer(of: value), let index = node.outputs.firstIndex(of: value) else {
                throw Refusal("'\(graph[value].name)' is not constant")
            }
            let inputs = try node.inputs.map { try $0.map { try copied($0) } }
            let outputs = lifted.addNode(
                node.operation, name: node.name, inputs: inputs,
                outputs: node.outputs.map { $0.map { graph[$0].name } },
                origins: node.origins)
            guard let copy = outputs[index] else { throw Refusal("'\(graph[value].name)' is not computed") }
            result = copy
        }
        copies[value] = result
        return result
    }

    private mutating func indices(_ movement: GatheredTable.Movement, _ places: Tensor) throws -> ValueID {
        if let known = indexCopies[movement] { return known }
        let numbers = try places.elements(of: Float.self).map { Int32($0) }
        let result = lifted.addConstant("places", try Tensor(numbers, shape: places.shape))
        indexCopies[movement] = result
        return result
    }
}

/// What a constant holds; equal ones are one in the lifted graph.
struct ConstantContent: Hashable {
    private let tensor: Tensor

    /// Bytes at either end that tell most constants apart.
    private static let hashedBytes = 1024

    init(_ tensor: Tensor) {
        self.tensor = tensor
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(tensor.type)
        tensor.withBytes { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.hashedBytes)))
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.suffix(Self.hashedBytes)))
        }
    }

    static func == (a: ConstantContent, b: ConstantContent) -> Bool {
        a.tensor.type == b.tensor.type
            && a.tensor.withBytes { bytes in b.tensor.withBytes { bytes.elementsEqual($0) } }
    }
}
