// Reductions, softmax and normalisation of rows.

#include "check.h"

enum { ROWS = 3 };

/// Sum, mean, maximum, minimum, sum of squares, variance of a row.
typedef struct moments {
    double sum, mean, maximum, minimum, squares, variance;
} moments;

static moments moments_of(const float *x, size_t count) {
    moments m = {.maximum = -INFINITY, .minimum = INFINITY};
    for (size_t i = 0; i < count; i++) {
        m.sum += x[i];
        m.squares += (double)x[i] * x[i];
        m.maximum = fmax(m.maximum, x[i]);
        m.minimum = fmin(m.minimum, x[i]);
    }
    m.mean = m.sum / (double)count;
    for (size_t i = 0; i < count; i++) m.variance += (x[i] - m.mean) * (x[i] - m.mean) / (double)count;
    return m;
}

static void check_reductions(const grl_kernel_table *table, const float *x, size_t columns) {
    double expected[6][ROWS];
    for (size_t r = 0; r < ROWS; r++) {
        moments m = moments_of(x + r * columns, columns);
        double list[6] = {m.sum, m.mean, m.maximum, m.minimum, m.squares, m.variance};
        for (size_t i = 0; i < 6; i++) expected[i][r] = list[i];
    }
    float y[ROWS], variances[ROWS];
    table->reduce.sum(x, ROWS, columns, y);
    expect_near("sum", y, expected[0], ROWS, 2e-6);
    table->reduce.mean(x, ROWS, columns, y);
    expect_near("mean", y, expected[1], ROWS, 1e-6);
    table->reduce.maximum(x, ROWS, columns, y);
    expect_near("maximum", y, expected[2], ROWS, 0);
    table->reduce.minimum(x, ROWS, columns, y);
    expect_near("minimum", y, expected[3], ROWS, 0);
    table->reduce.sum_of_squares(x, ROWS, columns, y);
    expect_near("sum of squares", y, expected[4], ROWS, 4e-6);
    if (columns == 0) return;
    table->reduce.moments(x, ROWS, columns, y, variances);
    expect_near("means", y, expected[1], ROWS, 1e-6);
    expect_near("variances", variances, expected[5], ROWS, 2e-6);
}

static void check_softmax(const grl_kernel_table *table, const float *x, size_t columns) {
    float *y = numbers(ROWS * columns, 0, 1);
    double *shares = zeros(ROWS * columns), *logarithms = zeros(ROWS * columns);
    for (size_t r = 0; r < ROWS; r++) {
        const float *row = x + r * columns;
        double total = 0, highest = moments_of(row, columns).maximum;
        for (size_t c = 0; c < columns; c++) total += exp(row[c] - highest);
        for (size_t c = 0; c < columns; c++) {
            logarithms[r * columns + c] = row[c] - highest - log(total);
            shares[r * columns + c] = exp(row[c] - highest) / total;
        }
    }
    table->softmax.softmax(x, y, ROWS, columns);
    expect_near("softmax", y, shares, ROWS * columns, 5e-7);
    table->softmax.log_softmax(x, y, ROWS, columns);
    expect_near("log softmax", y, logarithms, ROWS * columns, 1e-6);
}

static void check_normalization(const grl_kernel_table *table, const float *x, size_t columns) {
    if (columns == 0) return;
    const float epsilon = 1e-3f;
    float *scale = numbers(columns, -2, 2), *bias = numbers(columns, -2, 2), *y = numbers(ROWS * columns, 0, 1);
    float means[ROWS], deviations[ROWS];
    double *layer = zeros(ROWS * columns), *root = zeros(ROWS * columns);
    for (size_t i = 0; i < ROWS * columns; i++) {
        moments m = moments_of(x + i / columns * columns, columns);
        layer[i] = (x[i] - m.mean) / sqrt(m.variance + epsilon) * scale[i % columns] + bias[i % columns];
        root[i] = x[i] / sqrt(m.squares / (double)columns + epsilon) * scale[i % columns];
    }
    table->normalize.layer(x, y, ROWS, columns, scale, bias, epsilon, means, deviations);
    expect_near("layer normalisation", y, layer, ROWS * columns, 2e-5);
    table->normalize.rms(x, y, ROWS, columns, scale, epsilon);
    expect_near("RMS normalisation", y, root, ROWS * columns, 1e-5);
}

void check_rows(const grl_kernel_table *table) {
    for (size_t i = 0; i < AWKWARD_COUNTS; i++) {
        size_t columns = awkward_counts[i];
        const float *x = numbers(ROWS * columns, -2, 2);
        check_reductions(table, x, columns);
        check_softmax(table, x, columns);
        check_normalization(table, x, columns);
        release();
    }
}
