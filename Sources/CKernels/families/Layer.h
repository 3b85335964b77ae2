// Products of a block of rows with the panels of a prepacked layer. A row of the left factor is a list of segments, each
// a pointer to contiguous floats; so matrices, concatenations and receptive fields of convolutions are all read where
// they lie.
//
// Every result is one chain of multiply-adds that starts with the bias and goes through the segments in order; so its
// bits depend on its own row only.

/// A block is a multiple of every tile's rows; its results stay in the L1 cache until they are finished.
enum { BLOCK_ROWS = 24, BLOCK_SEGMENTS = 32, LAYER_TILE_ROWS = 12 };

/// Some of the segments of a block's rows.
typedef struct row_block {
    size_t rows, segments;
    size_t lengths[BLOCK_SEGMENTS];
    const float *starts[BLOCK_SEGMENTS][BLOCK_ROWS];
} row_block;

/// Rows of memory that the next block needs: `lines` lines of the cache each.
typedef struct row_hint {
    const float *start;
    size_t stride, lines;
} row_hint;

/// Tiles ask for a row each FETCH_DEPTH steps: many at once would keep their own loads waiting.
enum { MOST_HINTS = 8, LINE_FLOATS = 64 / sizeof(float), FETCH_DEPTH = 8 };

/// What the next block needs. Tiles ask for shares of it, so that it arrives while this block is computed.
typedef struct block_hints {
    size_t rows, count;
    row_hint hints[MOST_HINTS];
} block_hints;

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
    /// What its tiles ask for.
    block_hints hints;
} tile_panel;

INLINE void clear_hints(block_hints *hints, size_t rows) {
    hints->rows = rows;
    hints->count = 0;
}

INLINE void add_hint(block_hints *hints, const float *start, size_t stride, size_t count) {
    if (hints->count == MOST_HINTS || hints->rows == 0) return;
    hints->hints[hints->count++] = (row_hint){start, stride, (count + LINE_FLOATS - 1) / LINE_FLOATS};
}

/// Part `part` of `parts` of each row.
INLINE void take_share(const block_hints *hints, size_t part, size_t parts, block_hints *share) {
    share->rows = hints->rows;
    share->count = hints->count;
    for (size_t i = 0; i < hints->count; i++) {
        const row_hint *hint = &hints->hints[i];
        size_t begin = hint->lines * part / parts, end = hint->lines * (part + 1) / parts;
        share->hints[i] = (row_hint){hint->start + begin * LINE_FLOATS, hint->stride, end - begin};
    }
}

INLINE void fetch(const block_hints *hints, size_t row) {
    if (row >= hints->rows) return;
    for (size_t i = 0; i < hints->count; i++) {
        const row_hint *hint = &hints->hints[i];
        const float *start = hint->start + row * hint->stride;
        for (size_t line = 0; line < hint->lines; line++) __builtin_prefetch(start + line * LINE_FLOATS);
    }
}

INLINE vf rectified(vf x, const tile_output *output) {
    vf negative = as_float(as_bits(x * splat(output->slope)) & (vu)(output->keeps));
    return blend(x < splat(0.0f), negative, x);
}

/// Rows first..<first + rows of a block times a panel of `vectors` vectors.
INLINE void layer_tile(
    const int rows, const int vectors, const row_block *block, size_t first, const tile_panel *panel,
    const tile_output *output) {
    size_t fetched = 0;
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
        for (size_t k = 0; k < length;) {
            if (fetched < (size_t)rows) fetch(&panel->hints, first + fetched++);
            const size_t end = length - k < FETCH_DEPTH ? length : k + FETCH_DEPTH;
            for (; k < end; k++, weights += vectors * W) {
                vf b[PANEL_VECTORS];
                UNROLLED for (int v = 0; v < vectors; v++) b[v] = load(weights + v * W);
                UNROLLED for (int r = 0; r < rows; r++) {
                    vf a = splat(x[r][k]);
                    UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(a, b[v], sums[r][v]);
                }
            }
        }
    }
    while (fetched < (size_t)rows) fetch(&panel->hints, first + fetched++);
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
    const grl_layer *layer, const layer_layout *layout, const row_block *block, size_t done, const block_hints *hints,
    const tile_output *output) {
    tile_panel panel;
    panel.bias = layer->packed;
    panel.column = 0;
    for (size_t index = 0; index < layout->panels; index++) {
        size_t vectors = panel_vectors(layout, index), width = vectors * W;
        size_t rest = layout->wide_columns - panel.column;
        panel.last = rest < width ? rest - (width - W) : W;
        take_share(hints, index, layout->panels, &panel.hints);
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
