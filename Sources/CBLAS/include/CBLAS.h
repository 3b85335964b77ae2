#pragma once
// OpenBLAS, opened at run time with dlopen, single-threaded, after its core type has been put right.
//
// Release 0.3.21 (Debian bookworm) does not know processors that are younger than itself and runs its SSE3 "Prescott"
// kernels there. It reads OPENBLAS_CORETYPE once, while it is being loaded; so that variable is set from the processor's
// features before the library is opened, unless the user has set it. Matrices are row-major throughout.

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// What became of a request. Every function is safe to call from any number of threads at the same time.
typedef enum blas_status_code : int {
    /// The library is open; the product was computed.
    BLAS_OK = 0,
    /// No OpenBLAS was found (Debian: libopenblas0-pthread); blas_message() holds the loader's words.
    BLAS_LIBRARY_MISSING = 1,
    /// A library was found that lacks one of the needed functions; blas_message() names it.
    BLAS_SYMBOL_MISSING = 2,
    /// A dimension or stride exceeds what the library's 32-bit interface can carry.
    BLAS_SIZE_LIMIT = 3,
} blas_status_code;

/// The processor features that decide which of OpenBLAS's kernel sets is right.
typedef struct blas_cpu_features {
    /// AVX2 and FMA.
    bool avx2;
    /// AVX-512 F, DQ, BW and VL, with the operating system saving the registers.
    bool avx512;
    /// An AMD processor of the Zen family.
    bool amd;
} blas_cpu_features;

/// The features of the processor this runs on; all false on anything but x86-64.
blas_cpu_features blas_detect_cpu(void);

/// The value OPENBLAS_CORETYPE gets before OpenBLAS is opened: the user's own if set and not empty, else the kernel set
/// that fits the features, else NULL (leave the choice to OpenBLAS).
const char *_Nullable blas_choose_core(blas_cpu_features features, const char *_Nullable user_value);

/// Opens OpenBLAS on the first call; BLAS_OK, BLAS_LIBRARY_MISSING or BLAS_SYMBOL_MISSING.
blas_status_code blas_status(void);

/// Why blas_status() is not BLAS_OK; empty when it is.
const char *blas_message(void);

/// The kernel set OpenBLAS runs ("SkylakeX", "Haswell", "Prescott", ...); empty when it could not be opened.
const char *blas_core_name(void);

/// C = alpha · op(A) · op(B) + beta · C in float32, on the calling thread.
/// op(A) is [m, k], op(B) is [k, n], C is [m, n]; lda, ldb and ldc are row strides in elements of the matrices as they
/// are stored (A is [m, k], or [k, m] if transpose_a). With beta = 0, C is written without being read.
blas_status_code blas_sgemm(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha, const float *_Nullable a, size_t lda,
    const float *_Nullable b, size_t ldb, float beta, float *_Nullable c, size_t ldc);

/// blas_sgemm in float64.
blas_status_code blas_dgemm(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha, const double *_Nullable a,
    size_t lda, const double *_Nullable b, size_t ldb, double beta, double *_Nullable c, size_t ldc);

#pragma clang assume_nonnull end
