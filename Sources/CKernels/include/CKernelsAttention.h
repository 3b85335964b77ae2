#pragma once
// Attention of one head inside windows of channels-last images, without scores, masks or biases in main memory.
//
// A window has a side of queries, hq × wq tokens of one image, and a side of keys and values, hk × wk tokens of another
// (or the same). Token (y, x) of a side is the pixel ((top + y) mod H, (left + x) mod W) of its image, so that images
// need neither be rolled nor cut. Query i attends to all keys j of its window:
//
//   logit(i, j) = scale · q(i) · k(j) + table[y(i) - y(j) + hk - 1, x(i) - x(j) + wk - 1] + mask(i, j)
//   output(i) = Σ_j softmax_j(logit(i, j)) · v(j)
//
// where q and k are first divided by max(‖·‖₂, epsilon) if the attention is cosine.

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// One head of attention: what its windows have in common. Set all fields down to `scale`, then call `prepare`. After
/// that a head is only read, by any number of threads.
typedef struct grl_attention_head {
    /// Channels of the head in queries, keys, values and output; at least 1.
    size_t size;
    /// The tokens of a window; at least 1 in each direction.
    size_t query_rows, query_columns, key_rows, key_columns;
    /// Whether queries and keys are divided by their lengths, and the least length they are divided by.
    bool cosine;
    float epsilon;
    /// Whether there is a table of biases.
    bool biased;
    float scale;

    /// Set by `prepare`: the table times log₂ e, centred on 0 if `bounded`.
    const float *_Nullable table;
    /// Set by `prepare`: the largest difference of two unmasked logits of a query; infinite where nothing bounds it.
    float spread;
    /// Set by `prepare`: e^logit stays well inside float32's range for unmasked pairs, so that no maximum is needed.
    bool bounded;
} grl_attention_head;

/// Where one side of a window lies, and how it is divided into regions.
typedef struct grl_window_side {
    /// The size of the image in pixels, not below the size of the window.
    size_t image_rows, image_columns;
    /// The pixel of token (0, 0), inside the image.
    size_t top, left;
    /// Tokens of rows below row_split are divided from the others, and so are columns; 0 divides nothing.
    size_t row_split, column_split;
} grl_window_side;

/// One window: its two sides, and for each operand the head's first channel in pixel (0, 0) and the distance between
/// neighbouring pixels in floats.
typedef struct grl_attention_window {
    grl_window_side queries, keys;
    const float *query;
    size_t query_stride;
    const float *key;
    size_t key_stride;
    const float *value;
    size_t value_stride;
    /// Written where the queries are; overlaps no other operand.
    float *output;
    size_t output_stride;
    /// Added to the logits of a query and a key that are not on the same sides of their row and column splits.
    float mask;
} grl_attention_window;

/// Attention. Memory needs only the alignment of its element.
typedef struct grl_attention_family {
    /// The floats of memory that `prepare` keeps.
    size_t (*_Nonnull table_floats)(const grl_attention_head *head);
    /// Completes a head. `table` is [hq + hk - 1, wq + wk - 1], NULL if the head is not biased; `memory` belongs to the
    /// head as long as it is used.
    void (*_Nonnull prepare)(grl_attention_head *head, const float *_Nullable table, float *memory);
    /// The floats of memory that `attend` works in; its contents mean nothing before and after.
    size_t (*_Nonnull scratch_floats)(const grl_attention_head *head);
    /// The output of query rows first_row..<first_row + rows of a window. Relative errors of probabilities are below
    /// 1e-5. Masked pairs are left out where the mask makes their share of every softmax less than 2^-26, unless a key
    /// or a value among them is NaN.
    void (*_Nonnull attend)(
        const grl_attention_head *head, const grl_attention_window *window, size_t first_row, size_t rows,
        float *scratch);
} grl_attention_family;

#pragma clang assume_nonnull end
