#define _GNU_SOURCE
#include "onnx_external.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_LOCATION_BYTES 1024u
#define MOST_BYTES_PER_READ (512u * 1024u * 1024u)
#define FILE_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)

static onnx_status fail_system(onnx_failure *failure, onnx_status status, int error, const char *detail) {
    onnx_fail(failure, status, 0, detail);
    if (failure != NULL) failure->system_error = error;
    return status;
}

onnx_status onnx_directory_open(onnx_directory *directory, const char *path, onnx_failure *failure) {
    directory->descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory->descriptor >= 0) return ONNX_OK;
    return fail_system(failure, ONNX_FILE_UNREADABLE, errno, "the model's directory cannot be opened");
}

void onnx_directory_close(onnx_directory *directory) {
    if (directory->descriptor >= 0) close(directory->descriptor);
    directory->descriptor = -1;
}

// The location without a `./` in front.
static const char *without_dot(const char *location) {
    return strncmp(location, "./", 2) == 0 ? location + 2 : location;
}

static int part_is_plain(const char *part, size_t length) {
    if (length == 0 || length > NAME_MAX) return 0;
    if (length == 1 && part[0] == '.') return 0;
    return !(length == 2 && part[0] == '.' && part[1] == '.');
}

int onnx_external_location_is_plain(const char *location) {
    const char *rest = without_dot(location);
    if (strlen(location) > MOST_LOCATION_BYTES || strchr(rest, '\\') != NULL) return 0;
    if (strstr(rest, "_ORT_MEM_ADDR_") != NULL) return 0;
    for (;;) {
        size_t length = strcspn(rest, "/");
        if (!part_is_plain(rest, length)) return 0;
        if (rest[length] == '\0') return 1;
        rest += length + 1;
    }
}

// Explains why opening a location failed.
static onnx_status fail_open(onnx_failure *failure, int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR: return fail_system(failure, ONNX_FILE_NOT_FOUND, error, "the external data file is missing");
    case ELOOP:
    case EXDEV: return fail_system(failure, ONNX_EXT_PATH, error, "the external data lies behind a link");
    default: return fail_system(failure, ONNX_FILE_UNREADABLE, error, "the external data file cannot be opened");
    }
}

// Checks what has been opened, and takes it over or closes it.
static onnx_status accept_file(int descriptor, onnx_external_file *file, onnx_failure *failure) {
    struct stat information;
    onnx_status status;
    if (fstat(descriptor, &information) != 0) {
        status = fail_system(failure, ONNX_FILE_UNREADABLE, errno, "the external data file cannot be examined");
    } else if (!S_ISREG(information.st_mode)) {
        status = onnx_fail(failure, ONNX_EXT_PATH, 0, "the external data is no regular file");
    } else if (information.st_nlink > 1) {
        status = onnx_fail(failure, ONNX_EXT_PATH, 0, "the external data file has more than one name (hard links)");
    } else {
        *file = (onnx_external_file){.descriptor = descriptor, .length = (uint64_t)information.st_size};
        return ONNX_OK;
    }
    close(descriptor);
    return status;
}

static onnx_status check_location(const char *location, onnx_external_file *file, onnx_failure *failure) {
    *file = (onnx_external_file){.descriptor = -1};
    if (onnx_external_location_is_plain(location)) return ONNX_OK;
    return onnx_fail(failure, ONNX_EXT_PATH, 0, "the location is no plain path below the model's directory");
}

onnx_status onnx_external_open(const onnx_directory *directory, const char *location, onnx_external_file *file,
                               onnx_failure *failure) {
    onnx_status status = check_location(location, file, failure);
    if (status != ONNX_OK) return status;
    struct open_how how = {
        .flags = FILE_FLAGS,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    for (int attempt = 0; attempt < 16; attempt++) {
        long descriptor = syscall(SYS_openat2, directory->descriptor, without_dot(location), &how, sizeof(how));
        if (descriptor >= 0) return accept_file((int)descriptor, file, failure);
        // EAGAIN: something on the path was renamed meanwhile. ENOSYS, EPERM: an older kernel, or a filter before it.
        if (errno == ENOSYS || errno == EPERM || errno == E2BIG) {
            return onnx_external_open_stepwise(directory, location, file, failure);
        }
        if (errno != EAGAIN && errno != EINTR) return fail_open(failure, errno);
    }
    return onnx_fail(failure, ONNX_EXT_PATH, 0, "the external data's path keeps changing");
}

onnx_status onnx_external_open_stepwise(const onnx_directory *directory, const char *location,
                                        onnx_external_file *file, onnx_failure *failure) {
    onnx_status status = check_location(location, file, failure);
    if (status != ONNX_OK) return status;
    const char *rest = without_dot(location);
    int at = directory->descriptor;
    for (;;) {
        char part[NAME_MAX + 1];
        size_t length = strcspn(rest, "/");
        memcpy(part, rest, length);
        part[length] = '\0';
        int is_last = rest[length] == '\0';
        int flags = is_last ? FILE_FLAGS : O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
        int next = openat(at, part, flags);
        int error = errno;
        // A link in the place of a directory gives ENOTDIR.
        struct stat information;
        if (next < 0 && error == ENOTDIR && fstatat(at, part, &information, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(information.st_mode)) {
            error = ELOOP;
        }
        if (at != directory->descriptor) close(at);
        if (next < 0) return fail_open(failure, error);
        if (is_last) return accept_file(next, file, failure);
        at = next;
        rest += length + 1;
    }
}

onnx_status onnx_external_read(const onnx_external_file *file, uint64_t offset, void *destination, uint64_t count,
                               onnx_failure *failure) {
    uint8_t *out = destination;
    while (count > 0) {
        size_t wanted = count < MOST_BYTES_PER_READ ? (size_t)count : MOST_BYTES_PER_READ;
        ssize_t got = pread(file->descriptor, out, wanted, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            return fail_system(failure, ONNX_FILE_UNREADABLE, errno, "reading the external data failed");
        }
        if (got == 0) return onnx_fail(failure, ONNX_FILE_CHANGED, offset, "the external data file ends too early");
        out += got;
        offset += (uint64_t)got;
        count -= (uint64_t)got;
    }
    return ONNX_OK;
}

void onnx_external_close(onnx_external_file *file) {
    if (file->descriptor >= 0) close(file->descriptor);
    file->descriptor = -1;
}
