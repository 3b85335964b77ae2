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

/// Sums of the lanes of FOLD_ROWS vectors at once, each with the bits of lanes_sum: that of v[i] is lane i · FOLD_STEP.
#if GRL_WIDTH >= 8
enum { FOLD_ROWS = 8 };
#else
enum { FOLD_ROWS = 4 };
#endif
enum { FOLD_STEP = W / FOLD_ROWS };

/// Lane i is the sum of lanes i and i ^ distance: of a where i has no bit `distance`, else of b.
#define PAIR(low, high) (__builtin_shufflevector(a, b, low) + __builtin_shufflevector(a, b, high))
#define LANES(...) __VA_ARGS__
#if GRL_WIDTH == 16
INLINE vf pair_8(vf a, vf b) {
    return PAIR(LANES(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
        LANES(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
}
INLINE vf pair_4(vf a, vf b) {
    return PAIR(LANES(0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
        LANES(4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31));
}
INLINE vf pair_2(vf a, vf b) {
    return PAIR(LANES(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        LANES(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31));
}
INLINE vf lanes_sums(const vf *v) {
    vf a = pair_4(pair_8(v[0], v[4]), pair_8(v[2], v[6])), b = pair_4(pair_8(v[1], v[5]), pair_8(v[3], v[7]));
    vf sums = pair_2(a, b);
    return sums + SWAP_1(sums);
}
#elif GRL_WIDTH == 8
INLINE vf pair_4(vf a, vf b) { return PAIR(LANES(0, 1, 2, 3, 8, 9, 10, 11), LANES(4, 5, 6, 7, 12, 13, 14, 15)); }
INLINE vf pair_2(vf a, vf b) { return PAIR(LANES(0, 1, 8, 9, 4, 5, 12, 13), LANES(2, 3, 10, 11, 6, 7, 14, 15)); }
INLINE vf pair_1(vf a, vf b) { return PAIR(LANES(0, 8, 2, 10, 4, 12, 6, 14), LANES(1, 9, 3, 11, 5, 13, 7, 15)); }
INLINE vf lanes_sums(const vf *v) {
    vf a = pair_2(pair_4(v[0], v[4]), pair_4(v[2], v[6])), b = pair_2(pair_4(v[1], v[5]), pair_4(v[3], v[7]));
    return pair_1(a, b);
}
#else
INLINE vf pair_2(vf a, vf b) { return PAIR(LANES(0, 1, 4, 5), LANES(2, 3, 6, 7)); }
INLINE vf pair_1(vf a, vf b) { return PAIR(LANES(0, 4, 2, 6), LANES(1, 5, 3, 7)); }
INLINE vf lanes_sums(const vf *v) { return pair_1(pair_2(v[0], v[2]), pair_2(v[1], v[3])); }
#endif
#undef PAIR
#undef LANES
