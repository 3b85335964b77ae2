#pragma once

#include "cimage_metadata.h"
#include "cimage_status.h"

typedef struct cimage_png_decoder cimage_png_decoder;
typedef struct cimage_png_encoder cimage_png_encoder;

// The layout of the rows: interleaved samples, colour first, then alpha; 16-bit samples in the machine's byte order.
typedef struct cimage_png_layout {
    uint32_t width;
    uint32_t height;
    uint32_t bit_depth;       // 8 or 16
    uint32_t colour_samples;  // 1 or 3
    uint32_t alpha_samples;   // 0 or 1
    uint32_t passes;          // 1, or 7 when interlaced; each pass gives every row once
} cimage_png_layout;

// Checks the signature, the header, the limits, and that a file of this size can hold the image at all; then reads up
// to the first row. Palettes and 1, 2 and 4 bit samples come out as 8 bits, tRNS as alpha. Allocates nothing that
// depends on the image's height. On success the caller owns *decoder.
cimage_status cimage_png_decoder_open(const cimage_input *input, const cimage_limits *limits,
                                      cimage_png_layout *layout, cimage_png_decoder **decoder);

// Reads the next row. For an interlaced image, row must hold what the passes before have left there.
cimage_status cimage_png_decoder_read_row(cimage_png_decoder *decoder, uint8_t *row);

// Reads to the end of the file's IEND chunk, after every row has been read.
cimage_status cimage_png_decoder_finish(cimage_png_decoder *decoder);

// The metadata chunks met so far; they live as long as the decoder.
size_t cimage_png_decoder_chunk_count(const cimage_png_decoder *decoder);
cimage_chunk cimage_png_decoder_chunk(const cimage_png_decoder *decoder, size_t index);

// The number of metadata chunks dropped because they were malformed, duplicated or beyond a bound.
size_t cimage_png_decoder_dropped_chunks(const cimage_png_decoder *decoder);

void cimage_png_decoder_destroy(cimage_png_decoder *decoder);

// Starts a PNG file: header and metadata chunks. descriptor -1 collects the bytes in memory, for cimage_png_encoder_bytes.
// layout->passes is ignored: files are written without interlacing. On success the caller owns *encoder.
cimage_status cimage_png_encoder_open(const cimage_png_layout *layout, const cimage_chunk *chunks, size_t chunk_count,
                                      int32_t descriptor, cimage_png_encoder **encoder);
cimage_status cimage_png_encoder_write_row(cimage_png_encoder *encoder, const uint8_t *row);

// Ends the file and hands the last bytes to the descriptor.
cimage_status cimage_png_encoder_finish(cimage_png_encoder *encoder);

// The bytes collected in memory, which live as long as the encoder.
const uint8_t *cimage_png_encoder_bytes(const cimage_png_encoder *encoder, size_t *length);

void cimage_png_encoder_destroy(cimage_png_encoder *encoder);
