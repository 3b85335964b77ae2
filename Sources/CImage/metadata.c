#include "metadata.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

const uint8_t metadata_type_names[] =
    "iCCP\0gAMA\0cHRM\0sRGB\0cICP\0mDCV\0cLLI\0pHYs\0eXIf\0tEXt\0zTXt\0iTXt";
const int metadata_type_count = 12;

// The length of a Latin-1 keyword of 1 to 79 bytes in front of a NUL, or 0 when there is none.
static size_t keyword_length(const uint8_t *bytes, size_t length) {
    const uint8_t *end = memchr(bytes, 0, length < 80 ? length : 80);
    return end == NULL ? 0 : (size_t)(end - bytes);
}

// Inflates up to limit bytes, keeping the first of them in prefix. Returns false when the stream is damaged, does not
// end within the limit, or does not end within its input; *inflated counts what was made either way.
static bool inflate_within(const uint8_t *bytes, size_t length, size_t limit, size_t *inflated, uint8_t *prefix,
                           size_t prefix_length) {
    uint8_t scratch[16 * 1024];
    z_stream stream = {.next_in = (uint8_t *)bytes, .avail_in = (uInt)length};
    *inflated = 0;
    if (length > UINT32_MAX || inflateInit(&stream) != Z_OK) {
        return false;
    }
    int result = Z_OK;
    while (result == Z_OK && *inflated <= limit) {
        stream.next_out = scratch;
        stream.avail_out = sizeof scratch;
        result = inflate(&stream, Z_NO_FLUSH);
        size_t made = sizeof scratch - stream.avail_out;
        if (*inflated < prefix_length) {
            size_t wanted = prefix_length - *inflated;
            memcpy(prefix + *inflated, scratch, wanted < made ? wanted : made);
        }
        *inflated += made;
    }
    inflateEnd(&stream);
    return result == Z_STREAM_END && *inflated <= limit;
}

// Where the deflated part of a chunk begins: 0 when nothing in it is deflated, length when it is malformed.
static size_t deflated_offset(uint32_t type, const uint8_t *bytes, size_t length) {
    size_t keyword = keyword_length(bytes, length);
    if (keyword == 0) {
        return length;
    }
    switch (type) {
    case TYPE('t', 'E', 'X', 't'):
        return 0;
    case TYPE('z', 'T', 'X', 't'):
    case TYPE('i', 'C', 'C', 'P'):
        // keyword, NUL, method 0
        return keyword + 2 < length && bytes[keyword + 1] == 0 ? keyword + 2 : length;
    default: {
        // iTXt: keyword, NUL, compressed?, method 0, language, NUL, translated keyword, NUL, text
        if (keyword + 3 > length || bytes[keyword + 1] > 1 || bytes[keyword + 2] != 0) {
            return length;
        }
        size_t position = keyword + 3;
        for (int field = 0; field < 2; field++) {
            const uint8_t *end = memchr(bytes + position, 0, length - position);
            if (end == NULL) {
                return length;
            }
            position = (size_t)(end - bytes) + 1;
        }
        return bytes[keyword + 1] == 0 ? 0 : position;
    }
    }
}

static bool has_type(const metadata_list *list, uint32_t type) {
    for (size_t index = 0; index < list->count; index++) {
        if (list->chunks[index].type == type) {
            return true;
        }
    }
    return false;
}

static bool is_acceptable(metadata_list *list, uint32_t type, const uint8_t *bytes, size_t length) {
    switch (type) {
    case TYPE('g', 'A', 'M', 'A'):
        return length == 4 && !has_type(list, type);
    case TYPE('c', 'H', 'R', 'M'):
        return length == 32 && !has_type(list, type);
    case TYPE('s', 'R', 'G', 'B'):
        return length == 1 && bytes[0] < 4 && !has_type(list, type);
    case TYPE('c', 'I', 'C', 'P'):
        return length == 4 && !has_type(list, type);
    case TYPE('m', 'D', 'C', 'V'):
        return length == 24 && !has_type(list, type);
    case TYPE('c', 'L', 'L', 'I'):
        return length == 8 && !has_type(list, type);
    case TYPE('p', 'H', 'Y', 's'):
        return length == 9 && bytes[8] < 2 && !has_type(list, type);
    case TYPE('e', 'X', 'I', 'f'):
        return length >= 8 && !has_type(list, type);
    case TYPE('i', 'C', 'C', 'P'):
        if (has_type(list, type)) {
            return false;
        }
        break;
    case TYPE('t', 'E', 'X', 't'):
    case TYPE('z', 'T', 'X', 't'):
    case TYPE('i', 'T', 'X', 't'):
        break;
    default:
        return false;
    }
    size_t offset = deflated_offset(type, bytes, length);
    if (offset == 0) {
        return true;
    }
    if (offset >= length) {
        return false;
    }
    size_t inflated = 0;
    bool ends = inflate_within(bytes + offset, length - offset, CIMAGE_METADATA_INFLATED_BYTES - list->inflated,
                               &inflated, NULL, 0);
    size_t left = CIMAGE_METADATA_INFLATED_BYTES - list->inflated;
    list->inflated += inflated < left ? inflated : left;
    return ends;
}

void metadata_add(metadata_list *list, uint32_t type, const uint8_t *bytes, size_t length) {
    bool fits = list->count < CIMAGE_METADATA_CHUNKS && length > 0 && length <= CIMAGE_METADATA_CHUNK_BYTES &&
                length <= CIMAGE_METADATA_TOTAL_BYTES - list->stored;
    uint8_t *copy = fits && is_acceptable(list, type, bytes, length) ? malloc(length) : NULL;
    if (copy == NULL) {
        list->dropped++;
        return;
    }
    memcpy(copy, bytes, length);
    list->chunks[list->count++] = (cimage_chunk){.type = type, .bytes = copy, .length = length};
    list->stored += length;
}

void metadata_clear(metadata_list *list) {
    for (size_t index = 0; index < list->count; index++) {
        free((void *)list->chunks[index].bytes);
    }
    *list = (metadata_list){0};
}

uint32_t cimage_icc_colour_space(const uint8_t *chunk, size_t length) {
    uint8_t header[20];
    size_t inflated = 0;
    size_t offset = deflated_offset(TYPE('i', 'C', 'C', 'P'), chunk, length);
    if (offset >= length) {
        return 0;
    }
    inflate_within(chunk + offset, length - offset, CIMAGE_METADATA_INFLATED_BYTES, &inflated, header, sizeof header);
    return inflated < sizeof header ? 0 : TYPE(header[16], header[17], header[18], header[19]);
}

static const char icc_name[] = "ICC Profile";

size_t cimage_icc_chunk_bound(size_t profile_length) {
    return sizeof icc_name + 1 + compressBound(profile_length);
}

size_t cimage_icc_chunk(const uint8_t *profile, size_t profile_length, uint8_t *chunk, size_t capacity) {
    if (capacity < sizeof icc_name + 1) {
        return 0;
    }
    memcpy(chunk, icc_name, sizeof icc_name);
    chunk[sizeof icc_name] = 0;
    uLongf deflated = capacity - sizeof icc_name - 1;
    if (compress(chunk + sizeof icc_name + 1, &deflated, profile, profile_length) != Z_OK) {
        return 0;
    }
    return sizeof icc_name + 1 + deflated;
}
