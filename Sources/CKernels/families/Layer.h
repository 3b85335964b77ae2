// Products of a block of rows with a prepacked layer. A row of the left factor is a list of segments, each a pointer to
// contiguous floats; so matrices, concatenations and receptive fields of convolutions are all read where they lie.
//
// Every result is one chain of multiply-adds that starts with the bias and goes through the segments in order (narrow
// layers: one chain per lane, and the lanes are combined by halving); so its bits depend on its own row only.

/// A block is a multiple of every tile's rows; its results stay in the L1 cache until they are finished.
enum { BLOCK_ROWS = 24, BLOCK_SEGMENTS = 32, LAYER_TILE_ROWS = 12, NARROW_TILE_ROWS = 6 };

/// Some of the segments of a block's rows.
typedef struct row_block {
    size_t rows, segments;
    size_t lengths[BLOCK_SEGMENTS];
    const float *starts[BLOCK_SEGMENTS][BLOCK_ROWS];
} row_block;

/// What is done with sums as they are stored: x < 0 becomes slope · x, or 0 where `keeps` is 0.
typedef struct tile_output {
    float *start;
    size_t stride, columns;
    /// Earlier segments have been added to the output.
    bool continues;
    bool rectifies;
    float slope;
    uint32_t keeps;
} tile_output;

INLINE vf rectified(vf x, const tile_output *output) {
    vf negative = as_float(as_bits(x * splat(output->slope)) & (vu)(output->keeps));
    return blend(x < splat(0.0f), negative, x);
}

/// Rows first..<first + rows times one panel of `vectors` vectors of which the last has `last` columns that are stored.
INLINE void layer_tile(
    const int rows, const int vectors, const row_block *block, size_t first, const float *bias, const float *panel,
    const tile_output *output, float *y, size_t last) {
    vf sums[LAYER_TILE_ROWS][PANEL_VECTORS];
    UNROLLED for (int v = 0; v < vectors; v++) {
        vf start = load(bias + v * W);
        UNROLLED for (int r = 0; r < rows; r++) sums[r][v] = start;
    }
    const size_t stride = output->stride;
    if (output->continues) {
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) {
                const float *source = y + (size_t)r * stride + v * W;
                sums[r][v] = v == vectors - 1 && last < W ? load_tail(source, last, 0.0f) : load(source);
            }
        }
    }
    for (size_t s = 0; s < block->segments; s++) {
        const float *x[LAYER_TILE_ROWS];
        UNROLLED for (int r = 0; r < rows; r++) x[r] = block->starts[s][first + (size_t)r];
        const size_t length = block->lengths[s];
        for (size_t k = 0; k < length; k++, panel += vectors * W) {
            vf b[PANEL_VECTORS];
            UNROLLED for (int v = 0; v < vectors; v++) b[v] = load(panel + v * W);
            UNROLLED for (int r = 0; r < rows; r++) {
                vf a = splat(x[r][k]);
                UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(a, b[v], sums[r][v]);
            }
        }
    }
    if (output->rectifies) {
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = rectified(sums[r][v], output);
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            float *target = y + (size_t)r * stride + v * W;
            if (v == vectors - 1 && last < W) {
                store_tail(target, sums[r][v], last);
            } else {
                store(target, sums[r][v]);
            }
        }
    }
}

/// All rows of a block times one panel.
#define DEFINE_LAYER_PANEL(name, vectors, tile)                                                                       \
    static void name(                                                                                                 \
        const row_block *block, const float *bias, const float *panel, const tile_output *output, float *y,           \
        size_t last) {                                                                                                \
        size_t r = 0;                                                                                                 \
        const size_t stride = output->stride;                                                                         \
        for (; r + tile <= block->rows; r += tile) {                                                                  \
            layer_tile(tile, vectors, block, r, bias, panel, output, y + r * stride, last);                           \
        }                                                                                                             \
        for (; r + 4 <= block->rows; r += 4) {                                                                        \
            layer_tile(4, vectors, block, r, bias, panel, output, y + r * stride, last);                              \
        }                                                                                                             \
        for (; r + 2 <= block->rows; r += 2) {                                                                        \
            layer_tile(2, vectors, block, r, bias, panel, output, y + r * stride, last);                              \
        }                                                                                                             \
        for (; r < block->rows; r++) layer_tile(1, vectors, block, r, bias, panel, output, y + r * stride, last);     \
    }
DEFINE_LAYER_PANEL(layer_panel_1, 1, 12)
#if GRL_WIDTH == 16 || defined(__aarch64__)
DEFINE_LAYER_PANEL(layer_panel_2, 2, 12)
DEFINE_LAYER_PANEL(layer_panel_3, 3, 8)
DEFINE_LAYER_PANEL(layer_panel_4, 4, 6)
#else
DEFINE_LAYER_PANEL(layer_panel_2, 2, 6)
#endif
#undef DEFINE_LAYER_PANEL

/// NARROW_TILE_ROWS rows times the columns of a narrow layer. Rows past the block's end repeat its last one and are not
/// stored.
INLINE void narrow_tile(
    const int columns, const row_block *block, size_t first, const float *bias, const float *weights, size_t depth,
    const tile_output *output, float *y) {
    vf sums[NARROW_TILE_ROWS][W / 4];
    size_t rows[NARROW_TILE_ROWS];
    UNROLLED for (int r = 0; r < NARROW_TILE_ROWS; r++) {
        size_t row = first + (size_t)r;
        rows[r] = row < block->rows ? row : block->rows - 1;
        UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = splat(0.0f);
    }
    for (size_t s = 0; s < block->segments; s++) {
        const float *x[NARROW_TILE_ROWS];
        UNROLLED for (int r = 0; r < NARROW_TILE_ROWS; r++) x[r] = block->starts[s][rows[r]];
        const size_t length = block->lengths[s];
        size_t k = 0;
        for (; k + W <= length; k += W) {
            vf b[W / 4];
            UNROLLED for (int c = 0; c < columns; c++) b[c] = load(weights + (size_t)c * depth + k);
            UNROLLED for (int r = 0; r < NARROW_TILE_ROWS; r++) {
                vf a = load(x[r] + k);
                UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = multiply_add(a, b[c], sums[r][c]);
            }
        }
        if (k < length) {
            const size_t rest = length - k;
            vf b[W / 4];
            UNROLLED for (int c = 0; c < columns; c++) b[c] = load_tail(weights + (size_t)c * depth + k, rest, 0.0f);
            UNROLLED for (int r = 0; r < NARROW_TILE_ROWS; r++) {
                vf a = load_tail(x[r] + k, rest, 0.0f);
                UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = multiply_add(a, b[c], sums[r][c]);
            }
        }
        weights += length;
    }
    for (size_t r = 0; r < NARROW_TILE_ROWS && first + r < block->rows; r++, y += output->stride) {
        for (int c = 0; c < columns; c++) {
            float sum = (output->continues ? y[c] : bias[c]) + lanes_sum(sums[r][c]);
            y[c] = output->rectifies ? rectified(splat(sum), output)[0] : sum;
        }
    }
}

#define DEFINE_NARROW(name, columns)                                                                                  \
    static void name(                                                                                                 \
        const row_block *block, const float *bias, const float *weights, size_t depth, const tile_output *output) {   \
        for (size_t r = 0; r < block->rows; r += NARROW_TILE_ROWS) {                                                  \
            narrow_tile(columns, block, r, bias, weights, depth, output, output->start + r * output->stride);         \
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

/// A block's rows times the whole layer; its segments meet the layer's depth from `done` on.
static void layer_multiply(
    const grl_layer *layer, const row_block *block, size_t done, const tile_output *output) {
    if (layer_is_narrow(layer->columns)) {
        const float *weights = layer->packed + W + done;
        switch (layer->columns) {
        case 1: narrow_1(block, layer->packed, weights, layer->depth, output); break;
#if GRL_WIDTH >= 8
        case 2: narrow_2(block, layer->packed, weights, layer->depth, output); break;
#endif
#if GRL_WIDTH >= 16
        case 3: narrow_3(block, layer->packed, weights, layer->depth, output); break;
        case 4: narrow_4(block, layer->packed, weights, layer->depth, output); break;
#endif
        }
        return;
    }
    layer_panels panels = layer_panels_of(layer->columns);
    const float *bias = layer->packed;
    float *y = output->start;
    for (size_t index = 0; index < panels.count; index++) {
        size_t vectors = panel_vectors(panels, index), width = vectors * W;
        size_t end = output->columns - (size_t)(y - output->start);
        size_t last = end < width ? end - (width - W) : W;
        const float *panel = bias + (done + 1) * width;
        switch (vectors) {
        case 1: layer_panel_1(block, bias, panel, output, y, last); break;
        case 2: layer_panel_2(block, bias, panel, output, y, last); break;
#if GRL_WIDTH == 16 || defined(__aarch64__)
        case 3: layer_panel_3(block, bias, panel, output, y, last); break;
        case 4: layer_panel_4(block, bias, panel, output, y, last); break;
#endif
        }
        bias += (layer->depth + 1) * width;
        y += width;
    }
}
#undef UNROLLED
