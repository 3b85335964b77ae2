// Opening the files that hold a model's external tensors, and nothing else.
#pragma once

#include "onnx_status.h"

#include <stdint.h>

/// A model's directory, open.
typedef struct {
    int descriptor;
} onnx_directory;

/// A file of external data, open for reading.
typedef struct {
    int descriptor;
    uint64_t length;
} onnx_external_file;

/// Opens the directory at `path` (the model's own). Symbolic links on the way to it are the user's choice.
onnx_status onnx_directory_open(onnx_directory *directory, const char *path, onnx_failure *failure);

void onnx_directory_close(onnx_directory *directory);

/// Whether a location is a plain relative path: parts joined by `/`, none of them empty, `.` or `..`, without
/// backslashes, of at most 1,024 bytes, and no name that another runtime gives a magic meaning. A `./` in front is
/// passed over.
int onnx_external_location_is_plain(const char *location);

/// Opens a file at or below the directory for reading: a regular file with one name, reached through no symbolic link.
/// The kernel enforces this (openat2) where it can; elsewhere every part of the path is opened without following links.
onnx_status onnx_external_open(const onnx_directory *directory, const char *location, onnx_external_file *file,
                               onnx_failure *failure);

/// The same without openat2.
onnx_status onnx_external_open_stepwise(const onnx_directory *directory, const char *location,
                                        onnx_external_file *file, onnx_failure *failure);

/// Reads `count` bytes at `offset`; ONNX_FILE_CHANGED if the file ends before that.
onnx_status onnx_external_read(const onnx_external_file *file, uint64_t offset, void *destination, uint64_t count,
                               onnx_failure *failure);

void onnx_external_close(onnx_external_file *file);
