#include "onnx_text.h"

// Decodes one scalar value at `bytes`; returns how many bytes it takes, 0 if they are no UTF-8.
static size_t decode(const uint8_t *bytes, size_t length, uint32_t *scalar) {
    uint8_t first = bytes[0];
    if (first < 0x80) {
        *scalar = first;
        return 1;
    }
    size_t count;
    uint32_t least;
    if ((first & 0xE0) == 0xC0) {
        count = 2;
        least = 0x80;
        *scalar = first & 0x1F;
    } else if ((first & 0xF0) == 0xE0) {
        count = 3;
        least = 0x800;
        *scalar = first & 0x0F;
    } else if ((first & 0xF8) == 0xF0) {
        count = 4;
        least = 0x10000;
        *scalar = first & 0x07;
    } else {
        return 0;
    }
    if (count > length) return 0;
    for (size_t i = 1; i < count; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
        *scalar = *scalar << 6 | (bytes[i] & 0x3F);
    }
    int surrogate = *scalar >= 0xD800 && *scalar <= 0xDFFF;
    return *scalar < least || *scalar > 0x10FFFF || surrogate ? 0 : count;
}

static int is_control(uint32_t scalar) {
    return scalar < 0x20 || (scalar >= 0x7F && scalar <= 0x9F) || scalar == 0x061C || scalar == 0x200E ||
           scalar == 0x200F || (scalar >= 0x2028 && scalar <= 0x202E) || (scalar >= 0x2066 && scalar <= 0x2069) ||
           scalar == 0xFEFF;
}

static int check(const uint8_t *bytes, size_t length, int controls_allowed) {
    size_t at = 0;
    while (at < length) {
        uint32_t scalar;
        size_t count = decode(bytes + at, length - at, &scalar);
        if (count == 0 || scalar == 0 || (!controls_allowed && is_control(scalar))) return 0;
        at += count;
    }
    return 1;
}

int onnx_text_is_utf8(const uint8_t *bytes, size_t length) {
    return check(bytes, length, 1);
}

int onnx_text_is_name(const uint8_t *bytes, size_t length) {
    return check(bytes, length, 0);
}
