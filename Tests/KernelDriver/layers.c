// Linear layers, pairs of them, and convolutions of channels-last images.

#include <string.h>

#include "check.h"

static double activated(double x, grl_activation activation) {
    switch (activation) {
    case GRL_ACTIVATION_NONE: return x;
    case GRL_ACTIVATION_RELU: return x < 0 ? 0 : x;
    case GRL_ACTIVATION_LEAKY_RELU: return x < 0 ? 0.25 * x : x;
    case GRL_ACTIVATION_GELU: return 0.5 * x * erfc(-x / sqrt(2));
    case GRL_ACTIVATION_GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case GRL_ACTIVATION_SIGMOID: return 1 / (1 + exp(-x));
    case GRL_ACTIVATION_SILU: return x / (1 + exp(-x));
    }
    return NAN;
}

/// A layer, plain and packed.
typedef struct test_layer {
    grl_layer layer;
    const float *weights, *bias;
} test_layer;

static test_layer layer_of(const grl_kernel_table *table, size_t depth, size_t columns) {
    float bound = 1 / sqrtf((float)(depth ? depth : 1));
    test_layer result = {
        .weights = numbers(depth * columns, -bound, bound), .bias = columns % 4 ? numbers(columns, -1, 1) : NULL};
    float *packed = numbers(table->convolve.packed_floats(depth, columns), 0, 1);
    table->convolve.pack(result.weights, result.bias, depth, columns, packed);
    result.layer = (grl_layer){packed, depth, columns};
    float *unpacked = numbers(depth * columns, 0, 1);
    table->convolve.unpack(packed, depth, columns, unpacked);
    expect("unpacking", memcmp(unpacked, result.weights, depth * columns * sizeof(float)) == 0);
    return result;
}

/// y = bias + x · weights.
static void add_products(const test_layer *layer, const double *x, double *y) {
    for (size_t c = 0; c < layer->layer.columns; c++) {
        y[c] = layer->bias ? layer->bias[c] : 0;
        for (size_t k = 0; k < layer->layer.depth; k++) y[c] += x[k] * layer->weights[k * layer->layer.columns + c];
    }
}

/// What follows the sums of a row.
static void finish(const grl_epilogue *epilogue, double *y, size_t columns) {
    double mean = 0, variance = 0;
    for (size_t c = 0; c < columns; c++) {
        y[c] = activated(y[c], epilogue->activation);
        mean += y[c] / (double)columns;
    }
    if (!epilogue->normalizes) return;
    for (size_t c = 0; c < columns; c++) variance += (y[c] - mean) * (y[c] - mean) / (double)columns;
    for (size_t c = 0; c < columns; c++) {
        y[c] = (y[c] - mean) / sqrt(variance + epilogue->epsilon) * epilogue->scale[c] + epilogue->shift[c];
    }
}

static grl_epilogue epilogue_of(grl_activation activation, bool normalizes, size_t columns) {
    return (grl_epilogue){
        .activation = activation,
        .slope = 0.25f,
        .normalizes = normalizes && columns > 1,
        .epsilon = 1e-3f,
        .scale = numbers(columns, -2, 2),
        .shift = numbers(columns, -2, 2),
    };
}

/// Two sources of `rows` rows, a layer, everything that may follow it, alone and behind another layer.
static void check_linear(const grl_kernel_table *table, size_t rows, size_t left, size_t right, size_t columns) {
    const size_t hidden = 19;
    for (grl_activation activation = GRL_ACTIVATION_NONE; activation <= GRL_ACTIVATION_SILU; activation++) {
        for (int residuals = 0; residuals < 3; residuals++) {
            const float *a = numbers(rows * (left + 1), -2, 2), *b = numbers(rows * right, -2, 2);
            const grl_row_source sources[] = {{a, left, left + 1, 0}, {b, right, right, 0}};
            test_layer one = layer_of(table, left + right, columns), first = layer_of(table, left + right, hidden);
            test_layer second = layer_of(table, hidden, columns);
            grl_epilogue epilogue = epilogue_of(activation, residuals != 1, columns);
            size_t stride = columns + 2;
            float *y = numbers(rows * stride, -1, 1), *pair = numbers(rows * stride, -1, 1);
            const float *other = numbers(rows * stride, -1, 1), *third = numbers(rows * stride, -1, 1);
            double *expected = zeros(rows * stride), *behind = zeros(rows * stride), *x = zeros(left + right + hidden);
            for (size_t r = 0; r < rows; r++) {
                double *sums = expected + r * stride, *pairs = behind + r * stride, *between = x + left + right;
                for (size_t k = 0; k < left; k++) x[k] = a[r * (left + 1) + k];
                for (size_t k = 0; k < right; k++) x[left + k] = b[r * right + k];
                add_products(&one, x, sums);
                add_products(&first, x, between);
                for (size_t k = 0; k < hidden; k++) between[k] = activated(between[k], activation);
                add_products(&second, between, pairs);
                finish(&epilogue, sums, columns);
                finish(&epilogue, pairs, columns);
                for (size_t c = 0; c < stride; c++) {
                    size_t i = r * stride + c;
                    if (c >= columns) sums[c] = y[i], pairs[c] = pair[i];
                    else if (residuals > 0) sums[c] += other[i], pairs[c] += other[i];
                    if (c < columns && residuals > 1) sums[c] += third[i], pairs[c] += third[i];
                }
            }
            grl_row_target target = {
                y, stride, 1, 0, residuals > 0 ? other : NULL, stride, residuals > 1 ? third : NULL, stride};
            float *scratch = numbers(table->convolve.scratch_floats(hidden, columns), 0, 1);
            table->convolve.linear(&one.layer, sources, 2, rows, &epilogue, &target, scratch);
            expect_near("linear layer", y, expected, rows * stride, 3e-5);
            target.start = pair;
            table->convolve.mlp(
                &first.layer, activation, 0.25f, &second.layer, sources, 2, rows, &epilogue, &target, scratch);
            expect_near("pair of layers", pair, behind, rows * stride, 3e-5);
            release();
        }
    }
}

/// The layers of a 3×3 filter for tiles of 2 × 2 pixels.
static grl_layer winograd_layer_of(const grl_kernel_table *table, const test_layer *layer) {
    const size_t channels = layer->layer.depth / 9, columns = layer->layer.columns, count = channels * columns;
    const size_t floats = table->convolve.packed_floats(channels, columns);
    float *filter = numbers(GRL_WINOGRAD_PLACES * count, 0, 1), *packed = numbers(GRL_WINOGRAD_PLACES * floats, 0, 1);
    grl_winograd_filter(layer->weights, count, filter);
    for (size_t place = 0; place < GRL_WINOGRAD_PLACES; place++) {
        table->convolve.pack(
            filter + place * count, place == 5 ? layer->bias : NULL, channels, columns, packed + place * floats);
    }
    return (grl_layer){packed, channels, columns};
}

/// A convolution of an image of 5 lines, kernel rows × columns with a stride, and a pixel shuffle by `shuffle`.
static void check_convolution(
    const grl_kernel_table *table, size_t kernel, size_t stride, size_t channels, size_t columns, size_t shuffle) {
    const size_t height = 5, width = 29, pad = kernel / 2;
    size_t lines = (height + 2 * pad - kernel) / stride + 1, pixels = (width + 2 * pad - kernel) / stride + 1;
    grl_window_axis y_axis = {height, lines, kernel, stride, 1, pad}, x_axis = {width, pixels, kernel, stride, 1, pad};
    const float *image = numbers(height * width * channels, -2, 2);
    grl_row_source source = {image, channels, channels, width * channels};
    test_layer layer = layer_of(table, kernel * kernel * channels, columns);
    grl_epilogue epilogue = epilogue_of(GRL_ACTIVATION_LEAKY_RELU, false, columns);
    size_t part = columns / shuffle, run_stride = pixels * part, count = shuffle * run_stride;
    float *y = numbers(count, 0, 1), *scratch = numbers(table->convolve.scratch_floats(0, columns), 0, 1);
    double *expected = zeros(count), *x = zeros(layer.layer.depth), *sums = zeros(columns);
    for (size_t line = 0; line < lines; line++) {
        for (size_t pixel = 0; pixel < pixels; pixel++) {
            for (size_t k = 0; k < layer.layer.depth; k++) {
                size_t tap = k / channels, row = line * stride + tap / kernel, column = pixel * stride + tap % kernel;
                bool inside = row >= pad && row - pad < height && column >= pad && column - pad < width;
                x[k] = inside ? image[((row - pad) * width + column - pad) * channels + k % channels] : 0;
            }
            add_products(&layer, x, sums);
            finish(&epilogue, sums, columns);
            for (size_t c = 0; c < columns; c++) expected[c / part * run_stride + pixel * part + c % part] = sums[c];
        }
        grl_row_target target = {y, part, shuffle, run_stride, NULL, 0, NULL, 0};
        table->convolve.convolve(
            &layer.layer, &source, 1, &y_axis, &x_axis, line, 0, pixels, &epilogue, &target, scratch);
        expect_near("convolution", y, expected, count, 3e-5);
        if (kernel != 3 || stride != 1) continue;
        grl_row_target targets[2] = {target, target};
        targets[1 - line % 2].start = numbers(count, 0, 1);
        grl_layer transformed = winograd_layer_of(table, &layer);
        float *space = numbers(table->winograd.scratch_floats(channels, columns), 0, 1);
        table->winograd.convolve(
            &transformed, &source, 1, &y_axis, &x_axis, line / 2, &epilogue, targets, space);
        expect_near("convolution by tiles", y, expected, count, 3e-5);
    }
    release();
}

void check_layers(const grl_kernel_table *table) {
    const size_t shapes[][4] = {
        {1, 1, 1, 1},     {5, 3, 2, 7},      {25, 16, 9, 17},  {31, 7, 9, 45},   {24, 32, 32, 64},
        {49, 60, 41, 3},  {4, 513, 40, 21},  {9, 90, 10, 6},   {27, 20, 3, 33},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        check_linear(table, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3]);
    }
    check_convolution(table, 3, 1, 16, 16, 1);
    check_convolution(table, 3, 1, 3, 20, 1);
    check_convolution(table, 3, 1, 20, 3, 1);
    check_convolution(table, 3, 2, 13, 36, 1);
    check_convolution(table, 5, 1, 7, 36, 2);
    check_convolution(table, 2, 2, 8, 27, 3);
    check_convolution(table, 1, 1, 600, 5, 1);
}
