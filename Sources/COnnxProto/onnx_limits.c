#include "onnx_scan.h"

onnx_limits onnx_limits_default(void) {
    return (onnx_limits){
        .file_bytes = INT32_MAX,
        .depth = 64,
        .records = 5000000,
        .nodes = 200000,
        .initializers = 100000,
        .functions = 10000,
        .attributes_per_node = 64,
        .inputs_per_node = 4096,
        .name_bytes = 4096,
        .metadata_bytes = 1 << 20,
        .unknown_fields = 10000,
        .unpack_factor = 4,
        .unpack_bytes = 64 << 20,
        .payload_bytes = 1024,
    };
}

uint64_t onnx_limits_unpack_budget(const onnx_limits *limits, uint64_t file_length) {
    uint64_t scaled;
    uint64_t budget;
    if (__builtin_mul_overflow(limits->unpack_factor, file_length, &scaled)) return UINT64_MAX;
    if (__builtin_add_overflow(scaled, limits->unpack_bytes, &budget)) return UINT64_MAX;
    return budget;
}
