// Which bytes may be a name.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Whether the bytes are UTF-8 without NUL: no overlong forms, no surrogates, nothing above U+10FFFF.
int onnx_text_is_utf8(const uint8_t *bytes, size_t length);

/// Whether the bytes are UTF-8 that is safe to print on one line: also without control characters (C0, DEL, C1), line
/// separators and characters that change the direction of writing.
int onnx_text_is_name(const uint8_t *bytes, size_t length);
