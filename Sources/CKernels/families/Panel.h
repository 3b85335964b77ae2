// Prepacked layers: the weights of a product, laid out for the tiles that read them.
//
// First come panels of one to PANEL_VECTORS vectors of columns, of nearly equal widths (so that a panel of one vector,
// which has few sums in flight, occurs alone only). A panel is the row of biases, then its `depth` rows; all rows are
// whole vectors, padded with zeros.
// Columns that would fill at most a quarter of a last vector are packed as narrow columns instead: a vector of biases,
// then whole columns, one after the other, for tiles whose lanes run along the depth.

typedef struct layer_layout {
    /// Vectors of a row of all panels, number of panels, and how many of those have one vector more than the others.
    size_t vectors, panels, wider;
    /// Number of columns in panels, and after them.
    size_t wide_columns, narrow_columns;
} layer_layout;

/// Below this depth narrow columns beside panels are not worth their sums of lanes.
enum { NARROW_DEPTH = 96 };

INLINE layer_layout layer_layout_of(size_t depth, size_t columns) {
    layer_layout layout = {0};
    size_t rest = columns % W;
    if (rest * 4 <= W && (columns < W || depth >= NARROW_DEPTH)) layout.narrow_columns = rest;
    layout.wide_columns = columns - layout.narrow_columns;
    layout.vectors = (layout.wide_columns + W - 1) / W;
    layout.panels = (layout.vectors + PANEL_VECTORS - 1) / PANEL_VECTORS;
    layout.wider = layout.panels ? layout.vectors % layout.panels : 0;
    return layout;
}

/// The vectors of one row of panel `index`.
INLINE size_t panel_vectors(const layer_layout *layout, size_t index) {
    return layout->vectors / layout->panels + (index < layout->wider ? 1 : 0);
}

static size_t layer_packed_floats(size_t depth, size_t columns) {
    layer_layout layout = layer_layout_of(depth, columns);
    size_t narrow = layout.narrow_columns ? W + depth * layout.narrow_columns : 0;
    return (depth + 1) * layout.vectors * W + narrow;
}

/// `count` floats, or zeros if there are none, and zeros up to `padded`. Returns the end.
static float *layer_pack_row(const float *row, size_t count, size_t padded, float *packed) {
    for (size_t i = 0; i < padded; i++) packed[i] = row && i < count ? row[i] : 0.0f;
    return packed + padded;
}

static void layer_pack(const float *weights, const float *bias, size_t depth, size_t columns, float *packed) {
    layer_layout layout = layer_layout_of(depth, columns);
    size_t column = 0;
    for (size_t panel = 0; panel < layout.panels; panel++) {
        size_t width = panel_vectors(&layout, panel) * W, rest = layout.wide_columns - column;
        size_t count = rest < width ? rest : width;
        packed = layer_pack_row(bias ? bias + column : NULL, count, width, packed);
        for (size_t k = 0; k < depth; k++) {
            packed = layer_pack_row(weights + k * columns + column, count, width, packed);
        }
        column += count;
    }
    if (layout.narrow_columns) {
        packed = layer_pack_row(bias ? bias + column : NULL, layout.narrow_columns, W, packed);
        plane_transpose(weights + column, columns, packed, depth, depth, layout.narrow_columns);
    }
}

static void layer_unpack(const float *packed, size_t depth, size_t columns, float *weights) {
    layer_layout layout = layer_layout_of(depth, columns);
    size_t column = 0;
    for (size_t panel = 0; panel < layout.panels; panel++) {
        size_t width = panel_vectors(&layout, panel) * W, rest = layout.wide_columns - column;
        size_t count = rest < width ? rest : width;
        packed += width;
        for (size_t k = 0; k < depth; k++, packed += width) {
            memcpy(weights + k * columns + column, packed, count * sizeof(float));
        }
        column += count;
    }
    if (layout.narrow_columns) {
        plane_transpose(packed + W, depth, weights + column, columns, layout.narrow_columns, depth);
    }
}
