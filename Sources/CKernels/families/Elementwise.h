// Functions of one and of two elements.

#define DEFINE_UNARY(name, expression)                                                                                \
    static void name(const float *x, float *y, size_t count, float a, float b) {                                      \
        (void)a, (void)b;                                                                                             \
        size_t i = 0;                                                                                                 \
        for (; i + W <= count; i += W) {                                                                              \
            vf v = load(x + i);                                                                                       \
            store(y + i, expression);                                                                                 \
        }                                                                                                             \
        if (i < count) {                                                                                              \
            vf v = load_tail(x + i, count - i, 1.0f);                                                                 \
            store_tail(y + i, expression, count - i);                                                                 \
        }                                                                                                             \
    }

DEFINE_UNARY(unary_exponential, exponential(v))
DEFINE_UNARY(unary_logarithm, logarithm(v))
DEFINE_UNARY(unary_square_root, __builtin_elementwise_sqrt(v))
DEFINE_UNARY(unary_reciprocal, splat(1.0f) / v)
DEFINE_UNARY(unary_reciprocal_square_root, splat(1.0f) / __builtin_elementwise_sqrt(v))
DEFINE_UNARY(unary_negate, -v)
DEFINE_UNARY(unary_absolute, absolute(v))
DEFINE_UNARY(unary_square, v *v)
DEFINE_UNARY(unary_floor, __builtin_elementwise_floor(v))
DEFINE_UNARY(unary_ceiling, __builtin_elementwise_ceil(v))
DEFINE_UNARY(unary_round_even, __builtin_elementwise_roundeven(v))
DEFINE_UNARY(unary_relu, blend(v < splat(0.0f), splat(0.0f), v))
DEFINE_UNARY(unary_leaky_relu, blend(v < splat(0.0f), v *splat(a), v))
DEFINE_UNARY(unary_clip, minimum(maximum(v, splat(a)), splat(b)))
DEFINE_UNARY(unary_sigmoid, sigmoid(v))
DEFINE_UNARY(unary_tanh, hyperbolic_tangent(v))
DEFINE_UNARY(unary_erf, error_function(v))
DEFINE_UNARY(unary_gelu, gelu(v))
DEFINE_UNARY(unary_gelu_tanh, gelu_tanh(v))
DEFINE_UNARY(unary_silu, v / (splat(1.0f) + exponential(-v)))
DEFINE_UNARY(unary_hard_sigmoid, minimum(maximum(v *splat(a) + splat(b), splat(0.0f)), splat(1.0f)))
DEFINE_UNARY(
    unary_hard_swish, v *minimum(maximum(v *splat(1.0f / 6.0f) + splat(0.5f), splat(0.0f)), splat(1.0f)))
DEFINE_UNARY(unary_affine, multiply_add(v, splat(a), splat(b)))
DEFINE_UNARY(unary_center_scale, (v - splat(a)) * splat(b))
#undef DEFINE_UNARY

#define BINARY_LOOP(left, right, left_tail, right_tail, expression)                                                   \
    size_t i = 0;                                                                                                     \
    for (; i + W <= count; i += W) {                                                                                  \
        vf l = left, r = right;                                                                                       \
        store(y + i, expression);                                                                                     \
    }                                                                                                                 \
    if (i < count) {                                                                                                  \
        vf l = left_tail, r = right_tail;                                                                             \
        store_tail(y + i, expression, count - i);                                                                     \
    }

#define DEFINE_BINARY(name, expression)                                                                               \
    static void name##_vector_vector(const float *a, const float *b, float *y, size_t count) {                        \
        BINARY_LOOP(                                                                                                  \
            load(a + i), load(b + i), load_tail(a + i, count - i, 1.0f), load_tail(b + i, count - i, 1.0f),           \
            expression)                                                                                               \
    }                                                                                                                 \
    static void name##_vector_scalar(const float *a, const float *b, float *y, size_t count) {                        \
        if (count == 0) return;                                                                                       \
        vf scalar = splat(*b);                                                                                        \
        BINARY_LOOP(load(a + i), scalar, load_tail(a + i, count - i, 1.0f), scalar, expression)                       \
    }                                                                                                                 \
    static void name##_scalar_vector(const float *a, const float *b, float *y, size_t count) {                        \
        if (count == 0) return;                                                                                       \
        vf scalar = splat(*a);                                                                                        \
        BINARY_LOOP(scalar, load(b + i), scalar, load_tail(b + i, count - i, 1.0f), expression)                       \
    }

DEFINE_BINARY(binary_add, l + r)
DEFINE_BINARY(binary_subtract, l - r)
DEFINE_BINARY(binary_multiply, l *r)
DEFINE_BINARY(binary_divide, l / r)
DEFINE_BINARY(binary_minimum, minimum(l, r))
DEFINE_BINARY(binary_maximum, maximum(l, r))
#undef DEFINE_BINARY
#undef BINARY_LOOP
