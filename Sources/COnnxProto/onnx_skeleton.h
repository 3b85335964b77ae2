// Writing a skeleton: an append-only buffer under a budget.
#pragma once

#include "onnx_scan.h"

/// Bytes that the length of a nested message takes. It is written before the length is known, so it always has the
/// longest form: a varint padded to five bytes, which protobuf-c reads like any other.
#define ONNX_PADDED_LENGTH 5

/// Makes room for `count` more bytes and returns where they go, NULL without memory.
uint8_t *onnx_skeleton_extend(onnx_skeleton *skeleton, onnx_memory *memory, size_t count);

/// Appends a varint. Returns 0 without memory.
int onnx_skeleton_put_varint(onnx_skeleton *skeleton, onnx_memory *memory, uint64_t value);

/// Appends a field's tag. Returns 0 without memory.
int onnx_skeleton_put_tag(onnx_skeleton *skeleton, onnx_memory *memory, uint32_t number, uint32_t wire_type);

/// Writes a padded length at `at`, where ONNX_PADDED_LENGTH bytes were left for it.
void onnx_skeleton_patch_length(onnx_skeleton *skeleton, size_t at, size_t length);

/// Records a span. Returns 0 without memory.
int onnx_skeleton_put_span(onnx_skeleton *skeleton, onnx_memory *memory, onnx_span span);
