// Four lanes: SSE2 on x86-64, NEON on arm64, plain C elsewhere.
#include "Tables.h"

#define GRL_WIDTH 4
#define GRL_TABLE grl_table_baseline
#if defined(__aarch64__)
#define GRL_FUSED 1
#define GRL_NAME "neon"
#else
#define GRL_FUSED 0
#define GRL_NAME "baseline"
#endif
#include "KernelSet.h"
