import Foundation
import GRLGraph
import GRLOperators
import GRLTensor

/// What the bytes of a model's file are.
package struct FileContents: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        /// What training has found.
        case parameters
        /// What keeps the parts of shifted windows apart.
        case masks
        /// Biases of attentions, written out for each pair of tokens.
        case biases
        /// Tables that networks compute biases from, such as coordinates; tables of biases for each offset.
        case tables
        /// Integers: indices, shapes, sizes of slices.
        case integers
        /// Constants that the file has before already.
        case duplicates
        /// Single numbers and truth values.
        case others
    }

    package struct Part: Sendable, Encodable {
        package let kind: Kind
        package fileprivate(set) var tensors = 0
        package fileprivate(set) var elements = 0
        package fileprivate(set) var bytes = 0
    }

    /// The kinds of which there is any, the one with the most bytes first.
    package let parts: [Part]
    /// Bytes of nodes and names, and of constants that nobody reads.
    package let graphBytes: Int
    /// The constants that hold parameters, with their elements.
    let parameterCounts: [ValueID: Int]

    private enum CodingKeys: CodingKey { case parts, graphBytes }

    /// The number of the elements of all parameters.
    package var parameters: Int { part(.parameters)?.elements ?? 0 }

    package func part(_ kind: Kind) -> Part? { parts.first { $0.kind == kind } }

    package init(_ model: StagedModel) {
        let graph = model.graph(at: .imported)
        let byteCount = model.file.byteCount.saturatingSum(model.file.externalByteCount)
        var parts = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, Part(kind: $0)) })
        var originals: [TensorType: [Tensor]] = [:]
        var parameterCounts: [ValueID: Int] = [:]
        for value in graph.values {
            guard let tensor = value.constant else { continue }
            var kind = Self.kind(of: value, tensor, in: graph)
            if kind != .parameters && kind != .others || tensor.byteCount >= Self.largeParameter {
                if originals[tensor.type, default: []].contains(where: { Self.isEqual($0, tensor) }) {
                    kind = .duplicates
                } else {
                    originals[tensor.type, default: []].append(tensor)
                }
            }
            if kind == .parameters { parameterCounts[value.id] = tensor.count }
            parts[kind]?.tensors += 1
            parts[kind]?.elements += tensor.count
            parts[kind]?.bytes += tensor.byteCount
        }
        self.parameterCounts = parameterCounts
        self.parts = parts.values.filter { $0.tensors > 0 }.sorted {
            ($0.bytes, $1.kind.rawValue) > ($1.bytes, $0.kind.rawValue)
        }
        graphBytes = max(byteCount - self.parts.reduce(0) { $0.saturatingSum($1.bytes) }, 0)
    }

    /// Parameters of fewer bytes may well be equal without being copies, such as fresh scales of normalisations.
    private static let largeParameter = 1 << 16
    /// Constants of fewer elements are not taken for masks or biases.
    private static let leastScores = 256

    private static func kind(of value: Value, _ tensor: Tensor, in graph: Graph) -> Kind {
        switch tensor.elementType {
        case .float16, .float32, .float64, .bfloat16: break
        case .bool: return .others
        default: return .integers
        }
        if tensor.shape.rank == 0 { return .others }
        if tensor.shape.rank >= 2, tensor.count >= leastScores, isAddedToScores(value, in: graph) {
            return isMask(tensor) ? .masks : .biases
        }
        return isTable(value, in: graph) ? .tables : .parameters
    }

    /// Whether a value reaches a softmax through additions and other shapes alone.
    private static func isAddedToScores(_ value: Value, in graph: Graph) -> Bool {
        var (open, seen): ([ValueID], Set<ValueID>) = ([value.id], [value.id])
        while let next = open.popLast(), seen.count < 64 {
            for user in graph[next].users {
                let node = graph[user]
                if node.operation is Softmax { return true }
                guard
                    node.operation is any ViewOperator || node.operation is Add || node.operation is Transpose
                        || node.operation is Expand || node.operation is Cast || node.operation is Slice
                else { continue }
                for case let output? in node.outputs where seen.insert(output).inserted { open.append(output) }
            }
        }
        return false
    }

    /// Whether it is the left factor of a product of constants, as the coordinates are that biases are computed from,
    /// or the table of biases of a lifted attention.
    private static func isTable(_ value: Value, in graph: Graph, depth: Int = 8) -> Bool {
        depth > 0 && !value.users.isEmpty
            && value.users.allSatisfy { user in
                let node = graph[user]
                if node.operation is WindowAttention { return node.inputs.count > 4 && node.inputs[4] == value.id }
                if isSpelling(node), let output = node.outputs.first ?? nil {
                    return isTable(graph[output], in: graph, depth: depth - 1)
                }
                guard node.operation is MatMul, node.inputs.count == 2, node.inputs[0] == value.id else { return false }
                return node.inputs[1].map { isConstant($0, in: graph) } ?? false
            }
    }

    private static func isConstant(_ value: ValueID, in graph: Graph) -> Bool {
        var value = value
        while let node = graph.producer(of: value), isSpelling(node) || node.operation is Transpose,
            let input = node.inputs.first ?? nil
        {
            value = input
        }
        return graph[value].constant != nil
    }

    private static func isSpelling(_ node: Node) -> Bool {
        node.operation is Cast || node.operation is any ViewOperator
    }

    /// Whether the elements looked at, some thousand of them, are 0 or one negative number.
    private static func isMask(_ tensor: Tensor) -> Bool {
        switch tensor.elementType {
        case .float32: (try? tensor.withElements(of: Float.self) { isMask($0) }) ?? false
        case .float16: (try? tensor.withElements(of: Float16.self) { isMask($0) }) ?? false
        default: false
        }
    }

    private static func isMask<Element: BinaryFloatingPoint>(_ elements: UnsafeBufferPointer<Element>) -> Bool {
        var masked: Element?
        let step = max(elements.count / 4096, 1)
        for index in Array(stride(from: 0, to: elements.count, by: step)) + elements.indices.suffix(4096) {
            let element = elements[index]
            if element == 0 { continue }
            guard element < 0, masked ?? element == element else { return false }
            masked = element
        }
        return true
    }

    private static func isEqual(_ a: Tensor, _ b: Tensor) -> Bool {
        a.withBytes { a in
            b.withBytes { b in
                guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
                    return a.count == b.count
                }
                return memcmp(first, second, a.count) == 0
            }
        }
    }
}
