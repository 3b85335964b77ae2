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
    return activates_in_tiles(epilogue->activation) && !epilogue->normalizes && !target->residual && target->runs == 1;
}

INLINE void set_rectifier(tile_output *output, grl_activation activation, float slope) {
    output->rectifies = activation == GRL_ACTIVATION_RELU || activation == GRL_ACTIVATION_LEAKY_RELU;
    output->slope = activation == GRL_ACTIVATION_LEAKY_RELU ? slope : 1.0f;
    output->keeps = activation == GRL_ACTIVATION_LEAKY_RELU ? 0xffffffffu : 0;
}

/// How many of `count` columns, channels or tokens are in the vector of those from `first` on.
INLINE size_t lanes_left(size_t count, size_t first) {
    return first >= count ? 0 : count - first < W ? count - first : W;
}

INLINE vf load_some(const float *p, size_t count, float fill) {
    return count == W ? load(p) : load_tail(p, count, fill);
}

INLINE void store_some(float *p, vf v, size_t count) {
    if (count == W) {
        store(p, v);
    } else {
        store_tail(p, v, count);
    }
}

/// Means and 1/√(variance + epsilon) of a block's rows. A row's are at its number · FOLD_STEP.
typedef struct block_moments {
    float means[BLOCK_ROWS * FOLD_STEP], deviations[BLOCK_ROWS * FOLD_STEP];
} block_moments;

/// Moments of FOLD_ROWS rows; those past `rows` repeat the last one.
INLINE void measure_rows(
    const float *x, size_t stride, size_t rows, size_t columns, float epsilon, float *means, float *deviations) {
    const float *starts[FOLD_ROWS];
    vf sums[FOLD_ROWS], squares[FOLD_ROWS];
    for (size_t r = 0; r < FOLD_ROWS; r++) {
        starts[r] = x + (r < rows ? r : rows - 1) * stride;
        sums[r] = squares[r] = splat(0.0f);
    }
    size_t i = 0;
    for (; i + W <= columns; i += W) {
        for (size_t r = 0; r < FOLD_ROWS; r++) sums[r] += load(starts[r] + i);
    }
    if (i < columns) {
        for (size_t r = 0; r < FOLD_ROWS; r++) sums[r] += load_tail(starts[r] + i, columns - i, 0.0f);
    }
    store(means, lanes_sums(sums) / splat((float)columns));
    for (i = 0; i + W <= columns; i += W) {
        for (size_t r = 0; r < FOLD_ROWS; r++) {
            squares[r] = add_square(squares[r], load(starts[r] + i) - splat(means[r * FOLD_STEP]));
        }
    }
    if (i < columns) {
        for (size_t r = 0; r < FOLD_ROWS; r++) {
            float mean = means[r * FOLD_STEP];
            squares[r] = add_square(squares[r], load_tail(starts[r] + i, columns - i, mean) - splat(mean));
        }
    }
    vf variance = lanes_sums(squares) / splat((float)columns);
    store(deviations, splat(1.0f) / __builtin_elementwise_sqrt(variance + splat(epsilon)));
}

/// Where a row of results and its residuals begin.
typedef struct finished_row {
    float *y;
    const float *residual, *second_residual;
    float mean, deviation;
} finished_row;

/// Columns column..<column + count of a row of sums x, to `place` in its results. count ≤ W.
INLINE void finish_vector(
    const bool normalizes, const int residuals, const float *x, size_t column, size_t count,
    const grl_epilogue *epilogue, const finished_row *row, size_t place) {
    vf v = load_some(x + column, count, 0.0f);
    if (normalizes) {
        vf scale = epilogue->scale ? load_some(epilogue->scale + column, count, 0.0f) : splat(1.0f);
        vf shift = epilogue->shift ? load_some(epilogue->shift + column, count, 0.0f) : splat(0.0f);
        v = multiply_add((v - splat(row->mean)) * splat(row->deviation), scale, shift);
    }
    if (residuals > 0) v = load_some(row->residual + place, count, 0.0f) + v;
    if (residuals > 1) v = load_some(row->second_residual + place, count, 0.0f) + v;
    store_some(row->y + place, v, count);
}

/// Rows of sums x, `stride` floats apart, to rows first_row... of their place.
INLINE void finish_rows_with(
    const bool normalizes, const int residuals, const float *x, size_t stride, size_t rows, size_t columns,
    const grl_epilogue *epilogue, const grl_row_target *target, size_t first_row) {
    block_moments moments;
    if (normalizes) {
        for (size_t r = 0; r < rows; r += FOLD_ROWS) {
            measure_rows(
                x + r * stride, stride, rows - r, columns, epilogue->epsilon, moments.means + r * FOLD_STEP,
                moments.deviations + r * FOLD_STEP);
        }
    }
    size_t length = columns / target->runs;
    for (size_t r = 0; r < rows; r++, x += stride) {
        finished_row row = {.y = target->start + (first_row + r) * target->stride};
        if (residuals > 0) row.residual = target->residual + (first_row + r) * target->residual_stride;
        if (residuals > 1) {
            row.second_residual = target->second_residual + (first_row + r) * target->second_residual_stride;
        }
        if (normalizes) {
            row.mean = moments.means[r * FOLD_STEP];
            row.deviation = moments.deviations[r * FOLD_STEP];
        }
        for (size_t run = 0; run < target->runs; run++) {
            size_t column = run * length, place = run * target->run_stride, i = 0;
            for (; i + W <= length; i += W) {
                finish_vector(normalizes, residuals, x, column + i, W, epilogue, &row, place + i);
            }
            if (i < length) {
                finish_vector(normalizes, residuals, x, column + i, length - i, epilogue, &row, place + i);
            }
        }
    }
}

#define DEFINE_FINISH(name, normalizes, residuals)                                                                    \
    static void name(                                                                                                 \
        const float *x, size_t stride, size_t rows, size_t columns, const grl_epilogue *epilogue,                     \
        const grl_row_target *target, size_t first_row) {                                                             \
        finish_rows_with(normalizes, residuals, x, stride, rows, columns, epilogue, target, first_row);               \
    }
DEFINE_FINISH(finish_plain, false, 0)
DEFINE_FINISH(finish_plain_1, false, 1)
DEFINE_FINISH(finish_plain_2, false, 2)
DEFINE_FINISH(finish_normal, true, 0)
DEFINE_FINISH(finish_normal_1, true, 1)
DEFINE_FINISH(finish_normal_2, true, 2)
#undef DEFINE_FINISH

/// Activates sums x where they are (their pads too), then sends them to rows first_row... of their place.
static void finish_rows(
    float *x, size_t stride, size_t rows, size_t columns, const grl_epilogue *epilogue, const grl_row_target *target,
    size_t first_row) {
    static void (*const finishers[2][3])(
        const float *, size_t, size_t, size_t, const grl_epilogue *, const grl_row_target *, size_t) = {
        {finish_plain, finish_plain_1, finish_plain_2},
        {finish_normal, finish_normal_1, finish_normal_2},
    };
    activate(epilogue->activation, x, rows * stride);
    int residuals = !target->residual ? 0 : target->second_residual ? 2 : 1;
    finishers[epilogue->normalizes][residuals](x, stride, rows, columns, epilogue, target, first_row);
}
