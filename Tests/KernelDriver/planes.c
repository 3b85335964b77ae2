// Transposition, depthwise convolution, matrix products, unfolding, and the measure of the peak.

#include <string.h>

#include "check.h"

static void check_transpose(const grl_kernel_table *table, size_t rows, size_t columns) {
    size_t from = columns + 3, to = rows + 2;
    const float *x = numbers(rows * from, -2, 2);
    float *y = numbers(columns * to, -2, 2), *old = numbers(columns * to, 0, 0);
    memcpy(old, y, columns * to * sizeof(float));
    table->plane.transpose(x, from, y, to, rows, columns);
    bool same = true;
    for (size_t c = 0; c < columns; c++) {
        for (size_t r = 0; r < to; r++) same &= y[c * to + r] == (r < rows ? x[r * from + c] : old[c * to + r]);
    }
    expect("transposition", same);
    release();
}

static grl_window_axis axis_of(
    size_t input, size_t kernel, size_t stride, size_t dilation, size_t pad_begin, size_t pad_end) {
    size_t output = (input + pad_begin + pad_end - dilation * (kernel - 1) - 1) / stride + 1;
    return (grl_window_axis){input, output, kernel, stride, dilation, pad_begin};
}

/// The input position of tap `tap` at output `place`, or SIZE_MAX in the padding.
static size_t position(grl_window_axis axis, size_t place, size_t tap) {
    size_t padded = place * axis.stride + tap * axis.dilation;
    return padded < axis.pad_begin || padded - axis.pad_begin >= axis.input ? SIZE_MAX : padded - axis.pad_begin;
}

static void check_depthwise(const grl_kernel_table *table, grl_window_axis rows, grl_window_axis columns) {
    const float *x = numbers(rows.input * columns.input, -2, 2);
    const float *filter = numbers(rows.kernel * columns.kernel, -2, 2);
    size_t count = rows.output * columns.output;
    float *y = numbers(count, 0, 1);
    double *expected = zeros(count);
    for (size_t i = 0; i < count; i++) {
        expected[i] = 0.5;
        for (size_t tap = 0; tap < rows.kernel * columns.kernel; tap++) {
            size_t line = position(rows, i / columns.output, tap / columns.kernel);
            size_t column = position(columns, i % columns.output, tap % columns.kernel);
            if (line == SIZE_MAX || column == SIZE_MAX) continue;
            expected[i] += (double)x[line * columns.input + column] * filter[tap];
        }
    }
    table->plane.depthwise(x, filter, 0.5f, y, rows, columns, 0, rows.output);
    expect_near("depthwise convolution", y, expected, count, 4e-6);
    grl_convolution_geometry geometry = {1, {axis_of(1, 1, 1, 1, 0, 0), rows, columns}};
    float *matrix = numbers(rows.kernel * columns.kernel * count, 0, 1);
    grl_unfold_f32(x, &geometry, 0, count, matrix, count);
    for (size_t i = 0; i < count; i++) {
        double total = 0.5;
        for (size_t tap = 0; tap < rows.kernel * columns.kernel; tap++) {
            total += (double)matrix[tap * count + i] * filter[tap];
        }
        expect("unfolding", fabs(total - expected[i]) < 1e-9);
    }
    release();
}

static void check_product(const grl_kernel_table *table, size_t rows, size_t columns, size_t depth) {
    for (int form = 0; form < 4; form++) {
        bool transposes = form & 1, accumulates = form & 2;
        size_t lda = depth + 1, ldb = (transposes ? depth : columns) + 2, ldc = columns + 3;
        const float *a = numbers(rows * lda, -1, 1), *b = numbers((transposes ? columns : depth) * ldb, -1, 1);
        float *c = numbers(rows * ldc, -1, 1);
        double *expected = zeros(rows * ldc);
        for (size_t i = 0; i < rows * ldc; i++) {
            size_t row = i / ldc, column = i % ldc;
            bool inside = column < columns;
            expected[i] = inside && !accumulates ? 0 : c[i];
            for (size_t k = 0; inside && k < depth; k++) {
                expected[i] += (double)a[row * lda + k] * b[transposes ? column * ldb + k : k * ldb + column];
            }
        }
        table->product.multiply(transposes, rows, columns, depth, a, lda, b, ldb, accumulates, c, ldc);
        expect_near("product", c, expected, rows * ldc, 1e-5);
        release();
    }
}

void check_planes(const grl_kernel_table *table) {
    const size_t sizes[] = {1, 3, 4, 5, 8, 17, 70};
    for (size_t i = 0; i < 7; i++) {
        for (size_t j = 0; j < 7; j++) {
            check_transpose(table, sizes[i], sizes[j]);
            check_product(table, sizes[i], sizes[j], sizes[(i + j) % 7] * 5 - 5);
        }
    }
    check_depthwise(table, axis_of(6, 3, 1, 1, 1, 1), axis_of(21, 3, 1, 1, 1, 1));
    check_depthwise(table, axis_of(9, 2, 2, 3, 0, 2), axis_of(33, 5, 3, 1, 4, 1));
    check_depthwise(table, axis_of(3, 3, 1, 4, 4, 4), axis_of(2, 5, 1, 2, 9, 9));
    float sum = 0;
    table->peak.multiply_add(100, &sum);
    expect("peak", isfinite(sum) && sum != 0);
}
