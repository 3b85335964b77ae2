// Tiles of attention with float16 products.
//
// Each query, each key and each tile of values is divided by a power of two and narrowed. Products of queries and keys,
// and of probabilities and values, are float16, and so are sums of up to CHAIN of them in a row; logits, powers, maxima
// and all further sums are float32.
//
// A block of queries is [depth, QUERIES], then the power of each in float32; spans of keys are [depth, SPAN], then the
// power of each, spans of values likewise, with one power for each tile.

INLINE size_t span_floats(size_t depth) { return depth * SPAN / 2 + SPAN; }
INLINE size_t query_floats(size_t depth) { return depth * QUERIES / 2 + QUERIES; }

/// Where tokens are laid out in float32 before they are sealed.
INLINE float *staged(float *place, float *staging) { return (void)place, staging; }

/// The greatest magnitude in each of W lanes with rows of `pitch` floats.
INLINE vf greatest_of(const float *lanes, size_t depth, size_t pitch) {
    vf greatest = splat(0.0f);
    for (size_t c = 0; c < depth; c++) greatest = greater_magnitude(greatest, load(lanes + c * pitch));
    return greatest;
}

/// Narrows W lanes, divided by their powers.
INLINE void narrow_lanes(const float *lanes, size_t depth, size_t pitch, vf powers, half *target) {
    vf inverse = inverse_power(powers);
    for (size_t c = 0; c < depth; c++) narrow(target + c * pitch, load(lanes + c * pitch) * inverse);
}

INLINE void seal_keys(size_t depth, const float *keys, float *place) {
    vf powers = power_below(greatest_of(keys, depth, SPAN));
    narrow_lanes(keys, depth, SPAN, powers, (half *)(void *)place);
    store(place + depth * SPAN / 2, powers);
}

INLINE void seal_values(size_t depth, const float *values, float *place) {
    vf greatest = greatest_of(values, depth, SPAN);
    greatest = greater_magnitude(greatest, SWAP_4(greatest));
    greatest = greater_magnitude(greatest, SWAP_2(greatest));
    vf powers = power_below(greater_magnitude(greatest, SWAP_1(greatest)));
    narrow_lanes(values, depth, SPAN, powers, (half *)(void *)place);
    store(place + depth * SPAN / 2, powers);
}

INLINE void seal_queries(size_t depth, const float *queries, float *place) {
    for (size_t v = 0; v < VECTORS; v++) {
        vf powers = power_below(greatest_of(queries + v * W, depth, QUERIES));
        narrow_lanes(queries + v * W, depth, QUERIES, powers, (half *)(void *)place + v * W);
        store(place + depth * QUERIES / 2 + v * W, powers);
    }
}

/// The logits of KEYS keys from lane `lane` of a span on.
INLINE void half_logits(
    size_t depth, const float *queries, const float *keys, size_t lane, const float *const *bias,
    const ptrdiff_t *offsets, vf logits[KEYS][VECTORS]) {
    const half *q = (const half *)(const void *)queries, *k = (const half *)(const void *)keys + lane;
    const float *query_powers = queries + depth * QUERIES / 2, *key_powers = keys + depth * SPAN / 2 + lane;
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < VECTORS; v++) logits[j][v] = splat(0.0f);
    }
    for (size_t c = 0; c < depth;) {
        const size_t end = depth - c < CHAIN ? depth : c + CHAIN;
        vh chains[KEYS], query = load_half(q + c * QUERIES);
        UNROLLED for (int j = 0; j < KEYS; j++) {
            chains[j] = multiply_half(splat_half(k + c * SPAN + (size_t)j), query);
        }
        for (c++; c < end; c++) {
            query = load_half(q + c * QUERIES);
            UNROLLED for (int j = 0; j < KEYS; j++) {
                chains[j] = multiply_add_half(splat_half(k + c * SPAN + (size_t)j), query, chains[j]);
            }
        }
        UNROLLED for (int j = 0; j < KEYS; j++) {
            logits[j][0] += low_half(chains[j]);
            logits[j][1] += high_half(chains[j]);
        }
    }
    UNROLLED for (int j = 0; j < KEYS; j++) {
        vf power = splat(key_powers[j]);
        UNROLLED for (int v = 0; v < VECTORS; v++) {
            vf product = logits[j][v] * load(query_powers + v * W);
            logits[j][v] = multiply_add(product, power, load(bias[v] + offsets[j]));
        }
    }
}

/// Adds KEYS keys from lane `lane` of a span on, of which the first `valid` count if the tile is partial. Vectors and
/// partial are constants where this is inlined; vectors is VECTORS, and nothing is bounded.
INLINE void attention_tile(
    const int vectors, const bool bounded, const bool partial, size_t depth, const float *queries, const float *keys,
    const float *values, size_t lane, const float *const *bias, const ptrdiff_t *offsets, size_t valid, float addend,
    float *outputs, vf *totals, vf *highest) {
    (void)bounded;
    vf s[KEYS][VECTORS];
    half_logits(depth, queries, keys, lane, bias, offsets, s);
    raise_highest(vectors, partial, depth, s, valid, addend, outputs, totals, highest);
    vh probabilities[KEYS];
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < VECTORS; v++) {
            s[j][v] = power_of_2_up_to_125(s[j][v] + (splat(addend) - highest[v]));
            if (partial && (size_t)j >= valid) s[j][v] = splat(0.0f);
        }
        probabilities[j] = join(s[j][0], s[j][1]);
    }
    UNROLLED for (int v = 0; v < VECTORS; v++) {
        vf sum = s[0][v];
        UNROLLED for (int j = 1; j < KEYS; j++) sum += s[j][v];
        totals[v] += sum;
    }
    const half *value = (const half *)(const void *)values + lane;
    const vf power = splat(values[depth * SPAN / 2 + lane]);
    for (size_t c = 0; c < depth; c++, value += SPAN, outputs += QUERIES) {
        vh chain = multiply_half(splat_half(value), probabilities[0]);
        UNROLLED for (int j = 1; j < KEYS; j++) {
            chain = multiply_add_half(splat_half(value + j), probabilities[j], chain);
        }
        store(outputs, multiply_add(low_half(chain), power, load(outputs)));
        store(outputs + W, multiply_add(high_half(chain), power, load(outputs + W)));
    }
}
