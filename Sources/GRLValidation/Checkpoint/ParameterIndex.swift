import GRLTensor

/// Finds parameters by their values: as they are, transposed, rounded to 16 bits, with channels reversed.
struct ParameterIndex {
    private struct Form {
        let parameter: Int
        let isTransposed: Bool
        let rounding: Rounding
        /// Whether the three colour channels stand in reverse order.
        let isReversed: Bool
    }

    private enum Rounding: CaseIterable {
        case none, float16, bfloat16

        func callAsFunction(_ value: Float) -> Float {
            switch self {
            case .none: value
            case .float16: Float(Float16(value))
            case .bfloat16: BFloat16(value).float
            }
        }
    }

    private let parameters: [Parameter]
    private var forms: [UInt64: [Form]] = [:]

    init(_ parameters: [Parameter]) {
        self.parameters = parameters
        for (index, parameter) in parameters.enumerated() {
            for rounding in Rounding.allCases {
                for isTransposed in [false, true] {
                    for isReversed in Self.colorAxis(of: parameter) == nil ? [false] : [false, true] {
                        let form = Form(
                            parameter: index, isTransposed: isTransposed, rounding: rounding, isReversed: isReversed)
                        forms[hash(form), default: []].append(form)
                    }
                }
            }
        }
    }

    /// The parameters that a constant holds the values of.
    ///
    /// - Parameters:
    ///   - dimensions: the constant's dimensions.
    ///   - elementType: how the constant is stored.
    func origins(_ values: [Float], dimensions: [Int], elementType: ElementType) -> [ConstantOrigin] {
        var hash = Hash()
        for value in values { hash.add(value) }
        var seen: Set<Int> = []
        return (forms[hash.value] ?? []).compactMap { form in
            guard !seen.contains(form.parameter), equals(values, form) else { return nil }
            seen.insert(form.parameter)
            return origin(of: form, values, dimensions, elementType)
        }
    }

    private func origin(
        of form: Form, _ values: [Float], _ dimensions: [Int], _ elementType: ElementType
    ) -> ConstantOrigin {
        let parameter = parameters[form.parameter]
        let isCast = form.rounding != .none
        let isSame = Self.squeezed(dimensions) == Self.squeezed(parameter.dimensions)
        var derivation: ConstantOrigin.Derivation = isSame ? .identical : .reshaped
        if form.isTransposed { derivation = .transposed }
        if isCast { derivation = .cast }
        var origin = ConstantOrigin(
            parameters: [form.parameter], derivation: derivation, isTransposed: form.isTransposed)
        if isCast {
            let bits = form.rounding == .float16 ? 0x1p-11 : 0x1p-8
            for index in values.indices {
                let exact = Double(parameter.values[source(of: index, form)])
                origin.difference = max(origin.difference, abs(Double(values[index]) - exact))
                origin.bound = max(origin.bound, abs(exact) * bits)
            }
            let type: ElementType = form.rounding == .float16 ? .float16 : .bfloat16
            origin.what = "\(type)"
            // Subnormal numbers round by half of the smallest one.
            origin.bound = max(origin.bound, 0x1p-25)
            if elementType != type { origin.fault = "rounded to \(type), although stored as \(elementType)" }
        }
        if form.isReversed { origin.fault = "its colour channels stand in reverse order (BGR for RGB)" }
        return origin
    }

    private func equals(_ values: [Float], _ form: Form) -> Bool {
        let parameter = parameters[form.parameter]
        guard values.count == parameter.values.count else { return false }
        return values.indices.allSatisfy {
            values[$0].bitPattern == form.rounding(parameter.values[source(of: $0, form)]).bitPattern
        }
    }

    private func hash(_ form: Form) -> UInt64 {
        let values = parameters[form.parameter].values
        var hash = Hash()
        for index in values.indices { hash.add(form.rounding(values[source(of: index, form)])) }
        return hash.value
    }

    /// Where an element of the form stands in the parameter.
    private func source(of index: Int, _ form: Form) -> Int {
        let parameter = parameters[form.parameter]
        var index = index
        if form.isTransposed {
            index = index % parameter.rows * parameter.columns + index / parameter.rows
        }
        guard form.isReversed, let axis = Self.colorAxis(of: parameter) else { return index }
        let inner = parameter.dimensions[(axis + 1)...].reduce(1, *)
        let channel = index / inner % 3
        return index + (2 - 2 * channel) * inner
    }

    /// The axis of a convolution's weight that runs over three colours.
    private static func colorAxis(of parameter: Parameter) -> Int? {
        guard parameter.dimensions.count == 4, parameter.values.count > 0 else { return nil }
        if parameter.dimensions[1] == 3 { return 1 }
        return parameter.dimensions[0] == 3 ? 0 : nil
    }

    private static func squeezed(_ dimensions: [Int]) -> [Int] { dimensions.filter { $0 != 1 } }
}

/// A hash of numbers by their bits, in order.
struct Hash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ number: Float) {
        value = (value ^ UInt64(number.bitPattern)) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
    }
}
