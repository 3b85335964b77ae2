package import GRLGraph
package import GRLTensor

/// The different elements of the flattened input, or the different slices along an axis. Further outputs, all int64:
/// for each of them the index of its first occurrence, for each element which of them it is, how often each occurs.
package struct Unique: Operator {
    package static let spec = OperatorSpec("Unique", inputs: 1...1, outputs: 1...4, writtenVersion: 11)

    package let axis: Int?
    /// Whether the result is in ascending order; otherwise in order of first occurrence.
    package let isSorted: Bool

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis")
        isSorted = try node.bool("sorted", default: true)
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = ["sorted": .int(isSorted ? 1 : 0)]
        if let axis { attributes["axis"] = .int(axis) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        if let axis { _ = try input.shape.normalizedAxis(axis) }
        return Array(repeating: nil, count: context.outputCount)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let given = try context.input(0)
        let input = axis == nil ? try given.reshaped(to: .vector(given.count)) : given
        let axis = try axis.map { try input.shape.normalizedAxis($0) } ?? 0
        guard input.count > 0 || input.shape[axis] == 0 else {
            throw OperatorError(.shape, "the slices of \(input) along axis \(axis) have no elements")
        }
        var groups = try input.elementType.visitArithmetic(Sorter(input: input, axis: axis))
        if !isSorted { groups.sort { $0[0] < $1[0] } }
        var dimensions = input.shape.dimensions
        dimensions[axis] = groups.count
        let output = try context.allocate(input.elementType, Shape(dimensions))
        let copy = IndexedCopy(axes: [
            .all(input.shape.count(of: 0..<axis)), .map(groups.map { $0[0] }, extent: input.shape[axis]),
            .all(input.shape.count(of: axis + 1..<input.shape.rank)),
        ])
        try copy.run(from: input, to: output, on: context.executor)
        var inverse = [Int64](repeating: 0, count: input.shape[axis])
        for (number, group) in groups.enumerated() {
            for index in group { inverse[index] = Int64(number) }
        }
        return [
            output, try Tensor(vector: groups.map { Int64($0[0]) }), try Tensor(vector: inverse),
            try Tensor(vector: groups.map { Int64($0.count) }),
        ]
    }

    /// Groups the indices of equal slices, each group ascending, groups in the order of their slices.
    private struct Sorter: ArithmeticVisitor {
        let input: Tensor
        let axis: Int

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> [[Int]] {
            let extent = input.shape[axis]
            let inner = input.shape.count(of: axis + 1..<input.shape.rank)
            let outer = input.shape.count(of: 0..<axis)
            return try input.withElements(of: type) { elements in
                func compare(_ a: Int, _ b: Int) -> Int {
                    for line in 0..<outer * inner {
                        let first = line / inner * extent * inner + line % inner
                        let (x, y) = (elements[first + a * inner], elements[first + b * inner])
                        if x < y || (y.isNaN && !x.isNaN) { return -1 }
                        if y < x || (x.isNaN && !y.isNaN) { return 1 }
                    }
                    return 0
                }
                let sorted = (0..<extent).sorted {
                    let order = compare($0, $1)
                    return order == 0 ? $0 < $1 : order < 0
                }
                var groups: [[Int]] = []
                for index in sorted {
                    if let last = groups.last?.first, compare(last, index) == 0 {
                        groups[groups.count - 1].append(index)
                    } else {
                        groups.append([index])
                    }
                }
                return groups
            }
        }
    }
}
