import GRLGraph
import GRLOptimizer
public import GRLRuntime
import GRLTensor

/// A model in a session.
struct SessionNetwork: ImageNetwork {
    let session: Session
    let contract: ModelContract

    func run(_ picture: Tensor, progress: @escaping @Sendable (Double) -> Void) async throws -> Tensor {
        let input = contract.elementType == .float16 ? try picture.halved() : picture
        guard let output = try await session.run([input], progress: progress).first else {
            throw RestorationError(.contract, "the model gave no output")
        }
        return try output.widened()
    }

    func peakBytes(height: Int, width: Int) throws -> Int? {
        try session.peakBytes(for: [TensorType(contract.elementType, [1, contract.inputChannels, height, width])])
    }
}

extension ModelContract {
    /// Reads the contract of a model from its graph.
    ///
    /// - Throws: a ``RestorationError`` (`contract`) when the model is not one from image to image.
    public init(of model: Model) throws {
        guard model.inputs.count == 1, let input = model.inputs.first else {
            throw RestorationError(
                .contract,
                "the model has \(model.inputs.count) inputs (\(Self.names(model.inputs))); one from image to image has 1"
            )
        }
        guard model.outputs.count == 1, let output = model.outputs.first else {
            throw RestorationError(
                .contract,
                "the model has \(model.outputs.count) outputs (\(Self.names(model.outputs))); one from image to image "
                    + "has 1")
        }
        let elementType = input.elementType ?? .float32
        guard elementType == .float32 || elementType == .float16 else {
            throw RestorationError(
                .contract,
                "the input '\(input.name)' is of \(elementType); float32 or float16 samples from 0 to 1 can be given")
        }
        let declared = input.dimensions ?? [nil, nil, nil, nil]
        let found = try ContractProbe(declared: declared, hints: model.graph.lengths, maskSizes: model.graph.maskSizes)
        { dimensions in
            try model.inferOutputs(for: [TensorType(elementType, dimensions)]).first??.shape.dimensions
        }.read()
        self.init(
            inputName: input.name, outputName: output.name, elementType: elementType,
            inputChannels: found.inputChannels, outputChannels: found.outputChannels, scale: found.scale,
            size: found.size,
            readsWholePicture: model.graph.nodes.contains { $0.operation is any WholeImageOperator })
    }

    private static func names(_ values: [ModelValue]) -> String {
        let shown = values.prefix(8).map { "'\($0.name)'" }
        return (shown + (values.count > 8 ? ["…"] : [])).joined(separator: ", ")
    }
}

extension Graph {
    /// The sizes that stored attention masks were made for; nil where there are none.
    fileprivate var maskSizes: [RegionMask]? {
        let masks = values.compactMap(\.constant).filter(RegionMask.isMask)
        guard !masks.isEmpty else { return nil }
        var sizes: [RegionMask] = []
        for case let size? in masks.lazy.map({ RegionMask($0) }) where !sizes.contains(size) { sizes.append(size) }
        return sizes
    }

    /// The numbers in small integer constants that may be a picture's height or width, the most frequent first: shapes
    /// to reshape to, ends of slices.
    fileprivate var lengths: [Int] {
        var counts: [Int: Int] = [:]
        for value in values {
            guard let constant = value.constant, constant.count <= Shape.maximumRank,
                let numbers = try? constant.elements(of: Int64.self)
            else { continue }
            for case let number? in numbers.map({ Int(exactly: $0) }) where (8...4096).contains(number) {
                counts[number, default: 0] += 1
            }
        }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }
}

extension Tensor {
    /// A `float16` copy of a `float32` tensor.
    fileprivate func halved() throws -> Tensor { try converted { (value: Float) in Float16(value) } }

    /// A `float32` tensor: this one, or a copy of a `float16` or `float64` one.
    fileprivate func widened() throws -> Tensor {
        switch elementType {
        case .float32: self
        case .float16: try converted { (value: Float16) in Float(value) }
        case .float64: try converted { (value: Double) in Float(value) }
        default:
            throw RestorationError(.contract, "the model's output is of \(elementType), which makes no picture")
        }
    }
}
