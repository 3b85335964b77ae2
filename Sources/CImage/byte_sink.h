#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where compressed bytes go: a growing block of memory, or a descriptor behind a buffer.
typedef struct byte_sink {
    int descriptor;  // -1 for memory
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    int write_error;     // errno of a failed write(2), else 0
    bool out_of_memory;
} byte_sink;

void byte_sink_open(byte_sink *sink, int descriptor);

// False when writing or growing failed; the reason is in the fields.
bool byte_sink_write(byte_sink *sink, const uint8_t *bytes, size_t length);

// Hands buffered bytes to the descriptor.
bool byte_sink_flush(byte_sink *sink);

void byte_sink_close(byte_sink *sink);
