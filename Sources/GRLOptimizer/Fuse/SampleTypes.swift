import GRLGraph
import GRLTensor

/// The types of a graph's values for inputs of one size that it accepts: that which is declared, or a guess where it is
/// left open. Passes that must know ranks, or that shapes agree, look here.
struct SampleTypes {
    private var types: [ValueID: TensorType]

    /// Batch, height and width of inputs whose sizes are left open, tried in turn.
    private static let guesses = [(2, 72, 104), (1, 64, 64), (1, 128, 128), (1, 256, 256)]

    /// Nil when the graph accepts none of the sizes that are tried.
    init?(_ graph: Graph) {
        for guess in Self.guesses {
            let inputs = graph.inputs.map { Self.type(graph[$0].declaration, guess) }
            guard !inputs.contains(nil) else { return nil }
            if let facts = try? TypeInference.run(graph, inputs: inputs.map { $0.map { ValueFact(type: $0) } }) {
                types = facts.mapValues(\.type)
                return
            }
        }
        return nil
    }

    /// Nil where the type depends on data.
    subscript(value: ValueID) -> TensorType? {
        get { types[value] }
        set { types[value] = newValue }
    }

    private static func type(_ declaration: ValueDeclaration, _ guess: (Int, Int, Int)) -> TensorType? {
        guard let dimensions = declaration.dimensions else { return nil }
        // Of images, channels are the axis that is given, else the second.
        let isChannelsLast = if case .fixed? = dimensions.last { true } else { false }
        let guesses =
            dimensions.count == 4 && !isChannelsLast
            ? [guess.0, 3, guess.1, guess.2] : [guess.0, guess.1, guess.2, guess.2]
        let sizes = dimensions.enumerated().map { axis, dimension in
            if case .fixed(let size) = dimension { return size }
            return guesses[min(axis, 3)]
        }
        return try? TensorType(declaration.elementType ?? .float32, sizes)
    }
}
