#include "byte_sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024 };

void byte_sink_open(byte_sink *sink, int descriptor) {
    *sink = (byte_sink){.descriptor = descriptor < 0 ? -1 : descriptor};
}

static bool reserve(byte_sink *sink, size_t extra) {
    if (extra <= sink->capacity - sink->length) {
        return true;
    }
    size_t capacity = sink->capacity == 0 ? BUFFER_BYTES : sink->capacity;
    while (capacity - sink->length < extra) {
        if (capacity > SIZE_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    uint8_t *bytes = realloc(sink->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    sink->bytes = bytes;
    sink->capacity = capacity;
    return true;
}

static bool write_all(byte_sink *sink, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(sink->descriptor, bytes, length);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (count == 0 || errno != EINTR) {
            sink->write_error = count == 0 ? EIO : errno;
            return false;
        }
    }
    return true;
}

bool byte_sink_write(byte_sink *sink, const uint8_t *bytes, size_t length) {
    if (sink->write_error != 0 || sink->out_of_memory) {
        return false;
    }
    if (sink->descriptor >= 0 && sink->length + length > BUFFER_BYTES) {
        if (!byte_sink_flush(sink)) {
            return false;
        }
        if (length > BUFFER_BYTES) {
            return write_all(sink, bytes, length);
        }
    }
    if (!reserve(sink, length)) {
        sink->out_of_memory = true;
        return false;
    }
    if (length > 0) {
        memcpy(sink->bytes + sink->length, bytes, length);
    }
    sink->length += length;
    return true;
}

bool byte_sink_flush(byte_sink *sink) {
    if (sink->descriptor < 0 || sink->length == 0) {
        return sink->write_error == 0;
    }
    bool written = write_all(sink, sink->bytes, sink->length);
    sink->length = 0;
    return written;
}

void byte_sink_close(byte_sink *sink) {
    free(sink->bytes);
    *sink = (byte_sink){.descriptor = -1};
}
