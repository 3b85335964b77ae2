#define _GNU_SOURCE
#include "CBLAS.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

typedef void (*sgemm_function)(
    int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
    const float *b, int ldb, float beta, float *c, int ldc);
typedef void (*dgemm_function)(
    int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a, int lda,
    const double *b, int ldb, double beta, double *c, int ldc);

static struct {
    blas_status_code status;
    sgemm_function sgemm;
    dgemm_function dgemm;
    char core[64];
    char message[512];
} library;

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

blas_cpu_features blas_detect_cpu(void) {
    blas_cpu_features features = {false, false, false};
#if defined(__x86_64__)
    __builtin_cpu_init();
    features.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    features.avx512 = features.avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    features.amd = __builtin_cpu_is("amd");
#endif
    return features;
}

const char *blas_choose_core(blas_cpu_features features, const char *user_value) {
    if (user_value && *user_value) return user_value;
    if (features.avx512) return "SKYLAKEX";
    if (features.avx2) return features.amd ? "ZEN" : "HASWELL";
    return NULL;
}

/// Sets a variable for as long as the library is being opened. The value it had is returned for restore_variable;
/// NULL if it had none.
static char *replace_variable(const char *name, const char *value) {
    const char *current = getenv(name);
    char *saved = current ? strdup(current) : NULL;
    if (value) setenv(name, value, 1);
    return saved;
}

static void restore_variable(const char *name, char *saved) {
    if (saved) {
        setenv(name, saved, 1);
        free(saved);
    } else {
        unsetenv(name);
    }
}

static void *open_library(void) {
    static const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"};
    const char *reason = "";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        if (handle) return handle;
        if (i == 0) reason = dlerror();
        snprintf(library.message, sizeof library.message, "%s", reason ? reason : "cannot open the library");
    }
    return NULL;
}

static void *find_symbol(void *handle, const char *name) {
    void *symbol = dlsym(handle, name);
    if (!symbol) {
        library.status = BLAS_SYMBOL_MISSING;
        snprintf(library.message, sizeof library.message, "the OpenBLAS library lacks %s", name);
    }
    return symbol;
}

static void load_library(void) {
    char *user_core = replace_variable("OPENBLAS_CORETYPE", NULL);
    const char *core = blas_choose_core(blas_detect_cpu(), user_core);
    if (core && core != user_core) setenv("OPENBLAS_CORETYPE", core, 1);
    char *user_threads = replace_variable("OPENBLAS_NUM_THREADS", "1");
    void *handle = open_library();
    restore_variable("OPENBLAS_CORETYPE", user_core);
    restore_variable("OPENBLAS_NUM_THREADS", user_threads);
    if (!handle) {
        library.status = BLAS_LIBRARY_MISSING;
        return;
    }

    library.sgemm = (sgemm_function)find_symbol(handle, "cblas_sgemm");
    library.dgemm = (dgemm_function)find_symbol(handle, "cblas_dgemm");
    char *(*core_name)(void) = (char *(*)(void))find_symbol(handle, "openblas_get_corename");
    void (*set_threads)(int) = (void (*)(int))find_symbol(handle, "openblas_set_num_threads");
    if (library.status != BLAS_OK) return;
    set_threads(1);
    snprintf(library.core, sizeof library.core, "%s", core_name());
    library.message[0] = 0;
}

blas_status_code blas_status(void) {
    pthread_once(&library_once, load_library);
    return library.status;
}

const char *blas_message(void) {
    blas_status();
    return library.message;
}

const char *blas_core_name(void) {
    blas_status();
    return library.core;
}

static bool fits(size_t m, size_t n, size_t k, size_t lda, size_t ldb, size_t ldc) {
    return m <= INT_MAX && n <= INT_MAX && k <= INT_MAX && lda <= INT_MAX && ldb <= INT_MAX && ldc <= INT_MAX;
}

static int transposition(bool transpose) { return transpose ? TRANSPOSE : NO_TRANSPOSE; }

#define DEFINE_GEMM(name, element, function)                                                                          \
    blas_status_code name(                                                                                            \
        bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, element alpha, const element *a,            \
        size_t lda, const element *b, size_t ldb, element beta, element *c, size_t ldc) {                             \
        if (m == 0 || n == 0) return BLAS_OK;                                                                         \
        if (k == 0) {                                                                                                 \
            for (size_t i = 0; i < m; i++) {                                                                          \
                for (size_t j = 0; j < n; j++) c[i * ldc + j] = beta == 0 ? 0 : beta * c[i * ldc + j];                \
            }                                                                                                         \
            return BLAS_OK;                                                                                           \
        }                                                                                                             \
        blas_status_code status = blas_status();                                                                      \
        if (status != BLAS_OK) return status;                                                                         \
        if (!fits(m, n, k, lda, ldb, ldc)) return BLAS_SIZE_LIMIT;                                                    \
        library.function(                                                                                             \
            ROW_MAJOR, transposition(transpose_a), transposition(transpose_b), (int)m, (int)n, (int)k, alpha, a,      \
            (int)lda, b, (int)ldb, beta, c, (int)ldc);                                                                \
        return BLAS_OK;                                                                                               \
    }

DEFINE_GEMM(blas_sgemm, float, sgemm)
DEFINE_GEMM(blas_dgemm, double, dgemm)
