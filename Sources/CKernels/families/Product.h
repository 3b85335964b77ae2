// Products of matrices with few columns, few rows or little depth, as attention and linear layers have them.
//
// A panel of columns of B is packed for a block of the depth; tiles of rows of A then run along it with the tile of C in
// registers. Every element of C is a sum over the blocks of the depth, each a chain of multiply-adds, in order; so its
// bits do not depend on how rows or columns are cut.

#if GRL_WIDTH == 16 || defined(__aarch64__)
enum { PANEL_VECTORS = 4, TILE_ROWS = 6, NARROW_ROWS = 12 };
#else
enum { PANEL_VECTORS = 2, TILE_ROWS = 6, NARROW_ROWS = 6 };
#endif
enum { PANEL_COLUMNS = PANEL_VECTORS * W, DEPTH_BLOCK = 256 };

#define UNROLLED _Pragma("clang loop unroll(full)")

/// C[0..<rows, 0..<columns] (+)= A · panel, where the panel has `vectors` vectors in each row; all but depth, columns and
/// pointers are constants where this is inlined.
INLINE void product_tile(
    const int rows, const int vectors, const float *a, size_t lda, const float *panel, float *c, size_t ldc,
    size_t columns, size_t depth, bool accumulate) {
    vf sums[NARROW_ROWS][PANEL_VECTORS];
    const size_t last = columns - (size_t)(vectors - 1) * W;
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = splat(0.0f);
    }
    for (size_t k = 0; k < depth; k++) {
        vf b[PANEL_VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) b[v] = load(panel + (k * (size_t)vectors + (size_t)v) * W);
        UNROLLED for (int r = 0; r < rows; r++) {
            vf left = splat(a[(size_t)r * lda + k]);
            UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = multiply_add(left, b[v], sums[r][v]);
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            float *target = c + (size_t)r * ldc + v * W;
            if (v == vectors - 1 && last < W) {
                vf old = accumulate ? load_tail(target, last, 0.0f) : splat(0.0f);
                store_tail(target, old + sums[r][v], last);
            } else {
                store(target, accumulate ? load(target) + sums[r][v] : sums[r][v]);
            }
        }
    }
}

/// All rows of A times one panel.
#define DEFINE_PANEL(name, vectors, tile)                                                                             \
    static void name(                                                                                                 \
        const float *a, size_t lda, const float *panel, float *c, size_t ldc, size_t rows, size_t columns,            \
        size_t depth, bool accumulate) {                                                                              \
        size_t r = 0;                                                                                                 \
        for (; r + tile <= rows; r += tile) {                                                                         \
            product_tile(tile, vectors, a + r * lda, lda, panel, c + r * ldc, ldc, columns, depth, accumulate);       \
        }                                                                                                             \
        for (; r + 3 <= rows; r += 3) {                                                                               \
            product_tile(3, vectors, a + r * lda, lda, panel, c + r * ldc, ldc, columns, depth, accumulate);          \
        }                                                                                                             \
        for (; r < rows; r++) {                                                                                       \
            product_tile(1, vectors, a + r * lda, lda, panel, c + r * ldc, ldc, columns, depth, accumulate);          \
        }                                                                                                             \
    }
DEFINE_PANEL(product_panel_1, 1, NARROW_ROWS)
DEFINE_PANEL(product_panel_2, 2, NARROW_ROWS)
#if GRL_WIDTH == 16 || defined(__aarch64__)
DEFINE_PANEL(product_panel_3, 3, TILE_ROWS)
DEFINE_PANEL(product_panel_4, 4, TILE_ROWS)
#endif
#undef DEFINE_PANEL

/// Copies B[0..<depth, 0..<columns] to rows of `vectors` whole vectors, padded with zeros.
static void product_pack(
    const float *b, size_t ldb, bool transposes_b, float *panel, size_t vectors, size_t columns, size_t depth) {
    size_t width = vectors * W;
    if (transposes_b) {
        if (columns < width) memset(panel, 0, depth * width * sizeof(float));
        plane_transpose(b, ldb, panel, width, columns, depth);
        return;
    }
    for (size_t k = 0; k < depth; k++, b += ldb, panel += width) {
        size_t j = 0;
        for (; j + W <= columns; j += W) store(panel + j, load(b + j));
        if (j < columns) store(panel + j, load_tail(b + j, columns - j, 0.0f));
    }
}

static void product_multiply(
    bool transposes_b, size_t rows, size_t columns, size_t depth, const float *a, size_t lda, const float *b,
    size_t ldb, bool accumulate, float *c, size_t ldc) {
    if (depth == 0 && !accumulate) {
        for (size_t r = 0; r < rows; r++) memset(c + r * ldc, 0, columns * sizeof(float));
    }
    _Alignas(64) float panel[PANEL_COLUMNS * DEPTH_BLOCK];
    for (size_t column = 0; column < columns; column += PANEL_COLUMNS) {
        size_t width = columns - column < PANEL_COLUMNS ? columns - column : PANEL_COLUMNS;
        size_t vectors = (width + W - 1) / W;
        for (size_t k = 0; k < depth; k += DEPTH_BLOCK) {
            size_t block = depth - k < DEPTH_BLOCK ? depth - k : DEPTH_BLOCK;
            const float *corner = transposes_b ? b + column * ldb + k : b + k * ldb + column;
            product_pack(corner, ldb, transposes_b, panel, vectors, width, block);
            bool adds = accumulate || k > 0;
            float *target = c + column;
            switch (vectors) {
            case 1: product_panel_1(a + k, lda, panel, target, ldc, rows, width, block, adds); break;
            case 2: product_panel_2(a + k, lda, panel, target, ldc, rows, width, block, adds); break;
#if GRL_WIDTH == 16 || defined(__aarch64__)
            case 3: product_panel_3(a + k, lda, panel, target, ldc, rows, width, block, adds); break;
            default: product_panel_4(a + k, lda, panel, target, ldc, rows, width, block, adds); break;
#endif
            }
        }
    }
}
