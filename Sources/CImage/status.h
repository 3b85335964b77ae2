#pragma once

#include "cimage_status.h"

// Builds a status with a printf-style message, cut to fit.
cimage_status cimage_fail(cimage_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

cimage_status cimage_ok(void);

// A status for a failed read(2) or write(2).
cimage_status cimage_fail_system(cimage_code code, int32_t system_error);

// CIMAGE_CODE_LIMIT when the sides or the product exceed the limits.
cimage_status cimage_check_size(uint32_t width, uint32_t height, const cimage_limits *limits);
