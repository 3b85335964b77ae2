// Vectors of 2 · W float16 lanes: the products of layers and attention where the precision is float16.
//
// GRL_HALF_NATIVE 1 takes AVX-512 FP16's instructions; 0 computes in float32 what they compute, to the bit.

enum { HALF_LANES = 2 * W, CHAIN = 16 };

#if GRL_HALF_NATIVE
typedef _Float16 half __attribute__((may_alias));
#else
typedef uint16_t half __attribute__((may_alias));
#endif

#define NEAREST (_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

/// W float16 numbers in memory.
INLINE vf widen(const half *p) {
    __m256i bits;
    __builtin_memcpy(&bits, p, sizeof bits);
    return (vf)_mm512_cvtph_ps(bits);
}

INLINE void narrow(half *p, vf v) {
    __m256i bits = _mm512_cvtps_ph((__m512)v, NEAREST);
    __builtin_memcpy(p, &bits, sizeof bits);
}

#if GRL_HALF_NATIVE
typedef __m512h vh;

INLINE vh load_half(const half *p) { return _mm512_loadu_ph(p); }
INLINE vh splat_half(const half *p) { return _mm512_set1_ph(*p); }
INLINE vh multiply_half(vh a, vh b) { return _mm512_mul_ph(a, b); }
/// a · b + c, rounded once.
INLINE vh multiply_add_half(vh a, vh b, vh c) { return _mm512_fmadd_ph(a, b, c); }

INLINE vf low_half(vh v) { return (vf)_mm512_cvtph_ps(_mm512_castsi512_si256(_mm512_castph_si512(v))); }
INLINE vf high_half(vh v) { return (vf)_mm512_cvtph_ps(_mm512_extracti64x4_epi64(_mm512_castph_si512(v), 1)); }

INLINE vh join(vf low, vf high) {
    __m256i first = _mm512_cvtps_ph((__m512)low, NEAREST), second = _mm512_cvtps_ph((__m512)high, NEAREST);
    return _mm512_castsi512_ph(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}
#else
/// Numbers that float16 has, as float32.
typedef struct vh {
    vf low, high;
} vh;

INLINE vf rounded_to_half(vf v) { return (vf)_mm512_cvtph_ps(_mm512_cvtps_ph((__m512)v, NEAREST)); }

/// a + b for rounding to float16 afterwards: where float32 cannot hold the sum, the neighbour whose last bit is set, so
/// that the second rounding sees on which side of a tie the sum is.
INLINE vf sum_to_odd(vf a, vf b) {
    vf down = (vf)_mm512_add_round_ps((__m512)a, (__m512)b, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    vf up = (vf)_mm512_add_round_ps((__m512)a, (__m512)b, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
    return blend((down == up) | (vi)((as_bits(down) & 1u) == 0), up, down);
}

INLINE vh load_half(const half *p) { return (vh){widen(p), widen(p + W)}; }

INLINE vh splat_half(const half *p) {
    vf v = (vf)_mm512_cvtph_ps(_mm256_set1_epi16((short)*p));
    return (vh){v, v};
}

/// Products of two float16 numbers are float32 numbers.
INLINE vh multiply_half(vh a, vh b) { return (vh){rounded_to_half(a.low * b.low), rounded_to_half(a.high * b.high)}; }

INLINE vh multiply_add_half(vh a, vh b, vh c) {
    return (vh){
        rounded_to_half(sum_to_odd(a.low * b.low, c.low)), rounded_to_half(sum_to_odd(a.high * b.high, c.high))};
}

INLINE vf low_half(vh v) { return v.low; }
INLINE vf high_half(vh v) { return v.high; }
INLINE vh join(vf low, vf high) { return (vh){rounded_to_half(low), rounded_to_half(high)}; }
#endif
#undef NEAREST

/// The power of two that numbers of magnitudes up to `greatest` are divided by before they are narrowed: quotients are
/// below 4, so that no sum of CHAIN products overflows. It is 0 for magnitudes that float32 holds with fewer bits.
INLINE vf power_below(vf greatest) {
    vu bits = as_bits(greatest) & (vu)(0x7f800000u);
    return as_float((vi)(bits > (vu)(0x7e800000u)) ? (vu)(0x7e800000u) : bits);
}

/// 1 / power, 2^127 for 0.
INLINE vf inverse_power(vf power) { return as_float((vu)(0x7f000000u) - as_bits(power)); }

/// The greater magnitude; NaN is passed over.
INLINE vf greater_magnitude(vf greatest, vf v) {
    vf magnitude = absolute(v);
    return blend(magnitude > greatest, magnitude, greatest);
}
