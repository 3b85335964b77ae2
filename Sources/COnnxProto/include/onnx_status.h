// What can be wrong with a file, as stable codes.
#pragma once

#include <stdint.h>

typedef enum {
    ONNX_OK = 0,
    // The file cannot be had.
    ONNX_FILE_NOT_FOUND,
    ONNX_FILE_UNREADABLE,
    ONNX_FILE_NOT_REGULAR,
    ONNX_FILE_TOO_LARGE,
    ONNX_FILE_CHANGED,
    // The bytes are no protocol buffer of this schema.
    ONNX_NOT_ONNX,
    ONNX_WIRE_TRUNCATED,
    ONNX_WIRE_BAD_TAG,
    ONNX_WIRE_LENGTH,
    ONNX_WIRE_DEPTH,
    ONNX_DUPLICATE_FIELD,
    ONNX_BAD_NAME,
    ONNX_EXT_KEY,
    ONNX_EXT_PATH,
    // The bytes are well formed, and ask for more than the limits allow.
    ONNX_NODE_LIMIT,
    ONNX_RECORD_LIMIT,
    ONNX_UNKNOWN_LIMIT,
    ONNX_UNPACK_BUDGET,
    ONNX_OUT_OF_MEMORY,
    // protobuf-c refuses what the scan has accepted: a fault of this library.
    ONNX_UNPACK_FAILED,
} onnx_status;

/// Why an operation failed. `detail` and `message` are constants that live for ever.
typedef struct {
    onnx_status status;
    /// Byte offset in the file at which the fault was seen.
    uint64_t offset;
    /// The system's errno, 0 if it has no part in this.
    int system_error;
    /// What is wrong, in words; never NULL after a failure.
    const char *detail;
    /// The ONNX message that was being read ("GraphProto"), NULL if none.
    const char *message;
} onnx_failure;

/// The stable name of a status: "WIRE_TRUNCATED" for ONNX_WIRE_TRUNCATED.
const char *onnx_status_name(onnx_status status);

/// Fills `failure` (when it is not NULL) and returns `status`.
onnx_status onnx_fail(onnx_failure *failure, onnx_status status, uint64_t offset, const char *detail);
