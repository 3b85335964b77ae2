#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

cimage_status cimage_ok(void) {
    return (cimage_status){.code = CIMAGE_CODE_OK};
}

cimage_status cimage_fail(cimage_code code, const char *format, ...) {
    cimage_status status = {.code = code};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(status.message, sizeof status.message, format, arguments);
    va_end(arguments);
    return status;
}

cimage_status cimage_fail_system(cimage_code code, int32_t system_error) {
    cimage_status status = cimage_fail(code, code == CIMAGE_CODE_READ ? "reading failed" : "writing failed");
    status.system_error = system_error;
    return status;
}

cimage_status cimage_check_size(uint32_t width, uint32_t height, const cimage_limits *limits) {
    if (width > limits->side || height > limits->side) {
        return cimage_fail(CIMAGE_CODE_LIMIT, "the image is %u x %u pixels; the limit is %u pixels per side", width,
                           height, limits->side);
    }
    if ((uint64_t)width * height > limits->pixels) {
        return cimage_fail(CIMAGE_CODE_LIMIT, "the image is %u x %u pixels; the limit is %llu pixels in all", width,
                           height, (unsigned long long)limits->pixels);
    }
    return cimage_ok();
}
