import GRLTensor

/// What a runtime's documentation says that it does not take. `Docs/validate.md` names the sources.
struct RuntimeSupport {
    /// For scripts.
    let id: String
    let title: String
    let opsets: ClosedRange<Int>
    let newestIR: Int
    /// Standard operators that it lacks.
    let refusedOperators: Set<String>
    let refusedTypes: Set<ElementType>

    static let all = [onnxRuntime, openVINO, tensorRT]

    /// Its processor kernels cover the standard up to opset 27, but for decoding images and the newest layers.
    private static let onnxRuntime = RuntimeSupport(
        id: "onnxruntime", title: "ONNX Runtime 1.32", opsets: 7...28, newestIR: 14,
        refusedOperators: ["ImageDecoder", "CausalConvWithState", "LinearAttention"], refusedTypes: [])

    /// Operators for which its ONNX front end has no conversion rule; it asks for no opset.
    private static let openVINO = RuntimeSupport(
        id: "openvino", title: "OpenVINO 2026.4", opsets: 1...Int.max, newestIR: .max,
        refusedOperators: [
            "Bernoulli", "BitCast", "CausalConvWithState", "ConcatFromSequence", "CumProd", "DeformConv", "Det",
            "ImageDecoder", "LinearAttention", "MaxUnpool", "MelWeightMatrix", "Optional", "OptionalGetElement",
            "OptionalHasElement", "RegexFullMatch", "SequenceConstruct", "SequenceEmpty", "SequenceErase",
            "SequenceInsert", "SequenceLength", "SequenceMap", "SplitToSequence", "StringConcat", "StringNormalizer",
            "StringSplit", "TensorScatter", "TfIdfVectorizer",
        ], refusedTypes: [])

    /// Operators marked as not supported in the table of its parser.
    private static let tensorRT = RuntimeSupport(
        id: "tensorrt", title: "TensorRT 10.15", opsets: 9...24, newestIR: .max,
        refusedOperators: [
            "AffineGrid", "Bernoulli", "BitCast", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor",
            "CausalConvWithState", "CenterCropPad", "Col2Im", "Compress", "ConcatFromSequence", "ConvInteger",
            "CumProd",
            "DFT", "Det", "DynamicQuantizeLinear", "ImageDecoder", "LinearAttention", "MatMulInteger", "MaxRoiPool",
            "MaxUnpool", "MelWeightMatrix", "Multinomial", "NegativeLogLikelihoodLoss", "Optional",
            "OptionalGetElement",
            "OptionalHasElement", "QLinearConv", "QLinearMatMul", "RegexFullMatch", "SequenceAt", "SequenceConstruct",
            "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap",
            "SoftmaxCrossEntropyLoss", "SplitToSequence", "StringConcat", "StringNormalizer", "StringSplit",
            "TensorScatter", "TfIdfVectorizer", "Unique",
        ], refusedTypes: [.int16, .uint16, .uint32, .uint64, .uint4])
}
