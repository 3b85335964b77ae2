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

/// Fixed-order reductions of the lanes, halving: lane i meets lane i + W/2, then i + W/4, ...
#define DEFINE_LANES(name, expression)                                                                                \
    INLINE float name(vf v) {                                                                                         \
        for (int half = W / 2; half > 0; half /= 2) {                                                                 \
            float lanes[2 * W];                                                                                       \
            store(lanes, v);                                                                                          \
            store(lanes + W, v);                                                                                      \
            vf a = v, b = load(lanes + half);                                                                         \
            v = expression;                                                                                           \
        }                                                                                                             \
        return v[0];                                                                                                  \
    }
DEFINE_LANES(lanes_sum, a + b)
DEFINE_LANES(lanes_maximum, maximum(a, b))
DEFINE_LANES(lanes_minimum, minimum(a, b))
#undef DEFINE_LANES
