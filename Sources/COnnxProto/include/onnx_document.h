// A file that has been scanned and unpacked, with its payloads still where they were.
#pragma once

#include "onnx.pb-c.h"
#include "onnx_scan.h"

/// The message that a document holds.
typedef enum {
    ONNX_ROOT_MODEL,
    ONNX_ROOT_TENSOR,
} onnx_root;

/// The descriptor of that message.
const ProtobufCMessageDescriptor *onnx_root_descriptor(onnx_root root);

/// Keeps the source open, so that payloads can be read, and owns the unpacked message.
typedef struct onnx_document onnx_document;

/// Opens, scans and unpacks a file. On failure `*document` is NULL.
onnx_status onnx_document_open_file(const char *path, onnx_root root, const onnx_limits *limits,
                                    onnx_document **document, onnx_failure *failure);

/// The same for bytes, which must outlive the document.
onnx_status onnx_document_open_bytes(const void *bytes, size_t length, onnx_root root, const onnx_limits *limits,
                                     onnx_document **document, onnx_failure *failure);

/// As `onnx_document_open_bytes`, under the given budget instead of the one that goes with the length. The budget must
/// outlive the document.
onnx_status onnx_document_open_within(const void *bytes, size_t length, onnx_root root, const onnx_limits *limits,
                                      onnx_memory *memory, onnx_document **document, onnx_failure *failure);

/// The model, or NULL if the document's root is another message. It lives as long as the document.
const Onnx__ModelProto *onnx_document_model(const onnx_document *document);

/// The tensor, or NULL if the document's root is another message.
const Onnx__TensorProto *onnx_document_tensor(const onnx_document *document);

/// Bytes of the whole file.
uint64_t onnx_document_length(const onnx_document *document);

/// Bytes of the payload that the tensor has left in the file; 0 if it has left none.
uint64_t onnx_document_payload_length(const onnx_document *document, const Onnx__TensorProto *tensor);

/// Reads a part of that payload.
onnx_status onnx_document_read_payload(const onnx_document *document, const Onnx__TensorProto *tensor, uint64_t offset,
                                       void *destination, size_t count, onnx_failure *failure);

/// Lets everything go. NULL is allowed.
void onnx_document_close(onnx_document *document);
