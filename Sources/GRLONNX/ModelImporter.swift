import COnnxProto
import GRLGraph

/// ONNX file → ``Graph``. The whole way, step by step:
///
/// 1. `ModelDocument`: scan the bytes against limits, unpack what is not payload.
/// 2. `OpsetTable`: check the IR version and the operator sets.
/// 3. `FunctionTable`: list model-local functions; refuse circles.
/// 4. `GraphImporter`: constants, then nodes in dependency order, functions inlined, subgraphs as graphs of their own.
package enum ModelImporter {
    /// IR versions that are read. The newest is that of ONNX 1.22.
    package static let irVersions = 3...13

    /// Imports a file. External data is looked for beside it.
    ///
    /// - Throws: an ``ImportError`` that holds the path.
    package static func load(contentsOf path: String, options: ImportOptions = ImportOptions()) throws -> ImportedModel
    {
        do {
            return try load(ModelDocument(path: path, root: ONNX_ROOT_MODEL, options: options), options)
        } catch {
            var error = ImportError(error)
            error.path = path
            throw error
        }
    }

    /// Imports a model from memory, which may have no external data.
    ///
    /// - Throws: an ``ImportError``.
    package static func load(bytes: [UInt8], options: ImportOptions = ImportOptions()) throws -> ImportedModel {
        do {
            let document = try bytes.withUnsafeBytes {
                try ModelDocument(bytes: $0, root: ONNX_ROOT_MODEL, options: options)
            }
            return try load(document, options)
        } catch {
            throw ImportError(error)
        }
    }

    private static func load(_ document: ModelDocument, _ options: ImportOptions) throws -> ImportedModel {
        try withExtendedLifetime(document) {
            guard let model = document.model?.pointee else { throw ImportError(.notONNX, "the file holds no model") }
            guard model.has_ir_version != 0, irVersions.contains(Int(model.ir_version)) else {
                throw ImportError(
                    .modelHeader,
                    "the IR version is \(model.ir_version); read are \(irVersions.lowerBound) to "
                        + "\(irVersions.upperBound)")
            }
            guard let graph = model.graph else { throw ImportError(.modelHeader, "the model has no graph") }
            guard model.n_training_info == 0 else {
                throw ImportError(.unsupported, "training information is not supported: export the model for inference")
            }
            let opsets = try OpsetTable(messages(model.opset_import, model.n_opset_import))
            let functions = try FunctionTable(
                messages(model.functions, model.n_functions), maximumDepth: options.maximumFunctionDepth)
            let tensors = TensorImporter(document: document, options: options)
            let importer = GraphImporter(tensors: tensors, functions: functions, options: options)
            var network = try importer.mainGraph(UnsafePointer(graph), opsets: opsets)
            for entry in messages(model.metadata_props, model.n_metadata_props) {
                network.metadata[text(entry.pointee.key)] = text(entry.pointee.value)
            }
            return ImportedModel(
                graph: network, irVersion: Int(model.ir_version), opsets: opsets.versions,
                producerName: text(model.producer_name), producerVersion: text(model.producer_version),
                externalByteCount: tensors.externalByteCount)
        }
    }
}
