import GRLTensor

/// What two networks have in common and where they differ, by what their operators compute, not by names.
package struct ModelDifference: Sendable {
    /// Two operators that stand at the same place, or one that stands in one network alone.
    package struct Row: Sendable {
        package let a: ComparedOperator?
        package let b: ComparedOperator?
        /// For operators that are alike, how far their weights are from each other.
        package let weights: [WeightDifference]

        /// Whether both operators are there and alike, whatever their weights.
        package var isAlike: Bool { a != nil && a?.signature == b?.signature }
        /// Whether the operators are alike and their weights agree.
        package var agrees: Bool { isAlike && weights.allSatisfy(\.agrees) }
    }

    /// Something that the descriptions of both networks tell in different ways.
    package struct Field: Sendable, Encodable {
        package let name: String
        package let a: String
        package let b: String
    }

    /// What was found.
    package enum Verdict: String, Sendable {
        /// One network with the same weights, but for rounding.
        case same
        /// One network with other weights.
        case otherWeights
        /// Two networks.
        case different
    }

    package let verdict: Verdict
    /// Where the descriptions of the networks differ.
    package let fields: [Field]
    /// The operators of both, in an order that follows from what reads what.
    package let rows: [Row]
    /// Whether both networks are compared free of the size of their exports, rather than as they are spelled.
    package let isLifted: Bool

    /// - Throws: a ``TensorError``.
    package init(_ a: ComparedModel, _ b: ComparedModel) throws {
        let isLifted = a.lifted != nil && b.lifted != nil
        self.isLifted = isLifted
        fields = Self.fields(a.network, b.network)
        let graphs = [a, b].map { (isLifted ? $0.lifted : nil) ?? $0.simplified }
        var table = StructureTable()
        let (first, second) = (ComparedNetwork(graphs[0], &table), ComparedNetwork(graphs[1], &table))
        let isSameStructure = first.outputs == second.outputs
        let rows = try Alignment.pairs(first.operators, second.operators).map { a, b in
            guard let a, let b, a.signature == b.signature else { return Row(a: a, b: b, weights: []) }
            return Row(a: a, b: b, weights: try zip(a.weights, b.weights).map { try WeightDifference($0, $1) })
        }
        self.rows = rows
        verdict =
            !isSameStructure || !rows.allSatisfy(\.isAlike)
            ? .different : rows.allSatisfy(\.agrees) ? .same : .otherWeights
    }

    /// What both descriptions tell, and in different ways.
    private static func fields(_ a: NetworkDescription?, _ b: NetworkDescription?) -> [Field] {
        guard let a, let b else {
            let titles = [a, b].map { $0?.title ?? "not recognised" }
            return titles[0] == titles[1] ? [] : [Field(name: "network", a: titles[0], b: titles[1])]
        }
        return zip(a.fields, b.fields).compactMap { first, second in
            guard let text = first.text, let other = second.text, text != other else { return nil }
            return Field(name: first.name, a: text, b: other)
        }
    }

    /// The largest difference of two weights of operators that are alike.
    package var maximum: Double { rows.flatMap(\.weights).reduce(0) { max($0, $1.maximum) } }

    /// The largest relative difference of two weights of operators that are alike.
    package var relative: Double { rows.flatMap(\.weights).reduce(0) { max($0, $1.relative) } }
}
