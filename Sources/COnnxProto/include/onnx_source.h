// Bytes to read: a regular file through a small window, or a block of memory.
#pragma once

#include "onnx_memory.h"
#include "onnx_status.h"

#include <stddef.h>
#include <stdint.h>

/// A reader with a position. A file is read with pread, never mapped: a file that changes underneath gives an error,
/// not a signal.
typedef struct {
    /// Total bytes, fixed when the source was opened.
    uint64_t length;
    /// Where the next sequential read starts; at most `length`.
    uint64_t position;
    /// Bytes at hand: those of the file from `window_start`.
    const uint8_t *window;
    uint64_t window_start;
    size_t window_length;
    /// Own buffer behind `window`, NULL for memory.
    uint8_t *buffer;
    /// -1 for memory.
    int descriptor;
} onnx_source;

/// A source over bytes that outlive it.
onnx_source onnx_source_bytes(const void *bytes, size_t length);

/// Opens a regular file of at most `most_bytes`. Pipes, devices and directories are refused without waiting on them.
onnx_status onnx_source_open(onnx_source *source, const char *path, uint64_t most_bytes, onnx_memory *memory,
                             onnx_failure *failure);

/// Takes over an open file descriptor, closing it also on failure. Same checks as `onnx_source_open`.
onnx_status onnx_source_adopt(onnx_source *source, int descriptor, uint64_t most_bytes, onnx_memory *memory,
                              onnx_failure *failure);

/// Closes the file and gives the window's memory back.
void onnx_source_close(onnx_source *source, onnx_memory *memory);

/// Copies the next `count` bytes and moves on. The caller has checked that so many are left.
onnx_status onnx_source_read(onnx_source *source, void *destination, size_t count, onnx_failure *failure);

/// Copies `count` bytes from `offset` without touching the position or the window; the range is checked.
onnx_status onnx_source_read_at(const onnx_source *source, uint64_t offset, void *destination, size_t count,
                                onnx_failure *failure);

/// Brings the byte at `position` into the window. The caller has checked that one is left.
onnx_status onnx_source_fill(onnx_source *source, onnx_failure *failure);

/// The next byte, moving on. The caller has checked that one is left.
static inline onnx_status onnx_source_next(onnx_source *source, uint8_t *byte, onnx_failure *failure) {
    uint64_t index = source->position - source->window_start;
    if (source->position < source->window_start || index >= source->window_length) {
        onnx_status status = onnx_source_fill(source, failure);
        if (status != ONNX_OK) return status;
        index = source->position - source->window_start;
    }
    *byte = source->window[index];
    source->position += 1;
    return ONNX_OK;
}
