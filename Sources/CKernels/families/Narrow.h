// Products of a block of rows with a layer's narrow columns: lanes run along the depth.
//
// Every result is the bias and one sum of lanes for each list of segments, whose lanes are chains of multiply-adds; each
// segment begins at lane 0. So its bits depend on its own row and on the lengths of its segments only.

enum { MOST_NARROW = W / 4, NARROW_TILE_ROWS = 8 };

/// Rows whose sums fit in the registers; together with the columns they fill whole groups of lanes_sums.
INLINE int narrow_rows(int columns) { return columns * 32 <= 6 * W || columns == 1 ? 8 : 4; }

/// Adds `count` ≤ W products to each sum.
INLINE void narrow_step(
    const int rows, const int columns, vf sums[][MOST_NARROW], const float *const *x, const float *weights,
    size_t depth, size_t k, size_t count) {
    vf b[MOST_NARROW];
    UNROLLED for (int c = 0; c < columns; c++) {
        const float *column = weights + (size_t)c * depth + k;
        b[c] = count == W ? load(column) : load_tail(column, count, 0.0f);
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        vf a = count == W ? load(x[r] + k) : load_tail(x[r] + k, count, 0.0f);
        UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = multiply_add(a, b[c], sums[r][c]);
    }
}

/// Rows from `first` on. Rows past the block's end repeat its last one and are not stored.
INLINE void narrow_tile(
    const int rows, const int columns, const row_block *block, size_t first, const float *bias, const float *weights,
    size_t depth, const tile_output *output, float *y) {
    vf sums[NARROW_TILE_ROWS][MOST_NARROW];
    size_t places[NARROW_TILE_ROWS];
    UNROLLED for (int r = 0; r < rows; r++) {
        size_t row = first + (size_t)r;
        places[r] = row < block->rows ? row : block->rows - 1;
        UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = splat(0.0f);
    }
    for (size_t s = 0; s < block->segments; s++) {
        const float *x[NARROW_TILE_ROWS];
        UNROLLED for (int r = 0; r < rows; r++) x[r] = block->starts[s][places[r]];
        const size_t length = block->lengths[s];
        size_t k = 0;
        for (; k + W <= length; k += W) narrow_step(rows, columns, sums, x, weights, depth, k, W);
        if (k < length) narrow_step(rows, columns, sums, x, weights, depth, k, length - k);
        weights += length;
    }
    vf list[NARROW_TILE_ROWS * MOST_NARROW];
    float totals[NARROW_TILE_ROWS * MOST_NARROW * FOLD_STEP];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int c = 0; c < columns; c++) list[r * columns + c] = sums[r][c];
    }
    UNROLLED for (int i = 0; i < rows * columns; i += FOLD_ROWS) store(totals + i * FOLD_STEP, lanes_sums(list + i));
    for (size_t r = 0; r < (size_t)rows && first + r < block->rows; r++, y += output->stride) {
        for (size_t c = 0; c < (size_t)columns; c++) {
            float sum = (output->continues ? y[c] : bias[c]) + totals[(r * (size_t)columns + c) * FOLD_STEP];
            y[c] = output->rectifies ? rectified(splat(sum), output)[0] : sum;
        }
    }
}

#define DEFINE_NARROW(name, columns)                                                                                  \
    static void name(                                                                                                 \
        const row_block *block, const float *bias, const float *weights, size_t depth, const tile_output *output,     \
        float *y) {                                                                                                   \
        const int rows = narrow_rows(columns);                                                                        \
        for (size_t r = 0; r < block->rows; r += (size_t)rows) {                                                      \
            narrow_tile(rows, columns, block, r, bias, weights, depth, output, y + r * output->stride);               \
        }                                                                                                             \
    }
DEFINE_NARROW(narrow_1, 1)
#if GRL_WIDTH >= 8
DEFINE_NARROW(narrow_2, 2)
#endif
#if GRL_WIDTH >= 16
DEFINE_NARROW(narrow_3, 3)
DEFINE_NARROW(narrow_4, 4)
#endif
#undef DEFINE_NARROW

/// A block's rows times the narrow columns, if the layer has any.
static void layer_multiply_narrow(
    const grl_layer *layer, const layer_layout *layout, const row_block *block, size_t done,
    const tile_output *output) {
    const float *bias = layer->packed + (layer->depth + 1) * layout->vectors * W, *weights = bias + W + done;
    float *y = output->start + layout->wide_columns;
    switch (layout->narrow_columns) {
    case 1: narrow_1(block, bias, weights, layer->depth, output, y); break;
#if GRL_WIDTH >= 8
    case 2: narrow_2(block, bias, weights, layer->depth, output, y); break;
#endif
#if GRL_WIDTH >= 16
    case 3: narrow_3(block, bias, weights, layer->depth, output, y); break;
    case 4: narrow_4(block, bias, weights, layer->depth, output, y); break;
#endif
    }
}

/// Adds a block's rows times a layer, whose depth the block's segments meet from `done` on, to the output.
static void layer_multiply(
    const grl_layer *layer, const row_block *block, size_t done, const tile_output *output) {
    layer_layout layout = layer_layout_of(layer->depth, layer->columns);
    layer_multiply_panels(layer, &layout, block, done, output);
    layer_multiply_narrow(layer, &layout, block, done, output);
}

/// Whether sums depend on where segments end.
static bool layer_sums_by_segments(const grl_layer *layer) {
    return layer_layout_of(layer->depth, layer->columns).narrow_columns > 0;
}
#undef UNROLLED
