#pragma once

#include <stdbool.h>

#include "cimage_status.h"

// One ancillary PNG chunk as it stands in the file, without length and CRC. type is the four letters, first one highest.
typedef struct cimage_chunk {
    uint32_t type;
    const uint8_t *bytes;
    size_t length;
} cimage_chunk;

// Bounds on what is carried from an input to an output. A chunk beyond one of them is dropped, and counted.
enum {
    CIMAGE_METADATA_CHUNKS = 256,                      // chunks in an image
    CIMAGE_METADATA_CHUNK_BYTES = 4 * 1024 * 1024,     // stored bytes of one chunk
    CIMAGE_METADATA_TOTAL_BYTES = 16 * 1024 * 1024,    // stored bytes of all chunks
    CIMAGE_METADATA_INFLATED_BYTES = 32 * 1024 * 1024  // what all compressed chunks may inflate to
};

// The colour space of an iCCP chunk's profile ('GRAY', 'RGB ', ...), or 0 when it cannot be read.
uint32_t cimage_icc_colour_space(const uint8_t *chunk, size_t length);

// The largest iCCP payload that cimage_icc_chunk writes for a profile of this many bytes.
size_t cimage_icc_chunk_bound(size_t profile_length);

// Writes the payload of an iCCP chunk (a short name, a NUL, method 0, the deflated profile) into chunk, which holds
// capacity bytes; returns its length, or 0 when it does not fit.
size_t cimage_icc_chunk(const uint8_t *profile, size_t profile_length, uint8_t *chunk, size_t capacity);
