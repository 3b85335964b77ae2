package import GRLGraph
import GRLOptimizer
package import GRLRuntime
import GRLTensor

extension StagedModel {
    /// Height and width of images where the model leaves them open.
    private static let openSize = 256

    /// The types of the inputs at the size of the export: open axes are 1, or 256 for rows and columns of images.
    ///
    /// - Parameter size: rows and columns of images `[N, C, H, W]`, where they are to be others.
    /// - Throws: a ``RunError`` with the code `INPUT` where not even the rank is told; a `TensorError`.
    package func inputTypes(size: (height: Int, width: Int)? = nil) throws -> [TensorType] {
        let graph = graph(at: .imported)
        return try graph.inputs.map { input in
            guard let dimensions = graph[input].declaration.dimensions else {
                throw RunError(
                    code: "INPUT", message: "the model does not say the shape of '\(printable(graph[input].name))'")
            }
            var shape = dimensions.enumerated().map { axis, dimension in
                guard case .fixed(let extent) = dimension else {
                    return dimensions.count == 4 && axis >= 2 ? Self.openSize : 1
                }
                return extent
            }
            if let size, shape.count == 4 { (shape[2], shape[3]) = (size.height, size.width) }
            return try TensorType(graph[input].declaration.elementType ?? .float32, shape)
        }
    }

    /// Where values live while the last stage runs on inputs of certain types.
    ///
    /// - Throws: a ``RunError`` when the network does not accept them or has operators that are not known.
    package func memoryPlan(for inputs: [TensorType], threads: Int? = nil) throws -> MemoryPlan {
        var options = ModelOptions()
        options.stage = .imported
        let model = try Model(graph: graph(at: .fused), options: options)
        return try Session(model, options: SessionOptions(threads: threads)).specialization(for: inputs).plan
    }
}
