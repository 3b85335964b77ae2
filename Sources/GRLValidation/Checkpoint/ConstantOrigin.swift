/// Where a constant of a graph comes from, by its values.
struct ConstantOrigin {
    /// How the values follow from the parameters.
    enum Derivation: Int, Comparable, CaseIterable {
        case identical, reshaped, transposed, cast, merged, folded

        static func < (a: Derivation, b: Derivation) -> Bool { a.rawValue < b.rawValue }

        var words: String {
            switch self {
            case .identical: "bit for bit"
            case .reshaped: "reshaped"
            case .transposed: "transposed"
            case .cast: "cast"
            case .merged: "merged or split"
            case .folded: "folded"
            }
        }
    }

    /// The numbers of the parameters that take part.
    let parameters: [Int]
    let derivation: Derivation
    /// The order of the elements: that of the parameter, or its transpose.
    var isTransposed = false
    /// What was computed from the parameters, in words; empty where they stand as they are.
    var what = ""
    /// The largest |Δ| between the constant and the recomputed values.
    var difference = 0.0
    /// The largest |Δ| that rounding explains.
    var bound = 0.0
    /// What is wrong although the values are the parameter's, in words; nil where nothing is.
    var fault: String?
    /// The rows that are there, where a parameter is split.
    var rows: Range<Int>?
}
