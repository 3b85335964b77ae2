// Tokens of windows: where they are, and their transposition between channels-last pixels and lanes of tokens.

#define UNROLLED _Pragma("clang loop unroll(full)")

/// TILE tokens side by side.
typedef float token_lanes __attribute__((ext_vector_type(TILE)));

INLINE token_lanes load_tokens(const float *p) {
    token_lanes v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store_tokens(float *p, token_lanes v) { __builtin_memcpy(p, &v, sizeof v); }

/// A rectangle of tokens of one side of a window; its tokens are counted row by row.
typedef struct token_rectangle {
    size_t top, left, rows, columns;
} token_rectangle;

INLINE size_t token_count(token_rectangle r) { return r.rows * r.columns; }

/// The part of rows first_row..<first_row + rows in region 0..<4 of a side: bit 1 of the region tells the rows from the
/// split on, bit 0 the columns.
static token_rectangle region_rectangle(
    const grl_window_side *side, size_t columns, size_t region, size_t first_row, size_t rows) {
    size_t end = first_row + rows;
    size_t row_split = side->row_split < first_row ? first_row : side->row_split < end ? side->row_split : end;
    size_t column_split = side->column_split < columns ? side->column_split : columns;
    token_rectangle r = {first_row, 0, row_split - first_row, column_split};
    if (region & 2) r.top = row_split, r.rows = end - row_split;
    if (region & 1) r.left = column_split, r.columns = columns - column_split;
    return r;
}

/// The offsets in floats of tokens first..<first + count of a rectangle, count ≤ TILE, in an operand of this stride.
static void locate_tokens(
    const grl_window_side *side, size_t stride, token_rectangle r, size_t first, size_t count, size_t offsets[TILE]) {
    size_t y = first / r.columns, x = first % r.columns;
    for (size_t i = 0; i < count; i++) {
        size_t row = side->top + r.top + y, column = side->left + r.left + x;
        if (row >= side->image_rows) row -= side->image_rows;
        if (column >= side->image_columns) column -= side->image_columns;
        offsets[i] = (row * side->image_columns + column) * stride;
        if (++x == r.columns) x = 0, y++;
    }
}

/// lanes[c, i] = channel c of token i < count, 0 for the others, for lanes [depth, TILE].
static void gather_tokens(
    const float *pixels, const size_t offsets[TILE], size_t count, size_t depth, float *lanes) {
    if (depth < TILE) {
        memset(lanes, 0, depth * TILE * sizeof(float));
        for (size_t i = 0; i < count; i++) {
            for (size_t c = 0; c < depth; c++) lanes[c * TILE + i] = pixels[offsets[i] + c];
        }
        return;
    }
    // The last channels overlap those before them, so that none beyond the head are read.
    for (size_t c = 0; c < depth; c += TILE) {
        size_t channel = c + TILE <= depth ? c : depth - TILE;
        tile_row rows[TILE];
        UNROLLED for (size_t i = 0; i < TILE; i++) {
            rows[i] = (tile_row)(0u);
            if (i < count) __builtin_memcpy(&rows[i], pixels + offsets[i] + channel, sizeof(tile_row));
        }
        transpose_rows(rows);
        UNROLLED for (size_t i = 0; i < TILE; i++) {
            __builtin_memcpy(lanes + (channel + i) * TILE, &rows[i], sizeof(tile_row));
        }
    }
}

/// target[c, i] = scale · channel c of token i, for a target with rows of `pitch` floats; all TILE lanes are written, in
/// ascending order of c. Tokens are divided by max(‖·‖₂, epsilon) if they are normalised. NaN becomes one whose low bits
/// are 0. staging is [depth, TILE].
static void pack_tokens(
    const float *pixels, const size_t offsets[TILE], size_t count, size_t depth, bool normalizes, float epsilon,
    float scale, float *staging, float *target, size_t pitch) {
    gather_tokens(pixels, offsets, count, depth, staging);
    token_lanes factor = (token_lanes)(scale);
    if (normalizes) {
        token_lanes squares = (token_lanes)(0.0f);
        for (size_t c = 0; c < depth; c++) {
            token_lanes x = load_tokens(staging + c * TILE);
            squares += x * x;
        }
        token_lanes length = __builtin_elementwise_sqrt(squares);
        factor = factor / (length < (token_lanes)(epsilon) ? (token_lanes)(epsilon) : length);
    }
    for (size_t c = 0; c < depth; c++) {
        token_lanes x = load_tokens(staging + c * TILE) * factor;
        store_tokens(target + c * pitch, x == x ? x : (token_lanes)(__builtin_nanf("")));
    }
}

/// Channel c of token i < count = lanes[c, i] · factors[i], for lanes with rows of `pitch` floats.
static void scatter_tokens(
    const float *lanes, size_t pitch, const float *factors, size_t depth, float *pixels, const size_t offsets[TILE],
    size_t count) {
    token_lanes factor = load_tokens(factors);
    if (depth < TILE) {
        for (size_t c = 0; c < depth; c++) {
            token_lanes x = load_tokens(lanes + c * pitch) * factor;
            for (size_t i = 0; i < count; i++) pixels[offsets[i] + c] = x[i];
        }
        return;
    }
    for (size_t c = 0; c < depth; c += TILE) {
        size_t channel = c + TILE <= depth ? c : depth - TILE;
        tile_row rows[TILE];
        UNROLLED for (size_t i = 0; i < TILE; i++) {
            rows[i] = (tile_row)(load_tokens(lanes + (channel + i) * pitch) * factor);
        }
        transpose_rows(rows);
        UNROLLED for (size_t i = 0; i < TILE; i++) {
            if (i < count) __builtin_memcpy(pixels + offsets[i] + channel, &rows[i], sizeof(tile_row));
        }
    }
}

#undef UNROLLED
