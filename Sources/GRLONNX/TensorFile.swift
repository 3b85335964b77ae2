import COnnxProto
package import GRLTensor

/// Files that hold a single TensorProto, such as the inputs and outputs of ONNX's own operator tests.
package enum TensorFile {
    /// The tensor of a file.
    ///
    /// - Throws: an ``ImportError``; sequences, optionals, strings and other types without a tensor here are errors of
    ///   the category `unsupported` or `badData`.
    package static func read(_ path: String, options: ImportOptions = ImportOptions()) throws -> Tensor {
        do {
            let document = try ModelDocument(path: path, root: ONNX_ROOT_TENSOR, options: options)
            guard let message = document.tensor else { throw ImportError(.notONNX, "the file holds no tensor") }
            return try TensorImporter(document: document, options: options).tensor(message)
        } catch var error as ImportError {
            error.path = path
            throw error
        }
    }
}
