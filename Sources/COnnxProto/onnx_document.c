#include "onnx_document.h"

#include "onnx_sniff.h"

#include <stdlib.h>

struct onnx_document {
    onnx_source source;
    onnx_skeleton skeleton;
    ProtobufCMessage *root;
    onnx_root kind;
    // The budget in use: `own_memory` or the caller's.
    onnx_memory *memory;
    onnx_memory own_memory;
};

const ProtobufCMessageDescriptor *onnx_root_descriptor(onnx_root root) {
    return root == ONNX_ROOT_MODEL ? &onnx__model_proto__descriptor : &onnx__tensor_proto__descriptor;
}

// Whether bytes that failed like this never looked like the message at all: nothing known was read, and the fault lies
// in the outermost message itself.
static int looks_foreign(const onnx_skeleton *skeleton, const onnx_failure *failure,
                         const ProtobufCMessageDescriptor *root) {
    if (skeleton->known_at_root > 0 || failure->message != root->short_name) return 0;
    return failure->status == ONNX_WIRE_TRUNCATED || failure->status == ONNX_WIRE_BAD_TAG ||
           failure->status == ONNX_WIRE_LENGTH || failure->status == ONNX_BAD_NAME;
}

static onnx_status check_start(onnx_document *document, onnx_failure *failure) {
    uint8_t start[ONNX_SNIFF_BYTES];
    uint64_t length = document->source.length;
    size_t count = length < sizeof(start) ? (size_t)length : sizeof(start);
    onnx_status status = onnx_source_read_at(&document->source, 0, start, count, failure);
    if (status != ONNX_OK) return status;
    const char *other = onnx_sniff(start, count);
    return other == NULL ? ONNX_OK : onnx_fail(failure, ONNX_NOT_ONNX, 0, other);
}

// Scans the source and unpacks the skeleton, which is let go afterwards except for its spans.
static onnx_status unpack(onnx_document *document, const onnx_limits *limits, onnx_failure *failure) {
    const ProtobufCMessageDescriptor *root = onnx_root_descriptor(document->kind);
    onnx_failure fault = {0};
    onnx_status status = ONNX_OK;
    if (document->kind == ONNX_ROOT_MODEL) status = check_start(document, failure);
    if (status != ONNX_OK) return status;
    status = onnx_scan(&document->source, root, limits, document->memory, &document->skeleton, &fault);
    if (status == ONNX_OK && document->skeleton.known_at_root == 0 && document->kind == ONNX_ROOT_MODEL) {
        return onnx_fail(failure, ONNX_NOT_ONNX, 0, "the file holds none of the fields of a model");
    }
    if (status != ONNX_OK && document->kind == ONNX_ROOT_MODEL && looks_foreign(&document->skeleton, &fault, root)) {
        return onnx_fail(failure, ONNX_NOT_ONNX, fault.offset, "the file does not begin like an ONNX model");
    }
    if (status != ONNX_OK) {
        if (failure != NULL) *failure = fault;
        return status;
    }
    ProtobufCAllocator allocator = onnx_memory_allocator(document->memory);
    document->root =
        protobuf_c_message_unpack(root, &allocator, document->skeleton.length, document->skeleton.bytes);
    if (document->root == NULL) {
        if (document->memory->exhausted) {
            return onnx_fail(failure, ONNX_OUT_OF_MEMORY, 0, "unpacking the model takes more memory than its budget");
        }
        return onnx_fail(failure, ONNX_UNPACK_FAILED, 0, "the model passed the scan and cannot be unpacked");
    }
    onnx_memory_release(document->memory, document->skeleton.bytes);
    document->skeleton.bytes = NULL;
    document->skeleton.length = document->skeleton.capacity = 0;
    return ONNX_OK;
}

// A document without a source. `memory` NULL stands for a budget of its own, which is set once the length is known.
static onnx_document *make(onnx_root kind, onnx_memory *memory) {
    onnx_document *document = calloc(1, sizeof(onnx_document));
    if (document == NULL) return NULL;
    document->source = onnx_source_bytes(NULL, 0);
    document->kind = kind;
    document->own_memory = onnx_memory_make(UINT64_MAX);
    document->memory = memory != NULL ? memory : &document->own_memory;
    return document;
}

// The scan holds the prediction to the budget; the skeleton under growth stands beside it and takes no more than that.
static void set_own_budget(onnx_document *document, const onnx_limits *limits) {
    uint64_t budget = onnx_limits_unpack_budget(limits, document->source.length);
    document->own_memory.limit = budget > UINT64_MAX / 2 ? UINT64_MAX : budget * 2;
}

static onnx_status finish(onnx_document *made, const onnx_limits *limits, onnx_document **document,
                          onnx_failure *failure) {
    onnx_status status = unpack(made, limits, failure);
    if (status == ONNX_OK) {
        *document = made;
    } else {
        onnx_document_close(made);
    }
    return status;
}

onnx_status onnx_document_open_file(const char *path, onnx_root root, const onnx_limits *limits,
                                    onnx_document **document, onnx_failure *failure) {
    *document = NULL;
    onnx_document *made = make(root, NULL);
    if (made == NULL) return onnx_fail(failure, ONNX_OUT_OF_MEMORY, 0, "no memory to open the file");
    onnx_status status = onnx_source_open(&made->source, path, limits->file_bytes, made->memory, failure);
    if (status != ONNX_OK) {
        onnx_document_close(made);
        return status;
    }
    set_own_budget(made, limits);
    return finish(made, limits, document, failure);
}

onnx_status onnx_document_open_bytes(const void *bytes, size_t length, onnx_root root, const onnx_limits *limits,
                                     onnx_document **document, onnx_failure *failure) {
    return onnx_document_open_within(bytes, length, root, limits, NULL, document, failure);
}

onnx_status onnx_document_open_within(const void *bytes, size_t length, onnx_root root, const onnx_limits *limits,
                                      onnx_memory *memory, onnx_document **document, onnx_failure *failure) {
    *document = NULL;
    onnx_document *made = make(root, memory);
    if (made == NULL) return onnx_fail(failure, ONNX_OUT_OF_MEMORY, 0, "no memory to open the bytes");
    made->source = onnx_source_bytes(bytes, length);
    set_own_budget(made, limits);
    return finish(made, limits, document, failure);
}

const Onnx__ModelProto *onnx_document_model(const onnx_document *document) {
    return document->kind == ONNX_ROOT_MODEL ? (const Onnx__ModelProto *)document->root : NULL;
}

const Onnx__TensorProto *onnx_document_tensor(const onnx_document *document) {
    return document->kind == ONNX_ROOT_TENSOR ? (const Onnx__TensorProto *)document->root : NULL;
}

uint64_t onnx_document_length(const onnx_document *document) {
    return document->source.length;
}

// The span that the tensor stands for, NULL if it has none.
static const onnx_span *span_of(const onnx_document *document, const Onnx__TensorProto *tensor) {
    int64_t index = onnx_tensor_span(tensor);
    return index < 0 || (uint64_t)index >= document->skeleton.span_count ? NULL : &document->skeleton.spans[index];
}

uint64_t onnx_document_payload_length(const onnx_document *document, const Onnx__TensorProto *tensor) {
    const onnx_span *span = span_of(document, tensor);
    return span == NULL ? 0 : span->length;
}

onnx_status onnx_document_read_payload(const onnx_document *document, const Onnx__TensorProto *tensor, uint64_t offset,
                                       void *destination, size_t count, onnx_failure *failure) {
    const onnx_span *span = span_of(document, tensor);
    if (span == NULL || offset > span->length || count > span->length - offset) {
        return onnx_fail(failure, ONNX_WIRE_LENGTH, 0, "the range lies outside the tensor's payload");
    }
    return onnx_source_read_at(&document->source, span->offset + offset, destination, count, failure);
}

void onnx_document_close(onnx_document *document) {
    if (document == NULL) return;
    if (document->root != NULL) {
        ProtobufCAllocator allocator = onnx_memory_allocator(document->memory);
        protobuf_c_message_free_unpacked(document->root, &allocator);
    }
    onnx_skeleton_release(&document->skeleton, document->memory);
    onnx_source_close(&document->source, document->memory);
    free(document);
}
