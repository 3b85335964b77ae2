// What attention of a block of queries to tiles of keys works on.
//
// Lanes are queries; keys and values are broadcast. So the scores of a tile stay in registers until its values are
// added, sums and maxima need no exchange of lanes, and a query's result does not depend on its neighbours.
// Keys are packed SPAN at a time, whole vectors of them, and meet queries in tiles of KEYS.

#if GRL_WIDTH == 16
enum { KEYS = 8, SPAN = 16 };
#elif GRL_WIDTH == 8
enum { KEYS = 6, SPAN = 24 };
#elif defined(__aarch64__)
enum { KEYS = 8, SPAN = 8 };
#else
enum { KEYS = 4, SPAN = 4 };
#endif
enum { VECTORS = 2, QUERIES = VECTORS * W };

#define UNROLLED _Pragma("clang loop unroll(full)")

/// Consecutive spans of keys, span_floats each; the last one holds fewer than SPAN of them if `count` is no multiple.
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

/// How far logits may exceed `highest` before it is raised, and up to which bound on logits, in units of e, no highest
/// one is needed: 2^(logit - highest), and its sums and products with values, neither overflow nor lose bits.
#if GRL_HALF
#define SLACK 8.0f
#define BOUNDED -1.0f
#else
#define SLACK 60.0f
#define BOUNDED 40.0f
#endif

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

/// Raises the highest logits where those of KEYS keys, with the addend, ask for it.
INLINE void raise_highest(
    const int vectors, const bool partial, size_t depth, const vf logits[KEYS][VECTORS], size_t valid, float addend,
    float *outputs, vf *totals, vf *highest) {
    vf greatest[VECTORS];
    vi grows = (vi)(0);
    UNROLLED for (int v = 0; v < vectors; v++) {
        greatest[v] = logits[0][v];
        UNROLLED for (int j = 1; j < KEYS; j++) {
            vf other = partial && (size_t)j >= valid ? logits[0][v] : logits[j][v];
            greatest[v] = blend(greatest[v] > other, greatest[v], other);
        }
        greatest[v] += splat(addend);
        grows |= greatest[v] > highest[v] + splat(SLACK);
    }
    if (__builtin_reduce_or(grows)) attention_rescale(vectors, depth, greatest, highest, totals, outputs);
}
