import GRLGraph
import GRLTensor

/// The equation of an `Einsum`, such as `bhid,bhjd->bhij`: a letter for each axis of each operand and of the result; an
/// ellipsis stands for any number of leading axes that broadcast.
package struct EinsumEquation: Sendable {
    /// What stands for the axes of one operand or of the result.
    struct Term: Sendable {
        var letters: [Character] = []
        /// How many letters stand before the ellipsis; nil without one.
        var ellipsis: Int?
    }

    /// An axis of the calculation: a letter, or an axis that an ellipsis stands for, counted from its end.
    enum Label: Hashable {
        case letter(Character)
        case broadcast(Int)
    }

    let operands: [Term]
    let result: Term
    /// As in the model file.
    package let text: String

    /// - Throws: `ATTR_VALUE`.
    init(_ text: String) throws {
        self.text = text
        let parts = text.filter { !$0.isWhitespace }.split(separator: "->", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2 else {
            throw OperatorError(.attributeValue, "the equation '\(text)' has more than one arrow")
        }
        operands = try parts[0].split(separator: ",", omittingEmptySubsequences: false).map {
            try Self.term($0, of: text)
        }
        if parts.count == 2 {
            result = try Self.term(parts[1], of: text)
        } else {
            let letters = operands.flatMap(\.letters)
            let single = Set(letters).filter { letter in letters.count { $0 == letter } == 1 }
            result = Term(
                letters: single.sorted(), ellipsis: operands.contains { $0.ellipsis != nil } ? 0 : nil)
        }
        let known = Set(operands.flatMap(\.letters))
        guard result.letters.allSatisfy(known.contains), Set(result.letters).count == result.letters.count else {
            throw OperatorError(.attributeValue, "the result of '\(text)' repeats a letter or has one of its own")
        }
    }

    /// The labels of a term's axes.
    ///
    /// - Parameter rank: the operand's rank, or that of the result.
    /// - Throws: `SHAPE` when the rank does not fit.
    func labels(of term: Term, rank: Int) throws -> [Label] {
        let hidden = rank - term.letters.count
        guard hidden == 0 || hidden > 0 && term.ellipsis != nil else {
            throw OperatorError(.shape, "an operand of rank \(rank) does not fit the equation '\(text)'")
        }
        var labels = term.letters.map { Label.letter($0) }
        labels.insert(contentsOf: (0..<hidden).reversed().map { .broadcast($0) }, at: term.ellipsis ?? 0)
        return labels
    }

    private static func term(_ text: Substring, of equation: String) throws -> Term {
        var term = Term()
        var rest = text
        while let character = rest.first {
            if rest.hasPrefix("..."), term.ellipsis == nil {
                term.ellipsis = term.letters.count
                rest = rest.dropFirst(3)
            } else if character.isASCII, character.isLetter {
                term.letters.append(character)
                rest = rest.dropFirst()
            } else {
                throw OperatorError(.attributeValue, "'\(character)' cannot stand in the equation '\(equation)'")
            }
        }
        return term
    }
}

/// The sizes and strides of an `Einsum` on concrete operands.
struct EinsumPlan {
    /// The sizes of the result's axes, then of the axes that are summed over.
    let sizes: [Int]
    /// How many of them are the result's.
    let resultRank: Int
    let output: Shape
    /// For each operand, how far apart its elements are along each axis of `sizes`.
    let strides: [[Int]]

    /// - Throws: `ARITY` or `SHAPE` when the operands do not fit.
    init(_ equation: EinsumEquation, _ shapes: [Shape]) throws {
        guard shapes.count == equation.operands.count else {
            throw OperatorError(
                .arity, "'\(equation.text)' takes \(equation.operands.count) operands, found \(shapes.count)")
        }
        let labels = try zip(equation.operands, shapes).map { try equation.labels(of: $0, rank: $1.rank) }
        var sizes: [EinsumEquation.Label: Int] = [:]
        for (labels, shape) in zip(labels, shapes) {
            for (label, size) in zip(labels, shape.dimensions) {
                let known = sizes[label] ?? 1
                guard known == size || known == 1 || size == 1 else {
                    throw OperatorError(.shape, "an axis of '\(equation.text)' has sizes \(known) and \(size)")
                }
                sizes[label] = known == 1 ? size : known
            }
        }
        let hidden = labels.joined().reduce(0) { count, label in
            if case .broadcast(let axis) = label { max(count, axis + 1) } else { count }
        }
        guard hidden == 0 || equation.result.ellipsis != nil else {
            throw OperatorError(.shape, "the result of '\(equation.text)' lacks an ellipsis")
        }
        let resultLabels = try equation.labels(of: equation.result, rank: equation.result.letters.count + hidden)
        var axes = resultLabels
        for label in labels.joined() where !axes.contains(label) { axes.append(label) }
        self.sizes = axes.map { sizes[$0] ?? 1 }
        resultRank = resultLabels.count
        output = try Shape(resultLabels.map { sizes[$0] ?? 1 })
        strides = zip(labels, shapes).map { labels, shape in
            let own = shape.strides
            return axes.map { axis in
                labels.indices.reduce(0) { sum, index in
                    labels[index] == axis && shape[index] != 1 ? sum + own[index] : sum
                }
            }
        }
    }
}
