#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "byte_sink.h"
#include "cimage_png.h"
#include "status.h"

// Everything that a longjmp must leave intact lives here, on the heap.
struct cimage_png_encoder {
    png_structp png;
    png_infop info;
    byte_sink sink;
    cimage_status status;  // the first failure; every later call returns it again
    uint32_t rows_left;
};

static void on_error(png_structp png, png_const_charp message) {
    cimage_png_encoder *encoder = png_get_error_ptr(png);
    if (encoder->sink.write_error != 0) {
        encoder->status = cimage_fail_system(CIMAGE_CODE_WRITE, encoder->sink.write_error);
    } else if (encoder->sink.out_of_memory) {
        encoder->status = cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to hold the PNG file");
    } else {
        encoder->status = cimage_fail(CIMAGE_CODE_DATA, "the PNG file cannot be written: %s", message);
    }
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void on_write(png_structp png, png_bytep bytes, png_size_t length) {
    cimage_png_encoder *encoder = png_get_io_ptr(png);
    if (!byte_sink_write(&encoder->sink, bytes, length)) {
        png_error(png, "writing failed");
    }
}

static void on_flush(png_structp png) {
    (void)png;
}

static void start_writing(cimage_png_encoder *encoder, const cimage_png_layout *layout, const cimage_chunk *chunks,
                          size_t chunk_count) {
    png_structp png = encoder->png;
    if (setjmp(png_jmpbuf(png)) != 0) {
        return;
    }
    encoder->info = png_create_info_struct(png);
    if (encoder->info == NULL) {
        encoder->status = cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to write the PNG file");
        return;
    }
    png_set_write_fn(png, encoder, on_write, on_flush);
    int colour_type = (layout->colour_samples == 3 ? PNG_COLOR_MASK_COLOR : 0) |
                      (layout->alpha_samples == 1 ? PNG_COLOR_MASK_ALPHA : 0);
    png_set_IHDR(png, encoder->info, layout->width, layout->height, (int)layout->bit_depth, colour_type,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info_before_PLTE(png, encoder->info);
    for (size_t index = 0; index < chunk_count; index++) {
        const cimage_chunk *chunk = &chunks[index];
        uint8_t name[5] = {(uint8_t)(chunk->type >> 24), (uint8_t)(chunk->type >> 16), (uint8_t)(chunk->type >> 8),
                           (uint8_t)chunk->type, 0};
        png_write_chunk(png, name, chunk->bytes, chunk->length);
    }
    png_write_info(png, encoder->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (layout->bit_depth == 16) {
        png_set_swap(png);
    }
#endif
}

cimage_status cimage_png_encoder_open(const cimage_png_layout *layout, const cimage_chunk *chunks, size_t chunk_count,
                                      int32_t descriptor, cimage_png_encoder **result) {
    *result = NULL;
    cimage_png_encoder *encoder = calloc(1, sizeof *encoder);
    if (encoder == NULL) {
        return cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to write the PNG file");
    }
    byte_sink_open(&encoder->sink, descriptor);
    encoder->rows_left = layout->height;
    encoder->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoder, on_error, on_warning);
    if (encoder->png == NULL) {
        encoder->status = cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to write the PNG file");
    } else {
        start_writing(encoder, layout, chunks, chunk_count);
    }
    cimage_status status = encoder->status;
    if (status.code == CIMAGE_CODE_OK) {
        *result = encoder;
    } else {
        cimage_png_encoder_destroy(encoder);
    }
    return status;
}

cimage_status cimage_png_encoder_write_row(cimage_png_encoder *encoder, const uint8_t *row) {
    if (encoder->status.code != CIMAGE_CODE_OK) {
        return encoder->status;
    }
    if (setjmp(png_jmpbuf(encoder->png)) != 0) {
        return encoder->status;
    }
    if (encoder->rows_left == 0) {
        png_error(encoder->png, "every row has been written");
    }
    encoder->rows_left--;
    png_write_row(encoder->png, row);
    return cimage_ok();
}

cimage_status cimage_png_encoder_finish(cimage_png_encoder *encoder) {
    if (encoder->status.code != CIMAGE_CODE_OK) {
        return encoder->status;
    }
    if (setjmp(png_jmpbuf(encoder->png)) != 0) {
        return encoder->status;
    }
    if (encoder->rows_left != 0) {
        png_error(encoder->png, "rows are missing");
    }
    png_write_end(encoder->png, NULL);
    if (!byte_sink_flush(&encoder->sink)) {
        png_error(encoder->png, "writing failed");
    }
    return cimage_ok();
}

const uint8_t *cimage_png_encoder_bytes(const cimage_png_encoder *encoder, size_t *length) {
    *length = encoder->sink.length;
    return encoder->sink.bytes;
}

void cimage_png_encoder_destroy(cimage_png_encoder *encoder) {
    if (encoder == NULL) {
        return;
    }
    if (encoder->png != NULL) {
        png_destroy_write_struct(&encoder->png, &encoder->info);
    }
    byte_sink_close(&encoder->sink);
    free(encoder);
}
