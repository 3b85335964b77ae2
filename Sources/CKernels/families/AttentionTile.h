// Tiles of attention in float32: queries are [depth, vectors · W], spans of keys and of values [depth, SPAN].

/// Floats of a span of keys or of values, and of a block of queries.
INLINE size_t span_floats(size_t depth) { return depth * SPAN; }
INLINE size_t query_floats(size_t depth) { return depth * QUERIES; }

/// Where tokens are laid out before they are sealed: in their place, where they stay as they are.
INLINE float *staged(float *place, float *staging) { return (void)staging, place; }
INLINE void seal_keys(size_t depth, const float *keys, float *place) { (void)depth, (void)keys, (void)place; }
INLINE void seal_values(size_t depth, const float *values, float *place) { (void)depth, (void)values, (void)place; }
INLINE void seal_queries(size_t depth, const float *queries, float *place) { (void)depth, (void)queries, (void)place; }

/// Adds one channel of the values of KEYS keys, times the powers s of their logits, to that of the outputs.
INLINE void add_channel(const int vectors, const float *values, const vf s[KEYS][VECTORS], float *outputs) {
    UNROLLED for (int v = 0; v < vectors; v++) {
        // Two sums, for the latency of one would show.
        vf even = load(outputs + v * W), odd = splat(values[1]) * s[1][v];
        UNROLLED for (int j = 0; j < KEYS; j++) {
            if (j == 1) continue;
            vf value = splat(values[j]);
            if (j & 1) odd = multiply_add(value, s[j][v], odd);
            else even = multiply_add(value, s[j][v], even);
        }
        store(outputs + v * W, even + odd);
    }
}

#if GRL_WIDTH == 16
enum { CHANNELS = 4 };

/// The same for CHANNELS channels: as many sums side by side as hide the latency of each, where registers allow it.
INLINE void add_channels(const int vectors, const float *values, const vf s[KEYS][VECTORS], float *outputs) {
    vf sums[CHANNELS][VECTORS];
    UNROLLED for (int c = 0; c < CHANNELS; c++) {
        UNROLLED for (int v = 0; v < vectors; v++) sums[c][v] = load(outputs + (c * vectors + v) * W);
    }
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int c = 0; c < CHANNELS; c++) {
            vf value = splat(values[c * SPAN + j]);
            UNROLLED for (int v = 0; v < vectors; v++) sums[c][v] = multiply_add(value, s[j][v], sums[c][v]);
        }
    }
    UNROLLED for (int c = 0; c < CHANNELS; c++) {
        UNROLLED for (int v = 0; v < vectors; v++) store(outputs + (c * vectors + v) * W, sums[c][v]);
    }
}
#endif

/// Adds KEYS keys from lane `lane` of a span on, of which the first `valid` count if the tile is partial. Vectors, bounded
/// and partial are constants where this is inlined.
INLINE void attention_tile(
    const int vectors, const bool bounded, const bool partial, size_t depth, const float *queries, const float *keys,
    const float *values, size_t lane, const float *const *bias, const ptrdiff_t *offsets, size_t valid, float addend,
    float *outputs, vf *totals, vf *highest) {
    keys += lane;
    values += lane;
    vf s[KEYS][VECTORS];
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < vectors; v++) s[j][v] = load(bias[v] + offsets[j]);
    }
    for (size_t c = 0; c < depth; c++) {
        vf q[VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) q[v] = load(queries + (c * (size_t)vectors + (size_t)v) * W);
        UNROLLED for (int j = 0; j < KEYS; j++) {
            vf k = splat(keys[c * SPAN + (size_t)j]);
            UNROLLED for (int v = 0; v < vectors; v++) s[j][v] = multiply_add(k, q[v], s[j][v]);
        }
    }

    vf shift[VECTORS];
    if (!bounded) {
        raise_highest(vectors, partial, depth, s, valid, addend, outputs, totals, highest);
        UNROLLED for (int v = 0; v < vectors; v++) shift[v] = splat(addend) - highest[v];
    }
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            s[j][v] = bounded ? small_power_of_2(s[j][v]) : power_of_2_up_to_125(s[j][v] + shift[v]);
            if (partial && (size_t)j >= valid) s[j][v] = splat(0.0f);
        }
    }

    UNROLLED for (int v = 0; v < vectors; v++) {
        vf sum = s[0][v];
        UNROLLED for (int j = 1; j < KEYS; j++) sum += s[j][v];
        totals[v] += sum;
    }
    size_t c = 0;
#if GRL_WIDTH == 16
    for (; c + CHANNELS <= depth; c += CHANNELS) {
        add_channels(vectors, values + c * SPAN, s, outputs + c * (size_t)vectors * W);
    }
#endif
    for (; c < depth; c++) add_channel(vectors, values + c * SPAN, s, outputs + c * (size_t)vectors * W);
}
