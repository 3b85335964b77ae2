// Recognising files of other kinds by how they begin, so that an error can name them.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Bytes of a file's start that are enough to tell.
#define ONNX_SNIFF_BYTES 64

/// What the file is instead of a model, as a sentence; NULL if nothing speaks against a model.
const char *onnx_sniff(const uint8_t *start, size_t length);
