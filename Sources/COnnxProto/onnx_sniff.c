#include "onnx_sniff.h"

#include <string.h>

typedef struct {
    const char *start;
    size_t length;
    const char *sentence;
} signature;

#define SIGNATURE(start, sentence) {start, sizeof(start) - 1, sentence}

static const signature signatures[] = {
    SIGNATURE("version https://git-lfs", "this is a Git LFS pointer, not the model: fetch it with `git lfs pull`"),
    SIGNATURE("\x89PNG\r\n", "this is a PNG image, not an ONNX model"),
    SIGNATURE("\xFF\xD8\xFF", "this is a JPEG image, not an ONNX model"),
    SIGNATURE("GIF8", "this is a GIF image, not an ONNX model"),
    SIGNATURE("PK\x03\x04", "this is a zip archive (perhaps a PyTorch checkpoint), not an ONNX model"),
    SIGNATURE("PK\x05\x06", "this is an empty zip archive, not an ONNX model"),
    SIGNATURE("\x1F\x8B", "this is a gzip file: decompress it first"),
    SIGNATURE("\x28\xB5\x2F\xFD", "this is a Zstandard file: decompress it first"),
    SIGNATURE("\xFD\x37zXZ", "this is an xz file: decompress it first"),
    SIGNATURE("\x89HDF", "this is an HDF5 file, not an ONNX model"),
    SIGNATURE("\x93NUMPY", "this is a NumPy array, not an ONNX model"),
    SIGNATURE("\x7F\x45LF", "this is a program, not an ONNX model"),
    SIGNATURE("%PDF", "this is a PDF document, not an ONNX model"),
    SIGNATURE("GGUF", "this is a GGUF file, not an ONNX model"),
    SIGNATURE("<!DOCTYPE", "this is an HTML page, perhaps a download page, not an ONNX model"),
    SIGNATURE("<!doctype", "this is an HTML page, perhaps a download page, not an ONNX model"),
    SIGNATURE("<html", "this is an HTML page, perhaps a download page, not an ONNX model"),
    SIGNATURE("<HTML", "this is an HTML page, perhaps a download page, not an ONNX model"),
    SIGNATURE("<?xml", "this is an XML file, not an ONNX model"),
};

// Safetensors begin with the length of a JSON header in eight bytes, and that header.
static int is_safetensors(const uint8_t *start, size_t length) {
    static const uint8_t zeros[4];
    return length >= 10 && memcmp(start + 4, zeros, 4) == 0 && start[8] == '{' && start[9] == '"';
}

const char *onnx_sniff(const uint8_t *start, size_t length) {
    if (length == 0) return "the file is empty";
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        const signature *s = &signatures[i];
        if (length >= s->length && memcmp(start, s->start, s->length) == 0) return s->sentence;
    }
    if (length >= 2 && start[0] == 0x80 && start[1] >= 2 && start[1] <= 5) {
        return "this is a Python pickle (perhaps an old PyTorch checkpoint), not an ONNX model";
    }
    if (is_safetensors(start, length)) return "this is a safetensors file, not an ONNX model";
    return NULL;
}
