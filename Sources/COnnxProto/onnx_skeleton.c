#include "onnx_skeleton.h"

// The capacity after growth: half as much again, so that appending costs constant time on average.
static size_t grown(size_t capacity, size_t needed, size_t least) {
    size_t larger = capacity + capacity / 2;
    if (larger < least) larger = least;
    return larger < needed ? needed : larger;
}

uint8_t *onnx_skeleton_extend(onnx_skeleton *skeleton, onnx_memory *memory, size_t count) {
    if (count > skeleton->capacity - skeleton->length) {
        if (count > SIZE_MAX / 4 - skeleton->length) return NULL;
        size_t capacity = grown(skeleton->capacity, skeleton->length + count, 4096);
        uint8_t *bytes = onnx_memory_resize(memory, skeleton->bytes, capacity);
        if (bytes == NULL) return NULL;
        skeleton->bytes = bytes;
        skeleton->capacity = capacity;
    }
    uint8_t *place = skeleton->bytes + skeleton->length;
    skeleton->length += count;
    return place;
}

int onnx_skeleton_put_varint(onnx_skeleton *skeleton, onnx_memory *memory, uint64_t value) {
    uint8_t encoded[10];
    size_t count = 0;
    while (value >= 0x80) {
        encoded[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    encoded[count++] = (uint8_t)value;
    uint8_t *place = onnx_skeleton_extend(skeleton, memory, count);
    if (place == NULL) return 0;
    for (size_t i = 0; i < count; i++) place[i] = encoded[i];
    return 1;
}

int onnx_skeleton_put_tag(onnx_skeleton *skeleton, onnx_memory *memory, uint32_t number, uint32_t wire_type) {
    return onnx_skeleton_put_varint(skeleton, memory, (uint64_t)number << 3 | wire_type);
}

void onnx_skeleton_patch_length(onnx_skeleton *skeleton, size_t at, size_t length) {
    for (int i = 0; i < ONNX_PADDED_LENGTH; i++) {
        uint8_t more = i + 1 < ONNX_PADDED_LENGTH ? 0x80 : 0;
        skeleton->bytes[at + (size_t)i] = (uint8_t)(length >> (7 * i) & 0x7F) | more;
    }
}

int onnx_skeleton_put_span(onnx_skeleton *skeleton, onnx_memory *memory, onnx_span span) {
    if (skeleton->span_count == skeleton->span_capacity) {
        size_t capacity = grown(skeleton->span_capacity, skeleton->span_count + 1, 64);
        onnx_span *spans = onnx_memory_resize(memory, skeleton->spans, capacity * sizeof(onnx_span));
        if (spans == NULL) return 0;
        skeleton->spans = spans;
        skeleton->span_capacity = capacity;
    }
    skeleton->spans[skeleton->span_count++] = span;
    return 1;
}

void onnx_skeleton_release(onnx_skeleton *skeleton, onnx_memory *memory) {
    onnx_memory_release(memory, skeleton->bytes);
    onnx_memory_release(memory, skeleton->spans);
    skeleton->bytes = NULL;
    skeleton->spans = NULL;
    skeleton->length = skeleton->capacity = 0;
    skeleton->span_count = skeleton->span_capacity = 0;
}

int64_t onnx_tensor_span(const Onnx__TensorProto *tensor) {
    for (unsigned i = 0; i < tensor->base.n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *field = &tensor->base.unknown_fields[i];
        if (field->tag != ONNX_SPAN_FIELD || field->len > 5) continue;
        uint64_t index = 0;
        for (size_t j = 0; j < field->len; j++) index |= (uint64_t)(field->data[j] & 0x7F) << (7 * j);
        return (int64_t)index;
    }
    return -1;
}
