// Every kernel family, for one instruction set. The file that includes this one sets GRL_WIDTH, GRL_FUSED, GRL_NAME (a
// string) and GRL_TABLE (the symbol), and switches the target on around the inclusion. GRL_HALF 1 makes products of layers
// and attention float16; see HalfVector.h.

#ifndef GRL_HALF
#define GRL_HALF 0
#endif

#include "Vector.h"
#include "families/Math.h"
#include "families/Elementwise.h"
#include "families/Reduce.h"
#include "families/Softmax.h"
#include "families/Normalize.h"
#include "families/Plane.h"
#include "families/Product.h"
#include "families/Panel.h"
#include "families/Layer.h"
#include "families/Narrow.h"
#include "families/Epilogue.h"
#if GRL_HALF
#include "families/HalfVector.h"
#include "families/HalfPanel.h"
#include "families/HalfLayer.h"
#define LAYER(name) half_##name
#else
#define LAYER(name) layer_##name
#endif
#include "families/Convolve.h"
#include "families/Winograd.h"
#include "families/Peak.h"
#include "families/AttentionState.h"
#include "families/AttentionTokens.h"
#if GRL_HALF
#include "families/HalfAttentionTile.h"
#else
#include "families/AttentionTile.h"
#endif
#include "families/AttentionBlock.h"
#include "families/Attention.h"

#define BINARY(name) {name##_vector_vector, name##_vector_scalar, name##_scalar_vector}

const grl_kernel_table GRL_TABLE = {
    .name = GRL_NAME,
    .width = GRL_WIDTH,
    .binary =
        {
            .add = BINARY(binary_add),
            .subtract = BINARY(binary_subtract),
            .multiply = BINARY(binary_multiply),
            .divide = BINARY(binary_divide),
            .minimum = BINARY(binary_minimum),
            .maximum = BINARY(binary_maximum),
        },
    .unary =
        {
            .exponential = unary_exponential,
            .logarithm = unary_logarithm,
            .square_root = unary_square_root,
            .reciprocal = unary_reciprocal,
            .reciprocal_square_root = unary_reciprocal_square_root,
            .negate = unary_negate,
            .absolute = unary_absolute,
            .square = unary_square,
            .floor = unary_floor,
            .ceiling = unary_ceiling,
            .round_even = unary_round_even,
            .relu = unary_relu,
            .leaky_relu = unary_leaky_relu,
            .clip = unary_clip,
            .sigmoid = unary_sigmoid,
            .tanh = unary_tanh,
            .erf = unary_erf,
            .gelu = unary_gelu,
            .gelu_tanh = unary_gelu_tanh,
            .silu = unary_silu,
            .hard_sigmoid = unary_hard_sigmoid,
            .hard_swish = unary_hard_swish,
            .affine = unary_affine,
            .center_scale = unary_center_scale,
        },
    .reduce =
        {
            .sum = reduce_sum,
            .mean = reduce_mean,
            .maximum = reduce_maximum,
            .minimum = reduce_minimum,
            .sum_of_squares = reduce_sum_of_squares,
            .moments = reduce_moments,
        },
    .softmax = {.softmax = rows_softmax, .log_softmax = rows_log_softmax},
    .normalize = {.layer = normalize_layer, .rms = normalize_rms},
    .plane = {.transpose = plane_transpose, .depthwise = plane_depthwise},
    .product = {.multiply = product_multiply},
    .convolve =
        {
            .packed_floats = LAYER(packed_floats),
            .pack = LAYER(pack),
            .unpack = LAYER(unpack),
            .scratch_floats = convolve_scratch_floats,
            .linear = convolve_linear,
            .mlp = convolve_mlp,
            .convolve = convolve_pixels,
        },
    .winograd = {.scratch_floats = winograd_scratch_floats, .convolve = winograd_convolve},
    .peak = {.multiply_adds = PEAK_CHAINS * W, .multiply_add = peak_multiply_add},
    .attention =
        {
            .table_floats = attention_table_floats,
            .prepare = attention_prepare,
            .scratch_floats = attention_scratch_floats,
            .attend = attention_attend,
        },
};

#undef BINARY
#undef LAYER
