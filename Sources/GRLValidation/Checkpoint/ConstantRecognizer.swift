import Foundation
import GRLOperators
import GRLTensor

/// Tells by the values of a constant which parameters it comes from.
struct ConstantRecognizer {
    let set: ParameterSet
    private let index: ParameterIndex
    private let rows: RowIndex
    private let norms: FoldedNorms
    private var biases: BiasRecognizer
    /// The parameters that are logarithms of attention scales.
    private let scales: [Int]

    /// GRL and Swin Transformer V2 clamp the logarithm of the scale here.
    static let scaleLimit = log(100.0)

    init(_ set: ParameterSet) {
        self.set = set
        index = ParameterIndex(set.parameters)
        rows = RowIndex(set.parameters)
        norms = FoldedNorms(set.parameters)
        biases = BiasRecognizer(PositionBias.all(in: set.parameters))
        scales = set.parameters.indices.filter { set.parameters[$0].field == "logit_scale" }
    }

    /// The parameters that a constant comes from, or else what it is without them.
    ///
    /// - Parameters:
    ///   - readers: the nodes that read the constant.
    mutating func origins(
        _ values: [Float], of tensor: Tensor, readers: ConstantReaders
    ) -> ([ConstantOrigin], generated: String?) {
        let dimensions = tensor.shape.dimensions
        let direct = index.origins(values, dimensions: dimensions, elementType: tensor.elementType)
        if values.count == 1 { return (direct + scaleOrigins(values), nil) }
        if !direct.isEmpty { return (direct, nil) }
        let scales = scaleOrigins(values)
        if !scales.isEmpty { return (scales, nil) }
        if readers.areResizes { return ([], "scales of a resize") }
        if let what = GeneratedConstant.description(of: values, dimensions: dimensions) { return ([], what) }
        let geometry = readers.attention.map { attention in
            let sides = [attention.query, attention.key].map { [$0.window.y, $0.window.x] }
            let isSmaller = sides[0][0] * sides[0][1] < sides[1][0] * sides[1][1]
            return BiasGeometry(window: sides[isSmaller ? 1 : 0], anchor: sides[isSmaller ? 0 : 1])
        }
        if let bias = biases.origin(values, dimensions: dimensions, geometry: geometry, module: readers.modules.first) {
            return ([bias], nil)
        }
        return (rows.origins(values, dimensions: dimensions), nil)
    }

    /// The linear layer and the normalisation in front of it that a constant was made of.
    func foldedNorm(_ values: [Float], missing: Set<Int>) -> ConstantOrigin? {
        norms.origin(values, missing: missing)
    }

    /// exp(min(s, ln 100)) for each head, or its logarithm.
    private func scaleOrigins(_ values: [Float]) -> [ConstantOrigin] {
        scales.compactMap { number in
            let logarithms = set.parameters[number].values.map { min(Double($0), Self.scaleLimit) }
            guard logarithms.count == values.count else { return nil }
            for (expected, what) in [
                (logarithms.map { exp($0) }, "exp(min(s, ln 100))"), (logarithms, "min(s, ln 100)"),
            ] {
                let differences = zip(values, expected).map { abs(Double($0) - $1) }
                let bounds = expected.map { max(abs($0), 1) * 0x1p-21 }
                guard zip(differences, bounds).allSatisfy(<=) else { continue }
                return ConstantOrigin(
                    parameters: [number], derivation: .folded, what: what, difference: differences.max() ?? 0,
                    bound: bounds.max() ?? 0)
            }
            return nil
        }
    }
}
