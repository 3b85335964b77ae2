import Foundation
import GRLRuntime
import GRLTensor
import TestSupport

/// A model with inputs and the outputs that PyTorch gave for them.
struct ReferenceRun {
    typealias Pair = (input: Tensor, output: Tensor)

    let model: Model
    /// Input and expected output of each recorded run, at sizes that the export takes.
    let pairs: [Pair]
    /// The same at other sizes than that of the export.
    let otherPairs: [Pair]

    /// - Throws: what loading throws.
    init(model: URL, reference: URL, options: ModelOptions = ModelOptions()) throws {
        self.model = try Model(contentsOfFile: model.path, options: options)
        let archive = try NpzArchive(path: reference.path)
        pairs = try archive.names.filter { $0.hasPrefix("in") }.sorted().map { name in
            (try archive.tensor(named: name), try archive.tensor(named: "out" + name.dropFirst(2)))
        }
        otherPairs = try archive.names.filter { $0.hasPrefix("other") && $0.hasSuffix("_in") }.sorted().map { name in
            (try archive.tensor(named: name), try archive.tensor(named: name.dropLast(2) + "out"))
        }
    }

    /// How far each output is from PyTorch's.
    ///
    /// - Throws: what running throws.
    func differences(
        _ options: SessionOptions = SessionOptions(), atOtherSizes: Bool = false
    ) throws -> [Difference] {
        let session = try Session(model, options: options)
        return try (atOtherSizes ? otherPairs : pairs).map { try Difference(session.run([$0.input])[0], $0.output) }
    }
}
