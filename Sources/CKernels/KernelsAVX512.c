#include "Tables.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
#define GRL_WIDTH 16
#define GRL_FUSED 1
#define GRL_NAME "avx512"
#define GRL_TABLE grl_table_avx512
#include "KernelSet.h"
#pragma clang attribute pop
#endif
