// What follows the sums of a layer: activation, normalisation, residuals, and the way to their place.

/// Applies an activation to `count` floats, a multiple of W.
#define DEFINE_ACTIVATION(name, expression)                                                                           \
    static void name(float *x, size_t count) {                                                                        \
        for (size_t i = 0; i < count; i += W) {                                                                       \
            vf v = load(x + i);                                                                                       \
            store(x + i, expression);                                                                                 \
        }                                                                                                             \
    }
DEFINE_ACTIVATION(activate_gelu, gelu(v))
DEFINE_ACTIVATION(activate_gelu_tanh, gelu_tanh(v))
DEFINE_ACTIVATION(activate_sigmoid, sigmoid(v))
DEFINE_ACTIVATION(activate_silu, v *sigmoid(v))
#undef DEFINE_ACTIVATION

/// The activations that tiles leave to a second pass.
static void activate(grl_activation activation, float *x, size_t count) {
    switch (activation) {
    case GRL_ACTIVATION_GELU: activate_gelu(x, count); break;
    case GRL_ACTIVATION_GELU_TANH: activate_gelu_tanh(x, count); break;
    case GRL_ACTIVATION_SIGMOID: activate_sigmoid(x, count); break;
    case GRL_ACTIVATION_SILU: activate_silu(x, count); break;
    case GRL_ACTIVATION_NONE:
    case GRL_ACTIVATION_RELU:
    case GRL_ACTIVATION_LEAKY_RELU: break;
    }
}

INLINE bool activates_in_tiles(grl_activation activation) {
    return activation == GRL_ACTIVATION_NONE || activation == GRL_ACTIVATION_RELU ||
           activation == GRL_ACTIVATION_LEAKY_RELU;
}

/// Results that tiles write to their place themselves.
INLINE bool stores_in_tiles(const grl_epilogue *epilogue, const grl_row_target *target) {
    return activates_in_tiles(epilogue->activation) && !epilogue->normalizes && !target->residual &&
           !target->second_residual && target->runs == 1;
}

INLINE void set_rectifier(tile_output *output, grl_activation activation, float slope) {
    output->rectifies = activation == GRL_ACTIVATION_RELU || activation == GRL_ACTIVATION_LEAKY_RELU;
    output->slope = activation == GRL_ACTIVATION_LEAKY_RELU ? slope : 1.0f;
    output->keeps = activation == GRL_ACTIVATION_LEAKY_RELU ? 0xffffffffu : 0;
}

/// Mean and 1/√(variance + epsilon) of a row.
typedef struct row_moments {
    float mean, deviation;
} row_moments;

INLINE vf load_some(const float *p, size_t count) { return count == W ? load(p) : load_tail(p, count, 0.0f); }

INLINE void store_some(float *p, vf v, size_t count) {
    if (count == W) {
        store(p, v);
    } else {
        store_tail(p, v, count);
    }
}

/// Columns first..<first + count of a row from x to y: normalised if `moments` are given, residuals added.
INLINE void finish_run(
    const float *x, size_t first, size_t count, const row_moments *moments, const grl_epilogue *epilogue,
    const float *residual, const float *second_residual, float *y) {
    for (size_t i = 0; i < count; i += W) {
        size_t lanes = count - i < W ? count - i : W, column = first + i;
        vf v = load_some(x + column, lanes);
        if (moments) {
            vf scale = epilogue->scale ? load_some(epilogue->scale + column, lanes) : splat(1.0f);
            vf shift = epilogue->shift ? load_some(epilogue->shift + column, lanes) : splat(0.0f);
            v = multiply_add((v - splat(moments->mean)) * splat(moments->deviation), scale, shift);
        }
        if (residual) v = load_some(residual + i, lanes) + v;
        if (second_residual) v = load_some(second_residual + i, lanes) + v;
        store_some(y + i, v, lanes);
    }
}

INLINE const float *offset_by(const float *p, size_t offset) { return p ? p + offset : NULL; }

/// Rows of sums x, `stride` floats apart, to rows first_row... of their place. Pads of the rows of x may be written.
static void finish_rows(
    float *x, size_t stride, size_t rows, size_t columns, const grl_epilogue *epilogue, const grl_row_target *target,
    size_t first_row) {
    activate(epilogue->activation, x, rows * stride);
    size_t length = columns / target->runs;
    for (size_t r = 0; r < rows; r++, x += stride) {
        row_moments moments;
        if (epilogue->normalizes) {
            moments.mean = row_sum(x, columns, 0) / (float)columns;
            float variance = row_centered_squares(x, columns, moments.mean) / (float)columns;
            moments.deviation = 1.0f / __builtin_sqrtf(variance + epilogue->epsilon);
        }
        size_t row = first_row + r;
        for (size_t run = 0; run < target->runs; run++) {
            size_t start = run * target->run_stride;
            finish_run(
                x, run * length, length, epilogue->normalizes ? &moments : NULL, epilogue,
                offset_by(target->residual, row * target->residual_stride + start),
                offset_by(target->second_residual, row * target->second_residual_stride + start),
                target->start + row * target->stride + start);
        }
    }
}
