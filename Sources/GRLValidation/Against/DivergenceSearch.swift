import GRLGraph
import GRLTensor

/// Finds the first place where two networks give different values on the same input.
struct DivergenceSearch: Sendable {
    /// How many pairs of values are looked at in one run.
    private static let probes = 7

    let own: ComparedNetwork
    let other: ComparedNetwork
    /// From the input, which is the same, to the output, which is not.
    let pairs: [GraphAlignment.Pair]
    let input: Tensor
    /// The largest difference that is none, of the largest element where that is more than 1. Inside networks single
    /// elements may lose more digits, so there the relative error of the whole counts, too.
    let tolerance: Double
    private let ownIndices: [ValueID: Int]
    private let otherIndices: [ValueID: Int]

    init(
        _ own: ComparedNetwork, _ other: ComparedNetwork, _ alignment: GraphAlignment, input: Tensor, tolerance: Double
    ) {
        self.own = own
        self.other = other
        self.input = input
        self.tolerance = tolerance
        pairs = alignment.pairs
        ownIndices = Dictionary(
            alignment.pairs.enumerated().map { ($1.own, $0) }, uniquingKeysWith: { first, _ in first })
        otherIndices = Dictionary(
            alignment.pairs.enumerated().map { ($1.other, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The first block that gives something else, with the values that it reads, all of which agree.
    ///
    /// - Throws: a ``RunError``, `CancellationError`, memory errors.
    func first() async throws -> DivergentBlock {
        var (agreeing, diverging) = (0, max(pairs.count - 1, 0))
        while diverging - agreeing > 1 {
            let step = max((diverging - agreeing) / (Self.probes + 1), 1)
            let places = Array(stride(from: agreeing + step, to: diverging, by: step).prefix(Self.probes))
            let found = try await differing(places)
            diverging = found.first ?? diverging
            agreeing = places.last { $0 < diverging && !found.contains($0) } ?? agreeing
        }
        // Values that lie before others in the order need not be what those are computed from.
        while let earlier = try await differing(sources(of: diverging)).first { diverging = earlier }
        return try await block(at: diverging)
    }

    /// The block before a pair, widened until it alone shows a difference: where rounding adds up, many blocks have a
    /// part.
    private func block(at target: Int) async throws -> DivergentBlock {
        var cut = sources(of: target)
        while true {
            let values = try await own.values(Set(cut.map { pairs[$0].own }), for: input)
            let block = DivergentBlock(
                own: try DivergentBlock.Part(own, from: cut.map { pairs[$0].own }, to: pairs[target].own, input),
                other: try DivergentBlock.Part(
                    other, from: cut.map { pairs[$0].other }, to: pairs[target].other, input),
                inputs: try cut.map { index in
                    guard let tensor = values[pairs[index].own] else { return input }
                    return try tensor.asFloat32()
                })
            let wider = Set(cut.flatMap { $0 == 0 ? [0] : sources(of: $0) }).sorted()
            guard wider != cut, try await block.difference().isWithin(tolerance) else { return block }
            cut = wider
        }
    }

    /// The pairs that a pair is computed from in either graph, in order.
    private func sources(of index: Int) -> [Int] {
        guard index > 0 else { return [] }
        let own = own.sources(of: pairs[index].own) { ownIndices[$0].map { $0 < index } ?? false }
        let other = other.sources(of: pairs[index].other) { otherIndices[$0].map { $0 < index } ?? false }
        return Set(own.compactMap { ownIndices[$0] } + other.compactMap { otherIndices[$0] }).sorted()
    }

    /// Those of some pairs that differ, in order.
    private func differing(_ places: [Int]) async throws -> [Int] {
        let places = places.filter { $0 > 0 }
        guard !places.isEmpty else { return [] }
        let ownValues = try await own.values(Set(places.map { pairs[$0].own }), for: input)
        let otherValues = try await other.values(Set(places.map { pairs[$0].other }), for: input)
        return try places.filter { place in
            guard let a = ownValues[pairs[place].own], let b = otherValues[pairs[place].other] else { return true }
            let difference = try TensorDifference(a, b)
            return !difference.isWithin(tolerance) && difference.relative > tolerance
        }
    }
}
