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

/// The pixels of tokens first..<first + count of a rectangle, count ≤ TILE.
static void locate_tokens(
    const grl_window_side *side, token_rectangle r, size_t first, size_t count, size_t pixels[TILE]) {
    size_t y = first / r.columns, x = first % r.columns;
    for (size_t i = 0; i < count; i++) {
        size_t row = side->top + r.top + y, column = side->left + r.left + x;
        if (row >= side->image_rows) row -= side->image_rows;
        if (column >= side->image_columns) column -= side->image_columns;
        pixels[i] = row * side->image_columns + column;
        if (++x == r.columns) x = 0, y++;
    }
}

/// Fetches `depth` channels of tokens first..<first + count of a rectangle into the cache.
static void prefetch_tokens(
    const grl_window_side *side, token_rectangle r, size_t first, size_t count, const float *data, size_t stride,
    size_t depth) {
    enum { LINE = 64 / sizeof(float) };
    for (size_t done = 0; done < count; done += TILE) {
        size_t tokens = count - done < TILE ? count - done : TILE, pixels[TILE];
        locate_tokens(side, r, first + done, tokens, pixels);
        for (size_t i = 0; i < tokens; i++) {
            const float *token = data + pixels[i] * stride;
            for (size_t c = 0; c < depth; c += LINE) __builtin_prefetch(token + c);
            __builtin_prefetch(token + depth - 1);
        }
    }
}

/// Transposes TILE channels of tokens i < count, 0 for the others, to lanes with rows of `pitch` floats.
INLINE void gather_channels(
    const float *data, size_t stride, const size_t pixels[TILE], size_t count, float *lanes, size_t pitch,
    tile_row rows[TILE]) {
    UNROLLED for (size_t i = 0; i < TILE; i++) {
        rows[i] = (tile_row)(0u);
        if (i < count) __builtin_memcpy(&rows[i], data + pixels[i] * stride, sizeof(tile_row));
    }
    transpose_rows(rows);
    UNROLLED for (size_t i = 0; i < TILE; i++) __builtin_memcpy(lanes + i * pitch, &rows[i], sizeof(tile_row));
}

/// lanes[c, i] = channel c of token i < count, 0 for the others, for lanes with rows of `pitch` floats. All TILE lanes
/// are written, and those of a channel after those of the channels before it. Returns the sums of squares of tokens.
INLINE token_lanes gather_tokens(
    const float *data, size_t stride, const size_t pixels[TILE], size_t count, size_t depth, float *lanes,
    size_t pitch) {
    token_lanes even = (token_lanes)(0.0f), odd = even;
    if (depth < TILE) {
        for (size_t c = 0; c < depth; c++) {
            token_lanes x = (token_lanes)(0.0f);
            for (size_t i = 0; i < count; i++) x[i] = data[pixels[i] * stride + c];
            even += x * x;
            store_tokens(lanes + c * pitch, x);
        }
        return even;
    }
    tile_row rows[TILE];
    size_t c = 0;
    for (; c + TILE <= depth; c += TILE) {
        gather_channels(data + c, stride, pixels, count, lanes + c * pitch, pitch, rows);
        UNROLLED for (size_t i = 0; i < TILE; i += 2) {
            even += (token_lanes)rows[i] * (token_lanes)rows[i];
            odd += (token_lanes)rows[i + 1] * (token_lanes)rows[i + 1];
        }
    }
    if (c < depth) {
        // The last channels overlap those before them, so that none beyond the head are read.
        size_t first = depth - TILE;
        gather_channels(data + first, stride, pixels, count, lanes + first * pitch, pitch, rows);
        for (size_t i = c - first; i < TILE; i++) even += (token_lanes)rows[i] * (token_lanes)rows[i];
    }
    return even + odd;
}

/// How tokens are packed: times `scale`, after they have been divided by max(‖·‖₂, epsilon) if they are normalised.
typedef struct token_form {
    bool normalized;
    float epsilon, scale;
} token_form;

/// target[c, i] = channel c of token i in that form, for a target with rows of `pitch` floats; lanes are written as by
/// gather_tokens. NaN becomes one whose low bits are 0. staging is [depth, TILE].
static void pack_tokens(
    const float *data, size_t stride, const size_t pixels[TILE], size_t count, size_t depth, token_form form,
    float *staging, float *target, size_t pitch) {
    // Lanes that later ones overwrite are not read back from the target.
    float *lanes = pitch < TILE ? staging : target;
    size_t lanes_pitch = pitch < TILE ? TILE : pitch;
    token_lanes squares;
    if (count == TILE) squares = gather_tokens(data, stride, pixels, TILE, depth, lanes, lanes_pitch);
    else squares = gather_tokens(data, stride, pixels, count, depth, lanes, lanes_pitch);

    token_lanes factor = (token_lanes)(form.scale), least = (token_lanes)(form.epsilon);
    token_lanes length = __builtin_elementwise_sqrt(squares);
    if (form.normalized) factor = factor / (length < least ? least : length);
    for (size_t c = 0; c < depth; c++) {
        token_lanes x = load_tokens(lanes + c * lanes_pitch) * factor;
        store_tokens(target + c * pitch, x == x ? x : (token_lanes)(__builtin_nanf("")));
    }
}

/// target[c, i] = channel c of token i; as pack_tokens otherwise.
static void copy_tokens(
    const float *data, size_t stride, const size_t pixels[TILE], size_t count, size_t depth, float *target,
    size_t pitch) {
    if (count == TILE) gather_tokens(data, stride, pixels, TILE, depth, target, pitch);
    else gather_tokens(data, stride, pixels, count, depth, target, pitch);
}

/// Channel c of token i < count = lanes[c, i] · factors[i], for lanes with rows of `pitch` floats.
INLINE void scatter_tokens(
    const float *lanes, size_t pitch, const float *factors, size_t depth, float *data, size_t stride,
    const size_t pixels[TILE], size_t count) {
    token_lanes factor = load_tokens(factors);
    if (depth < TILE) {
        for (size_t c = 0; c < depth; c++) {
            token_lanes x = load_tokens(lanes + c * pitch) * factor;
            for (size_t i = 0; i < count; i++) data[pixels[i] * stride + c] = x[i];
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
            if (i < count) __builtin_memcpy(data + pixels[i] * stride + channel, &rows[i], sizeof(tile_row));
        }
    }
}

#undef UNROLLED
