import GRL
import GRLGraph
import GRLRuntime
import GRLTensor
import GRLTools

/// What a model is measured on.
enum BenchmarkInputs {
    /// The side of images where neither the model nor its user says one.
    private static let defaultSide = 128

    /// The arrays of an .npz file, one for each input of `model`: by name, or in order where there are as many of them
    /// and none has the name of an input.
    ///
    /// - Throws: file, NumPy and memory errors; the archive's when it lacks an array.
    static func read(_ path: String, for model: Model) throws -> [Tensor] {
        let archive = try NpzArchive(path: path)
        let names = model.inputs.map(\.name)
        let isOrdered = archive.names.count == names.count && !names.contains(where: archive.names.contains)
        return try (isOrdered ? archive.names : names).map { try archive.tensor(named: $0) }
    }

    /// Random numbers for every input of `model`.
    ///
    /// - Parameter size: the last two axes of image inputs `[N, C, H, W]`; nil for those that the file declares.
    /// - Throws: a ``ToolError`` for an input whose sizes follow from nothing; memory errors.
    static func random(for model: Model, size: ImageSize?) throws -> [Tensor] {
        try model.declaredInputs.enumerated().map { index, input in
            try NoiseInput.tensor(
                TensorType(input.elementType ?? .float32, shape(of: input, size)), seed: UInt64(index))
        }
    }

    private static func shape(of input: ModelValue, _ size: ImageSize?) throws -> Shape {
        guard var dimensions = input.dimensions else {
            throw ToolError(.data, "INPUT", "the model does not say the shape of \(input); bring one with --input")
        }
        if dimensions.count == 4 {
            dimensions[0] = dimensions[0] ?? 1
            dimensions[2] = size?.height ?? dimensions[2] ?? defaultSide
            dimensions[3] = size?.width ?? dimensions[3] ?? defaultSide
        }
        return try Shape(
            dimensions.map { dimension in
                guard let dimension else {
                    throw ToolError(
                        .data, "INPUT", "the model leaves sizes of \(input) open; bring one with --input")
                }
                return dimension
            })
    }
}
