// Attention of windows: keys and values are packed in runs that stay in cache, queries in blocks whose state stays in
// cache while runs of keys pass. Regions of a divided window are rectangles of queries against rectangles of keys.

/// The most memory of a run and of the state of queries, in bytes, and how many vectors before they are packed keys are
/// fetched into the cache.
enum { REGIONS = 4, RUN_BYTES = 128 << 10, STATE_BYTES = 256 << 10, AHEAD = 2 };

#define LOG2_E 0x1.715476p0f
#define LN_2 0x1.62e43p-1f

/// Pairs whose share of every softmax is below e^NEGLIGIBLE are left out.
#define NEGLIGIBLE -18.0f

/// How many spans of keys a run holds, how many blocks of queries share the packing of a run, and where they lie in the
/// scratch memory, in floats.
typedef struct attention_layout {
    size_t run_spans, blocks;
    size_t keys, values, queries, outputs, totals, highest, unsealed, offsets, total;
} attention_layout;

static size_t divided_up(size_t a, size_t b) { return a / b + (a % b != 0); }

static attention_layout attention_layout_of(const grl_attention_head *head) {
    attention_layout layout;
    size_t span = span_floats(head->size), state = query_floats(head->size), results = head->size * QUERIES;
    size_t spans = divided_up(head->key_rows * head->key_columns, SPAN) + REGIONS - 1;
    size_t run = RUN_BYTES / (2 * span * sizeof(float));
    size_t blocks = spans <= run ? 1 : STATE_BYTES / ((state + results) * sizeof(float));
    size_t query_blocks = divided_up(head->query_rows * head->query_columns, QUERIES);
    if (blocks > query_blocks) blocks = query_blocks;
    layout.run_spans = spans <= run ? spans : run > 0 ? run : 1;
    layout.blocks = blocks > 0 ? blocks : 1;

    size_t end = 0;
#define PLACE(name, count) layout.name = end, end += ((count) + 15) / 16 * 16
    PLACE(keys, layout.run_spans * span);
    PLACE(values, layout.run_spans * span);
    PLACE(offsets, layout.run_spans * SPAN * (sizeof(ptrdiff_t) / sizeof(float)));
    PLACE(queries, layout.blocks * state);
    PLACE(outputs, layout.blocks * results);
    PLACE(totals, layout.blocks * QUERIES);
    PLACE(highest, layout.blocks * QUERIES);
    PLACE(unsealed, GRL_HALF ? head->size * QUERIES : 0);
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

/// Packs `count` tokens of a rectangle of keys from the token `first` on, as spans from span `span` of the scratch on.
static void pack_keys(const attention_call *call, token_rectangle r, size_t first, size_t count, size_t span) {
    const grl_attention_head *head = call->head;
    const grl_attention_window *window = call->window;
    const token_form form = {head->cosine, head->epsilon, 1.0f};
    const size_t depth = head->size, vectors = divided_up(count, SPAN) * (SPAN / W);
    float *keys = call->scratch + call->layout.keys + span * span_floats(depth);
    float *values = call->scratch + call->layout.values + span * span_floats(depth);
    float *unsealed = call->scratch + call->layout.unsealed;
    // Vectors of tokens are found and fetched AHEAD of their turn.
    size_t key_offsets[AHEAD + 1][W], value_offsets[AHEAD + 1][W];
    token_place found = place_of(r, first);
    for (size_t turn = 0; turn < vectors + AHEAD; turn++) {
        size_t tokens = lanes_left(count, turn * W), slot = turn % (AHEAD + 1);
        find_tokens(&call->keys, r, found, tokens, window->key_stride, key_offsets[slot]);
        found = find_tokens(&call->keys, r, found, tokens, window->value_stride, value_offsets[slot]);
        prefetch_tokens(window->key, key_offsets[slot], tokens, depth);
        prefetch_tokens(window->value, value_offsets[slot], tokens, depth);
        if (turn < AHEAD) continue;
        size_t vector = turn - AHEAD, lane = vector % (SPAN / W) * W;
        float *key_lanes = staged(keys, unsealed), *value_lanes = staged(values, unsealed + SPAN * depth);
        slot = vector % (AHEAD + 1);
        tokens = lanes_left(count, vector * W);
        if (tokens > 0) {
            pack_tokens(window->key, key_offsets[slot], depth, form, key_lanes + lane, SPAN);
            gather_tokens(window->value, value_offsets[slot], depth, value_lanes + lane, SPAN);
        }
        if (tokens < W) {
            clear_lanes(key_lanes + lane, depth, SPAN, tokens);
            clear_lanes(value_lanes + lane, depth, SPAN, tokens);
        }
        if (lane + W < SPAN) continue;
        seal_keys(depth, key_lanes, keys);
        seal_values(depth, value_lanes, values);
        keys += span_floats(depth);
        values += span_floats(depth);
    }
    ptrdiff_t *offsets = (ptrdiff_t *)(void *)(call->scratch + call->layout.offsets) + span * SPAN;
    token_place place = place_of(r, first);
    for (size_t i = 0; i < vectors * W; i++) {
        // Tokens after the last one keep its place, which is inside the table.
        offsets[i] = -table_offset(head, r.top + place.y, r.left + place.x);
        if (i + 1 < count && ++place.x == r.columns) place = (token_place){place.y + 1, 0};
    }
}

/// The lanes of W queries from the token `first` of a rectangle on, against key (0, 0).
static void locate_lanes(const attention_call *call, token_rectangle r, size_t first, bias_lanes *bias) {
    const grl_attention_head *head = call->head;
    const float *origin = head->table + W + table_offset(head, head->key_rows - 1, head->key_columns - 1);
    token_place place = place_of(r, first);
    size_t end = token_count(r) - first < W ? token_count(r) - first : W;
    bias->segments = 0;
    for (size_t lane = 0; lane < end;) {
        const float *base = origin + table_offset(head, r.top + place.y, r.left + place.x);
        bias->bases[bias->segments] = base - (head->biased ? lane : 0);
        bias->starts[bias->segments++] = (int32_t)lane;
        if (!head->biased) break;
        lane += r.columns - place.x;
        place = (token_place){place.y + 1, 0};
    }
}

/// The biases of a block of tokens from the token `first` on. A vector without tokens reads those of the one before.
static void locate_biases(const attention_call *call, token_rectangle r, size_t first, query_block *block) {
    for (size_t v = 0; v < block->vectors; v++) {
        size_t place = first + v * W;
        locate_lanes(call, r, place < token_count(r) ? place : first, &block->bias[v]);
    }
}

/// The block of up to QUERIES tokens of a rectangle from the token `first` on, in slot `slot` of the state; its biases
/// are yet to be located.
static query_block block_of(const attention_call *call, token_rectangle r, size_t first, size_t slot) {
    query_block block = {
        .queries = call->scratch + call->layout.queries + slot * query_floats(call->head->size),
        .outputs = call->scratch + call->layout.outputs + slot * call->head->size * QUERIES,
        .totals = call->scratch + call->layout.totals + slot * QUERIES,
        .highest = call->scratch + call->layout.highest + slot * QUERIES,
    };
    block.vectors = GRL_HALF || token_count(r) - first > W ? VECTORS : 1;
    return block;
}

static void begin_block(const attention_call *call, token_rectangle r, size_t first, const query_block *block) {
    const grl_attention_head *head = call->head;
    const grl_attention_window *window = call->window;
    const token_form form = {head->cosine, head->epsilon, head->scale * LOG2_E};
    const size_t pitch = block->vectors * W, count = token_count(r) - first;
    size_t offsets[W];
    float *lanes = staged(block->queries, call->scratch + call->layout.unsealed);
    token_place place = place_of(r, first);
    for (size_t lane = 0; lane < pitch; lane += W) {
        size_t tokens = lanes_left(count, lane);
        token_place next = find_tokens(&call->queries, r, place, tokens, window->query_stride, offsets);
        pack_tokens(window->query, offsets, head->size, form, lanes + lane, pitch);
        find_tokens(&call->queries, r, place, tokens, window->output_stride, offsets);
        prefetch_tokens(window->output, offsets, tokens, head->size);
        place = next;
    }
    // The next block's queries.
    for (size_t lane = pitch; lane < 2 * pitch && lane < count; lane += W) {
        size_t tokens = lanes_left(count, lane);
        place = find_tokens(&call->queries, r, place, tokens, window->query_stride, offsets);
        prefetch_tokens(window->query, offsets, tokens, head->size);
    }
    seal_queries(head->size, lanes, block->queries);
    memset(block->outputs, 0, head->size * pitch * sizeof(float));
    for (size_t v = 0; v < block->vectors; v++) {
        store(block->totals + v * W, splat(0.0f));
        store(block->highest + v * W, splat(-__FLT_MAX__));
    }
}

static void end_block(const attention_call *call, token_rectangle r, size_t first, const query_block *block) {
    const grl_attention_window *window = call->window;
    const size_t pitch = block->vectors * W, count = token_count(r) - first;
    size_t offsets[W];
    token_place place = place_of(r, first);
    for (size_t lane = 0; lane < pitch && lane < count; lane += W) {
        size_t tokens = lanes_left(count, lane);
        place = find_tokens(&call->queries, r, place, tokens, window->output_stride, offsets);
        vf factor = splat(1.0f) / load(block->totals + lane);
        const float *lanes = block->outputs + lane;
        // The second is faster, and the same.
        if (tokens < W) scatter_tokens(lanes, pitch, factor, call->head->size, window->output, offsets, tokens);
        else scatter_tokens(lanes, pitch, factor, call->head->size, window->output, offsets, W);
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
            size_t count = token_count(keys[k]), step = layout->run_spans * SPAN;
            for (size_t key = 0; key < count; key += step) {
                key_run run = {.count = count - key < step ? count - key : step, .addend = addends[k] * LOG2_E};
                size_t slot = resident ? slots[k] : 0;
                if (!resident) pack_keys(call, keys[k], key, run.count, 0);
                run.keys = call->scratch + layout->keys + slot * span_floats(call->head->size);
                run.values = call->scratch + layout->values + slot * span_floats(call->head->size);
                run.offsets = (const ptrdiff_t *)(const void *)(call->scratch + layout->offsets) + slot * SPAN;
                for (size_t q = first; q < end; q += QUERIES) {
                    query_block block = block_of(call, queries, q, (q - first) / QUERIES);
                    locate_biases(call, queries, q, &block);
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
    token_place place = place_of(r, 0);
    for (size_t first = 0; first < token_count(r); first += W) {
        size_t tokens = lanes_left(token_count(r), first), keys[W], values[W];
        find_tokens(&call->keys, r, place, tokens, window->key_stride, keys);
        place = find_tokens(&call->keys, r, place, tokens, window->value_stride, values);
        for (size_t i = 0; i < tokens; i++) {
            for (size_t c = 0; c < call->head->size; c += W) {
                size_t width = lanes_left(call->head->size, c);
                vf k = load_some(window->key + keys[i] + c, width, 0.0f);
                vf v = load_some(window->value + values[i] + c, width, 0.0f);
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
    size_t slots[REGIONS], spans = 0;
    for (size_t k = 0; k < REGIONS; k++) {
        keys[k] = region_rectangle(&window->keys, head->key_columns, k, 0, head->key_rows);
        slots[k] = spans;
        spans += divided_up(token_count(keys[k]), SPAN);
    }
    bool resident = spans <= call.layout.run_spans;
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
