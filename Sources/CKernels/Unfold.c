#include <string.h>

#include "Tables.h"

/// One row of the matrix: the tap at `plane` + kernel offsets (d, h, w) for output positions first..<first + count.
static void unfold_tap(
    const float *plane, const grl_window_axis *axes, const size_t tap[3], size_t first, size_t count, float *row) {
    const grl_window_axis outer = axes[0], middle = axes[1], inner = axes[2];
    size_t valid_begin, valid_end;
    grl_valid_outputs(inner, tap[2], &valid_begin, &valid_end);

    size_t column = first % inner.output;
    size_t line = first / inner.output;
    while (count > 0) {
        size_t end = column + count < inner.output ? column + count : inner.output;
        size_t segment = end - column;
        size_t d = (line / middle.output) * outer.stride + tap[0] * outer.dilation - outer.pad_begin;
        size_t h = (line % middle.output) * middle.stride + tap[1] * middle.dilation - middle.pad_begin;
        size_t begin = column > valid_begin ? column : valid_begin;
        size_t stop = end < valid_end ? end : valid_end;
        // Positions before the input wrap to huge values and fail the same comparison as those after it.
        if (d >= outer.input || h >= middle.input || begin >= stop) {
            memset(row, 0, segment * sizeof(float));
        } else {
            const float *source = plane + (d * middle.input + h) * inner.input;
            size_t offset = begin * inner.stride + tap[2] * inner.dilation - inner.pad_begin;
            memset(row, 0, (begin - column) * sizeof(float));
            float *target = row + (begin - column);
            if (inner.stride == 1) {
                memcpy(target, source + offset, (stop - begin) * sizeof(float));
            } else {
                for (size_t i = 0; i < stop - begin; i++) target[i] = source[offset + i * inner.stride];
            }
            memset(row + (stop - column), 0, (end - stop) * sizeof(float));
        }
        row += segment;
        count -= segment;
        column = 0;
        line++;
    }
}

void grl_unfold_f32(
    const float *x, const grl_convolution_geometry *geometry, size_t first, size_t count, float *matrix,
    size_t stride) {
    if (count == 0) return;
    const grl_window_axis *axes = geometry->axes;
    size_t plane = axes[0].input * axes[1].input * axes[2].input;
    for (size_t channel = 0; channel < geometry->channels; channel++) {
        size_t tap[3];
        for (tap[0] = 0; tap[0] < axes[0].kernel; tap[0]++) {
            for (tap[1] = 0; tap[1] < axes[1].kernel; tap[1]++) {
                for (tap[2] = 0; tap[2] < axes[2].kernel; tap[2]++) {
                    unfold_tap(x + channel * plane, axes, tap, first, count, matrix);
                    matrix += stride;
                }
            }
        }
    }
}
