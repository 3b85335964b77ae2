// Products of a block of rows with a layer of float16 weights.
//
// A row's segment is divided by a power of two and narrowed; products are float16, and so are sums of up to CHAIN of
// them in a row; everything else is float32. A result depends on its own row and on where its segments end.

#define UNROLLED _Pragma("clang loop unroll(full)")

/// Channels of a segment that are narrowed at once.
enum { HALF_PIECE = 512 };

/// A part of the depth of a block's rows, narrowed: [rows, pitch], and the power that each row was divided by.
typedef struct half_rows {
    size_t rows, count, pitch;
    float powers[BLOCK_ROWS];
    _Alignas(64) half x[BLOCK_ROWS * HALF_PIECE];
} half_rows;

/// Narrows `count` numbers and zeros up to a multiple of W; returns the power that they were divided by.
static float narrow_row(const float *x, size_t count, half *target) {
    vf greatest = splat(0.0f);
    for (size_t i = 0; i < count; i += W) {
        greatest = greater_magnitude(greatest, load_some(x + i, lanes_left(count, i), 0.0f));
    }
    vf power = power_below(splat(lanes_maximum(greatest))), inverse = inverse_power(power);
    for (size_t i = 0; i < count; i += W) {
        narrow(target + i, load_some(x + i, lanes_left(count, i), 0.0f) * inverse);
    }
    return power[0];
}

/// Adds rows first..<first + rows of a part times a panel to their output, or to the bias where none was added yet.
/// `weights` are the panel's rows for that part.
INLINE void half_tile(
    const int rows, const int vectors, const half_rows *part, size_t first, const half_panel *panel,
    const half *weights, size_t columns, const tile_output *output) {
    const half *x = part->x + first * part->pitch;
    vf sums[LAYER_TILE_ROWS][2 * HALF_PANEL_VECTORS];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < 2 * vectors; v++) sums[r][v] = splat(0.0f);
    }
    for (size_t k = 0; k < part->count;) {
        const size_t end = part->count - k < CHAIN ? part->count : k + CHAIN;
        vh chains[LAYER_TILE_ROWS][HALF_PANEL_VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) {
            vh b = load_half(weights + v * HALF_LANES);
            UNROLLED for (int r = 0; r < rows; r++) {
                chains[r][v] = multiply_half(splat_half(x + (size_t)r * part->pitch + k), b);
            }
        }
        for (k++, weights += vectors * HALF_LANES; k < end; k++, weights += vectors * HALF_LANES) {
            vh b[HALF_PANEL_VECTORS];
            UNROLLED for (int v = 0; v < vectors; v++) b[v] = load_half(weights + v * HALF_LANES);
            UNROLLED for (int r = 0; r < rows; r++) {
                vh a = splat_half(x + (size_t)r * part->pitch + k);
                UNROLLED for (int v = 0; v < vectors; v++) chains[r][v] = multiply_add_half(a, b[v], chains[r][v]);
            }
        }
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) {
                sums[r][2 * v] += low_half(chains[r][v]);
                sums[r][2 * v + 1] += high_half(chains[r][v]);
            }
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        float *y = output->start + (first + (size_t)r) * output->stride;
        vf power = splat(part->powers[first + (size_t)r]);
        UNROLLED for (int v = 0; v < 2 * vectors; v++) {
            size_t column = panel->column + (size_t)v * W, count = lanes_left(columns, column);
            if (count == 0) continue;
            vf start = output->continues ? load_some(y + column, count, 0.0f) : load(panel->bias + v * W);
            vf sum = multiply_add(sums[r][v] * power, load(panel->powers + v * W), start);
            store_some(y + column, output->rectifies ? rectified(sum, output) : sum, count);
        }
    }
}

/// All rows of a part times one panel.
#define DEFINE_HALF_PANEL(name, vectors, tile)                                                                        \
    static void name(                                                                                                 \
        const half_rows *part, const half_panel *panel, const half *weights, size_t columns,                          \
        const tile_output *output) {                                                                                  \
        size_t r = 0;                                                                                                 \
        for (; r + tile <= part->rows; r += tile) half_tile(tile, vectors, part, r, panel, weights, columns, output); \
        for (; r + 2 <= part->rows; r += 2) half_tile(2, vectors, part, r, panel, weights, columns, output);          \
        for (; r < part->rows; r++) half_tile(1, vectors, part, r, panel, weights, columns, output);                  \
    }
DEFINE_HALF_PANEL(half_panel_1, 1, 12)
DEFINE_HALF_PANEL(half_panel_2, 2, 6)
#undef DEFINE_HALF_PANEL

/// Adds a part of a block's rows, which meets the layer's depth from `done` on.
static void half_multiply_part(
    const grl_layer *layer, const half_rows *part, size_t done, const tile_output *output) {
    for (size_t column = 0; column < layer->columns; column += HALF_PANEL_VECTORS * HALF_LANES) {
        half_panel panel = half_panel_at((float *)layer->packed, layer->depth, layer->columns, column);
        const half *weights = panel.weights + done * panel.vectors * HALF_LANES;
        if (panel.vectors == 1) half_panel_1(part, &panel, weights, layer->columns, output);
        else half_panel_2(part, &panel, weights, layer->columns, output);
    }
}

static bool half_sums_by_segments(const grl_layer *layer) {
    return is_half(layer->depth, layer->columns) || layer_sums_by_segments(layer);
}

static void half_multiply(
    const grl_layer *layer, const row_block *block, size_t done, const tile_output *output) {
    if (!is_half(layer->depth, layer->columns)) {
        layer_multiply(layer, block, done, output);
        return;
    }
    half_rows part;
    part.rows = block->rows;
    tile_output sums = *output;
    size_t segment = 0, begin = 0;
    do {
        size_t rest = segment < block->segments ? block->lengths[segment] - begin : 0;
        part.count = rest < HALF_PIECE ? rest : HALF_PIECE;
        part.pitch = (part.count + W - 1) / W * W;
        for (size_t r = 0; r < part.rows; r++) {
            half *row = part.x + r * part.pitch;
            part.powers[r] = part.count ? narrow_row(block->starts[segment][r] + begin, part.count, row) : 0.0f;
        }
        bool ends = part.count == rest, last = ends && segment + 1 >= block->segments;
        sums.rectifies = output->rectifies && last;
        half_multiply_part(layer, &part, done, &sums);
        sums.continues = true;
        done += part.count;
        begin = ends ? 0 : begin + part.count;
        if (ends) segment++;
    } while (segment < block->segments);
}
#undef UNROLLED
