#include "byte_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024 };

bool byte_source_open(byte_source *source, const cimage_input *input) {
    *source = (byte_source){.descriptor = -1};
    if (input->bytes != NULL) {
        source->next = input->bytes;
        source->available = input->length;
        return true;
    }
    source->descriptor = input->descriptor;
    source->buffer = malloc(BUFFER_BYTES);
    if (source->buffer == NULL) {
        return false;
    }
    byte_source_refill(source);
    source->ended = false;
    return true;
}

bool byte_source_refill(byte_source *source) {
    if (source->descriptor < 0 || source->read_error != 0) {
        source->ended = true;
        return false;
    }
    size_t filled = 0;
    while (filled < BUFFER_BYTES) {
        ssize_t count = read(source->descriptor, source->buffer + filled, BUFFER_BYTES - filled);
        if (count > 0) {
            filled += (size_t)count;
        } else if (count == 0) {
            break;
        } else if (errno != EINTR) {
            source->read_error = errno;
            break;
        }
    }
    source->next = source->buffer;
    source->available = filled;
    if (filled == 0) {
        source->ended = true;
    }
    return filled > 0;
}

bool byte_source_read(byte_source *source, uint8_t *bytes, size_t length) {
    while (length > 0) {
        if (source->available == 0 && !byte_source_refill(source)) {
            return false;
        }
        size_t count = length < source->available ? length : source->available;
        memcpy(bytes, source->next, count);
        bytes += count;
        length -= count;
        source->next += count;
        source->available -= count;
    }
    return true;
}

bool byte_source_skip(byte_source *source, size_t length) {
    while (length > 0) {
        if (source->available == 0 && !byte_source_refill(source)) {
            return false;
        }
        size_t count = length < source->available ? length : source->available;
        length -= count;
        source->next += count;
        source->available -= count;
    }
    return true;
}

void byte_source_close(byte_source *source) {
    free(source->buffer);
    *source = (byte_source){.descriptor = -1};
}
