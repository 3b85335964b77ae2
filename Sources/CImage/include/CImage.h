// PNG and JPEG behind error-returning calls: setjmp and longjmp never leave this target, and nothing here calls back
// into its caller. The caller drives every row, so it can stop between two rows.
#pragma once

#include "cimage_jpeg.h"
#include "cimage_metadata.h"
#include "cimage_png.h"
#include "cimage_status.h"
