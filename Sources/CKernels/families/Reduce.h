// Reductions of rows, in a fixed order: four accumulators take the vectors of a row in turn, the first of them takes what
// is left, then the accumulators and at last the lanes are combined by halving.

#define DEFINE_ROW(name, initial, fill, combine, element, lanes)                                                      \
    INLINE float name(const float *x, size_t count, float center) {                                                   \
        (void)center;                                                                                                 \
        vf total[4] = {splat(initial), splat(initial), splat(initial), splat(initial)};                               \
        size_t i = 0;                                                                                                 \
        for (; i + 4 * W <= count; i += 4 * W) {                                                                      \
            for (int k = 0; k < 4; k++) {                                                                             \
                vf v = load(x + i + k * W), t = total[k];                                                             \
                total[k] = element;                                                                                   \
            }                                                                                                         \
        }                                                                                                             \
        for (; i + W <= count; i += W) {                                                                              \
            vf v = load(x + i), t = total[0];                                                                         \
            total[0] = element;                                                                                       \
        }                                                                                                             \
        if (i < count) {                                                                                              \
            vf v = load_tail(x + i, count - i, fill), t = total[0];                                                   \
            total[0] = element;                                                                                       \
        }                                                                                                             \
        return lanes(combine(combine(total[0], total[1]), combine(total[2], total[3])));                              \
    }

/// The larger of the two unless v is NaN.
INLINE vf larger(vf total, vf v) { return blend(v > total, v, total); }
INLINE vf add_square(vf total, vf v) { return multiply_add(v, v, total); }

DEFINE_ROW(row_sum, 0.0f, 0.0f, plus, t + v, lanes_sum)
DEFINE_ROW(row_maximum, -__builtin_inff(), -__builtin_inff(), maximum, maximum(t, v), lanes_maximum)
DEFINE_ROW(row_maximum_of_numbers, -__builtin_inff(), -__builtin_inff(), larger, larger(t, v), lanes_maximum)
DEFINE_ROW(row_minimum, __builtin_inff(), __builtin_inff(), minimum, minimum(t, v), lanes_minimum)
DEFINE_ROW(row_squares, 0.0f, 0.0f, plus, add_square(t, v), lanes_sum)
DEFINE_ROW(row_centered_squares, 0.0f, center, plus, add_square(t, v - splat(center)), lanes_sum)
#undef DEFINE_ROW

#define DEFINE_REDUCE(name, expression)                                                                               \
    static void name(const float *x, size_t rows, size_t columns, float *y) {                                         \
        for (size_t r = 0; r < rows; r++, x += columns) y[r] = expression;                                            \
    }
DEFINE_REDUCE(reduce_sum, row_sum(x, columns, 0))
DEFINE_REDUCE(reduce_mean, row_sum(x, columns, 0) / (float)columns)
DEFINE_REDUCE(reduce_maximum, row_maximum(x, columns, 0))
DEFINE_REDUCE(reduce_minimum, row_minimum(x, columns, 0))
DEFINE_REDUCE(reduce_sum_of_squares, row_squares(x, columns, 0))
#undef DEFINE_REDUCE

static void reduce_moments(const float *x, size_t rows, size_t columns, float *means, float *variances) {
    for (size_t r = 0; r < rows; r++, x += columns) {
        float mean = row_sum(x, columns, 0) / (float)columns;
        variances[r] = row_centered_squares(x, columns, mean) / (float)columns;
        means[r] = mean;
    }
}
