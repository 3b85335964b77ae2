import CBLAS
import CKernels
import GRLGraph
import GRLTensor

/// An element type whose matrices OpenBLAS multiplies, and perhaps a kernel of the project.
protocol BLASElement: FloatingElement, BinaryFloatingPoint {
    /// C = alpha · op(A) · op(B) + beta · C for row-major matrices; see `blas_sgemm`.
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>,
        _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
    ) -> blas_status_code

    /// The project's own kernel for C = A · op(B) or C += A · op(B), if there is one; see `grl_product_family`.
    static var directProduct: DirectProduct<Self>? { get }
}

/// C [rows, columns] = A [rows, depth] · op(B), added to C if `accumulates`.
typealias DirectProduct<Element> = (
    _ transposesB: Bool, _ rows: Int, _ columns: Int, _ depth: Int, _ a: UnsafePointer<Element>, _ lda: Int,
    _ b: UnsafePointer<Element>, _ ldb: Int, _ accumulates: Bool, _ c: UnsafeMutablePointer<Element>, _ ldc: Int
) -> Void

extension Float: BLASElement {
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
        _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
        _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) -> blas_status_code {
        blas_sgemm(transposesA, transposesB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    }

    static var directProduct: DirectProduct<Float>? { grl_kernels().pointee.product.multiply }
}

extension Double: BLASElement {
    static func multiply(
        _ transposesA: Bool, _ transposesB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Double,
        _ a: UnsafePointer<Double>, _ lda: Int, _ b: UnsafePointer<Double>, _ ldb: Int, _ beta: Double,
        _ c: UnsafeMutablePointer<Double>, _ ldc: Int
    ) -> blas_status_code {
        blas_dgemm(transposesA, transposesB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    }

    static var directProduct: DirectProduct<Double>? { nil }
}

/// Turns what OpenBLAS reports into errors.
enum BLAS {
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
