// Elementary functions on vectors. The polynomials are minimax fits on the stated intervals.

/// p · 2^n for integral n in [-252, 252], n given as the bits of n + 1.5 · 2^23; two steps, so that results underflow
/// gradually and overflow to infinity.
INLINE vf scale_by_power(vf p, vu shifted) {
#if GRL_WIDTH == 16
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)(as_float(shifted) - splat(0x1.8p23f)));
#else
    vi n = (vi)(shifted - as_bits(splat(0x1.8p23f)));
    vi half = n >> 1;
    vf first = as_float((vu)(half + 127) << 23);
    vf second = as_float((vu)(n - half + 127) << 23);
    return p * first * second;
#endif
}

/// e^x: x = n · ln 2 + r with |r| ≤ ln 2 / 2, then 1 + r + r² · q(r).
INLINE vf exponential(vf x) {
    x = blend(x > splat(89.0f), splat(89.0f), x);
    x = blend(x < splat(-104.0f), splat(-104.0f), x);
    vf shifted = multiply_add(x, splat(0x1.715476p0f), splat(0x1.8p23f));
    vf n = shifted - splat(0x1.8p23f);
    vf r = multiply_add(n, splat(-0x1.63p-1f), x);
    r = multiply_add(n, splat(0x1.bd0106p-13f), r);
    vf q = splat(0x1.6a23ccp-10f);
    q = multiply_add(q, r, splat(0x1.123a2p-7f));
    q = multiply_add(q, r, splat(0x1.5558f2p-5f));
    q = multiply_add(q, r, splat(0x1.555492p-3f));
    q = multiply_add(q, r, splat(0x1.fffffcp-2f));
    vf p = multiply_add(q, r * r, r) + splat(1.0f);
    return scale_by_power(p, as_bits(shifted));
}

/// 2^x for |x| ≤ 125, relative error 1.6e-7: x = n + r, then 2^n · (1 + r · q(r)). NaN passes if its low nine bits are 0,
/// as they are in every NaN that arithmetic makes of numbers.
INLINE vf small_power_of_2(vf x) {
#if GRL_WIDTH == 16
    // 0 ≤ r ≤ 1, for scalef takes the floor of x itself.
    vf r = (vf)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF);
    vf q = splat(0x1.e96cfp-10f);
    q = multiply_add(q, r, splat(0x1.277b22p-7f));
    q = multiply_add(q, r, splat(0x1.c91c38p-5f));
    q = multiply_add(q, r, splat(0x1.ebdb68p-3f));
    q = multiply_add(q, r, splat(0x1.62e4bap-1f));
    vf p = multiply_add(q, r, splat(1.0f));
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)x);
#else
    // |r| ≤ ½
    vf shifted = x + splat(0x1.8p23f);
    vf r = x - (shifted - splat(0x1.8p23f));
    vf q = splat(0x1.5bda4p-10f);
    q = multiply_add(q, r, splat(0x1.3ce8acp-7f));
    q = multiply_add(q, r, splat(0x1.c6b6d8p-5f));
    q = multiply_add(q, r, splat(0x1.ebf9c2p-3f));
    q = multiply_add(q, r, splat(0x1.62e42ap-1f));
    vf p = multiply_add(q, r, splat(1.0f));
    return as_float(as_bits(p) + (as_bits(shifted) << 23));
#endif
}

/// 2^x as above for x ≤ 125, and at most 2^-125 for x < -125.
INLINE vf power_of_2_up_to_125(vf x) {
#if GRL_WIDTH == 16
    return small_power_of_2(x);
#else
    return small_power_of_2(blend(splat(-125.0f) > x, splat(-125.0f), x));
#endif
}

/// log x: x = 2^n · (1 + f) with 1 + f in [√½, √2), then f - f²/2 + f³ · q(f) + n · ln 2.
INLINE vf logarithm(vf x) {
    vi tiny = x < splat(0x1p-126f);
    vf scaled = blend(tiny, x * splat(0x1p23f), x);
    vu bits = as_bits(scaled) - (vu)(0x3f3504f3u);
    vi exponent = (vi)bits >> 23;
    vf f = as_float((bits & (vu)(0x007fffffu)) + (vu)(0x3f3504f3u)) - splat(1.0f);
    vf n = __builtin_convertvector(exponent, vf) - blend(tiny, splat(23.0f), splat(0.0f));
    vf q = splat(-0x1.38b4ccp-4f);
    q = multiply_add(q, f, splat(0x1.055b46p-3f));
    q = multiply_add(q, f, splat(-0x1.0d8552p-3f));
    q = multiply_add(q, f, splat(0x1.22da22p-3f));
    q = multiply_add(q, f, splat(-0x1.547244p-3f));
    q = multiply_add(q, f, splat(0x1.99a008p-3f));
    q = multiply_add(q, f, splat(-0x1.000228p-2f));
    q = multiply_add(q, f, splat(0x1.555554p-2f));
    vf square = f * f;
    vf tail = multiply_add(n, splat(-0x1.bd0106p-13f), q * f * square);
    tail = multiply_add(square, splat(-0.5f), tail);
    vf result = multiply_add(n, splat(0x1.63p-1f), f + tail);
    result = blend(x == splat(__builtin_inff()), x, result);
    result = blend(x == splat(0.0f), splat(-__builtin_inff()), result);
    return blend((x < splat(0.0f)) | (x != x), splat(__builtin_nanf("")), result);
}

INLINE vf sigmoid(vf x) { return splat(1.0f) / (splat(1.0f) + exponential(-x)); }

/// tanh x: x + x³ · q(x²) for |x| < 0.625, else 1 - 2 / (e^2|x| + 1) with the sign of x.
INLINE vf hyperbolic_tangent(vf x) {
    vf magnitude = absolute(x), square = x * x;
    vf q = splat(-0x1.75e1a8p-8f);
    q = multiply_add(q, square, splat(0x1.522692p-6f));
    q = multiply_add(q, square, splat(-0x1.b83c58p-5f));
    q = multiply_add(q, square, splat(0x1.110726p-3f));
    q = multiply_add(q, square, splat(-0x1.555532p-2f));
    vf near = multiply_add(q * square, x, x);
    vf far = splat(1.0f) - splat(2.0f) / (exponential(magnitude + magnitude) + splat(1.0f));
    return copy_sign(blend(magnitude < splat(0.625f), near, far), x);
}

/// erf x: x + x · q(x²) for |x| < 1, else 1 - e^-p(|x|), where p fits -log erfc on [1, 4]; erfc(4) is below half an ulp.
INLINE vf error_function(vf x) {
    vf magnitude = absolute(x), square = x * x;
    vf q = splat(0x1.496a28p-14f);
    q = multiply_add(q, square, splat(-0x1.a3f6fcp-11f));
    q = multiply_add(q, square, splat(0x1.5405b2p-8f));
    q = multiply_add(q, square, splat(-0x1.b7f90cp-6f));
    q = multiply_add(q, square, splat(0x1.ce2cf8p-4f));
    q = multiply_add(q, square, splat(-0x1.81273ep-2f));
    q = multiply_add(q, square, splat(0x1.06eba8p-3f));
    vf near = multiply_add(q, x, x);
    vf t = blend(magnitude > splat(4.0f), splat(4.0f), magnitude);
    vf p = splat(-0x1.852dc4p-13f);
    p = multiply_add(p, t, splat(0x1.814d22p-9f));
    p = multiply_add(p, t, splat(-0x1.654246p-6f));
    p = multiply_add(p, t, splat(0x1.a60a94p-4f));
    p = multiply_add(p, t, splat(0x1.46c582p-1f));
    p = multiply_add(p, t, splat(0x1.2085b2p0f));
    p = multiply_add(p, t, splat(0x1.72e404p-12f));
    vf far = splat(1.0f) - exponential(-p);
    return blend(magnitude < splat(1.0f), near, copy_sign(far, x));
}

/// x · Φ(x): Φ(x) = ½ + t · p(z) with t = x clamped to ±5.45 and z = 2 (t/5.45)² - 1; p keeps the sum at or just beyond 0
/// and 1 where x is clamped.
INLINE vf gelu(vf x) {
    vf t = blend(x > splat(5.45f), splat(5.45f), x);
    t = blend(t < splat(-5.45f), splat(-5.45f), t);
    vf z = multiply_add(t * t, splat(0x1.13cd3cp-4f), splat(-1.0f));
    vf square = z * z;
    vf even = splat(0x1.1ffcc2p-11f), odd = splat(-0x1.49e052p-10f);
    even = multiply_add(even, square, splat(0x1.66abcp-11f));
    odd = multiply_add(odd, square, splat(-0x1.09e83p-10f));
    even = multiply_add(even, square, splat(0x1.16488ap-8f));
    odd = multiply_add(odd, square, splat(-0x1.e50976p-8f));
    even = multiply_add(even, square, splat(0x1.441454p-7f));
    odd = multiply_add(odd, square, splat(-0x1.d1c6ep-7f));
    even = multiply_add(even, square, splat(0x1.481404p-6f));
    odd = multiply_add(odd, square, splat(-0x1.a9727p-6f));
    even = multiply_add(even, square, splat(0x1.06f99ap-5f));
    odd = multiply_add(odd, square, splat(-0x1.3f7972p-5f));
    even = multiply_add(even, square, splat(0x1.8a2eecp-5f));
    odd = multiply_add(odd, square, splat(-0x1.09331ap-4f));
    even = multiply_add(even, square, splat(0x1.09af8p-3f));
    vf p = multiply_add(odd, z, even);
    vf share = multiply_add(p, t, splat(0.5f));
    return x * blend(share < splat(0.0f), splat(0.0f), share);
}

INLINE vf gelu_tanh(vf x) {
    vf half = x * splat(0.5f);
    vf inner = multiply_add(x * x * x, splat(0.044715f), x) * splat(0x1.988454p-1f);
    return multiply_add(half, hyperbolic_tangent(inner), half);
}
