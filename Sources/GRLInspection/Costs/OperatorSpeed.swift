/// How fast operators run, for estimates: the share that each reaches of what the processor multiplies and adds in
/// registers, as measured on the networks of Docs/benchmarks; others by the bytes that they write. Convolutions take
/// fewer products than they count.
enum OperatorSpeed {
    private static let shares = [
        "WindowAttention": 0.66, "ProjectedAttention": 0.66, "ImageConvolution": 1.0, "ImageMLP": 0.63,
        "ChannelAttention": 0.25, "Conv": 0.35,
        "MatMul": 0.35, "Gemm": 0.35, "ImagePool": 0.10, "AveragePool": 0.05,
    ]
    /// Of operators that do no more than they must to read and write their operands.
    private static let bytesPerSecond = 5e9

    /// Seconds that a node takes.
    ///
    /// - Parameters:
    ///   - operatorName: the name of its operator.
    ///   - peak: multiply-adds a second that the processor reaches.
    static func seconds(_ operatorName: String, multiplyAdds: Int, resultBytes: Int, peak: Double) -> Double {
        let moving = Double(resultBytes) / bytesPerSecond
        guard multiplyAdds > 0, peak > 0, let share = shares[operatorName] else { return moving }
        return Double(multiplyAdds) / (peak * share)
    }
}
