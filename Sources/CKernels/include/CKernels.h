#pragma once
// Float32 micro-kernels for one thread, in one table per instruction set.
//
// Rules that hold for every kernel:
// - count, rows and columns may be 0; pointers need only the alignment of their element.
// - The output may be exactly an input (in place); any other overlap is not allowed.
// - A result depends only on the elements it is computed from, never on where a caller cuts its work into pieces: an
//   element in a padded tail gets the same arithmetic as one in a full vector, and rows are reduced in a fixed order.
//   So work may be split between threads by elements (elementwise kernels) or by rows (the others). Results may differ
//   in the last bits between instruction sets.
// - NaN in gives NaN out wherever the result depends on it.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "CKernelsAttention.h"

#pragma clang assume_nonnull begin

/// y[i] = f(x[i]); a and b are the function's parameters where it has any, ignored elsewhere.
typedef void (*grl_unary_f32)(const float *x, float *y, size_t count, float a, float b);

/// y[i] = f(a[i], b[i]). The scalar forms read one element of their scalar operand.
typedef void (*grl_binary_f32)(const float *a, const float *b, float *y, size_t count);

/// y[r] = f(x[r, 0..<columns]) for rows that follow each other without gaps.
typedef void (*grl_reduce_f32)(const float *x, size_t rows, size_t columns, float *y);

/// y[r, :] = f(x[r, :]) for rows that follow each other without gaps.
typedef void (*grl_rows_f32)(const float *x, float *y, size_t rows, size_t columns);

/// One binary operator with the three inner loops that broadcasting needs.
typedef struct grl_binary_kernels {
    grl_binary_f32 _Nonnull vector_vector;
    grl_binary_f32 _Nonnull vector_scalar;
    grl_binary_f32 _Nonnull scalar_vector;
} grl_binary_kernels;

/// Binary operators. minimum and maximum give NaN if either operand is NaN.
typedef struct grl_binary_family {
    grl_binary_kernels add, subtract, multiply, divide, minimum, maximum;
} grl_binary_family;

/// Functions of one element. Error bounds are measured against float64 over the whole finite range; ulp is the unit in
/// the last place of the float32 result.
typedef struct grl_unary_family {
    /// e^x, 2 ulp; +inf above 88.723, gradual underflow to 0 below -87.4.
    grl_unary_f32 _Nonnull exponential;
    /// Natural logarithm, 2 ulp; log(0) = -inf, NaN for negative x.
    grl_unary_f32 _Nonnull logarithm;
    /// √x and 1/x, correctly rounded; 1/√x, 2 ulp.
    grl_unary_f32 _Nonnull square_root, reciprocal, reciprocal_square_root;
    grl_unary_f32 _Nonnull negate, absolute, square;
    /// Rounding to integers; round_even takes halves to the even neighbour.
    grl_unary_f32 _Nonnull floor, ceiling, round_even;
    /// max(x, 0), and x < 0 ? a · x : x.
    grl_unary_f32 _Nonnull relu, leaky_relu;
    /// min(max(x, a), b).
    grl_unary_f32 _Nonnull clip;
    /// 1 / (1 + e^-x), relative error 4e-7 for x > -88, 0 below.
    grl_unary_f32 _Nonnull sigmoid;
    /// Hyperbolic tangent, relative error 3e-7.
    grl_unary_f32 _Nonnull tanh;
    /// Error function, relative error 3e-7.
    grl_unary_f32 _Nonnull erf;
    /// x/2 · (1 + erf(x/√2)), absolute error 2e-7 · max(1, |x|); 4e-7 · max(1, |x|) without fused multiply-adds.
    grl_unary_f32 _Nonnull gelu;
    /// x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), absolute error 4e-7 · max(1, |x|).
    grl_unary_f32 _Nonnull gelu_tanh;
    /// x · sigmoid(x), relative error 5e-7 for x > -88, 0 below.
    grl_unary_f32 _Nonnull silu;
    /// min(max(a · x + b, 0), 1), and x · that with a = 1/6, b = 1/2.
    grl_unary_f32 _Nonnull hard_sigmoid, hard_swish;
    /// a · x + b.
    grl_unary_f32 _Nonnull affine;
    /// (x - a) · b.
    grl_unary_f32 _Nonnull center_scale;
} grl_unary_family;

/// Reductions of rows. Empty rows give 0, NaN, -inf, +inf and 0, in this order.
typedef struct grl_reduce_family {
    grl_reduce_f32 _Nonnull sum, mean, maximum, minimum, sum_of_squares;
    /// Means and population variances (mean of (x - mean)², two passes) of rows.
    void (*_Nonnull moments)(const float *x, size_t rows, size_t columns, float *means, float *variances);
} grl_reduce_family;

/// Softmax over rows: the maximum is subtracted first. A row that is -inf throughout, or holds +inf or NaN, gives NaN.
typedef struct grl_softmax_family {
    grl_rows_f32 _Nonnull softmax;
    /// (x - max) - log Σ e^(x - max).
    grl_rows_f32 _Nonnull log_softmax;
} grl_softmax_family;

/// Normalisation of rows, each over its own statistics. scale and bias are [columns]; NULL means 1 and 0.
typedef struct grl_normalize_family {
    /// y = (x - mean) / √(variance + epsilon) · scale + bias. means and deviations (1/√(variance + epsilon)) are
    /// [rows]; NULL if not wanted.
    void (*_Nonnull layer)(
        const float *x, float *y, size_t rows, size_t columns, const float *_Nullable scale,
        const float *_Nullable bias, float epsilon, float *_Nullable means, float *_Nullable deviations);
    /// y = x / √(mean of squares + epsilon) · scale.
    void (*_Nonnull rms)(
        const float *x, float *y, size_t rows, size_t columns, const float *_Nullable scale, float epsilon);
} grl_normalize_family;

/// One spatial axis of a convolution or a pooling window, in elements.
typedef struct grl_window_axis {
    size_t input, output, kernel, stride, dilation, pad_begin;
} grl_window_axis;

/// Kernels that move data or work on planes.
typedef struct grl_plane_family {
    /// destination[c, r] = source[r, c] for 32-bit elements of any type; strides are between rows, in elements.
    void (*_Nonnull transpose)(
        const void *source, size_t source_stride, void *destination, size_t destination_stride, size_t rows,
        size_t columns);
    /// Depthwise convolution of output rows first_row..<first_row + rows of one plane x [rows.input, columns.input] with
    /// one filter [rows.kernel, columns.kernel]; y points at the first of those output rows. Taps are added to bias in
    /// the filter's order.
    void (*_Nonnull depthwise)(
        const float *x, const float *filter, float bias, float *y, grl_window_axis rows_axis,
        grl_window_axis columns_axis, size_t first_row, size_t rows);
} grl_plane_family;

/// Matrix products.
typedef struct grl_product_family {
    /// C = A · op(B), or C += A · op(B) if accumulate, for row-major A [rows, depth], op(B) [depth, columns] and
    /// C [rows, columns]; B is stored as [columns, depth] if transposes_b. lda, ldb and ldc are row strides in elements.
    /// C overlaps neither factor.
    void (*_Nonnull multiply)(
        bool transposes_b, size_t rows, size_t columns, size_t depth, const float *a, size_t lda, const float *b,
        size_t ldb, bool accumulate, float *c, size_t ldc);
} grl_product_family;

/// Functions of a layer's sums. LEAKY_RELU takes a slope; the others are those of grl_unary_family.
typedef enum grl_activation {
    GRL_ACTIVATION_NONE,
    GRL_ACTIVATION_RELU,
    GRL_ACTIVATION_LEAKY_RELU,
    GRL_ACTIVATION_GELU,
    GRL_ACTIVATION_GELU_TANH,
    GRL_ACTIVATION_SIGMOID,
    GRL_ACTIVATION_SILU,
} grl_activation;

/// A linear layer or a convolution: `packed` is what grl_convolve_family.pack made of its weights [depth, columns].
typedef struct grl_layer {
    const float *packed;
    size_t depth, columns;
} grl_layer;

/// Rows of a matrix, or pixels of a channels-last image: `channels` contiguous floats each, of which `start` is the
/// first one. Pixels are `stride` floats apart, lines of an image `line_stride` (ignored for matrices).
typedef struct grl_row_source {
    const float *start;
    size_t channels, stride, line_stride;
} grl_row_source;

/// What follows a layer's sums: activation, then (if normalizes) layer normalisation of the row with scale and shift
/// [columns] (NULL means 1 and 0), then the residuals of the target.
typedef struct grl_epilogue {
    grl_activation activation;
    float slope;
    bool normalizes;
    float epsilon;
    const float *_Nullable scale;
    const float *_Nullable shift;
} grl_epilogue;

/// Where row r of the results goes: start + r · stride. Its columns are cut into `runs` equal runs, run_stride floats
/// apart: one, or r for a pixel shuffle by r (then the layer's columns are in the order (i, j, c) of the r × r pixels,
/// stride is r · c, and run_stride the stride of the output's lines).
/// Residuals are added last, the first one first; they have the same runs, and may be the output itself. The second is
/// read only if there is a first.
typedef struct grl_row_target {
    float *start;
    size_t stride, runs, run_stride;
    const float *_Nullable residual;
    size_t residual_stride;
    const float *_Nullable second_residual;
    size_t second_residual_stride;
} grl_row_target;

/// Linear layers and convolutions of channels-last images, with prepacked weights and what follows them.
/// Several sources are read as their concatenation along the channels. `scratch` has scratch_floats floats.
/// Results may not overlap a source, except for mlp, where the rows of results may be those of a source.
typedef struct grl_convolve_family {
    /// Floats of a packed layer. The layout is the instruction set's own.
    size_t (*_Nonnull packed_floats)(size_t depth, size_t columns);
    /// Packs row-major weights [depth, columns] and bias [columns]. The depth of a convolution is its taps and then its
    /// input channels: [kernel rows, kernel columns, channels].
    void (*_Nonnull pack)(
        const float *weights, const float *_Nullable bias, size_t depth, size_t columns, float *packed);
    /// The row-major weights that were packed.
    void (*_Nonnull unpack)(const float *packed, size_t depth, size_t columns, float *weights);
    /// Scratch for layers of that many columns; `hidden` is the columns of an mlp's first layer, else 0.
    size_t (*_Nonnull scratch_floats)(size_t hidden, size_t columns);
    /// Rows of the concatenated sources times a layer whose depth is their channels. Whole multiples of 24 rows are
    /// fastest.
    void (*_Nonnull linear)(
        const grl_layer *layer, const grl_row_source *sources, size_t source_count, size_t rows,
        const grl_epilogue *epilogue, const grl_row_target *target, float *scratch);
    /// second(activation(first(x))): the epilogue is that of the second layer, its own activation included.
    void (*_Nonnull mlp)(
        const grl_layer *first, grl_activation activation, float slope, const grl_layer *second,
        const grl_row_source *sources, size_t source_count, size_t rows, const grl_epilogue *epilogue,
        const grl_row_target *target, float *scratch);
    /// Output pixels first..<first + count of line `line` of a convolution; row 0 of the target is pixel `first`.
    void (*_Nonnull convolve)(
        const grl_layer *layer, const grl_row_source *sources, size_t source_count, const grl_window_axis *lines_axis,
        const grl_window_axis *pixels_axis, size_t line, size_t first, size_t count, const grl_epilogue *epilogue,
        const grl_row_target *target, float *scratch);
} grl_convolve_family;

/// The places of a tile that a 3×3 convolution multiplies: 4 × 4, in this order.
enum { GRL_WINOGRAD_PLACES = 16 };

/// 3×3 convolutions of channels-last images that neither stride nor dilate, with 4/9 of the products of `convolve`:
/// Winograd's F(2×2, 3×3). Rounding errors are somewhat larger; an infinity makes NaN of the pixels around it.
typedef struct grl_winograd_family {
    /// Scratch for images of that many channels.
    size_t (*_Nonnull scratch_floats)(size_t channels, size_t columns);
    /// Output lines 2 · pair and 2 · pair + 1, as far as there are; targets[i] is that of line 2 · pair + i. The depth of
    /// the layer is the image's channels; `packed` holds 16 layers as grl_convolve_family.pack makes them, one for each
    /// place of what grl_winograd_filter gives, the bias in that of number 5, none in the others.
    void (*_Nonnull convolve)(
        const grl_layer *layer, const grl_row_source *sources, size_t source_count, const grl_window_axis *lines_axis,
        const grl_window_axis *pixels_axis, size_t pair, const grl_epilogue *epilogue, const grl_row_target *targets,
        float *scratch);
} grl_winograd_family;

/// Filters [3, 3, count] to what images' places are multiplied with, [16, count].
void grl_winograd_filter(const float *weights, size_t count, float *transformed);

/// The filters that were transformed, up to their rounding.
void grl_winograd_filter_inverse(const float *transformed, size_t count, float *weights);

/// The measure of what the other kernels can reach.
typedef struct grl_peak_family {
    /// Multiply-adds in one round of `multiply_add`.
    size_t multiply_adds;
    /// Multiplies and adds in registers, as fast as the processor can, for `rounds` rounds. `sum` is 0 on entry; it then
    /// holds the sum of all results, so that none is left out.
    void (*_Nonnull multiply_add)(size_t rounds, float *sum);
} grl_peak_family;

/// All kernels of one instruction set.
typedef struct grl_kernel_table {
    /// "baseline", "avx2", "avx512" or "neon"; "avx512fp16" or "avx512fp16-emulated" for float16 products.
    const char *name;
    /// Float32 lanes of a vector.
    size_t width;
    grl_binary_family binary;
    grl_unary_family unary;
    grl_reduce_family reduce;
    grl_softmax_family softmax;
    grl_normalize_family normalize;
    grl_plane_family plane;
    grl_product_family product;
    grl_convolve_family convolve;
    grl_winograd_family winograd;
    grl_peak_family peak;
    grl_attention_family attention;
} grl_kernel_table;

/// The table every caller uses: the widest instruction set this processor runs, chosen once per process. The environment
/// variable GRL_ISA forces one by name; a name that this processor does not run, or that is unknown, is ignored.
const grl_kernel_table *grl_kernels(void);

/// The table of that name, NULL if this processor does not run it or it is unknown. "baseline" is always there.
const grl_kernel_table *_Nullable grl_kernels_named(const char *name);

/// The table for reduced precision, NULL if this processor has no AVX-512 FP16: `convolve` and `attention` multiply in
/// float16. Sums of up to 16 products of neighbouring channels (or of 8 probabilities and values) are float16 as well;
/// everything else is float32. Operands are divided by powers of two first, so that none overflows. Weights and results
/// are float32 outside; layers of at most 16 columns or less than 32 rows stay float32 inside as well. The environment
/// variable GRL_FP16=emulated asks for a table with the same results, bit by bit, that needs AVX-512 only and is slow.
const grl_kernel_table *_Nullable grl_half_kernels(void);

/// The geometry of one image's convolution: channels in a group and three spatial axes, outermost first. Images of
/// fewer axes set the outer ones to 1, with stride and dilation 1 and no padding.
typedef struct grl_convolution_geometry {
    size_t channels;
    grl_window_axis axes[3];
} grl_convolution_geometry;

/// Unfolds the receptive fields of output positions first..<first + count (row-major over the three output axes) of an
/// image x [channels, D, H, W] into a matrix [channels · kD · kH · kW, count] whose rows are `stride` elements apart.
/// Positions in the padding are 0.
void grl_unfold_f32(
    const float *x, const grl_convolution_geometry *geometry, size_t first, size_t count, float *matrix, size_t stride);

#pragma clang assume_nonnull end
