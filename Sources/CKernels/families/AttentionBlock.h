// Attention of a block of queries to a run of keys, tile by tile.

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
    size_t lane = 0;
    for (size_t left = run->count; left > 0;) {
        if (copying) gather_biases(vectors, block->bias, offsets, copy);
        const ptrdiff_t *places = copying ? copy_offsets : offsets;
        if (left < KEYS) {
            attention_tile(
                vectors, bounded, true, depth, block->queries, keys, values, lane, bias, places, left, run->addend,
                block->outputs, totals, highest);
            break;
        }
        attention_tile(
            vectors, bounded, false, depth, block->queries, keys, values, lane, bias, places, KEYS, run->addend,
            block->outputs, totals, highest);
        offsets += KEYS;
        left -= KEYS;
        lane += KEYS;
        if (lane < SPAN) continue;
        lane = 0;
        keys += span_floats(depth);
        values += span_floats(depth);
    }
    for (int v = 0; v < vectors; v++) {
        store(block->totals + v * W, totals[v]);
        store(block->highest + v * W, highest[v]);
    }
}

#if GRL_HALF
static void attend_block(bool bounded, size_t depth, const key_run *run, const query_block *block) {
    (void)bounded;
    attention_block(VECTORS, false, depth, run, block);
}
#else
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

static void attend_block(bool bounded, size_t depth, const key_run *run, const query_block *block) {
    attention_blocks[block->vectors - 1][bounded](depth, run, block);
}
#endif

#undef SLACK
#undef UNROLLED
