// Layer and RMS normalisation of rows.

/// y = (x - center) · factor · scale + bias; scale and bias may be NULL.
INLINE void normalize_row(
    const float *x, float *y, size_t count, float center, float factor, const float *scale, const float *bias) {
    vf c = splat(center), f = splat(factor);
    size_t i = 0;
    for (; i + W <= count; i += W) {
        vf s = scale ? load(scale + i) : splat(1.0f), b = bias ? load(bias + i) : splat(0.0f);
        store(y + i, multiply_add((load(x + i) - c) * f, s, b));
    }
    if (i < count) {
        size_t rest = count - i;
        vf s = scale ? load_tail(scale + i, rest, 0.0f) : splat(1.0f);
        vf b = bias ? load_tail(bias + i, rest, 0.0f) : splat(0.0f);
        store_tail(y + i, multiply_add((load_tail(x + i, rest, 0.0f) - c) * f, s, b), rest);
    }
}

static void normalize_layer(
    const float *x, float *y, size_t rows, size_t columns, const float *scale, const float *bias, float epsilon,
    float *means, float *deviations) {
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
        float mean = row_sum(x, columns, 0) / (float)columns;
        float variance = row_centered_squares(x, columns, mean) / (float)columns;
        float deviation = 1.0f / __builtin_sqrtf(variance + epsilon);
        normalize_row(x, y, columns, mean, deviation, scale, bias);
        if (means) means[r] = mean;
        if (deviations) deviations[r] = deviation;
    }
}

static void normalize_rms(
    const float *x, float *y, size_t rows, size_t columns, const float *scale, float epsilon) {
    for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
        float mean = row_squares(x, columns, 0) / (float)columns;
        normalize_row(x, y, columns, 0.0f, 1.0f / __builtin_sqrtf(mean + epsilon), scale, NULL);
    }
}
