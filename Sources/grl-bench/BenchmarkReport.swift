import GRLTools

/// What `--json` prints: one document, described in Docs/grl-bench.md.
struct BenchmarkReport: Encodable, Sendable {
    /// The format of this report; the number changes when members change their meaning or go.
    let format = "grl-bench/1"
    let version = toolVersion
    var machine: MachinePart?
    var model: ModelPart?
    var measurements: [Measurement] = []
    var error: ErrorReport?
    var exitCode: Int32 = 0

    struct MachinePart: Encodable, Sendable {
        /// The threads that the model runs on.
        let threads: Int
        /// The instruction set of the kernels.
        let instructionSet: String
        /// Float32 multiply-adds a second that these threads reach in registers.
        let peakMultiplyAddsPerSecond: Double
    }

    struct ModelPart: Encodable, Sendable {
        let path: String
        /// The precision of products: fp32 or fp16.
        let precision: String
        /// Nodes after optimisation.
        let nodes: Int
        let constantBytes: Int
        let importSeconds: Double
        let optimizeSeconds: Double
        let loadSeconds: Double
        /// The most memory of the process while it loaded.
        let loadPeakBytes: Int?
        /// Memory of the process once the model was loaded.
        let loadedBytes: Int
    }
}

/// What was measured at one size.
struct Measurement: Encodable, Sendable {
    /// One operator's part of a run.
    struct OperatorPart: Encodable, Sendable {
        let name: String
        let calls: Int
        let seconds: Double
        let multiplyAdds: Int
    }

    /// For example `x: float32[1, 3, 64, 64]`.
    let inputs: [String]
    let outputs: [String]
    let firstSeconds: Double
    /// Each run after the first.
    let runSeconds: [Double]
    let medianSeconds: Double
    let minimumSeconds: Double
    let maximumSeconds: Double
    /// Bytes of tensors that a run takes beside weights and inputs, as known before it; nil where types depend on data.
    let plannedBytes: Int?
    /// The most memory of the process during these runs; nil where the system does not measure it anew.
    let peakBytes: Int?
    let multiplyAdds: Int
    /// Over the median time.
    let multiplyAddsPerSecond: Double
    /// The time of the run that was measured node by node.
    let profiledSeconds: Double
    /// The operators, those that took longest first.
    let operators: [OperatorPart]
}
