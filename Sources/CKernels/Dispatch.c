#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "Tables.h"

#if defined(__x86_64__)
static bool has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

static bool has_avx512fp16(void) { return has_avx512() && __builtin_cpu_supports("avx512fp16"); }
#endif

const grl_kernel_table *grl_kernels_named(const char *name) {
#if defined(__x86_64__)
    if (strcmp(name, "avx2") == 0) return has_avx2() ? &grl_table_avx2 : NULL;
    if (strcmp(name, "avx512") == 0) return has_avx512() ? &grl_table_avx512 : NULL;
    if (strcmp(name, "avx512fp16") == 0) return has_avx512fp16() ? &grl_table_avx512fp16 : NULL;
    if (strcmp(name, "avx512fp16-emulated") == 0) return has_avx512() ? &grl_table_avx512fp16_emulated : NULL;
#endif
    if (strcmp(name, "baseline") == 0 || strcmp(name, grl_table_baseline.name) == 0) return &grl_table_baseline;
    return NULL;
}

static const grl_kernel_table *chosen;
static pthread_once_t chosen_once = PTHREAD_ONCE_INIT;

/// A table whose products are float16 is never one that every caller uses.
static bool is_half(const grl_kernel_table *table) {
#if defined(__x86_64__)
    return table == &grl_table_avx512fp16 || table == &grl_table_avx512fp16_emulated;
#else
    return (void)table, false;
#endif
}

static void choose(void) {
    const char *forced = getenv("GRL_ISA");
    if (forced) chosen = grl_kernels_named(forced);
    if (chosen && is_half(chosen)) chosen = NULL;
    if (!chosen) chosen = grl_kernels_named("avx512");
    if (!chosen) chosen = grl_kernels_named("avx2");
    if (!chosen) chosen = &grl_table_baseline;
}

const grl_kernel_table *grl_kernels(void) {
    pthread_once(&chosen_once, choose);
    return chosen;
}

const grl_kernel_table *grl_half_kernels(void) {
    const char *forced = getenv("GRL_FP16");
    return grl_kernels_named(forced && strcmp(forced, "emulated") == 0 ? "avx512fp16-emulated" : "avx512fp16");
}
