package import GRLOperators

/// The precision of the products in layers and attention. Sums, softmax and everything else are always float32.
public enum Precision: String, Sendable, CaseIterable {
    /// Float32 products.
    case float32 = "fp32"
    /// Float16 products, for processors with AVX-512 FP16. Operands are scaled by powers of two, so that none
    /// overflows; results have about three digits. Weights take half the memory.
    case float16 = "fp16"

    /// The kernels of this precision.
    ///
    /// - Parameter emulates: whether a processor that cannot multiply in float16 computes the same results slowly.
    /// - Throws: a ``RunError`` with the code `UNSUPPORTED_PRECISION`.
    package func kernels(emulates: Bool) throws -> ProductKernels {
        switch self {
        case .float32: return .float32
        case .float16:
            guard let kernels = emulates ? ProductKernels.emulatedFloat16 : ProductKernels.float16 else {
                throw RunError(
                    code: "UNSUPPORTED_PRECISION",
                    message: "this processor has no AVX-512 FP16, which the precision fp16 needs; use fp32")
            }
            return kernels
        }
    }
}
