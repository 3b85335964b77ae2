// Vectors of GRL_WIDTH float32 lanes and the operations the kernel families are written in.
// The file that includes this one sets GRL_WIDTH, and GRL_FUSED to 1 where the target has a fused multiply-add.

#define INLINE static inline __attribute__((always_inline, unused))

#pragma STDC FP_CONTRACT OFF

enum { W = GRL_WIDTH };

typedef float vf __attribute__((ext_vector_type(GRL_WIDTH)));
typedef uint32_t vu __attribute__((ext_vector_type(GRL_WIDTH)));
typedef int32_t vi __attribute__((ext_vector_type(GRL_WIDTH)));

INLINE vf load(const float *p) {
    vf v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, vf v) { __builtin_memcpy(p, &v, sizeof v); }

INLINE vf splat(float s) { return (vf)(s); }

#if GRL_WIDTH == 16
INLINE vf load_tail(const float *p, size_t count, float fill) {
    return (vf)_mm512_mask_loadu_ps(_mm512_set1_ps(fill), (__mmask16)((1u << count) - 1), p);
}

INLINE void store_tail(float *p, vf v, size_t count) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), (__m512)v);
}
#elif GRL_WIDTH == 8
INLINE vi first_lanes(size_t count) { return (vi){0, 1, 2, 3, 4, 5, 6, 7} < (vi)((int32_t)count); }

INLINE vf load_tail(const float *p, size_t count, float fill) {
    vi mask = first_lanes(count);
    vf v = (vf)_mm256_maskload_ps(p, (__m256i)mask);
    return mask ? v : splat(fill);
}

INLINE void store_tail(float *p, vf v, size_t count) {
    _mm256_maskstore_ps(p, (__m256i)first_lanes(count), (__m256)v);
}
#else
/// The first count < W lanes from memory, the others `fill`.
INLINE vf load_tail(const float *p, size_t count, float fill) {
    float lanes[W];
    for (size_t i = 0; i < W; i++) lanes[i] = fill;
    for (size_t i = 0; i < count; i++) lanes[i] = p[i];
    return load(lanes);
}

INLINE void store_tail(float *p, vf v, size_t count) {
    float lanes[W];
    store(lanes, v);
    for (size_t i = 0; i < count; i++) p[i] = lanes[i];
}
#endif

/// a · b + c; rounded once where the target can, twice elsewhere.
INLINE vf multiply_add(vf a, vf b, vf c) {
#if GRL_FUSED
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

INLINE vf blend(vi condition, vf yes, vf no) { return condition ? yes : no; }

INLINE vf as_float(vu bits) { return (vf)bits; }
INLINE vu as_bits(vf v) { return (vu)v; }

INLINE vf absolute(vf v) { return as_float(as_bits(v) & (vu)(0x7fffffffu)); }
INLINE vf copy_sign(vf magnitude, vf sign) {
    return as_float((as_bits(magnitude) & (vu)(0x7fffffffu)) | (as_bits(sign) & (vu)(0x80000000u)));
}

/// The smaller or larger of two; NaN if either is NaN.
INLINE vf minimum(vf a, vf b) { return blend((a < b) | (a != a), a, b); }
INLINE vf maximum(vf a, vf b) { return blend((a > b) | (a != a), a, b); }

/// Lane i of the result is lane i ^ distance of v; distance is a power of two below W.
#if GRL_WIDTH == 16
#define SWAP_8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define SWAP_4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define SWAP_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define SWAP_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif GRL_WIDTH == 8
#define SWAP_4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3)
#define SWAP_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5)
#define SWAP_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define SWAP_2(v) __builtin_shufflevector(v, v, 2, 3, 0, 1)
#define SWAP_1(v) __builtin_shufflevector(v, v, 1, 0, 3, 2)
#endif

INLINE vf plus(vf a, vf b) { return a + b; }

/// Reductions of the lanes in a fixed order: lane i meets lane i + W/2, then i + W/4, ...
#define FOLD_FROM_2(combine) \
    v = combine(v, SWAP_2(v)); \
    v = combine(v, SWAP_1(v));
#if GRL_WIDTH == 16
#define FOLD(combine) \
    v = combine(v, SWAP_8(v)); \
    v = combine(v, SWAP_4(v)); \
    FOLD_FROM_2(combine)
#elif GRL_WIDTH == 8
#define FOLD(combine) \
    v = combine(v, SWAP_4(v)); \
    FOLD_FROM_2(combine)
#else
#define FOLD(combine) FOLD_FROM_2(combine)
#endif

INLINE float lanes_sum(vf v) {
    FOLD(plus)
    return v[0];
}

INLINE float lanes_maximum(vf v) {
    FOLD(maximum)
    return v[0];
}

INLINE float lanes_minimum(vf v) {
    FOLD(minimum)
    return v[0];
}
#undef FOLD
#undef FOLD_FROM_2
