// Transposition of 32-bit matrices and depthwise convolution of planes.

#if GRL_WIDTH >= 8
enum { TILE = 8 };
typedef uint32_t tile_row __attribute__((ext_vector_type(8)));
#else
enum { TILE = 4 };
typedef uint32_t tile_row __attribute__((ext_vector_type(4)));
#endif

/// Exchanges the blocks of `step` lanes off the diagonal between each row i and row i + step.
#define EXCHANGE(step, low, high)                                                                                     \
    for (int i = 0; i < TILE; i++) {                                                                                  \
        if (i & (step)) continue;                                                                                     \
        tile_row a = rows[i], b = rows[i + (step)];                                                                   \
        rows[i] = __builtin_shufflevector(a, b, low);                                                                 \
        rows[i + (step)] = __builtin_shufflevector(a, b, high);                                                       \
    }
#define LANES(...) __VA_ARGS__

INLINE void transpose_rows(tile_row rows[TILE]) {
#if GRL_WIDTH >= 8
    EXCHANGE(4, LANES(0, 1, 2, 3, 8, 9, 10, 11), LANES(4, 5, 6, 7, 12, 13, 14, 15))
    EXCHANGE(2, LANES(0, 1, 8, 9, 4, 5, 12, 13), LANES(2, 3, 10, 11, 6, 7, 14, 15))
    EXCHANGE(1, LANES(0, 8, 2, 10, 4, 12, 6, 14), LANES(1, 9, 3, 11, 5, 13, 7, 15))
#else
    EXCHANGE(2, LANES(0, 1, 4, 5), LANES(2, 3, 6, 7))
    EXCHANGE(1, LANES(0, 4, 2, 6), LANES(1, 5, 3, 7))
#endif
}

INLINE void transpose_tile(const uint32_t *source, size_t source_stride, uint32_t *destination, size_t stride) {
    tile_row rows[TILE];
    for (int i = 0; i < TILE; i++) __builtin_memcpy(&rows[i], source + (size_t)i * source_stride, sizeof(tile_row));
    transpose_rows(rows);
    for (int i = 0; i < TILE; i++) __builtin_memcpy(destination + (size_t)i * stride, &rows[i], sizeof(tile_row));
}
#undef EXCHANGE
#undef LANES

static void plane_transpose(
    const void *source, size_t source_stride, void *destination, size_t destination_stride, size_t rows,
    size_t columns) {
    enum { BLOCK = 64 };
    const uint32_t *from = source;
    uint32_t *to = destination;
    for (size_t row = 0; row < rows; row += BLOCK) {
        size_t row_end = row + BLOCK < rows ? row + BLOCK : rows;
        size_t whole_rows = row + (row_end - row) / TILE * TILE;
        for (size_t c = 0; c < columns; c += TILE) {
            size_t column_end = c + TILE < columns ? c + TILE : columns;
            if (c + TILE > columns) {
                for (size_t k = c; k < column_end; k++) {
                    for (size_t r = row; r < row_end; r++) to[k * destination_stride + r] = from[r * source_stride + k];
                }
                continue;
            }
            for (size_t r = row; r < whole_rows; r += TILE) {
                transpose_tile(
                    from + r * source_stride + c, source_stride, to + c * destination_stride + r, destination_stride);
            }
            for (size_t r = whole_rows; r < row_end; r++) {
                for (size_t k = c; k < column_end; k++) to[k * destination_stride + r] = from[r * source_stride + k];
            }
        }
    }
}

/// Adds weight · x[i · stride] to y[i].
INLINE void add_tap(float *y, const float *x, size_t stride, size_t count, float weight) {
    vf w = splat(weight);
    size_t i = 0;
    if (stride == 1) {
        for (; i + W <= count; i += W) store(y + i, multiply_add(load(x + i), w, load(y + i)));
        if (i < count) {
            vf sum = multiply_add(load_tail(x + i, count - i, 0.0f), w, load_tail(y + i, count - i, 0.0f));
            store_tail(y + i, sum, count - i);
        }
        return;
    }
    for (; i < count; i += W) {
        size_t lanes = count - i < W ? count - i : W;
        float gathered[W] = {0};
        for (size_t k = 0; k < lanes; k++) gathered[k] = x[(i + k) * stride];
        if (lanes == W) {
            store(y + i, multiply_add(load(gathered), w, load(y + i)));
        } else {
            store_tail(y + i, multiply_add(load(gathered), w, load_tail(y + i, lanes, 0.0f)), lanes);
        }
    }
}

static void plane_depthwise(
    const float *x, const float *filter, float bias, float *y, grl_window_axis rows_axis, grl_window_axis columns_axis,
    size_t first_row, size_t rows) {
    for (size_t r = first_row; r < first_row + rows; r++, y += columns_axis.output) {
        for (size_t i = 0; i < columns_axis.output; i++) y[i] = bias;
        for (size_t i = 0; i < rows_axis.kernel; i++) {
            size_t padded_row = r * rows_axis.stride + i * rows_axis.dilation;
            if (padded_row < rows_axis.pad_begin || padded_row - rows_axis.pad_begin >= rows_axis.input) continue;
            const float *line = x + (padded_row - rows_axis.pad_begin) * columns_axis.input;
            for (size_t j = 0; j < columns_axis.kernel; j++) {
                size_t begin, end;
                grl_valid_outputs(columns_axis, j, &begin, &end);
                if (begin == end) continue;
                size_t source = begin * columns_axis.stride + j * columns_axis.dilation - columns_axis.pad_begin;
                add_tap(
                    y + begin, line + source, columns_axis.stride, end - begin, filter[i * columns_axis.kernel + j]);
            }
        }
    }
}
