#include "onnx_status.h"

#include <stddef.h>

const char *onnx_status_name(onnx_status status) {
    switch (status) {
    case ONNX_OK: return "OK";
    case ONNX_FILE_NOT_FOUND: return "FILE_NOT_FOUND";
    case ONNX_FILE_UNREADABLE: return "FILE_UNREADABLE";
    case ONNX_FILE_NOT_REGULAR: return "FILE_NOT_REGULAR";
    case ONNX_FILE_TOO_LARGE: return "FILE_TOO_LARGE";
    case ONNX_FILE_CHANGED: return "FILE_CHANGED";
    case ONNX_NOT_ONNX: return "NOT_ONNX";
    case ONNX_WIRE_TRUNCATED: return "WIRE_TRUNCATED";
    case ONNX_WIRE_BAD_TAG: return "WIRE_BAD_TAG";
    case ONNX_WIRE_LENGTH: return "WIRE_LENGTH";
    case ONNX_WIRE_DEPTH: return "WIRE_DEPTH";
    case ONNX_DUPLICATE_FIELD: return "DUPLICATE_FIELD";
    case ONNX_BAD_NAME: return "BAD_NAME";
    case ONNX_EXT_KEY: return "EXT_KEY";
    case ONNX_EXT_PATH: return "EXT_PATH";
    case ONNX_NODE_LIMIT: return "NODE_LIMIT";
    case ONNX_RECORD_LIMIT: return "RECORD_LIMIT";
    case ONNX_UNKNOWN_LIMIT: return "UNKNOWN_LIMIT";
    case ONNX_UNPACK_BUDGET: return "UNPACK_BUDGET";
    case ONNX_OUT_OF_MEMORY: return "OUT_OF_MEMORY";
    case ONNX_UNPACK_FAILED: return "UNPACK_FAILED";
    }
    return "UNKNOWN";
}

onnx_status onnx_fail(onnx_failure *failure, onnx_status status, uint64_t offset, const char *detail) {
    if (failure != NULL) {
        *failure = (onnx_failure){.status = status, .offset = offset, .detail = detail};
    }
    return status;
}
