// Products of layers and attention by AVX-512 FP16.
#include "Tables.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl,avx512fp16"))), apply_to = function)
#define GRL_WIDTH 16
#define GRL_FUSED 1
#define GRL_HALF 1
#define GRL_HALF_NATIVE 1
#define GRL_NAME "avx512fp16"
#define GRL_TABLE grl_table_avx512fp16
#include "KernelSet.h"
#pragma clang attribute pop
#endif
