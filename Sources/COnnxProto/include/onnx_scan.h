// The scan: one pass over the wire bytes, without recursion, before protobuf-c sees any of them.
//
// protobuf-c recurses once per nested message, keeps unknown fields, copies every payload and asks for up to 141 bytes
// per byte of input. The scan therefore checks the whole file first (depth, lengths, tags, repeated singular fields,
// names, counts, and the memory that unpacking will take), and writes a *skeleton*: the same message, encoded anew,
//   - without fields that the schema does not know,
//   - without doc strings and other fields that the import has no use for,
//   - without tensor payloads (`TensorProto.raw_data`) of `payload_bytes` and more. Each of these is recorded as a
//     span of the file, and its tensor carries the span's index in a private field. A file cannot forge that field,
//     since the scan drops what the schema does not know.
// Only the skeleton is unpacked; payloads are later read straight into their final place.
#pragma once

#include "onnx.pb-c.h"
#include "onnx_memory.h"
#include "onnx_source.h"
#include "onnx_status.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/// Number of the private field that holds a span's index: the highest that protocol buffers allow.
#define ONNX_SPAN_FIELD 536870911u

/// Most fields that any message of the schema has.
#define ONNX_MOST_FIELDS 24

/// Deepest nesting that `onnx_limits.depth` can ask for.
#define ONNX_MOST_DEPTH 128

/// What a file may ask for. `onnx_limits_default` holds values that leave room for exports of any real network.
typedef struct {
    /// File size; never more than 2 GiB - 1, the format's own bound.
    uint64_t file_bytes;
    /// Messages open at one time, the outermost being the first.
    uint32_t depth;
    /// Fields read, at all depths.
    uint64_t records;
    /// Nodes, at all depths.
    uint64_t nodes;
    /// Initializers, at all depths.
    uint64_t initializers;
    /// Model-local functions.
    uint64_t functions;
    uint64_t attributes_per_node;
    /// Inputs of one node, and likewise its outputs.
    uint64_t inputs_per_node;
    /// Bytes of a name.
    uint64_t name_bytes;
    /// Bytes of one of the model's metadata values.
    uint64_t metadata_bytes;
    /// Fields that the schema does not know.
    uint64_t unknown_fields;
    /// Unpacking may take `unpack_factor` times the file's size plus `unpack_bytes`.
    uint64_t unpack_factor;
    uint64_t unpack_bytes;
    /// Payloads of at least this many bytes stay in the file.
    uint64_t payload_bytes;
} onnx_limits;

onnx_limits onnx_limits_default(void);

/// Bytes that the limits grant for unpacking a file of the given length.
uint64_t onnx_limits_unpack_budget(const onnx_limits *limits, uint64_t file_length);

/// A part of the file.
typedef struct {
    uint64_t offset;
    uint64_t length;
} onnx_span;

/// What the scan leaves. Both blocks belong to the budget that was given to the scan.
typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    onnx_span *spans;
    size_t span_count;
    size_t span_capacity;
    /// What protobuf-c will allocate for `bytes`, overhead included.
    uint64_t predicted_unpack_bytes;
    uint64_t nodes;
    uint64_t initializers;
    uint64_t records;
    uint64_t unknown_fields;
    /// Fields of the outermost message that were known and read to their end.
    uint64_t known_at_root;
} onnx_skeleton;

/// Scans the source from its start to its end as one message of type `root`.
///
/// On failure the skeleton is empty, except for its counts.
onnx_status onnx_scan(onnx_source *source, const ProtobufCMessageDescriptor *root, const onnx_limits *limits,
                      onnx_memory *memory, onnx_skeleton *skeleton, onnx_failure *failure);

/// Gives the skeleton's memory back.
void onnx_skeleton_release(onnx_skeleton *skeleton, onnx_memory *memory);

/// The index of the span that a tensor of an unpacked skeleton stands for, or -1 if its payload is at hand or absent.
int64_t onnx_tensor_span(const Onnx__TensorProto *tensor);
