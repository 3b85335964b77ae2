// Products of a block of rows with the panels of a prepacked layer. A row of the left factor is a list of segments, each
// a pointer to contiguous floats; so matrices, concatenations and receptive fields of convolutions are all read where
// they lie.
//
// Every result is one chain of multiply-adds that starts with the bias and goes through the segments in order; so its
// bits depend on its own row only.

/// A block is a multiple of every tile's rows; its results stay in the L1 cache until they are finished.
enum { BLOCK_ROWS = 24, BLOCK_SEGMENTS = 32, LAYER_TILE_ROWS = 12 };

/// Channels in a row that a tile takes without counting.
enum { STEPS = 8 };

/// Some of the segments of a block's rows.
typedef struct row_block {
    size_t rows, segments;
    size_t lengths[BLOCK_SEGMENTS];
    const float *starts[BLOCK_SEGMENTS][BLOCK_ROWS];
} row_block;

/// Where sums are stored, and how: x < 0 becomes slope · x, or 0 where `keeps` is 0.
typedef struct tile_output {
    float *start;
    size_t stride;
    /// Earlier segments have been added to the output.
    bool continues;
    bool rectifies;
    float slope;
    uint32_t keeps;
} tile_output;

/// One panel of a layer as its tiles see it.
typedef struct tile_panel {
    const float *bias, *weights;
    /// The panel's first column, and how many of its last vector's columns are stored.
    size_t column, last;
} tile_panel;

INLINE vf rectified(vf x, const tile_output *output) {
    vf negative = as_float(as_bits(x * splat(output->slope)) & (vu)(output->keeps));
    return blend(x < splat(0.0f), negative, x);
}

/// Adds channel k of each row times a row of weights.
INLINE void layer_step(
    const int rows, const int vectors, const float *const x[LAYER_TILE_ROWS], size_t k, const float *weights,
    vf sums[LAYER_TILE_ROWS][PANEL_VECTORS]) {
    vf b[PANEL_VECTORS];
    UNROLLED for (int v = 0; v < vectors; v++) b[v] = load(weights + v * W);
    UNROLLED for (int r = 0; r < rows; r++) {
        vf a = splat(x[r][k]);
        UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(a, b[v], sums[r][v]);
    }
}

/// Rows first..<first + rows of a block times a panel of `vectors` vectors.
INLINE void layer_tile(
    const int rows, const int vectors, const row_block *block, size_t first, const tile_panel *panel,
    const tile_output *output) {
    const float *weights = panel->weights;
    const size_t stride = output->stride, last = panel->last;
    float *y = output->start + first * stride + panel->column;
    vf sums[LAYER_TILE_ROWS][PANEL_VECTORS];
    UNROLLED for (int v = 0; v < vectors; v++) {
        vf start = load(panel->bias + v * W);
        UNROLLED for (int r = 0; r < rows; r++) sums[r][v] = start;
    }
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
        size_t k = 0;
        for (; k + STEPS <= length; k += STEPS) {
            UNROLLED for (size_t i = 0; i < STEPS; i++, weights += vectors * W) {
                layer_step(rows, vectors, x, k + i, weights, sums);
            }
        }
        for (; k < length; k++, weights += vectors * W) layer_step(rows, vectors, x, k, weights, sums);
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
    static void name(const row_block *block, const tile_panel *panel, const tile_output *output) {                    \
        size_t r = 0;                                                                                                 \
        for (; r + tile <= block->rows; r += tile) layer_tile(tile, vectors, block, r, panel, output);                \
        for (; r + 4 <= block->rows; r += 4) layer_tile(4, vectors, block, r, panel, output);                         \
        for (; r + 2 <= block->rows; r += 2) layer_tile(2, vectors, block, r, panel, output);                         \
        for (; r < block->rows; r++) layer_tile(1, vectors, block, r, panel, output);                                 \
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

/// A block's rows times all panels; the block's segments meet the layer's depth from `done` on.
static void layer_multiply_panels(
    const grl_layer *layer, const layer_layout *layout, const row_block *block, size_t done,
    const tile_output *output) {
    tile_panel panel;
    panel.bias = layer->packed;
    panel.column = 0;
    for (size_t index = 0; index < layout->panels; index++) {
        size_t vectors = panel_vectors(layout, index), width = vectors * W;
        size_t rest = layout->wide_columns - panel.column;
        panel.last = rest < width ? rest - (width - W) : W;
        panel.weights = panel.bias + (done + 1) * width;
        switch (vectors) {
        case 1: layer_panel_1(block, &panel, output); break;
        case 2: layer_panel_2(block, &panel, output); break;
#if GRL_WIDTH == 16 || defined(__aarch64__)
        case 3: layer_panel_3(block, &panel, output); break;
        case 4: layer_panel_4(block, &panel, output); break;
#endif
        }
        panel.bias += (layer->depth + 1) * width;
        panel.column += width;
    }
}
