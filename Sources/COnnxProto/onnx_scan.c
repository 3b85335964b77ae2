#include "onnx_rules.h"
#include "onnx_scan.h"
#include "onnx_skeleton.h"

#include <string.h>

// Wire types of protocol buffers; 3 and 4 (groups) are not in use, 6 and 7 do not exist.
enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LENGTH = 2, WIRE_FIXED32 = 5 };

// What protobuf-c holds per field while it unpacks one message: the first 16 on the stack, then blocks that double.
#define MEMBER_BYTES 32u
#define MEMBERS_ON_STACK 16u

// How an entry of a node's metadata begins that tells the node's module: its key, field 1, of 26 bytes.
static const uint8_t module_entry[] = "\x0A\x1Apkg.torch.onnx.name_scopes";
#define MODULE_ENTRY_BYTES (sizeof(module_entry) - 1)

// A message that is open: its type, where it ends in the source, and what has been seen in it.
typedef struct {
    const ProtobufCMessageDescriptor *descriptor;
    uint64_t end;
    // Where the padded length stands in the skeleton.
    size_t length_at;
    // Fields that protobuf-c will see in this message.
    uint64_t members;
    // The largest working memory that unpacking any of its messages takes.
    uint64_t deepest_working_bytes;
    // Occurrences of each field, by its index in the descriptor.
    uint32_t counts[ONNX_MOST_FIELDS];
} open_message;

typedef struct {
    onnx_source *source;
    const onnx_limits *limits;
    onnx_memory *memory;
    onnx_skeleton *skeleton;
    onnx_failure *failure;
    uint64_t unpack_budget;
    uint32_t depth;
    open_message stack[ONNX_MOST_DEPTH];
} scan;

// A field as it stands on the wire: its number and wire type, and where its tag begins.
typedef struct {
    uint32_t number;
    uint32_t wire_type;
    uint64_t offset;
} wire_tag;

static onnx_status fail(scan *s, onnx_status status, uint64_t offset, const char *detail) {
    onnx_fail(s->failure, status, offset, detail);
    if (s->failure != NULL && s->depth > 0) s->failure->message = s->stack[s->depth - 1].descriptor->short_name;
    return status;
}

static onnx_status fail_memory(scan *s) {
    return fail(s, s->memory->exhausted ? ONNX_UNPACK_BUDGET : ONNX_OUT_OF_MEMORY, s->source->position,
                "reading the model takes more memory than its budget");
}

// Ran out of bytes: at the end of the file it is cut short, before that a length inside of it is wrong.
static onnx_status fail_end(scan *s, uint64_t offset) {
    if (s->depth == 1) return fail(s, ONNX_WIRE_TRUNCATED, offset, "the file ends in the middle of a field");
    return fail(s, ONNX_WIRE_LENGTH, offset, "a field runs past the end of its message");
}

static open_message *top(scan *s) {
    return &s->stack[s->depth - 1];
}

static uint64_t left_in_message(scan *s) {
    return top(s)->end - s->source->position;
}

// Reads a varint of at most ten bytes that fits 64 bits.
static onnx_status read_varint(scan *s, uint64_t *value) {
    uint64_t start = s->source->position;
    *value = 0;
    for (int i = 0; i < 10; i++) {
        if (left_in_message(s) == 0) return fail_end(s, start);
        uint8_t byte;
        onnx_status status = onnx_source_next(s->source, &byte, s->failure);
        if (status != ONNX_OK) return status;
        if (i == 9 && byte > 1) break;
        *value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) return ONNX_OK;
    }
    return fail(s, ONNX_WIRE_BAD_TAG, start, "a variable-length number is longer than 64 bits");
}

static onnx_status read_tag(scan *s, wire_tag *tag) {
    tag->offset = s->source->position;
    uint64_t value;
    onnx_status status = read_varint(s, &value);
    if (status != ONNX_OK) return status;
    tag->wire_type = (uint32_t)(value & 7);
    uint64_t number = value >> 3;
    if (number == 0 || number > ONNX_SPAN_FIELD) {
        return fail(s, ONNX_WIRE_BAD_TAG, tag->offset, "a field number is out of range");
    }
    tag->number = (uint32_t)number;
    switch (tag->wire_type) {
    case WIRE_VARINT:
    case WIRE_FIXED64:
    case WIRE_LENGTH:
    case WIRE_FIXED32: return ONNX_OK;
    default: return fail(s, ONNX_WIRE_BAD_TAG, tag->offset, "a field has a wire type that ONNX does not use");
    }
}

// Reads the length of a length-delimited field and checks that its message holds so many bytes.
static onnx_status read_length(scan *s, uint64_t *length) {
    uint64_t start = s->source->position;
    onnx_status status = read_varint(s, length);
    if (status != ONNX_OK) return status;
    if (*length >= INT32_MAX) return fail(s, ONNX_WIRE_LENGTH, start, "a length is 2 GiB or more");
    if (*length > left_in_message(s)) return fail_end(s, start);
    return ONNX_OK;
}

// Whether the entry of a node's metadata that comes next is kept: it tells the module, and is no longer than names are.
// Moves nothing.
static onnx_status is_kept_entry(scan *s, int *result) {
    uint64_t start = s->source->position;
    uint64_t length;
    uint8_t bytes[MODULE_ENTRY_BYTES];
    *result = 0;
    onnx_status status = read_length(s, &length);
    if (status == ONNX_OK && length >= sizeof(bytes) && length <= s->limits->name_bytes) {
        status = onnx_source_read(s->source, bytes, sizeof(bytes), s->failure);
        *result = status == ONNX_OK && memcmp(bytes, module_entry, sizeof(bytes)) == 0;
    }
    s->source->position = start;
    return status;
}

// Passes over a field's value.
static onnx_status skip_value(scan *s, uint32_t wire_type) {
    uint64_t count = 0;
    onnx_status status = ONNX_OK;
    switch (wire_type) {
    case WIRE_VARINT: return read_varint(s, &count);
    case WIRE_FIXED64: count = 8; break;
    case WIRE_FIXED32: count = 4; break;
    default: status = read_length(s, &count);
    }
    if (status != ONNX_OK) return status;
    if (count > left_in_message(s)) return fail_end(s, s->source->position);
    s->source->position += count;
    return ONNX_OK;
}

// Adds to what unpacking will keep. Each of `allocations` costs its overhead.
static onnx_status predict(scan *s, uint64_t bytes, uint64_t allocations) {
    s->skeleton->predicted_unpack_bytes += bytes + allocations * ONNX_ALLOCATION_OVERHEAD;
    if (s->skeleton->predicted_unpack_bytes > s->unpack_budget) {
        return fail(s, ONNX_UNPACK_BUDGET, s->source->position,
                    "unpacking the model would take more memory than a file of this size may ask for");
    }
    return ONNX_OK;
}

// What protobuf-c allocates, beyond its stack, to list the fields of one message.
static uint64_t working_bytes(uint64_t members) {
    uint64_t bytes = 0;
    uint64_t room = MEMBERS_ON_STACK;
    for (uint64_t block = MEMBERS_ON_STACK * 2; room < members; block *= 2) {
        bytes += block * MEMBER_BYTES + ONNX_ALLOCATION_OVERHEAD;
        room += block;
    }
    return bytes;
}

static onnx_status put_tag(scan *s, const wire_tag *tag) {
    if (!onnx_skeleton_put_tag(s->skeleton, s->memory, tag->number, tag->wire_type)) return fail_memory(s);
    top(s)->members += 1;
    return ONNX_OK;
}

// Size of one element of a repeated scalar once it is unpacked, and on the wire if it is fixed there (else 0).
static void scalar_sizes(ProtobufCType type, uint32_t *unpacked, uint32_t *on_wire) {
    switch (type) {
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT: *unpacked = *on_wire = 4; return;
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE: *unpacked = *on_wire = 8; return;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64: *unpacked = 8; break;
    default: *unpacked = 4;
    }
    *on_wire = 0;
}

static uint32_t scalar_wire_type(ProtobufCType type) {
    uint32_t unpacked, on_wire;
    scalar_sizes(type, &unpacked, &on_wire);
    return on_wire == 8 ? WIRE_FIXED64 : on_wire == 4 ? WIRE_FIXED32 : WIRE_VARINT;
}

// Copies one scalar.
static onnx_status copy_scalar(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    uint32_t unpacked, on_wire;
    scalar_sizes(field->type, &unpacked, &on_wire);
    onnx_status status = put_tag(s, tag);
    if (status == ONNX_OK && field->label == PROTOBUF_C_LABEL_REPEATED) status = predict(s, unpacked, 0);
    if (status != ONNX_OK) return status;
    if (on_wire == 0) {
        uint64_t value;
        status = read_varint(s, &value);
        if (status != ONNX_OK) return status;
        return onnx_skeleton_put_varint(s->skeleton, s->memory, value) ? ONNX_OK : fail_memory(s);
    }
    if (on_wire > left_in_message(s)) return fail_end(s, tag->offset);
    uint8_t *place = onnx_skeleton_extend(s->skeleton, s->memory, on_wire);
    if (place == NULL) return fail_memory(s);
    return onnx_source_read(s->source, place, on_wire, s->failure);
}

// Appends a length and that many bytes of the source; `*bytes` is where they stand until the skeleton grows again.
static onnx_status copy_bytes(scan *s, uint64_t length, const uint8_t **bytes) {
    if (!onnx_skeleton_put_varint(s->skeleton, s->memory, length)) return fail_memory(s);
    uint8_t *place = onnx_skeleton_extend(s->skeleton, s->memory, length);
    if (place == NULL) return fail_memory(s);
    *bytes = place;
    return onnx_source_read(s->source, place, length, s->failure);
}

// The numbers in a run of varints, or -1 if one is over-long or the last one has no end.
static int64_t count_varints(const uint8_t *bytes, uint64_t length) {
    int64_t count = 0;
    int run = 0;
    for (uint64_t i = 0; i < length; i++) {
        if (bytes[i] & 0x80) {
            if (++run > 9) return -1;
        } else {
            count += 1;
            run = 0;
        }
    }
    return run == 0 ? count : -1;
}

// Copies a run of scalars under one tag.
static onnx_status copy_packed(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    uint32_t unpacked, on_wire;
    scalar_sizes(field->type, &unpacked, &on_wire);
    uint64_t length;
    const uint8_t *bytes;
    onnx_status status = read_length(s, &length);
    if (status != ONNX_OK) return status;
    if (on_wire != 0 && length % on_wire != 0) {
        return fail(s, ONNX_WIRE_LENGTH, tag->offset, "packed numbers do not fill whole elements");
    }
    if (on_wire != 0) {
        status = predict(s, length / on_wire * unpacked, 0);
        if (status != ONNX_OK) return status;
    }
    status = put_tag(s, tag);
    if (status == ONNX_OK) status = copy_bytes(s, length, &bytes);
    if (status != ONNX_OK || on_wire != 0) return status;
    int64_t count = count_varints(bytes, length);
    if (count < 0) return fail(s, ONNX_WIRE_BAD_TAG, tag->offset, "packed numbers are malformed");
    return predict(s, (uint64_t)count * unpacked, 0);
}

// Copies text, after a look at it, or bytes.
static onnx_status copy_text(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    uint64_t length;
    const uint8_t *bytes;
    onnx_status status = read_length(s, &length);
    if (status != ONNX_OK) return status;
    open_message *message = top(s);
    const ProtobufCMessageDescriptor *parent = s->depth > 1 ? s->stack[s->depth - 2].descriptor : NULL;
    int is_text = field->type == PROTOBUF_C_TYPE_STRING;
    if (is_text && length > onnx_rules_text_limit(parent, message->descriptor, s->limits)) {
        onnx_status fault = onnx_rules_text(parent, message->descriptor, field, s->limits, NULL, length);
        return fail(s, fault, tag->offset, "a text is longer than the limit");
    }
    // A repeated field has an array of pointers, or of lengths with pointers for bytes.
    uint64_t element = field->label != PROTOBUF_C_LABEL_REPEATED ? 0
                       : is_text                                 ? sizeof(char *)
                                                                 : sizeof(ProtobufCBinaryData);
    status = predict(s, length + 1 + element, 1);
    if (status == ONNX_OK) status = put_tag(s, tag);
    if (status == ONNX_OK) status = copy_bytes(s, length, &bytes);
    if (status != ONNX_OK || !is_text) return status;
    onnx_status fault = onnx_rules_text(parent, message->descriptor, field, s->limits, bytes, length);
    if (fault == ONNX_OK) return ONNX_OK;
    return fail(s, fault, tag->offset, "a text is not UTF-8, or holds control characters");
}

// Leaves a large payload in the file, and notes its place; copies a small one.
static onnx_status copy_payload(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    uint64_t before_length = s->source->position;
    uint64_t length;
    onnx_status status = read_length(s, &length);
    if (status != ONNX_OK) return status;
    if (length < s->limits->payload_bytes) {
        s->source->position = before_length;
        return copy_text(s, tag, field);
    }
    onnx_span span = {.offset = s->source->position, .length = length};
    wire_tag private_tag = {.number = ONNX_SPAN_FIELD, .wire_type = WIRE_VARINT, .offset = tag->offset};
    status = predict(s, sizeof(ProtobufCMessageUnknownField) + ONNX_PADDED_LENGTH, 2);
    if (status == ONNX_OK) status = put_tag(s, &private_tag);
    if (status != ONNX_OK) return status;
    if (!onnx_skeleton_put_varint(s->skeleton, s->memory, s->skeleton->span_count) ||
        !onnx_skeleton_put_span(s->skeleton, s->memory, span)) {
        return fail_memory(s);
    }
    s->source->position += length;
    return ONNX_OK;
}

// Opens a message; `length_at` tells where its length goes in the skeleton.
static onnx_status push(scan *s, const ProtobufCMessageDescriptor *descriptor, uint64_t end, size_t length_at,
                        uint64_t offset) {
    if (s->depth >= s->limits->depth || s->depth >= ONNX_MOST_DEPTH) {
        return fail(s, ONNX_WIRE_DEPTH, offset, "messages are nested deeper than the limit");
    }
    if (descriptor->n_fields > ONNX_MOST_FIELDS) {
        return fail(s, ONNX_UNPACK_FAILED, offset, "the schema has outgrown the scan's field table");
    }
    open_message *message = &s->stack[s->depth++];
    memset(message, 0, sizeof(*message));
    message->descriptor = descriptor;
    message->end = end;
    message->length_at = length_at;
    return predict(s, descriptor->sizeof_message, 1);
}

// Closes the innermost message, filling in its length.
static void pop(scan *s) {
    open_message *message = top(s);
    uint64_t working = working_bytes(message->members) + message->deepest_working_bytes;
    s->depth -= 1;
    if (s->depth == 0) {
        s->skeleton->predicted_unpack_bytes += working;
        return;
    }
    if (top(s)->deepest_working_bytes < working) top(s)->deepest_working_bytes = working;
    size_t start = message->length_at + ONNX_PADDED_LENGTH;
    onnx_skeleton_patch_length(s->skeleton, message->length_at, s->skeleton->length - start);
}

// Opens a nested message.
static onnx_status enter_message(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    uint64_t length;
    onnx_status status = read_length(s, &length);
    if (status == ONNX_OK && field->label == PROTOBUF_C_LABEL_REPEATED) status = predict(s, sizeof(void *), 0);
    if (status == ONNX_OK) status = put_tag(s, tag);
    if (status != ONNX_OK) return status;
    size_t length_at = s->skeleton->length;
    if (onnx_skeleton_extend(s->skeleton, s->memory, ONNX_PADDED_LENGTH) == NULL) return fail_memory(s);
    return push(s, field->descriptor, s->source->position + length, length_at, tag->offset);
}

// Whether the field, or for a oneof any of its alternatives, has occurred before in the innermost message.
static int is_duplicate(scan *s, const ProtobufCFieldDescriptor *field, unsigned index) {
    const open_message *message = top(s);
    if (field->label == PROTOBUF_C_LABEL_REPEATED) return 0;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0) return message->counts[index] > 0;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *other = &message->descriptor->fields[i];
        int same = (other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && other->quantifier_offset == field->quantifier_offset;
        if (same && message->counts[i] > 0) return 1;
    }
    return 0;
}

// Reads a field that the schema knows.
static onnx_status read_known(scan *s, const wire_tag *tag, const ProtobufCFieldDescriptor *field) {
    open_message *message = top(s);
    unsigned index = (unsigned)(field - message->descriptor->fields);
    field_fate fate = onnx_rules_fate(message->descriptor, field);
    if (fate == FIELD_NODE_METADATA) {
        int is_kept = 0;
        if (tag->wire_type == WIRE_LENGTH) {
            onnx_status status = is_kept_entry(s, &is_kept);
            if (status != ONNX_OK) return status;
        }
        if (!is_kept) return skip_value(s, tag->wire_type);
    }
    if (fate == FIELD_DROPPED) return skip_value(s, tag->wire_type);
    if (is_duplicate(s, field, index)) {
        return fail(s, ONNX_DUPLICATE_FIELD, tag->offset, "a field that may stand once is repeated");
    }
    message->counts[index] += 1;
    const char *detail = NULL;
    onnx_status status = onnx_rules_count(message->descriptor, field, message->counts[index], s->limits, s->skeleton,
                                          &detail);
    if (status != ONNX_OK) return fail(s, status, tag->offset, detail);
    if (field->label == PROTOBUF_C_LABEL_REPEATED && message->counts[index] == 1) {
        status = predict(s, 0, 1);
        if (status != ONNX_OK) return status;
    }
    int is_block = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES ||
                   field->type == PROTOBUF_C_TYPE_MESSAGE;
    int is_packed = !is_block && field->label == PROTOBUF_C_LABEL_REPEATED && tag->wire_type == WIRE_LENGTH;
    uint32_t expected = is_block || is_packed ? (uint32_t)WIRE_LENGTH : scalar_wire_type(field->type);
    if (tag->wire_type != expected) {
        return fail(s, ONNX_WIRE_BAD_TAG, tag->offset, "a field has another wire type than the format gives it");
    }
    if (is_packed) return copy_packed(s, tag, field);
    if (!is_block) return copy_scalar(s, tag, field);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) return enter_message(s, tag, field);
    return fate == FIELD_PAYLOAD ? copy_payload(s, tag, field) : copy_text(s, tag, field);
}

// Reads one field of the innermost message.
static onnx_status read_field(scan *s) {
    wire_tag tag;
    onnx_status status = read_tag(s, &tag);
    if (status != ONNX_OK) return status;
    if (++s->skeleton->records > s->limits->records) {
        return fail(s, ONNX_RECORD_LIMIT, tag.offset, "there are more fields than the limit");
    }
    uint32_t depth = s->depth;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(top(s)->descriptor, tag.number);
    if (field == NULL) {
        if (++s->skeleton->unknown_fields > s->limits->unknown_fields) {
            return fail(s, ONNX_UNKNOWN_LIMIT, tag.offset, "there are more unknown fields than the limit");
        }
        return skip_value(s, tag.wire_type);
    }
    status = read_known(s, &tag, field);
    if (status == ONNX_OK && depth == 1 && s->depth == 1) s->skeleton->known_at_root += 1;
    return status;
}

static onnx_status run(scan *s, const ProtobufCMessageDescriptor *root) {
    onnx_status status = push(s, root, s->source->length, 0, 0);
    while (status == ONNX_OK && s->depth > 0) {
        if (s->source->position < top(s)->end) {
            status = read_field(s);
        } else {
            pop(s);
            if (s->depth == 1) s->skeleton->known_at_root += 1;
        }
    }
    if (status == ONNX_OK && s->skeleton->predicted_unpack_bytes > s->unpack_budget) {
        status = fail(s, ONNX_UNPACK_BUDGET, s->source->length,
                      "unpacking the model would take more memory than a file of this size may ask for");
    }
    return status;
}

onnx_status onnx_scan(onnx_source *source, const ProtobufCMessageDescriptor *root, const onnx_limits *limits,
                      onnx_memory *memory, onnx_skeleton *skeleton, onnx_failure *failure) {
    *skeleton = (onnx_skeleton){0};
    if (source->length > limits->file_bytes || source->length > INT32_MAX) {
        return onnx_fail(failure, ONNX_FILE_TOO_LARGE, 0, "the file is larger than the limit");
    }
    scan *s = onnx_memory_allocate(memory, sizeof(scan));
    if (s == NULL) return onnx_fail(failure, ONNX_OUT_OF_MEMORY, 0, "no memory for the scan");
    s->source = source;
    s->limits = limits;
    s->memory = memory;
    s->skeleton = skeleton;
    s->failure = failure;
    s->unpack_budget = onnx_limits_unpack_budget(limits, source->length);
    s->depth = 0;
    source->position = 0;
    onnx_status status = run(s, root);
    onnx_memory_release(memory, s);
    if (status != ONNX_OK) onnx_skeleton_release(skeleton, memory);
    return status;
}
