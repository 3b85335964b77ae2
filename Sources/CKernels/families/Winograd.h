// 3×3 convolutions with 16 products for 4 pixels instead of 36: F(2×2, 3×3) of Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks" (CVPR 2016).
//
// A tile is 2 × 2 pixels of the output. The 4 × 4 pixels d under it become Bᵀ d B, its sums Aᵀ (… U …) A, with
//
//     Bᵀ = 1  0 −1  0      Aᵀ = 1  1  1  0
//          0  1  1  0           0  1 −1 −1
//          0 −1  1  0
//          0  1  0 −1
//
// and a layer of as many rows as the image has channels for each of the 16 places. Place (1, 1) counts once for each
// pixel of the tile, so its layer has the bias. Tiles begin at even lines and pixels, wherever work is cut.

#define UNROLLED _Pragma("clang loop unroll(full)")

/// Tiles that are worked on at once: their places lie in the L2 cache.
enum { WINOGRAD_TILES = BLOCK_ROWS };

/// The floats of one place of all tiles. Places do not start at multiples of the cache's sets.
INLINE size_t winograd_place(size_t columns) { return WINOGRAD_TILES * padded_columns(columns) + W; }

static size_t winograd_scratch_floats(size_t channels, size_t columns) {
    return GRL_WINOGRAD_PLACES * (winograd_place(channels) + winograd_place(columns)) +
           4 * WINOGRAD_TILES * padded_columns(columns);
}

/// Columns of Bᵀ d, then rows of that times B: d becomes Bᵀ d B.
INLINE void winograd_spread(vf d[4][4]) {
    UNROLLED for (int x = 0; x < 4; x++) {
        vf d0 = d[0][x], d1 = d[1][x], d2 = d[2][x], d3 = d[3][x];
        d[0][x] = d0 - d2;
        d[1][x] = d1 + d2;
        d[2][x] = d2 - d1;
        d[3][x] = d1 - d3;
    }
    UNROLLED for (int y = 0; y < 4; y++) {
        vf d0 = d[y][0], d1 = d[y][1], d2 = d[y][2], d3 = d[y][3];
        d[y][0] = d0 - d2;
        d[y][1] = d1 + d2;
        d[y][2] = d2 - d1;
        d[y][3] = d1 - d3;
    }
}

/// `channels` channels of the pixels under a tile, to their places; these are `place` floats apart.
static void winograd_spread_tile(const float *const pixels[4][4], size_t channels, float *places, size_t place) {
    for (size_t i = 0; i < channels; i += W) {
        size_t count = channels - i < W ? channels - i : W;
        vf d[4][4];
        UNROLLED for (int y = 0; y < 4; y++) {
            UNROLLED for (int x = 0; x < 4; x++) d[y][x] = load_some(pixels[y][x] + i, count, 0.0f);
        }
        winograd_spread(d);
        UNROLLED for (int y = 0; y < 4; y++) {
            UNROLLED for (int x = 0; x < 4; x++) store_some(places + (size_t)(4 * y + x) * place + i, d[y][x], count);
        }
    }
}

/// The pixels under tiles first..<first + count of a pair of lines, to their places.
static void winograd_spread_tiles(
    const grl_row_source *sources, size_t source_count, const grl_window_axis *lines, const grl_window_axis *pixels,
    size_t pair, size_t first, size_t count, float *places, size_t place, size_t stride) {
    for (size_t t = 0; t < count; t++) {
        float *tile = places + t * stride;
        for (size_t s = 0; s < source_count; s++) {
            const grl_row_source *source = &sources[s];
            for (size_t channel = 0; channel < source->channels; channel += ZERO_CHANNELS) {
                size_t rest = source->channels - channel;
                const float *under[4][4];
                for (size_t y = 0; y < 4; y++) {
                    // What is before the image wraps to huge values and fails the same comparison as what is after it.
                    size_t line = 2 * pair + y - lines->pad_begin;
                    const float *start = source->start + line * source->line_stride + channel;
                    for (size_t x = 0; x < 4; x++) {
                        size_t pixel = 2 * (first + t) + x - pixels->pad_begin;
                        bool inside = line < lines->input && pixel < pixels->input;
                        under[y][x] = inside ? start + pixel * source->stride : zero_channels;
                    }
                }
                winograd_spread_tile(under, rest < ZERO_CHANNELS ? rest : ZERO_CHANNELS, tile + channel, place);
            }
            tile += source->channels;
        }
    }
}

/// The products of a tile, `place` floats apart, to the sums of its pixels: two rows of two, `line` and `stride` floats
/// apart.
static void winograd_gather_tile(
    const float *products, size_t place, size_t columns, const tile_output *rectifier, float *sums, size_t line,
    size_t stride) {
    for (size_t i = 0; i < columns; i += W) {
        vf rows[2][4];
        UNROLLED for (int x = 0; x < 4; x++) {
            vf m0 = load(products + (size_t)x * place + i), m1 = load(products + (size_t)(4 + x) * place + i);
            vf m2 = load(products + (size_t)(8 + x) * place + i), m3 = load(products + (size_t)(12 + x) * place + i);
            rows[0][x] = m0 + m1 + m2;
            rows[1][x] = m1 - m2 - m3;
        }
        UNROLLED for (int y = 0; y < 2; y++) {
            vf left = rows[y][0] + rows[y][1] + rows[y][2], right = rows[y][1] - rows[y][2] - rows[y][3];
            float *row = sums + (size_t)y * line + i;
            store(row, rectifier->rectifies ? rectified(left, rectifier) : left);
            store(row + stride, rectifier->rectifies ? rectified(right, rectifier) : right);
        }
    }
}

static void winograd_convolve(
    const grl_layer *layer, const grl_row_source *sources, size_t source_count, const grl_window_axis *lines,
    const grl_window_axis *pixels, size_t pair, const grl_epilogue *epilogue, const grl_row_target *targets,
    float *scratch) {
    const size_t channels = layer->depth, columns = layer->columns;
    const size_t spread_stride = padded_columns(channels), spread_place = winograd_place(channels);
    const size_t stride = padded_columns(columns), place = winograd_place(columns);
    const size_t packed = layer_packed_floats(channels, columns), line = 2 * WINOGRAD_TILES * stride;
    float *spread = scratch, *products = spread + GRL_WINOGRAD_PLACES * spread_place;
    float *sums = products + GRL_WINOGRAD_PLACES * place;
    tile_output rectifier;
    set_rectifier(&rectifier, epilogue->activation, epilogue->slope);

    const size_t tiles = (pixels->output + 1) / 2;
    for (size_t first = 0; first < tiles; first += WINOGRAD_TILES) {
        row_block block = {.rows = block_rows(first, tiles), .segments = 1, .lengths = {channels}};
        winograd_spread_tiles(
            sources, source_count, lines, pixels, pair, first, block.rows, spread, spread_place, spread_stride);
        for (size_t p = 0; p < GRL_WINOGRAD_PLACES; p++) {
            for (size_t r = 0; r < block.rows; r++) block.starts[0][r] = spread + p * spread_place + r * spread_stride;
            grl_layer part = {.packed = layer->packed + p * packed, .depth = channels, .columns = columns};
            tile_output output = {.start = products + p * place, .stride = stride};
            layer_multiply(&part, &block, 0, &output);
        }
        for (size_t r = 0; r < block.rows; r++) {
            winograd_gather_tile(
                products + r * stride, place, columns, &rectifier, sums + 2 * r * stride, line, stride);
        }
        size_t pixel = 2 * first, rest = pixels->output - pixel;
        size_t count = rest < 2 * block.rows ? rest : 2 * block.rows;
        for (size_t y = 0; y < 2 && 2 * pair + y < lines->output; y++) {
            for (size_t row = 0; row < count; row += BLOCK_ROWS) {
                finish_rows(
                    sums + y * line + row * stride, stride, block_rows(row, count), columns, epilogue, &targets[y],
                    pixel + row);
            }
        }
    }
}
#undef UNROLLED
