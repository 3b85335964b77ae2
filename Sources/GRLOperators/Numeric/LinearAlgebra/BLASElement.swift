import CBLAS
import GRLGraph
import GRLTensor

/// An element type whose matrices OpenBLAS multiplies.
protocol BLASElement: FloatingElement, BinaryFloatingPoint {
    /// C = alpha · op(A) · op(B) + beta · C for row-major matrices; see `blas_sgemm`.
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>,
        _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
    ) -> blas_status_code
}

extension Float: BLASElement {
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
        _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) -> blas_status_code {
        blas_sgemm(transposesA, transposesB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    }
}

extension Double: BLASElement {
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
        _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>, _ ldc: Int
    ) -> blas_status_code {
        blas_dgemm(transposesA, transposesB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    }
}

/// What is to be known of OpenBLAS.
enum BLAS {
    /// Up to how many multiplications a product goes the way of small matrices, which packs nothing and writes the
    /// result once; OpenBLAS has it for processors with AVX-512 only.
    static let smallProductLimit: Double = {
        ["skylakex", "cooperlake", "sapphirerapids"].contains(String(cString: blas_core_name()).lowercased()) ? 1e6 : 0
    }()

    /// - Throws: `BLAS_UNAVAILABLE`, or `SHAPE` for dimensions beyond its interface.
    static func check(_ status: blas_status_code) throws {
        switch status {
        case BLAS_OK: return
        case BLAS_SIZE_LIMIT: throw OperatorError(.shape, "a matrix dimension exceeds 2^31 - 1")
        default:
            let reason = String(cString: blas_message())
            throw OperatorError(
                .library, "OpenBLAS cannot be used (\(reason)); on Debian install libopenblas0-pthread")
        }
    }
}
