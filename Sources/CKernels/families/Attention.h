// Attention of windows: keys and values are packed in runs that stay in cache, queries in blocks whose state stays in
// cache while runs of keys pass. Regions of a divided window are rectangles of queries against rectangles of keys.

/// The most memory of a run and of the state of queries, in bytes, and how many tiles before they are packed keys are
/// fetched into the cache.
enum { REGIONS = 4, RUN_BYTES = 128 << 10, STATE_BYTES = 256 << 10, AHEAD = 2 };

#define LOG2_E 0x1.715476p0f
#define LN_2 0x1.62e43p-1f

/// Pairs whose share of every softmax is below e^NEGLIGIBLE are left out.
#define NEGLIGIBLE -18.0f

/// How many tiles of keys a run holds, how many blocks of queries share the packing of a run, and where they lie in the
/// scratch memory, in floats.
typedef struct attention_layout {
    size_t run_tiles, blocks;
    size_t keys, values, queries, outputs, totals, highest, staging, unsealed, offsets, total;
} attention_layout;

static size_t divided_up(size_t a, size_t b) { return a / b + (a % b != 0); }

static attention_layout attention_layout_of(const grl_attention_head *head) {
    attention_layout layout;
    size_t tile = tile_floats(head->size), state = query_floats(head->size), results = head->size * QUERIES;
    size_t tiles = divided_up(head->key_rows * head->key_columns, KEYS) + REGIONS - 1;
    size_t run = RUN_BYTES / (2 * tile * sizeof(float));
    size_t blocks = tiles <= run ? 1 : STATE_BYTES / ((state + results) * sizeof(float));
    size_t query_blocks = divided_up(head->query_rows * head->query_columns, QUERIES);
    if (blocks > query_blocks) blocks = query_blocks;
    layout.run_tiles = tiles <= run ? tiles : run > 0 ? run : 1;
    layout.blocks = blocks > 0 ? blocks : 1;

    size_t end = 0;
#define PLACE(name, count) layout.name = end, end += ((count) + 15) / 16 * 16
    // Packing a tile writes up to TILE lanes of its last channel.
    PLACE(keys, layout.run_tiles * tile + TILE);
    PLACE(values, layout.run_tiles * tile + TILE);
    PLACE(offsets, layout.run_tiles * KEYS * (sizeof(ptrdiff_t) / sizeof(float)));
    PLACE(queries, layout.blocks * state);
    PLACE(outputs, layout.blocks * results);
    PLACE(totals, layout.blocks * QUERIES);
    PLACE(highest, layout.blocks * QUERIES);
    PLACE(staging, head->size * TILE);
    PLACE(unsealed, GRL_HALF ? head->size * QUERIES + 2 * TILE : 0);
#undef PLACE
    // For the alignment of the start to a line.
    layout.total = end + 16;
    return layout;
}

static size_t attention_scratch_floats(const grl_attention_head *head) { return attention_layout_of(head).total; }

/// Without biases all offsets in the table are 0.
static size_t table_pitch(const grl_attention_head *head) {
    return head->biased ? head->query_columns + head->key_columns - 1 : 0;
}

static size_t table_count(const grl_attention_head *head) {
    return head->biased ? (head->query_rows + head->key_rows - 1) * table_pitch(head) : 1;
}

/// The table lies between W floats that are read, but not used.
static size_t attention_table_floats(const grl_attention_head *head) { return table_count(head) + 2 * W; }

static void attention_prepare(grl_attention_head *head, const float *table, float *memory) {
    size_t count = table_count(head);
    float least = 0.0f, greatest = 0.0f;
    bool finite = true;
    if (head->biased) {
        least = greatest = table[0];
        for (size_t i = 0; i < count; i++) {
            finite &= table[i] - table[i] == 0.0f;
            least = table[i] < least ? table[i] : least;
            greatest = table[i] > greatest ? table[i] : greatest;
        }
    }
    float scale = __builtin_fabsf(head->scale), range = greatest - least;
    head->spread = head->cosine && finite ? 2.0f * scale + range : __builtin_inff();
    head->bounded = scale + range / 2.0f <= BOUNDED && head->spread <= 2.0f * BOUNDED;
    float centre = head->bounded ? least + range / 2.0f : 0.0f;
    memset(memory, 0, (count + 2 * W) * sizeof(float));
    head->table = memory;
    if (!head->biased) return;
    for (size_t i = 0; i < count; i++) {
        float bias = (table[i] - centre) * LOG2_E;
        memory[W + i] = bias == bias ? bias : __builtin_nanf("");
    }
}

/// What the parts of one call share.
typedef struct attention_call {
    const grl_attention_head *head;
    const grl_attention_window *window;
    attention_layout layout;
    float *scratch;
    grl_window_side queries, keys;
} attention_call;

/// The offset in the table of query (y, x), and, negated, of key (y, x).
static ptrdiff_t table_offset(const grl_attention_head *head, size_t y, size_t x) {
    return head->biased ? (ptrdiff_t)(y * table_pitch(head) + x) : 0;
}

/// Fetches keys and values of tokens first..<first + count of a rectangle into the cache.
static void fetch_keys(const attention_call *call, token_rectangle r, size_t first, size_t count) {
    const grl_attention_window *window = call->window;
    prefetch_tokens(&call->keys, r, first, count, window->key, window->key_stride, call->head->size);
    prefetch_tokens(&call->keys, r, first, count, window->value, window->value_stride, call->head->size);
}

/// Packs `count` tokens of a rectangle of keys from the token `first` on, as tiles from tile `slot` of the scratch on.
static void pack_keys(const attention_call *call, token_rectangle r, size_t first, size_t count, size_t slot) {
    const grl_attention_head *head = call->head;
    const grl_attention_window *window = call->window;
    const token_form form = {head->cosine, head->epsilon, 1.0f};
    float *staging = call->scratch + call->layout.staging;
    float *keys = call->scratch + call->layout.keys + slot * tile_floats(head->size);
    float *values = call->scratch + call->layout.values + slot * tile_floats(head->size);
    float *unsealed = call->scratch + call->layout.unsealed;
    ptrdiff_t *offsets = (ptrdiff_t *)(void *)(call->scratch + call->layout.offsets) + slot * KEYS;
    for (size_t tile = 0; tile < count; tile += KEYS) {
        size_t after = tile + AHEAD * KEYS;
        if (after < count) fetch_keys(call, r, first + after, count - after < KEYS ? count - after : KEYS);
        float *key_lanes = staged(keys, unsealed);
        float *value_lanes = staged(values, unsealed + KEYS * head->size + TILE);
        for (size_t lane = 0; lane < KEYS; lane += TILE) {
            size_t lanes = KEYS - lane < TILE ? KEYS - lane : TILE;
            size_t done = tile + lane, pixels[TILE];
            size_t tokens = count <= done ? 0 : count - done < lanes ? count - done : lanes;
            locate_tokens(&call->keys, r, first + done, tokens, pixels);
            pack_tokens(
                window->key, window->key_stride, pixels, tokens, head->size, form, staging, key_lanes + lane, KEYS);
            copy_tokens(window->value, window->value_stride, pixels, tokens, head->size, value_lanes + lane, KEYS);
        }
        seal_keys(head->size, key_lanes, keys);
        seal_values(head->size, value_lanes, values);
        keys += tile_floats(head->size);
        values += tile_floats(head->size);
    }
    size_t y = first / r.columns, x = first % r.columns;
    for (size_t i = 0; i < divided_up(count, KEYS) * KEYS; i++) {
        // Tokens after the last one keep its place, which is inside the table.
        offsets[i] = -table_offset(head, r.top + y, r.left + x);
        if (i + 1 < count && ++x == r.columns) x = 0, y++;
    }
}

/// The lanes of W queries from the token `first` of a rectangle on, against key (0, 0).
static void locate_biases(const attention_call *call, token_rectangle r, size_t first, bias_lanes *bias) {
    const grl_attention_head *head = call->head;
    const float *origin = head->table + W + table_offset(head, head->key_rows - 1, head->key_columns - 1);
    size_t y = first / r.columns, x = first % r.columns;
    size_t end = token_count(r) - first < W ? token_count(r) - first : W;
    bias->segments = 0;
    for (size_t lane = 0; lane < end;) {
        bias->bases[bias->segments] = origin + table_offset(head, r.top + y, r.left + x) - (head->biased ? lane : 0);
        bias->starts[bias->segments++] = (int32_t)lane;
        if (!head->biased) break;
        lane += r.columns - x;
        x = 0;
        y++;
    }
}

/// The block of up to QUERIES tokens of a rectangle from the token `first` on, in slot `slot` of the state.
static query_block block_of(const attention_call *call, token_rectangle r, size_t first, size_t slot) {
    query_block block = {
        .queries = call->scratch + call->layout.queries + slot * query_floats(call->head->size),
        .outputs = call->scratch + call->layout.outputs + slot * call->head->size * QUERIES,
        .totals = call->scratch + call->layout.totals + slot * QUERIES,
        .highest = call->scratch + call->layout.highest + slot * QUERIES,
    };
    bool whole = token_count(r) - first > W;
    block.vectors = GRL_HALF || whole ? VECTORS : 1;
    // A vector without tokens reads the biases of the one before.
    for (size_t v = 0; v < block.vectors; v++) locate_biases(call, r, whole ? first + v * W : first, &block.bias[v]);
    return block;
}

static void begin_block(const attention_call *call, token_rectangle r, size_t first, const query_block *block) {
    const grl_attention_head *head = call->head;
    const token_form form = {head->cosine, head->epsilon, head->scale * LOG2_E};
    size_t pitch = block->vectors * W, count = token_count(r) - first, pixels[TILE];
    float *lanes = staged(block->queries, call->scratch + call->layout.unsealed);
    for (size_t lane = 0; lane < pitch; lane += TILE) {
        size_t tokens = count <= lane ? 0 : count - lane < TILE ? count - lane : TILE;
        locate_tokens(&call->queries, r, first + lane, tokens, pixels);
        pack_tokens(
            call->window->query, call->window->query_stride, pixels, tokens, head->size, form,
            call->scratch + call->layout.staging, lanes + lane, pitch);
    }
    seal_queries(head->size, lanes, block->queries);
    prefetch_tokens(
        &call->queries, r, first, count < pitch ? count : pitch, call->window->output, call->window->output_stride,
        head->size);
    if (count > QUERIES) {
        prefetch_tokens(
            &call->queries, r, first + QUERIES, count < 2 * QUERIES ? count - QUERIES : QUERIES, call->window->query,
            call->window->query_stride, head->size);
    }
    memset(block->outputs, 0, head->size * pitch * sizeof(float));
    for (size_t v = 0; v < block->vectors; v++) {
        store(block->totals + v * W, splat(0.0f));
        store(block->highest + v * W, splat(-__FLT_MAX__));
    }
}

static void end_block(const attention_call *call, token_rectangle r, size_t first, const query_block *block) {
    size_t pitch = block->vectors * W;
    for (size_t v = 0; v < block->vectors; v++) {
        store(block->totals + v * W, splat(1.0f) / load(block->totals + v * W));
    }
    for (size_t lane = 0; lane < pitch && lane < token_count(r) - first; lane += TILE) {
        size_t left = token_count(r) - first - lane, pixels[TILE];
        size_t tokens = left < TILE ? left : TILE;
        locate_tokens(&call->queries, r, first + lane, tokens, pixels);
        scatter_tokens(
            block->outputs + lane, pitch, block->totals + lane, call->head->size, call->window->output,
            call->window->output_stride, pixels, tokens);
    }
}

/// One region of queries against the regions of keys that it sees.
static void attend_region(
    const attention_call *call, token_rectangle queries, const token_rectangle keys[REGIONS],
    const float addends[REGIONS], const bool seen[REGIONS], const size_t slots[REGIONS], bool resident) {
    const attention_layout *layout = &call->layout;
    bool bounded = call->head->bounded;
    for (size_t k = 0; k < REGIONS; k++) bounded &= !seen[k] || addends[k] == 0.0f;
    size_t span = layout->blocks * QUERIES, total = token_count(queries);
    for (size_t first = 0; first < total; first += span) {
        size_t end = total - first < span ? total : first + span;
        for (size_t q = first; q < end; q += QUERIES) {
            query_block block = block_of(call, queries, q, (q - first) / QUERIES);
            begin_block(call, queries, q, &block);
        }
        for (size_t k = 0; k < REGIONS; k++) {
            if (!seen[k]) continue;
            size_t count = token_count(keys[k]), step = layout->run_tiles * KEYS;
            for (size_t key = 0; key < count; key += step) {
                key_run run = {.count = count - key < step ? count - key : step, .addend = addends[k] * LOG2_E};
                size_t slot = resident ? slots[k] : 0;
                if (!resident) pack_keys(call, keys[k], key, run.count, 0);
                run.keys = call->scratch + layout->keys + slot * tile_floats(call->head->size);
                run.values = call->scratch + layout->values + slot * tile_floats(call->head->size);
                run.offsets = (const ptrdiff_t *)(const void *)(call->scratch + layout->offsets) + slot * KEYS;
                for (size_t q = first; q < end; q += QUERIES) {
                    query_block block = block_of(call, queries, q, (q - first) / QUERIES);
                    attend_block(bounded, call->head->size, &run, &block);
                }
            }
        }
        for (size_t q = first; q < end; q += QUERIES) {
            query_block block = block_of(call, queries, q, (q - first) / QUERIES);
            end_block(call, queries, q, &block);
        }
    }
}

/// Whether a key or a value of a rectangle is NaN: a share of it is NaN, however small.
static bool holds_nan(const attention_call *call, token_rectangle r) {
    const grl_attention_window *window = call->window;
    vi found = (vi)(0);
    for (size_t first = 0; first < token_count(r); first += TILE) {
        size_t left = token_count(r) - first, pixels[TILE];
        size_t tokens = left < TILE ? left : TILE;
        locate_tokens(&call->keys, r, first, tokens, pixels);
        for (size_t i = 0; i < tokens; i++) {
            const float *key = window->key + pixels[i] * window->key_stride;
            const float *value = window->value + pixels[i] * window->value_stride;
            for (size_t c = 0; c < call->head->size; c += W) {
                size_t count = call->head->size - c < W ? call->head->size - c : W;
                vf k = load_some(key + c, count, 0.0f), v = load_some(value + c, count, 0.0f);
                found |= (k != k) | (v != v);
            }
        }
    }
    return __builtin_reduce_or(found) != 0;
}

static void attention_attend(
    const grl_attention_head *head, const grl_attention_window *window, size_t first_row, size_t rows,
    float *scratch) {
    size_t misaligned = (uintptr_t)scratch / sizeof(float) % 16;
    attention_call call = {
        .head = head,
        .window = window,
        .layout = attention_layout_of(head),
        .scratch = scratch + (16 - misaligned) % 16,
        .queries = window->queries,
        .keys = window->keys,
    };
    token_rectangle keys[REGIONS];
    size_t slots[REGIONS], tiles = 0;
    for (size_t k = 0; k < REGIONS; k++) {
        keys[k] = region_rectangle(&window->keys, head->key_columns, k, 0, head->key_rows);
        slots[k] = tiles;
        tiles += divided_up(token_count(keys[k]), KEYS);
    }
    bool resident = tiles <= call.layout.run_tiles;
    float logarithm = LN_2 * (float)(64 - __builtin_clzll(head->key_rows * head->key_columns));
    bool negligible[REGIONS], packed[REGIONS] = {false};
    for (size_t k = 0; k < REGIONS; k++) {
        size_t count = token_count(keys[k]);
        negligible[k] = head->spread + window->mask + logarithm <= NEGLIGIBLE && count > 0 &&
                        count < head->key_rows * head->key_columns && !holds_nan(&call, keys[k]);
    }
    for (size_t q = 0; q < REGIONS; q++) {
        token_rectangle queries = region_rectangle(&window->queries, head->query_columns, q, first_row, rows);
        if (token_count(queries) == 0) continue;
        // Where a region of queries has no keys of its own, all keys are masked alike.
        bool alone = token_count(keys[q]) == 0;
        float addends[REGIONS];
        bool seen[REGIONS];
        for (size_t k = 0; k < REGIONS; k++) {
            addends[k] = k == q || alone ? 0.0f : window->mask;
            seen[k] = token_count(keys[k]) > 0 && (k == q || alone || !negligible[k]);
            if (seen[k] && resident && !packed[k]) {
                pack_keys(&call, keys[k], 0, token_count(keys[k]), slots[k]);
                packed[k] = true;
            }
        }
        attend_region(&call, queries, keys, addends, seen, slots, resident);
    }
}

#undef LOG2_E
#undef LN_2
#undef BOUNDED
#undef NEGLIGIBLE
