#include "onnx_rules.h"

#include "onnx_text.h"

#include <string.h>

// Field numbers that have a rule of their own; Proto/onnx.proto gives their names.
enum {
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_ATTRIBUTE = 5,
    GRAPH_INITIALIZER = 5,
    MODEL_FUNCTIONS = 25,
    MODEL_CONFIGURATION = 26,
    TENSOR_RAW_DATA = 9,
    ENTRY_KEY = 1,
    NODE_METADATA = 9,
    NODE_DEVICE_CONFIGURATIONS = 10,
};

field_fate onnx_rules_fate(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field) {
    if (message == &onnx__tensor_proto__descriptor && field->id == TENSOR_RAW_DATA) return FIELD_PAYLOAD;
    if (strcmp(field->name, "doc_string") == 0) return FIELD_DROPPED;
    if (message == &onnx__model_proto__descriptor) {
        return field->id == MODEL_CONFIGURATION ? FIELD_DROPPED : FIELD_KEPT;
    }
    if (message == &onnx__node_proto__descriptor) {
        if (field->id == NODE_METADATA) return FIELD_NODE_METADATA;
        if (field->id == NODE_DEVICE_CONFIGURATIONS) return FIELD_DROPPED;
    }
    if (strcmp(field->name, "metadata_props") == 0) return FIELD_DROPPED;
    return FIELD_KEPT;
}

// Whether the field is part of the model's own metadata, which is free text.
static int is_metadata(const ProtobufCMessageDescriptor *parent, const ProtobufCMessageDescriptor *message) {
    return parent != NULL && message == &onnx__string_string_entry_proto__descriptor &&
           parent == &onnx__model_proto__descriptor;
}

onnx_status onnx_rules_text(const ProtobufCMessageDescriptor *parent, const ProtobufCMessageDescriptor *message,
                            const ProtobufCFieldDescriptor *field, const onnx_limits *limits, const uint8_t *text,
                            size_t length) {
    onnx_status fault = ONNX_BAD_NAME;
    int fits = length <= onnx_rules_text_limit(parent, message, limits);
    if (is_metadata(parent, message)) return fits && onnx_text_is_utf8(text, length) ? ONNX_OK : fault;
    if (parent != NULL && message == &onnx__string_string_entry_proto__descriptor &&
        parent == &onnx__tensor_proto__descriptor) {
        fault = field->id == ENTRY_KEY ? ONNX_EXT_KEY : ONNX_EXT_PATH;
    }
    return fits && onnx_text_is_name(text, length) ? ONNX_OK : fault;
}

uint64_t onnx_rules_text_limit(const ProtobufCMessageDescriptor *parent, const ProtobufCMessageDescriptor *message,
                               const onnx_limits *limits) {
    return is_metadata(parent, message) ? limits->metadata_bytes : limits->name_bytes;
}

onnx_status onnx_rules_count(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field,
                             uint64_t count, const onnx_limits *limits, onnx_skeleton *skeleton, const char **detail) {
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == &onnx__node_proto__descriptor) {
        skeleton->nodes += 1;
        *detail = "there are more nodes than the limit";
        return skeleton->nodes > limits->nodes ? ONNX_NODE_LIMIT : ONNX_OK;
    }
    if (message == &onnx__node_proto__descriptor) {
        if (field->id == NODE_ATTRIBUTE) {
            *detail = "a node has more attributes than the limit";
            return count > limits->attributes_per_node ? ONNX_UNPACK_BUDGET : ONNX_OK;
        }
        if (field->id == NODE_INPUT || field->id == NODE_OUTPUT) {
            *detail = "a node has more inputs or outputs than the limit";
            return count > limits->inputs_per_node ? ONNX_UNPACK_BUDGET : ONNX_OK;
        }
    }
    if (message == &onnx__graph_proto__descriptor && field->id == GRAPH_INITIALIZER) {
        skeleton->initializers += 1;
        *detail = "there are more initializers than the limit";
        return skeleton->initializers > limits->initializers ? ONNX_UNPACK_BUDGET : ONNX_OK;
    }
    if (message == &onnx__model_proto__descriptor && field->id == MODEL_FUNCTIONS) {
        *detail = "there are more functions than the limit";
        return count > limits->functions ? ONNX_UNPACK_BUDGET : ONNX_OK;
    }
    return ONNX_OK;
}
