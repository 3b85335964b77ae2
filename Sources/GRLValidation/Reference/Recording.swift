import GRLGraph
package import GRLTensor

/// What a network gave for some inputs, as another program recorded it in an .npz file.
///
/// Arrays are named after the graph's inputs and outputs; or `in0` and `out0`, `in1` and `out1`, … for several runs of
/// a network with one input and one output; or `NAME_in` and `NAME_out`. Every other array is what a layer gave in the
/// first run, or in the run K where it is called `NAME@K`.
package struct Recording: Sendable {
    /// One run of the network.
    package struct Run: Sendable {
        /// `0`, `1`, …, the `NAME` of `NAME_in`, or the empty text where arrays have the names of inputs and outputs.
        package let label: String
        /// The names of the arrays, in the order of the graph's inputs.
        package let inputs: [String]
        /// The arrays of outputs, and which outputs of the graph they are.
        package let outputs: [(array: String, index: Int)]
        /// The arrays of layers, and what the layers are called.
        package var layers: [(array: String, layer: String)] = []
    }

    package let runs: [Run]
    private let archive: NpzArchive

    /// Reads the directory of a file; arrays are read when asked for.
    ///
    /// - Throws: `FileError`; a `NumPyError` with the code `NPZ_MISSING` when the names tell no run of the network.
    package init(path: String, inputs: [String], outputs: [String]) throws {
        archive = try NpzArchive(path: path)
        let names = Set(archive.names)
        var runs = Self.namedRun(names, inputs, outputs).map { [$0] } ?? []
        if runs.isEmpty, inputs.count == 1, outputs.count == 1 {
            runs = archive.names.compactMap { Self.pair(ofInput: $0, in: names) }.sorted { $0.isBefore($1) }
        }
        guard !runs.isEmpty else {
            throw NumPyError(
                .missingEntry, path,
                "holds no run of the network: name arrays \(Self.list(inputs + outputs)), or in0 and out0, in1 and out1, …"
                    + " for a network of one input and one output; it has \(Self.list(archive.names))")
        }
        let taken = Set(runs.flatMap { $0.inputs + $0.outputs.map(\.array) })
        for name in archive.names where !taken.contains(name) {
            let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let isLabelled = parts.count == 2 && runs.contains { $0.label == parts[1] }
            let run = isLabelled ? runs.firstIndex { $0.label == parts[1] } ?? 0 : 0
            runs[run].layers.append((name, isLabelled ? String(parts[0]) : name))
        }
        self.runs = runs
    }

    /// An array of the file.
    ///
    /// - Throws: `NumPyError`, `FileError`, `TensorError`.
    package func tensor(_ name: String) throws -> Tensor { try archive.tensor(named: name) }

    private static func namedRun(_ names: Set<String>, _ inputs: [String], _ outputs: [String]) -> Run? {
        let found = outputs.enumerated().filter { names.contains($0.element) }.map {
            (array: $0.element, index: $0.offset)
        }
        guard !found.isEmpty, inputs.allSatisfy(names.contains) else { return nil }
        return Run(label: "", inputs: inputs, outputs: found)
    }

    /// The run whose input an array is, by its name.
    private static func pair(ofInput name: String, in names: Set<String>) -> Run? {
        var candidates: [(label: String, output: String)] = []
        if name.hasPrefix("in"), !name.dropFirst(2).isEmpty, name.dropFirst(2).allSatisfy(\.isNumber) {
            candidates.append((String(name.dropFirst(2)), "out" + name.dropFirst(2)))
        }
        if name.hasSuffix("_in") { candidates.append((String(name.dropLast(3)), name.dropLast(2) + "out")) }
        guard let match = candidates.first(where: { names.contains($0.output) }) else { return nil }
        return Run(label: match.label, inputs: [name], outputs: [(match.output, 0)])
    }

    private static func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "no arrays" }
        return names.prefix(8).map { "'\(printable($0))'" }.joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }
}

extension Recording.Run {
    /// Numbered runs come first, by their numbers.
    fileprivate func isBefore(_ other: Recording.Run) -> Bool {
        switch (Int(label), Int(other.label)) {
        case (let a?, let b?): a < b
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): label < other.label
        }
    }
}
