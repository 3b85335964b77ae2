#pragma once

#include <stdbool.h>

#include "cimage_status.h"

typedef struct cimage_jpeg_decoder cimage_jpeg_decoder;

typedef struct cimage_jpeg_layout {
    uint32_t width;
    uint32_t height;
    uint32_t samples;                // 1 (gray) or 3 (RGB), 8 bits each
    bool several_scans;              // progressive or otherwise in several scans: absorb comes before rows
    uint32_t pixels_per_metre_x;     // from the JFIF density; 0 when unknown
    uint32_t pixels_per_metre_y;
} cimage_jpeg_layout;

// Reads the header and checks the limits. On success the caller owns *decoder.
cimage_status cimage_jpeg_decoder_open(const cimage_input *input, const cimage_limits *limits,
                                       cimage_jpeg_layout *layout, cimage_jpeg_decoder **decoder);

// Reads about one row of blocks of a file with several scans; sets *done once the last scan is in.
cimage_status cimage_jpeg_decoder_absorb(cimage_jpeg_decoder *decoder, bool *done);

// Reads the next row of width * samples bytes.
cimage_status cimage_jpeg_decoder_read_row(cimage_jpeg_decoder *decoder, uint8_t *row);

// Reads to the end-of-image marker, after every row has been read.
cimage_status cimage_jpeg_decoder_finish(cimage_jpeg_decoder *decoder);

// The EXIF block without its "Exif\0\0" prefix, or NULL; lives as long as the decoder.
const uint8_t *cimage_jpeg_decoder_exif(const cimage_jpeg_decoder *decoder, size_t *length);

// The bytes of the ICC profile, 0 when there is none or its parts are incomplete or beyond the bounds of metadata.
size_t cimage_jpeg_decoder_icc_length(const cimage_jpeg_decoder *decoder);
void cimage_jpeg_decoder_icc(const cimage_jpeg_decoder *decoder, uint8_t *profile);

void cimage_jpeg_decoder_destroy(cimage_jpeg_decoder *decoder);
