// What the scan does with particular fields of the schema.
#pragma once

#include "onnx_scan.h"

/// What becomes of a field.
typedef enum {
    /// It goes into the skeleton.
    FIELD_KEPT,
    /// It is passed over without a look inside.
    FIELD_DROPPED,
    /// It is a tensor's payload: it stays in the file when it is large.
    FIELD_PAYLOAD,
    /// It is an entry of a node's metadata: kept where it tells the module that the node is of, else passed over.
    FIELD_NODE_METADATA,
} field_fate;

/// The fate of a field of a message.
field_fate onnx_rules_fate(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field);

/// Whether the text is acceptable in this field; ONNX_OK or the code of the fault. `parent` holds `message`; it is
/// NULL for the outermost message.
onnx_status onnx_rules_text(const ProtobufCMessageDescriptor *parent, const ProtobufCMessageDescriptor *message,
                            const ProtobufCFieldDescriptor *field, const onnx_limits *limits, const uint8_t *text,
                            size_t length);

/// Most bytes of text that this field may hold.
uint64_t onnx_rules_text_limit(const ProtobufCMessageDescriptor *parent, const ProtobufCMessageDescriptor *message,
                               const onnx_limits *limits);

/// Counts one more occurrence of a field, the `count`th in its message, against the limits; ONNX_OK or the code of the
/// limit that is passed, with the reason in `detail`.
onnx_status onnx_rules_count(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field,
                             uint64_t count, const onnx_limits *limits, onnx_skeleton *skeleton, const char **detail);
