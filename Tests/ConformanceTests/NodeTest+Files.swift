import Foundation
import GRLGraph
import GRLONNX
import GRLTensor

extension NodeTest {
    /// Something that a test needs and that is not there.
    struct Unsupported: Error {
        let reason: String
    }

    /// Reads `model.onnx`, and `input_N.pb` and `output_N.pb` of each `test_data_set_*`.
    ///
    /// - Throws: an ``Unsupported``; an `ImportError` or file errors.
    init(folder: URL) throws {
        do {
            let graph = try ModelImporter.load(contentsOf: folder.appending(path: "model.onnx").path()).graph
            let unknown = graph.nodes.compactMap { $0.operation as? UnsupportedOperator }
            guard unknown.isEmpty else { throw Unsupported(reason: unknown.map(\.name).joined(separator: ", ")) }
            let sets = try FileManager.default.contentsOfDirectory(atPath: folder.path())
                .filter { $0.hasPrefix("test_data_set_") }.sorted()
                .map { try DataSet(folder: folder.appending(path: $0), graph: graph) }
            self.init(name: folder.lastPathComponent, graph: graph, dataSets: sets)
        } catch let error as ImportError where error.category == .unsupported {
            throw Unsupported(reason: error.description)
        }
    }
}

extension NodeTest.DataSet {
    fileprivate init(folder: URL, graph: Graph) throws {
        let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path()))
        func tensor(_ name: String) throws -> Tensor? {
            files.contains(name) ? try TensorFile.read(folder.appending(path: name).path()) : nil
        }
        inputs = try graph.inputs.indices.map { try tensor("input_\($0).pb") }
        outputs = try graph.outputs.indices.compactMap { try tensor("output_\($0).pb") }
    }
}
