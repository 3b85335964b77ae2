// Attention of a block of queries to tiles of keys.
//
// Lanes are queries; keys and values are broadcast. So the scores of a tile stay in registers until its values are
// added, sums and maxima need no exchange of lanes, and a query's result does not depend on its neighbours. Queries and
// outputs are [depth, vectors · W], keys and values [tiles, depth, KEYS].

#if GRL_WIDTH == 8
enum { KEYS = 6 };
#elif GRL_WIDTH == 16 || defined(__aarch64__)
enum { KEYS = 8 };
#else
enum { KEYS = 4 };
#endif
enum { VECTORS = 2, QUERIES = VECTORS * W };

#define UNROLLED _Pragma("clang loop unroll(full)")

/// Consecutive tiles of keys; the last one holds fewer than KEYS of them if `count` is no multiple.
typedef struct key_run {
    const float *keys, *values;
    /// For each key, where its biases are in the table, relative to those of key (0, 0).
    const ptrdiff_t *offsets;
    size_t count;
    /// Added to all logits.
    float addend;
} key_run;

/// The biases of W queries against key (0, 0): lanes starts[i] and after come from bases[i], until the next start.
typedef struct bias_lanes {
    size_t segments;
    const float *bases[W];
    int32_t starts[W];
} bias_lanes;

/// The state of a block of queries. Base 2 is used throughout: queries and biases have been multiplied by log₂ e.
typedef struct query_block {
    size_t vectors;
    float *queries, *outputs;
    /// Σ 2^(logit - highest), and the number that takes the place of the highest logit, for each query.
    float *totals, *highest;
    bias_lanes bias[VECTORS];
} query_block;

/// How far logits may exceed `highest` before it is raised: sums of 2^(logit - highest), also times values, stay inside
/// float32's range.
#define SLACK 60.0f

/// Brings the state to a new highest logit where the greatest logit of a tile exceeds the old one by more than SLACK.
static __attribute__((noinline)) void attention_rescale(
    const int vectors, size_t depth, const vf *greatest, vf *highest, vf *totals, float *outputs) {
    for (int v = 0; v < vectors; v++) {
        vf next = blend(greatest[v] > highest[v] + splat(SLACK), greatest[v], highest[v]);
        vf factor = power_of_2_up_to_125(highest[v] - next);
        highest[v] = next;
        totals[v] *= factor;
        for (size_t c = 0; c < depth; c++) {
            float *output = outputs + (c * (size_t)vectors + (size_t)v) * W;
            store(output, load(output) * factor);
        }
    }
}

/// Adds KEYS keys, of which the first `valid` count if the tile is partial. Vectors, bounded and partial are constants
/// where this is inlined.
INLINE void attention_tile(
    const int vectors, const bool bounded, const bool partial, size_t depth, const float *queries, const float *keys,
    const float *values, const float *const *bias, const ptrdiff_t *offsets, size_t valid, float addend,
    float *outputs, vf *totals, vf *highest) {
    vf s[KEYS][VECTORS];
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < vectors; v++) s[j][v] = splat(0.0f);
    }
    for (size_t c = 0; c < depth; c++) {
        vf q[VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) q[v] = load(queries + (c * (size_t)vectors + (size_t)v) * W);
        UNROLLED for (int j = 0; j < KEYS; j++) {
            vf k = splat(keys[c * KEYS + (size_t)j]);
            UNROLLED for (int v = 0; v < vectors; v++) s[j][v] = multiply_add(k, q[v], s[j][v]);
        }
    }
    UNROLLED for (int j = 0; j < KEYS; j++) {
        UNROLLED for (int v = 0; v < vectors; v++) s[j][v] += load(bias[v] + offsets[j]);
    }

    vf shift[VECTORS];
    if (!bounded) {
        vf greatest[VECTORS];
        vi grows = (vi)(0);
        UNROLLED for (int v = 0; v < vectors; v++) {
            greatest[v] = s[0][v];
            UNROLLED for (int j = 1; j < KEYS; j++) {
                vf other = partial && (size_t)j >= valid ? s[0][v] : s[j][v];
                greatest[v] = blend(greatest[v] > other, greatest[v], other);
            }
            greatest[v] += splat(addend);
            grows |= greatest[v] > highest[v] + splat(SLACK);
        }
        if (__builtin_reduce_or(grows)) attention_rescale(vectors, depth, greatest, highest, totals, outputs);
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
    for (size_t c = 0; c < depth; c++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            float *output = outputs + (c * (size_t)vectors + (size_t)v) * W;
            // Two sums, for the latency of one would show.
            vf even = load(output), odd = splat(values[c * KEYS + 1]) * s[1][v];
            UNROLLED for (int j = 0; j < KEYS; j++) {
                if (j == 1) continue;
                vf value = splat(values[c * KEYS + (size_t)j]);
                if (j & 1) odd = multiply_add(value, s[j][v], odd);
                else even = multiply_add(value, s[j][v], even);
            }
            store(output, even + odd);
        }
    }
}

/// Copies the biases of KEYS keys to rows of vectors · W, for queries of which some vector has several segments.
static __attribute__((noinline)) void gather_biases(
    const int vectors, const bias_lanes *bias, const ptrdiff_t *offsets, float *copy) {
    vi lanes;
    for (int i = 0; i < W; i++) lanes[i] = i;
    for (int v = 0; v < vectors; v++) {
        vf rows[KEYS];
        UNROLLED for (int j = 0; j < KEYS; j++) rows[j] = load(bias[v].bases[0] + offsets[j]);
        for (size_t i = 1; i < bias[v].segments; i++) {
            vi later = lanes >= (vi)(bias[v].starts[i]);
            UNROLLED for (int j = 0; j < KEYS; j++) {
                rows[j] = blend(later, load(bias[v].bases[i] + offsets[j]), rows[j]);
            }
        }
        UNROLLED for (int j = 0; j < KEYS; j++) store(copy + (j * vectors + v) * W, rows[j]);
    }
}

INLINE void attention_block(
    const int vectors, const bool bounded, size_t depth, const key_run *run, const query_block *block) {
    vf totals[VECTORS], highest[VECTORS];
    const float *table[VECTORS], *copies[VECTORS];
    _Alignas(64) float copy[KEYS * QUERIES];
    ptrdiff_t copy_offsets[KEYS];
    bool copying = false;
    for (int v = 0; v < vectors; v++) {
        totals[v] = load(block->totals + v * W);
        highest[v] = load(block->highest + v * W);
        table[v] = block->bias[v].bases[0];
        copies[v] = copy + v * W;
        copying |= block->bias[v].segments > 1;
    }
    for (int j = 0; j < KEYS; j++) copy_offsets[j] = j * vectors * W;

    const float *const *bias = copying ? copies : table;
    const float *keys = run->keys, *values = run->values;
    const ptrdiff_t *offsets = run->offsets;
    for (size_t left = run->count; left > 0;) {
        if (copying) gather_biases(vectors, block->bias, offsets, copy);
        const ptrdiff_t *places = copying ? copy_offsets : offsets;
        if (left < KEYS) {
            attention_tile(
                vectors, bounded, true, depth, block->queries, keys, values, bias, places, left, run->addend,
                block->outputs, totals, highest);
            break;
        }
        attention_tile(
            vectors, bounded, false, depth, block->queries, keys, values, bias, places, KEYS, run->addend,
            block->outputs, totals, highest);
        keys += depth * KEYS;
        values += depth * KEYS;
        offsets += KEYS;
        left -= KEYS;
    }
    for (int v = 0; v < vectors; v++) {
        store(block->totals + v * W, totals[v]);
        store(block->highest + v * W, highest[v]);
    }
}

#define DEFINE_BLOCK(name, vectors, bounded)                                                                          \
    static void name(size_t depth, const key_run *run, const query_block *block) {                                    \
        attention_block(vectors, bounded, depth, run, block);                                                         \
    }
DEFINE_BLOCK(attention_block_1_bounded, 1, true)
DEFINE_BLOCK(attention_block_1, 1, false)
DEFINE_BLOCK(attention_block_2_bounded, 2, true)
DEFINE_BLOCK(attention_block_2, 2, false)
#undef DEFINE_BLOCK

/// By vectors - 1 and whether logits are bounded.
static void (*const attention_blocks[VECTORS][2])(size_t depth, const key_run *run, const query_block *block) = {
    {attention_block_1, attention_block_1_bounded}, {attention_block_2, attention_block_2_bounded}};

#undef UNROLLED
