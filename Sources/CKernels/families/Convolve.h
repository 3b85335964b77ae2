// Linear layers, pairs of them, and convolutions of channels-last images.

static const float zero_channels[512];
enum { ZERO_CHANNELS = sizeof zero_channels / sizeof zero_channels[0] };

static size_t padded_columns(size_t columns) { return (columns + W - 1) / W * W; }

static size_t convolve_scratch_floats(size_t hidden, size_t columns) {
    return BLOCK_ROWS * (padded_columns(hidden) + padded_columns(columns));
}

/// The place of a block's sums: that of its results, or scratch for finish_rows.
INLINE tile_output block_output(
    const grl_layer *layer, const grl_epilogue *epilogue, const grl_row_target *target, size_t row, float *scratch) {
    tile_output output = {.start = scratch, .stride = padded_columns(layer->columns)};
    if (stores_in_tiles(epilogue, target)) {
        output.start = target->start + row * target->stride;
        output.stride = target->stride;
    }
    return output;
}

/// The part of a block of `count` rows from `row` on that is there.
INLINE size_t block_rows(size_t row, size_t count) {
    return row >= count ? 0 : count - row < BLOCK_ROWS ? count - row : BLOCK_ROWS;
}

/// Multiplies rows first_row..<first_row + rows of the concatenated sources.
static void multiply_sources(
    const grl_layer *layer, const grl_row_source *sources, size_t source_count, size_t first_row, size_t rows,
    grl_activation activation, float slope, tile_output output) {
    row_block block;
    block.rows = rows;
    size_t done = 0, source = 0;
    do {
        size_t start = done;
        block.segments = 0;
        for (; source < source_count && block.segments < BLOCK_SEGMENTS; source++) {
            const grl_row_source *from = &sources[source];
            for (size_t r = 0; r < rows; r++) {
                block.starts[block.segments][r] = from->start + (first_row + r) * from->stride;
            }
            block.lengths[block.segments++] = from->channels;
            done += from->channels;
        }
        output.continues = start > 0;
        if (source == source_count) set_rectifier(&output, activation, slope);
        LAYER(multiply)(layer, &block, start, &output);
    } while (source < source_count);
}

static void convolve_linear(
    const grl_layer *layer, const grl_row_source *sources, size_t source_count, size_t rows,
    const grl_epilogue *epilogue, const grl_row_target *target, float *scratch) {
    bool stored = stores_in_tiles(epilogue, target);
    for (size_t row = 0; row < rows; row += BLOCK_ROWS) {
        size_t count = block_rows(row, rows);
        tile_output output = block_output(layer, epilogue, target, row, scratch);
        multiply_sources(layer, sources, source_count, row, count, epilogue->activation, epilogue->slope, output);
        if (!stored) finish_rows(scratch, output.stride, count, layer->columns, epilogue, target, row);
    }
}

static void convolve_mlp(
    const grl_layer *first, grl_activation activation, float slope, const grl_layer *second,
    const grl_row_source *sources, size_t source_count, size_t rows, const grl_epilogue *epilogue,
    const grl_row_target *target, float *scratch) {
    size_t stride = padded_columns(first->columns);
    tile_output hidden = {.start = scratch, .stride = stride};
    grl_row_source source = {.start = scratch, .channels = first->columns, .stride = stride};
    float *sums = scratch + BLOCK_ROWS * stride;
    bool stored = stores_in_tiles(epilogue, target);
    for (size_t row = 0; row < rows; row += BLOCK_ROWS) {
        size_t count = block_rows(row, rows);
        multiply_sources(first, sources, source_count, row, count, activation, slope, hidden);
        activate(activation, scratch, count * stride);
        tile_output output = block_output(second, epilogue, target, row, sums);
        multiply_sources(second, &source, 1, 0, count, epilogue->activation, epilogue->slope, output);
        if (!stored) finish_rows(sums, output.stride, count, second->columns, epilogue, target, row);
    }
}

/// The convolution of one output line.
typedef struct line_convolution {
    const grl_row_source *sources;
    size_t source_count;
    const grl_window_axis *pixels;
    /// Kernel rows taps_begin..<taps_end meet the image, the first of them at line first_line, the others line_step
    /// lines apart.
    size_t taps_begin, taps_end, first_line, line_step;
    /// The pixels under a kernel row lie side by side, and the layer's sums do not depend on where segments end.
    bool merges;
} line_convolution;

/// The next segment of a receptive field.
typedef struct tap_cursor {
    size_t row, column, source, channel;
} tap_cursor;

static line_convolution line_convolution_of(
    const grl_layer *layer, const grl_row_source *sources, size_t source_count, const grl_window_axis *lines,
    const grl_window_axis *pixels, size_t line) {
    line_convolution result = {.sources = sources, .source_count = source_count, .pixels = pixels};
    size_t place = line * lines->stride;
    while (result.taps_begin < lines->kernel && place + result.taps_begin * lines->dilation < lines->pad_begin) {
        result.taps_begin++;
    }
    result.taps_end = result.taps_begin;
    while (result.taps_end < lines->kernel &&
           place + result.taps_end * lines->dilation < lines->pad_begin + lines->input) {
        result.taps_end++;
    }
    result.first_line = place + result.taps_begin * lines->dilation - lines->pad_begin;
    result.line_step = lines->dilation;
    result.merges = source_count == 1 && sources->stride == sources->channels && pixels->dilation == 1 &&
                    !LAYER(sums_by_segments)(layer);
    return result;
}

/// Adds the cursor's segment to a block of pixels from `first` on, and advances the cursor. Returns its length.
static size_t add_segment(
    const line_convolution *convolution, bool inside, size_t first, row_block *block, tap_cursor *cursor) {
    const grl_window_axis *pixels = convolution->pixels;
    const grl_row_source *source = &convolution->sources[cursor->source];
    size_t line = convolution->first_line + (cursor->row - convolution->taps_begin) * convolution->line_step;
    const float *start = source->start + line * source->line_stride + cursor->channel;
    // Pixels before the image wrap to huge values and fail the same comparison as those after it.
    size_t place = first * pixels->stride + cursor->column * pixels->dilation - pixels->pad_begin;
    size_t segment = block->segments++;
    for (size_t r = 0; r < block->rows; r++, place += pixels->stride) {
        block->starts[segment][r] = place < pixels->input ? start + place * source->stride : zero_channels;
    }
    if (inside && convolution->merges) {
        cursor->row++;
        return block->lengths[segment] = pixels->kernel * source->channels;
    }
    size_t rest = source->channels - cursor->channel;
    size_t length = rest < ZERO_CHANNELS ? rest : ZERO_CHANNELS;
    cursor->channel += length;
    if (length == rest) {
        cursor->channel = 0;
        if (++cursor->source == convolution->source_count) {
            cursor->source = 0;
            if (++cursor->column == pixels->kernel) {
                cursor->column = 0;
                cursor->row++;
            }
        }
    }
    return block->lengths[segment] = length;
}

static void convolve_pixels(
    const grl_layer *layer, const grl_row_source *sources, size_t source_count, const grl_window_axis *lines_axis,
    const grl_window_axis *pixels_axis, size_t line, size_t first, size_t count, const grl_epilogue *epilogue,
    const grl_row_target *target, float *scratch) {
    line_convolution convolution =
        line_convolution_of(layer, sources, source_count, lines_axis, pixels_axis, line);
    size_t channels = 0, inside_begin, inside_end, ignored;
    for (size_t i = 0; i < source_count; i++) channels += sources[i].channels;
    grl_valid_outputs(*pixels_axis, 0, &inside_begin, &ignored);
    grl_valid_outputs(*pixels_axis, pixels_axis->kernel - 1, &ignored, &inside_end);
    bool stored = stores_in_tiles(epilogue, target);

    for (size_t row = 0; row < count; row += BLOCK_ROWS) {
        row_block block;
        block.rows = block_rows(row, count);
        tile_output output = block_output(layer, epilogue, target, row, scratch);
        size_t pixel = first + row;
        bool inside = pixel >= inside_begin && pixel + block.rows <= inside_end;
        tap_cursor cursor = {.row = convolution.taps_begin};
        size_t done = convolution.taps_begin * pixels_axis->kernel * channels;
        do {
            size_t start = done;
            block.segments = 0;
            while (block.segments < BLOCK_SEGMENTS && cursor.row < convolution.taps_end) {
                done += add_segment(&convolution, inside, pixel, &block, &cursor);
            }
            if (cursor.row == convolution.taps_end) set_rectifier(&output, epilogue->activation, epilogue->slope);
            LAYER(multiply)(layer, &block, start, &output);
            output.continues = true;
        } while (cursor.row < convolution.taps_end);
        if (!stored) finish_rows(scratch, output.stride, block.rows, layer->columns, epilogue, target, row);
    }
}
