#include "onnx_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW_BYTES (64u * 1024u)
// The kernel reads at most this much in one call; asking for less keeps the loop simple.
#define MOST_BYTES_PER_READ (512u * 1024u * 1024u)

onnx_source onnx_source_bytes(const void *bytes, size_t length) {
    return (onnx_source){.length = length, .window = bytes, .window_length = length, .descriptor = -1};
}

static onnx_status system_failure(onnx_failure *failure, onnx_status status, const char *detail) {
    int error = errno;
    onnx_fail(failure, status, 0, detail);
    if (failure != NULL) failure->system_error = error;
    return status;
}

onnx_status onnx_source_open(onnx_source *source, const char *path, uint64_t most_bytes, onnx_memory *memory,
                             onnx_failure *failure) {
    *source = onnx_source_bytes(NULL, 0);
    int descriptor;
    do {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return system_failure(failure, ONNX_FILE_NOT_FOUND, "there is no such file");
        }
        return system_failure(failure, ONNX_FILE_UNREADABLE, "the file cannot be opened");
    }
    return onnx_source_adopt(source, descriptor, most_bytes, memory, failure);
}

onnx_status onnx_source_adopt(onnx_source *source, int descriptor, uint64_t most_bytes, onnx_memory *memory,
                              onnx_failure *failure) {
    *source = onnx_source_bytes(NULL, 0);
    struct stat information;
    onnx_status status;
    if (fstat(descriptor, &information) != 0) {
        status = system_failure(failure, ONNX_FILE_UNREADABLE, "the file cannot be examined");
    } else if (!S_ISREG(information.st_mode)) {
        status = onnx_fail(failure, ONNX_FILE_NOT_REGULAR, 0, "this is no regular file");
    } else if (information.st_size < 0 || (uint64_t)information.st_size > most_bytes) {
        status = onnx_fail(failure, ONNX_FILE_TOO_LARGE, 0, "the file is larger than the limit");
    } else if ((source->buffer = onnx_memory_allocate(memory, WINDOW_BYTES)) == NULL) {
        status = onnx_fail(failure, ONNX_OUT_OF_MEMORY, 0, "no memory for the read buffer");
    } else {
        source->window = source->buffer;
        source->length = (uint64_t)information.st_size;
        source->descriptor = descriptor;
        return ONNX_OK;
    }
    close(descriptor);
    return status;
}

void onnx_source_close(onnx_source *source, onnx_memory *memory) {
    if (source->descriptor >= 0) close(source->descriptor);
    onnx_memory_release(memory, source->buffer);
    *source = onnx_source_bytes(NULL, 0);
}

// Reads the file fully into `destination`; fewer bytes than asked for mean that the file has shrunk.
static onnx_status read_fully(const onnx_source *source, uint64_t offset, uint8_t *destination, size_t count,
                              onnx_failure *failure) {
    while (count > 0) {
        size_t wanted = count < MOST_BYTES_PER_READ ? count : MOST_BYTES_PER_READ;
        ssize_t got = pread(source->descriptor, destination, wanted, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            system_failure(failure, ONNX_FILE_UNREADABLE, "reading the file failed");
            if (failure != NULL) failure->offset = offset;
            return ONNX_FILE_UNREADABLE;
        }
        if (got == 0) {
            return onnx_fail(failure, ONNX_FILE_CHANGED, offset, "the file became shorter while it was read");
        }
        destination += got;
        offset += (uint64_t)got;
        count -= (size_t)got;
    }
    return ONNX_OK;
}

onnx_status onnx_source_fill(onnx_source *source, onnx_failure *failure) {
    if (source->descriptor < 0 || source->position >= source->length) {
        return onnx_fail(failure, ONNX_WIRE_TRUNCATED, source->position, "the data ends here");
    }
    uint64_t left = source->length - source->position;
    size_t count = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;
    source->window_length = 0;
    onnx_status status = read_fully(source, source->position, source->buffer, count, failure);
    if (status != ONNX_OK) return status;
    source->window_start = source->position;
    source->window_length = count;
    return ONNX_OK;
}

onnx_status onnx_source_read(onnx_source *source, void *destination, size_t count, onnx_failure *failure) {
    uint8_t *out = destination;
    while (count > 0) {
        uint64_t index = source->position - source->window_start;
        if (source->position < source->window_start || index >= source->window_length) {
            onnx_status status = onnx_source_fill(source, failure);
            if (status != ONNX_OK) return status;
            index = source->position - source->window_start;
        }
        size_t at_hand = source->window_length - (size_t)index;
        size_t step = count < at_hand ? count : at_hand;
        memcpy(out, source->window + index, step);
        out += step;
        count -= step;
        source->position += step;
    }
    return ONNX_OK;
}

onnx_status onnx_source_read_at(const onnx_source *source, uint64_t offset, void *destination, size_t count,
                                onnx_failure *failure) {
    if (offset > source->length || count > source->length - offset) {
        return onnx_fail(failure, ONNX_WIRE_LENGTH, offset, "the range lies outside the file");
    }
    if (source->descriptor >= 0) return read_fully(source, offset, destination, count, failure);
    if (count > 0) memcpy(destination, source->window + offset, count);
    return ONNX_OK;
}
