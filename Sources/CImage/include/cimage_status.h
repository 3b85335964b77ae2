#pragma once

#include <stddef.h>
#include <stdint.h>

// What a call came to. The Swift side maps each one to a stable error code.
typedef enum cimage_code {
    CIMAGE_CODE_OK = 0,
    CIMAGE_CODE_HEADER,       // the header contradicts itself or the format
    CIMAGE_CODE_LIMIT,        // larger than the limits given
    CIMAGE_CODE_TRUNCATED,    // the data ends before the image does
    CIMAGE_CODE_DATA,         // damaged content: checksum, filter, code, order of chunks
    CIMAGE_CODE_UNSUPPORTED,  // legal, but not read here
    CIMAGE_CODE_MEMORY,       // an allocation failed
    CIMAGE_CODE_READ,         // read(2) failed; system_error holds errno
    CIMAGE_CODE_WRITE,        // write(2) failed; system_error holds errno
} cimage_code;

typedef struct cimage_status {
    cimage_code code;
    int32_t system_error;
    char message[192];  // NUL-terminated; empty when code is CIMAGE_CODE_OK
} cimage_status;

// Where compressed bytes come from: memory when bytes is not NULL, otherwise the descriptor from its current offset.
// length is the size of the memory or of the file. Memory must outlive the decoder; the descriptor is not closed.
typedef struct cimage_input {
    const uint8_t *bytes;
    size_t length;
    int32_t descriptor;
} cimage_input;

typedef struct cimage_limits {
    uint32_t side;       // pixels, width and height each
    uint64_t pixels;     // width times height
    uint64_t memory;     // bytes that a decoder may hold besides the caller's image (progressive JPEG)
    uint32_t scans;      // scans of a progressive JPEG
} cimage_limits;
