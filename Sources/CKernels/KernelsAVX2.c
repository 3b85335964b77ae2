#include "Tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define GRL_WIDTH 8
#define GRL_FUSED 1
#define GRL_NAME "avx2"
#define GRL_TABLE grl_table_avx2
#include "KernelSet.h"
#pragma clang attribute pop
#endif
