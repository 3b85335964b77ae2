// Prepacked layers of float16 weights.
//
// Panels have two vectors of HALF_LANES columns, the last one may have one: a row of biases and a row of powers of two
// in float32, then `depth` rows of weights that have been divided by the power of their column, padded with zeros.
// Layers of few columns or little depth stay float32: nothing would be gained.

enum { HALF_PANEL_VECTORS = 2, LEAST_HALF_DEPTH = 32 };

INLINE bool is_half(size_t depth, size_t columns) { return columns > W && depth >= LEAST_HALF_DEPTH; }

/// Floats that take the place of one vector of columns.
INLINE size_t half_vector_floats(size_t depth) { return (2 + depth / 2) * HALF_LANES + depth % 2 * W; }

/// One panel: its first column, vectors and parts.
typedef struct half_panel {
    size_t column, vectors;
    float *bias, *powers;
    half *weights;
} half_panel;

/// The panel that begins with column `column`.
INLINE half_panel half_panel_at(float *packed, size_t depth, size_t columns, size_t column) {
    half_panel panel = {.column = column};
    panel.vectors = columns - column > HALF_LANES ? HALF_PANEL_VECTORS : 1;
    panel.bias = packed + column / HALF_LANES * half_vector_floats(depth);
    panel.powers = panel.bias + panel.vectors * HALF_LANES;
    panel.weights = (half *)(void *)(panel.powers + panel.vectors * HALF_LANES);
    return panel;
}

static size_t half_packed_floats(size_t depth, size_t columns) {
    if (!is_half(depth, columns)) return layer_packed_floats(depth, columns);
    return (columns + HALF_LANES - 1) / HALF_LANES * half_vector_floats(depth);
}

static void half_pack(const float *weights, const float *bias, size_t depth, size_t columns, float *packed) {
    if (!is_half(depth, columns)) {
        layer_pack(weights, bias, depth, columns, packed);
        return;
    }
    for (size_t first = 0; first < columns; first += HALF_PANEL_VECTORS * HALF_LANES) {
        half_panel panel = half_panel_at(packed, depth, columns, first);
        size_t width = panel.vectors * HALF_LANES;
        for (size_t place = 0; place < width; place += W) {
            size_t column = first + place, count = lanes_left(columns, column);
            const float *source = weights + (count ? column : 0);
            vf greatest = splat(0.0f);
            for (size_t k = 0; k < depth; k++) {
                greatest = greater_magnitude(greatest, load_some(source + k * columns, count, 0.0f));
            }
            vf power = power_below(greatest), inverse = inverse_power(power);
            store(panel.bias + place, bias && count ? load_some(bias + column, count, 0.0f) : splat(0.0f));
            store(panel.powers + place, power);
            for (size_t k = 0; k < depth; k++) {
                narrow(panel.weights + k * width + place, load_some(source + k * columns, count, 0.0f) * inverse);
            }
        }
    }
}

/// The weights as they were rounded.
static void half_unpack(const float *packed, size_t depth, size_t columns, float *weights) {
    if (!is_half(depth, columns)) {
        layer_unpack(packed, depth, columns, weights);
        return;
    }
    for (size_t first = 0; first < columns; first += HALF_PANEL_VECTORS * HALF_LANES) {
        half_panel panel = half_panel_at((float *)packed, depth, columns, first);
        size_t width = panel.vectors * HALF_LANES;
        for (size_t place = 0; place < width && first + place < columns; place += W) {
            size_t column = first + place, count = lanes_left(columns, column);
            for (size_t k = 0; k < depth; k++) {
                vf v = widen(panel.weights + k * width + place) * load(panel.powers + place);
                store_some(weights + k * columns + column, v, count);
            }
        }
    }
}
