// Prepacked layers: the weights of a product, laid out for the tiles that read them.
//
// Wide layers: panels of one to PANEL_VECTORS vectors of columns, of nearly equal widths (so that a narrow panel, which
// has few sums in flight, occurs alone only). A panel is the row of biases, then its `depth` rows; all rows are whole
// vectors, padded with zeros.
// Narrow layers, with so few columns that most lanes of a panel would stay empty: whole columns, one after the other
// (lanes run along the depth), after the biases, padded to a whole vector.

typedef struct layer_panels {
    /// Vectors of a row of all panels, number of panels, and how many of those have one vector more than the others.
    size_t vectors, count, wider;
} layer_panels;

INLINE bool layer_is_narrow(size_t columns) { return columns * 4 <= W; }

INLINE layer_panels layer_panels_of(size_t columns) {
    layer_panels panels = {.vectors = (columns + W - 1) / W};
    panels.count = (panels.vectors + PANEL_VECTORS - 1) / PANEL_VECTORS;
    panels.wider = panels.count ? panels.vectors % panels.count : 0;
    return panels;
}

/// The vectors of one row of panel `index`.
INLINE size_t panel_vectors(layer_panels panels, size_t index) {
    return panels.vectors / panels.count + (index < panels.wider ? 1 : 0);
}

static size_t layer_packed_floats(size_t depth, size_t columns) {
    if (layer_is_narrow(columns)) return W + depth * columns;
    return (depth + 1) * ((columns + W - 1) / W * W);
}

/// `count` floats, or zeros if there are none, and zeros up to `padded`.
static void layer_pack_row(const float *row, size_t count, size_t padded, float *packed) {
    for (size_t i = 0; i < padded; i++) packed[i] = row && i < count ? row[i] : 0.0f;
}

static void layer_pack(const float *weights, const float *bias, size_t depth, size_t columns, float *packed) {
    if (layer_is_narrow(columns)) {
        layer_pack_row(bias, columns, W, packed);
        plane_transpose(weights, columns, packed + W, depth, depth, columns);
        return;
    }
    layer_panels panels = layer_panels_of(columns);
    size_t column = 0;
    for (size_t panel = 0; panel < panels.count; panel++) {
        size_t width = panel_vectors(panels, panel) * W;
        size_t count = columns - column < width ? columns - column : width;
        layer_pack_row(bias ? bias + column : NULL, count, width, packed);
        packed += width;
        for (size_t k = 0; k < depth; k++, packed += width) {
            layer_pack_row(weights + k * columns + column, count, width, packed);
        }
        column += width;
    }
}

static void layer_unpack(const float *packed, size_t depth, size_t columns, float *weights) {
    if (layer_is_narrow(columns)) {
        plane_transpose(packed + W, depth, weights, columns, columns, depth);
        return;
    }
    layer_panels panels = layer_panels_of(columns);
    size_t column = 0;
    for (size_t panel = 0; panel < panels.count; panel++) {
        size_t width = panel_vectors(panels, panel) * W;
        size_t count = columns - column < width ? columns - column : width;
        packed += width;
        for (size_t k = 0; k < depth; k++, packed += width) {
            memcpy(weights + k * columns + column, packed, count * sizeof(float));
        }
        column += width;
    }
}
