/// Recognises linear layers that took over the scale and shift of the normalisation in front of them:
/// W · diag(γ) and b + W · β; and biases that took over the mean colour that is added behind them.
struct FoldedNorms {
    private let parameters: [Parameter]
    private let numbers: [String: Int]

    init(_ parameters: [Parameter]) {
        self.parameters = parameters
        numbers = Dictionary(parameters.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// - Parameter missing: the parameters that have not been found elsewhere; others are not looked at.
    func origin(_ values: [Float], missing: Set<Int>) -> ConstantOrigin? {
        for number in missing.sorted() {
            let parameter = parameters[number]
            if parameter.field == "weight", parameter.values.count == values.count, parameter.columns > 1,
                let origin = weight(values, of: number, missing)
            {
                return origin
            }
            if parameter.field == "bias", parameter.values.count == values.count,
                let origin = bias(values, of: number, missing)
            {
                return origin
            }
        }
        return nil
    }

    private func weight(_ values: [Float], of number: Int, _ missing: Set<Int>) -> ConstantOrigin? {
        let weight = parameters[number]
        let (rows, columns) = (weight.rows, weight.columns)
        for norm in norms(columns, missing) {
            let scale = parameters[norm].values
            for isTransposed in [true, false] {
                let difference = largestDifference(values) { index in
                    let (row, column) =
                        isTransposed ? (index % rows, index / rows) : (index / columns, index % columns)
                    let product = Double(weight.values[row * columns + column]) * Double(scale[column])
                    return (product, abs(product) * 0x1p-22)
                }
                guard let difference else { continue }
                return ConstantOrigin(
                    parameters: [number, norm], derivation: .folded, isTransposed: isTransposed,
                    what: "\(weight.name) with the scale of \(parameters[norm].module)",
                    difference: difference.largest, bound: difference.bound)
            }
        }
        return nil
    }

    private func bias(_ values: [Float], of number: Int, _ missing: Set<Int>) -> ConstantOrigin? {
        let mean = GeneratedConstant.mean
        if values.count == mean.count {
            let difference = largestDifference(values) { index in
                let (bias, shift) = (Double(parameters[number].values[index]), Double(mean[index]))
                return (bias + shift, (abs(bias) + shift) * 0x1p-23)
            }
            if let difference {
                return ConstantOrigin(
                    parameters: [number], derivation: .folded, what: "\(parameters[number].name) with the mean colour",
                    difference: difference.largest, bound: difference.bound)
            }
        }
        guard let weightNumber = numbers[parameters[number].module + ".weight"] else { return nil }
        let (bias, weight) = (parameters[number], parameters[weightNumber])
        guard weight.rows == bias.values.count else { return nil }
        for norm in norms(weight.columns, missing) {
            guard let shiftNumber = numbers[parameters[norm].module + ".bias"],
                parameters[shiftNumber].values.count == weight.columns
            else { continue }
            let shift = parameters[shiftNumber].values
            let difference = largestDifference(values) { row in
                var (sum, magnitude) = (Double(bias.values[row]), abs(Double(bias.values[row])))
                for column in 0..<weight.columns {
                    let product = Double(weight.values[row * weight.columns + column]) * Double(shift[column])
                    sum += product
                    magnitude += abs(product)
                }
                return (sum, 4 * 0x1p-24 * magnitude * Double(weight.columns + 1).squareRoot())
            }
            guard let difference else { continue }
            return ConstantOrigin(
                parameters: [number, shiftNumber], derivation: .folded,
                what: "\(bias.name) with the shift of \(parameters[norm].module)", difference: difference.largest,
                bound: difference.bound)
        }
        return nil
    }

    /// The scales of normalisations of so many channels: vectors named `weight` beside a `bias`.
    private func norms(_ channels: Int, _ missing: Set<Int>) -> [Int] {
        missing.sorted().filter {
            parameters[$0].field == "weight" && parameters[$0].dimensions.count == 1
                && parameters[$0].values.count == channels
        }
    }

    /// Nil where a value is further from the expected one than its bound.
    private func largestDifference(
        _ values: [Float], _ expected: (Int) -> (value: Double, bound: Double)
    ) -> (largest: Double, bound: Double)? {
        var (largest, bound) = (0.0, 0.0)
        for (index, value) in values.enumerated() {
            let reference = expected(index)
            let distance = abs(Double(value) - reference.value)
            guard distance <= reference.bound else { return nil }
            largest = max(largest, distance)
            bound = max(bound, reference.bound)
        }
        return (largest, bound)
    }
}
