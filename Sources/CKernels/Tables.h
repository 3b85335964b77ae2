#pragma once
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
extern const grl_kernel_table grl_table_avx2;
extern const grl_kernel_table grl_table_avx512;
extern const grl_kernel_table grl_table_avx512fp16;
extern const grl_kernel_table grl_table_avx512fp16_emulated;
#endif
extern const grl_kernel_table grl_table_baseline;

/// The output positions begin..<end of an axis whose tap at kernel offset `tap` falls inside the input, not the padding.
static inline void grl_valid_outputs(grl_window_axis axis, size_t tap, size_t *begin, size_t *end) {
    size_t offset = tap * axis.dilation;
    size_t first = offset >= axis.pad_begin ? 0 : (axis.pad_begin - offset + axis.stride - 1) / axis.stride;
    size_t limit = axis.input + axis.pad_begin;
    size_t last = offset >= limit ? 0 : (limit - offset + axis.stride - 1) / axis.stride;
    if (last > axis.output) last = axis.output;
    if (first > last) first = last;
    *begin = first;
    *end = last;
}
