// Tokens of windows: where they are, and how their channels are exchanged between pixels and lanes of tokens.

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

/// A token of a rectangle.
typedef struct token_place {
    size_t y, x;
} token_place;

INLINE token_place place_of(token_rectangle r, size_t token) {
    return (token_place){token / r.columns, token % r.columns};
}

/// offsets[i] = where the channels of token i are, in floats, for `count` ≤ W tokens of a rectangle from the one at `place`
/// on. Lanes without a token get the first token's, or the first pixel's. Returns the place behind the tokens.
INLINE token_place find_tokens(
    const grl_window_side *side, token_rectangle r, token_place place, size_t count, size_t stride,
    size_t offsets[W]) {
    for (size_t i = 0; i < count;) {
        size_t row = side->top + r.top + place.y, column = side->left + r.left + place.x;
        if (row >= side->image_rows) row -= side->image_rows;
        if (column >= side->image_columns) column -= side->image_columns;
        // Up to the end of the rectangle's row, or of the image's.
        size_t left = r.columns - place.x, end = side->image_columns - column;
        size_t run = left < end ? left : end;
        if (run > count - i) run = count - i;
        size_t offset = (row * side->image_columns + column) * stride;
        for (size_t last = i + run; i < last; i++, offset += stride) offsets[i] = offset;
        place.x += run;
        if (place.x == r.columns) place = (token_place){place.y + 1, 0};
    }
    for (size_t i = count; i < W; i++) offsets[i] = count > 0 ? offsets[0] : 0;
    return place;
}

/// Fetches `depth` channels of tokens i < count into the cache.
INLINE void prefetch_tokens(const float *data, const size_t offsets[W], size_t count, size_t depth) {
    enum { LINE = 64 / sizeof(float) };
    for (size_t c = 0; c < depth; c += LINE) {
        for (size_t i = 0; i < count; i++) __builtin_prefetch(data + offsets[i] + c);
    }
}

/// Four channels of a token.
typedef float quad __attribute__((ext_vector_type(4)));
enum { QUADS = W / 4 };

#define FOUR(first) first, first + 1, first + 2, first + 3
#define EIGHT(first) FOUR(first), FOUR(first + 4)
#if GRL_WIDTH == 16
#define EACH_QUAD(lanes) lanes(0), lanes(4), lanes(8), lanes(12)
INLINE vf join_quads(const quad q[QUADS]) {
    return __builtin_shufflevector(
        __builtin_shufflevector(q[0], q[1], EIGHT(0)), __builtin_shufflevector(q[2], q[3], EIGHT(0)), EIGHT(0),
        EIGHT(8));
}
#elif GRL_WIDTH == 8
#define EACH_QUAD(lanes) lanes(0), lanes(4)
INLINE vf join_quads(const quad q[QUADS]) { return __builtin_shufflevector(q[0], q[1], EIGHT(0)); }
#else
#define EACH_QUAD(lanes) lanes(0)
INLINE vf join_quads(const quad q[QUADS]) { return q[0]; }
#endif

INLINE void split_quads(vf v, quad q[QUADS]) {
    q[0] = __builtin_shufflevector(v, v, FOUR(0));
#if GRL_WIDTH >= 8
    q[1] = __builtin_shufflevector(v, v, FOUR(4));
#endif
#if GRL_WIDTH == 16
    q[2] = __builtin_shufflevector(v, v, FOUR(8));
    q[3] = __builtin_shufflevector(v, v, FOUR(12));
#endif
}

#define LOW_PAIRS(k) k, W + k, k + 1, W + k + 1
#define HIGH_PAIRS(k) k + 2, W + k + 2, k + 3, W + k + 3
#define LOW_HALVES(k) k, k + 1, W + k, W + k + 1
#define HIGH_HALVES(k) k + 2, k + 3, W + k + 2, W + k + 3
/// Transposes the 4 × 4 matrices that the quads at each place of four vectors are.
INLINE void transpose_quads(vf v[4]) {
    vf a = __builtin_shufflevector(v[0], v[1], EACH_QUAD(LOW_PAIRS));
    vf b = __builtin_shufflevector(v[0], v[1], EACH_QUAD(HIGH_PAIRS));
    vf c = __builtin_shufflevector(v[2], v[3], EACH_QUAD(LOW_PAIRS));
    vf d = __builtin_shufflevector(v[2], v[3], EACH_QUAD(HIGH_PAIRS));
    v[0] = __builtin_shufflevector(a, c, EACH_QUAD(LOW_HALVES));
    v[1] = __builtin_shufflevector(a, c, EACH_QUAD(HIGH_HALVES));
    v[2] = __builtin_shufflevector(b, d, EACH_QUAD(LOW_HALVES));
    v[3] = __builtin_shufflevector(b, d, EACH_QUAD(HIGH_HALVES));
}
#undef FOUR
#undef EIGHT
#undef EACH_QUAD
#undef LOW_PAIRS
#undef HIGH_PAIRS
#undef LOW_HALVES
#undef HIGH_HALVES

/// lanes[c · pitch + i] = channel c of token i, for W tokens. Returns their sums of squares.
INLINE vf gather_tokens(
    const float *data, const size_t offsets[W], size_t depth, float *lanes, size_t pitch) {
    vf even = splat(0.0f), odd = even;
    if (depth < 4) {
        for (size_t c = 0; c < depth; c++) {
            float x[W];
            for (size_t i = 0; i < W; i++) x[i] = data[offsets[i] + c];
            store(lanes + c * pitch, load(x));
            even = multiply_add(load(x), load(x), even);
        }
        return even;
    }
    for (size_t c = 0; c < depth; c += 4) {
        // The last channels overlap those before them, so that none beyond the head are read.
        size_t first = c + 4 <= depth ? c : depth - 4;
        vf x[4];
        UNROLLED for (size_t i = 0; i < 4; i++) {
            quad q[QUADS];
            UNROLLED for (size_t k = 0; k < QUADS; k++) {
                __builtin_memcpy(&q[k], data + offsets[4 * k + i] + first, sizeof(quad));
            }
            x[i] = join_quads(q);
        }
        transpose_quads(x);
        UNROLLED for (size_t i = 0; i < 4; i++) store(lanes + (first + i) * pitch, x[i]);
        if (first == c) {
            even = multiply_add(x[0], x[0], multiply_add(x[2], x[2], even));
            odd = multiply_add(x[1], x[1], multiply_add(x[3], x[3], odd));
        } else {
            UNROLLED for (size_t i = 1; i < 4; i++) {
                if (first + i >= c) even = multiply_add(x[i], x[i], even);
            }
        }
    }
    return even + odd;
}

/// How tokens are packed: times `scale`, after they have been divided by max(‖·‖₂, epsilon) if they are normalised.
typedef struct token_form {
    bool normalized;
    float epsilon, scale;
} token_form;

/// lanes[c · pitch + i] = channel c of token i in that form, for W tokens. NaN becomes one whose low bits are 0.
INLINE void pack_tokens(
    const float *data, const size_t offsets[W], size_t depth, token_form form, float *lanes, size_t pitch) {
    vf squares = gather_tokens(data, offsets, depth, lanes, pitch);
    vf factor = splat(form.scale), least = splat(form.epsilon), length = __builtin_elementwise_sqrt(squares);
    if (form.normalized) factor = factor / blend(length < least, least, length);
    for (size_t c = 0; c < depth; c++) {
        vf x = load(lanes + c * pitch) * factor;
        store(lanes + c * pitch, blend(x == x, x, splat(__builtin_nanf(""))));
    }
}

/// Makes the lanes from `count` on 0.
INLINE void clear_lanes(float *lanes, size_t depth, size_t pitch, size_t count) {
    for (size_t c = 0; c < depth; c++) memset(lanes + c * pitch + count, 0, (W - count) * sizeof(float));
}

/// Channel c of token i < count = lanes[c · pitch + i] · factor[i].
INLINE void scatter_tokens(
    const float *lanes, size_t pitch, vf factor, size_t depth, float *data, const size_t offsets[W],
    size_t count) {
    if (depth < 4) {
        for (size_t c = 0; c < depth; c++) {
            vf x = load(lanes + c * pitch) * factor;
            for (size_t i = 0; i < count; i++) data[offsets[i] + c] = x[i];
        }
        return;
    }
    for (size_t c = 0; c < depth; c += 4) {
        size_t first = c + 4 <= depth ? c : depth - 4;
        vf x[4];
        UNROLLED for (size_t i = 0; i < 4; i++) x[i] = load(lanes + (first + i) * pitch) * factor;
        transpose_quads(x);
        UNROLLED for (size_t i = 0; i < 4; i++) {
            quad q[QUADS];
            split_quads(x[i], q);
            UNROLLED for (size_t k = 0; k < QUADS; k++) {
                size_t token = 4 * k + i;
                if (token < count) __builtin_memcpy(data + offsets[token] + first, &q[k], sizeof(quad));
            }
        }
    }
}
