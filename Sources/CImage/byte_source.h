#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cimage_status.h"

// Compressed bytes from memory or, through a buffer of its own, from a descriptor.
typedef struct byte_source {
    const uint8_t *next;
    size_t available;     // bytes at next
    int descriptor;       // -1 for memory
    uint8_t *buffer;      // NULL for memory
    bool ended;           // a read went past the end
    int read_error;       // errno of a failed read(2), else 0
} byte_source;

// Makes the first bytes available. False when the buffer cannot be allocated.
bool byte_source_open(byte_source *source, const cimage_input *input);

// Gets more bytes once available is 0. False at the end or when reading fails.
bool byte_source_refill(byte_source *source);

// Copies exactly length bytes. False when fewer are left.
bool byte_source_read(byte_source *source, uint8_t *bytes, size_t length);

// Passes over length bytes. False when fewer are left.
bool byte_source_skip(byte_source *source, size_t length);

void byte_source_close(byte_source *source);
