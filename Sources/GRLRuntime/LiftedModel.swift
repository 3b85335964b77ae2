package import GRLGraph
import GRLONNX
import GRLOptimizer

/// A network free of the size of its export, before kernels come in that this project alone has: what is written to a
/// file for this and other runtimes.
package struct LiftedModel: Sendable {
    package let graph: Graph

    /// Lifts the network of an ONNX file.
    ///
    /// - Parameter memoryLimit: the most bytes that the model's tensors may take.
    /// - Throws: an ``ImportError`` when the file is no sound model, a ``RunError`` when a part of it that does not
    ///   depend on the inputs cannot be computed, or with `NOT_LIFTED` when something keeps the network at its size.
    package init(contentsOfFile path: String, memoryLimit: Int? = nil) throws {
        var options = ModelOptions(memoryLimit: memoryLimit)
        options.stage = .lifted
        let model = try Model(contentsOfFile: path, options: options)
        if let reason = model.log.liftRefusals.first {
            let place = reason.node.map { ", at node '\($0)'" } ?? ""
            throw RunError(code: "NOT_LIFTED", message: "the network keeps its size: \(reason.message)\(place)")
        }
        graph = model.graph
    }

    /// Writes the network to an ONNX file, whole or not at all. This project's own operators stand in it as functions,
    /// so that other runtimes can run it.
    ///
    /// - Throws: a ``FileError``, or an ``ImportError`` with `FILE_TOO_LARGE` for 2 GiB and more.
    package func write(toFile path: String, overwrite: Bool = false) throws {
        try ModelWriter.write(graph, to: path, overwrite: overwrite)
    }
}
