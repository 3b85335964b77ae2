import GRLGraph

/// Tells what an export holds in the place of a parameter that it lacks.
struct NearestConstant {
    private let parameters: [Parameter]

    init(_ parameters: [Parameter]) { self.parameters = parameters }

    /// The unexplained constant that is most like the parameter, in words for the end of a sentence, and a further
    /// line.
    func description(of number: Int, among entries: [ConstantAccount.Entry]) -> (message: String, details: [String]) {
        let parameter = parameters[number]
        let scale = parameter.values.reduce(0) { max($0, abs($1)) }
        let nearest =
            entries.compactMap { entry -> (name: String, difference: Double)? in
                guard let tensor = entry.value.constant, tensor.count == parameter.values.count,
                    let values = try? tensor.floats()
                else { return nil }
                return (entry.value.name, difference(values, parameter))
            }.min { $0.difference < $1.difference }
        guard let nearest, nearest.difference.isFinite else { return ("", []) }
        let message = ": '\(nearest.name)' is the nearest constant, |Δ| \(GRLValidation.number(nearest.difference))"
        let isFar = nearest.difference > 0.5 * Double(scale)
        return (message, [isFar ? "other values: of another checkpoint, or of another layer" : "changed values"])
    }

    /// The largest |Δ| as the values stand or transposed, whichever is less.
    private func difference(_ values: [Float], _ parameter: Parameter) -> Double {
        let straight = zip(values, parameter.values).reduce(0.0) { max($0, abs(Double($1.0) - Double($1.1))) }
        let transposed = values.indices.reduce(0.0) { largest, index in
            let source = index % parameter.rows * parameter.columns + index / parameter.rows
            return max(largest, abs(Double(values[index]) - Double(parameter.values[source])))
        }
        return min(straight, transposed)
    }
}
