// Attention in windows.

#include <stdio.h>
#include <string.h>

#include "check.h"

typedef struct window_size {
    size_t rows, columns;
} window_size;

/// One window in the middle of images of two windows each way, shifted by half its size and divided there if `divided`.
typedef struct attention_case {
    size_t size, stride;
    window_size query, key;
    bool divided, cosine;
    float scale, mask;
    float *q, *k, *v, *table;
} attention_case;

static grl_window_side side_of(window_size window, bool divided) {
    size_t down = divided ? window.rows / 2 : 0, across = divided ? window.columns / 2 : 0;
    return (grl_window_side){
        2 * window.rows,      2 * window.columns,
        window.rows + down,   window.columns + across,
        divided ? window.rows - down : 0, divided ? window.columns - across : 0};
}

/// Where token (y, x) of a side begins in its image.
static size_t place_of(const grl_window_side *side, size_t y, size_t x, size_t stride) {
    size_t row = (side->top + y) % side->image_rows, column = (side->left + x) % side->image_columns;
    return (row * side->image_columns + column) * stride;
}

static double length_of(const attention_case *test, const float *token) {
    double squares = 0;
    for (size_t c = 0; c < test->size; c++) squares += (double)token[c] * token[c];
    return test->cosine ? fmax(sqrt(squares), 1e-12) : 1;
}

/// The output of query (y, x), in float64.
static void attend(const attention_case *test, size_t y, size_t x, double *output) {
    grl_window_side queries = side_of(test->query, test->divided), keys = side_of(test->key, test->divided);
    const float *q = test->q + place_of(&queries, y, x, test->stride);
    double highest = -INFINITY, total = 0, length = length_of(test, q);
    size_t count = test->key.rows * test->key.columns;
    double *logits = zeros(count);
    for (size_t j = 0; j < count; j++) {
        size_t row = j / test->key.columns, column = j % test->key.columns;
        const float *k = test->k + place_of(&keys, row, column, test->stride);
        double product = 0;
        for (size_t c = 0; c < test->size; c++) product += (double)q[c] * k[c];
        bool same = (y < queries.row_split) == (row < keys.row_split) &&
                    (x < queries.column_split) == (column < keys.column_split);
        size_t pitch = test->query.columns + test->key.columns - 1;
        logits[j] = test->scale * product / (length * length_of(test, k)) + (same ? 0 : test->mask) +
                    test->table[(y + test->key.rows - 1 - row) * pitch + x + test->key.columns - 1 - column];
        highest = fmax(highest, logits[j]);
    }
    for (size_t j = 0; j < count; j++) total += exp(logits[j] - highest);
    for (size_t c = 0; c < test->size; c++) output[c] = 0;
    for (size_t j = 0; j < count; j++) {
        const float *v = test->v + place_of(&keys, j / test->key.columns, j % test->key.columns, test->stride);
        double share = exp(logits[j] - highest) / total;
        for (size_t c = 0; c < test->size; c++) output[c] += share * v[c];
    }
}

static size_t tokens_of(window_size window) { return window.rows * window.columns; }

/// Gives a case random operands.
static void fill(attention_case *test) {
    size_t rows = test->query.rows + test->key.rows - 1, columns = test->query.columns + test->key.columns - 1;
    test->stride = test->size + 3;
    test->q = numbers(4 * tokens_of(test->query) * test->stride, -2, 2);
    test->k = numbers(4 * tokens_of(test->key) * test->stride, -2, 2);
    test->v = numbers(4 * tokens_of(test->key) * test->stride, -2, 2);
    test->table = numbers(rows * columns, 0, 16);
}

/// The output image.
static float *output_of(const grl_kernel_table *table, const attention_case *test) {
    grl_attention_head head = {
        .size = test->size,
        .query_rows = test->query.rows,
        .query_columns = test->query.columns,
        .key_rows = test->key.rows,
        .key_columns = test->key.columns,
        .cosine = test->cosine,
        .epsilon = 1e-12f,
        .biased = true,
        .scale = test->scale,
    };
    table->attention.prepare(&head, test->table, numbers(table->attention.table_floats(&head), 0, 1));
    float *output = numbers(4 * tokens_of(test->query) * test->stride, 0, 1);
    float *scratch = numbers(table->attention.scratch_floats(&head), 0, 1);
    grl_attention_window window = {
        .queries = side_of(test->query, test->divided),
        .keys = side_of(test->key, test->divided),
        .query = test->q,
        .query_stride = test->stride,
        .key = test->k,
        .key_stride = test->stride,
        .value = test->v,
        .value_stride = test->stride,
        .output = output,
        .output_stride = test->stride,
        .mask = test->mask,
    };
    table->attention.attend(&head, &window, 0, test->query.rows, scratch);
    return output;
}

/// Compares the outputs of some queries with float64, and frees the case.
static void check_filled(
    const grl_kernel_table *table, const attention_case *test, const char *what, double tolerance) {
    char name[160];
    snprintf(
        name, sizeof name, "attention %zux%zu to %zux%zu, size %zu, scale %g%s%s", test->query.rows,
        test->query.columns, test->key.rows, test->key.columns, test->size, (double)test->scale,
        test->divided ? ", divided" : "", what);
    const float *output = output_of(table, test);
    const grl_window_side queries = side_of(test->query, test->divided);
    double *expected = zeros(test->size);
    size_t step = 1 + tokens_of(test->query) * tokens_of(test->key) / 20000;
    for (size_t i = 0; i < tokens_of(test->query); i += step) {
        size_t y = i / test->query.columns, x = i % test->query.columns;
        attend(test, y, x, expected);
        expect_near(name, output + place_of(&queries, y, x, test->stride), expected, test->size, tolerance);
    }
    release();
}

static void check_case(const grl_kernel_table *table, attention_case test, double tolerance) {
    fill(&test);
    check_filled(table, &test, "", tolerance);
}

/// NaN in a query, a key or a value: the float64 outputs tell which ones it reaches, masked or not.
static void check_not_a_number(const grl_kernel_table *table) {
    for (int operand = 0; operand < 3; operand++) {
        for (int divided = 0; divided < 2; divided++) {
            attention_case test = {
                .size = 9, .query = {9, 13}, .key = {9, 13}, .divided = divided, .cosine = true,
                .scale = divided ? 100 : 10, .mask = -100};
            fill(&test);
            const grl_window_side side = side_of(test.key, divided);
            float *operands[] = {test.q, test.k, test.v};
            operands[operand][place_of(&side, 8, 12, test.stride) + 4] = NAN;
            check_filled(table, &test, ", NaN", 5e-5);
        }
    }
}

/// Keys of the first region point away from the first query, all others towards it, so that what its mask lowers counts.
static void check_masked_pairs(const grl_kernel_table *table) {
    attention_case test = {
        .size = 16, .query = {16, 16}, .key = {16, 16}, .divided = true, .cosine = true, .scale = 100, .mask = -100};
    fill(&test);
    const grl_window_side side = side_of(test.key, true);
    const float *query = test.q + place_of(&side, 0, 0, test.stride);
    for (size_t y = 0; y < 16; y++) {
        for (size_t x = 0; x < 16; x++) {
            float *key = test.k + place_of(&side, y, x, test.stride);
            bool own = y < side.row_split && x < side.column_split;
            for (size_t c = 0; c < 16; c++) key[c] = own ? -query[c] : query[c];
        }
    }
    check_filled(table, &test, ", masked pairs", 5e-5);
}

/// The powers of logits from `low` to `high`: of biases alone, as the query is zeros, each over that of a key whose
/// logit is 0. Scale 0 bounds logits, so that no maximum is kept.
static void check_powers(const grl_kernel_table *table, float low, float high, float scale) {
    enum { COUNT = 64, ZEROS = 8, FIXED = ZEROS + 2, POINTS = 40000 };
    attention_case test = {.size = COUNT, .query = {1, 1}, .key = {1, COUNT}, .cosine = true, .scale = scale};
    fill(&test);
    const grl_window_side queries = side_of(test.query, false), keys = side_of(test.key, false);
    const size_t query = place_of(&queries, 0, 0, test.stride);
    memset(test.q, 0, 4 * test.stride * sizeof(float));
    for (size_t key = 0; key < COUNT; key++) {
        float *value = test.v + place_of(&keys, 0, key, test.stride);
        for (size_t c = 0; c < COUNT; c++) value[c] = c == key;
    }
    double worst = 0;
    for (size_t first = 0; first < POINTS; first += COUNT - FIXED) {
        float logits[COUNT] = {[ZEROS] = low, [ZEROS + 1] = high};
        for (size_t i = FIXED; i < COUNT; i++) {
            size_t point = first + i - FIXED;
            logits[i] = low + (high - low) * ((float)(point < POINTS ? point : POINTS) / POINTS);
        }
        for (size_t i = 0; i < COUNT; i++) test.table[COUNT - 1 - i] = logits[i];
        const float *output = output_of(table, &test) + query;
        for (size_t i = ZEROS; i < COUNT; i++) {
            double error = fabs((double)output[i] / output[0] / exp2((double)(logits[i] * 0x1.715476p0f)) - 1);
            if (!(error <= worst)) worst = error;
        }
    }
    char name[96];
    snprintf(name, sizeof name, "powers of logits %g to %g: relative error %.2g", (double)low, (double)high, worst);
    expect(name, worst < 3e-7);
    release();
}

void check_attention(const grl_kernel_table *table) {
    const window_size windows[][2] = {
        {{1, 1}, {1, 1}},   {{3, 1}, {2, 1}},   {{4, 4}, {4, 4}},     {{8, 8}, {8, 8}},     {{7, 5}, {7, 5}},
        {{9, 13}, {9, 13}}, {{16, 32}, {4, 8}}, {{4, 8}, {16, 32}},   {{6, 9}, {12, 18}},   {{24, 12}, {12, 6}},
        {{48, 5}, {5, 48}}, {{1, 40}, {40, 1}}, {{36, 36}, {9, 9}},   {{20, 20}, {20, 20}}, {{48, 48}, {48, 48}},
        {{48, 48}, {12, 12}}, {{12, 12}, {48, 48}},
    };
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        for (int divided = 0; divided < 2; divided++) {
            attention_case test = {
                .size = 6, .query = windows[i][0], .key = windows[i][1], .divided = divided, .cosine = true,
                .scale = 10, .mask = -100};
            check_case(table, test, 5e-6);
        }
    }
    for (size_t size = 1; size <= 64; size++) {
        const float scale = size % 3 ? 10 : 100;
        attention_case test = {
            .size = size, .query = {5, 7}, .key = {5, 7}, .divided = size % 2, .cosine = true, .scale = scale,
            .mask = -100};
        check_case(table, test, 5e-5);
        test.cosine = false;
        test.scale = 0.25f;
        check_case(table, test, 5e-5);
    }
    check_masked_pairs(table);
    check_not_a_number(table);
    check_powers(table, -40, 40, 0);
    check_powers(table, -83, 0, 100);
    check_powers(table, 0, 41.5f, 100);
}
