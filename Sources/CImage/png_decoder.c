#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "byte_source.h"
#include "cimage_png.h"
#include "metadata.h"
#include "status.h"

enum {
    HEADER_BYTES = 8 + 8 + 13 + 4,         // signature, then the whole IHDR chunk
    ALLOCATION_BYTES = 8 * 1024 * 1024,    // libpng's largest single allocation
    DEFLATE_RATIO = 1100,                  // above the largest ratio that deflate reaches, 1032
};

// Everything that a longjmp must leave intact lives here, on the heap.
struct cimage_png_decoder {
    png_structp png;
    png_infop info;
    byte_source source;
    metadata_list metadata;
    cimage_status status;  // the first failure; every later call returns it again
    uint64_t rows_left;    // over all passes
};

static void on_error(png_structp png, png_const_charp message) {
    cimage_png_decoder *decoder = png_get_error_ptr(png);
    if (decoder->source.read_error != 0) {
        decoder->status = cimage_fail_system(CIMAGE_CODE_READ, decoder->source.read_error);
    } else if (decoder->source.ended) {
        decoder->status = cimage_fail(CIMAGE_CODE_TRUNCATED, "the PNG file ends in the middle of its data");
    } else {
        decoder->status = cimage_fail(CIMAGE_CODE_DATA, "damaged PNG file: %s", message);
    }
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep bytes, png_size_t length) {
    cimage_png_decoder *decoder = png_get_io_ptr(png);
    if (!byte_source_read(&decoder->source, bytes, length)) {
        png_error(png, "unexpected end of file");
    }
}

static int on_chunk(png_structp png, png_unknown_chunkp chunk) {
    cimage_png_decoder *decoder = png_get_user_chunk_ptr(png);
    for (int index = 0; index < metadata_type_count; index++) {
        if (memcmp(metadata_type_names + 5 * index, chunk->name, 4) == 0) {
            const uint8_t *name = chunk->name;
            uint32_t type = (uint32_t)name[0] << 24 | (uint32_t)name[1] << 16 | (uint32_t)name[2] << 8 | name[3];
            metadata_add(&decoder->metadata, type, chunk->data, chunk->size);
        }
    }
    bool critical = (chunk->name[0] & 0x20) == 0;
    return critical ? -1 : 1;
}

static png_voidp allocate(png_structp png, png_alloc_size_t size) {
    (void)png;
    return size > ALLOCATION_BYTES ? NULL : malloc(size);
}

static void release(png_structp png, png_voidp block) {
    (void)png;
    free(block);
}

static uint32_t read_uint32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Checks signature and IHDR before libpng sees them.
static cimage_status check_header(const byte_source *source, size_t file_length, const cimage_limits *limits) {
    static const uint8_t start[16] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    size_t known = source->available < sizeof start ? source->available : sizeof start;
    if (memcmp(source->next, start, known) != 0) {
        return cimage_fail(CIMAGE_CODE_HEADER, "the PNG file does not begin with a signature and an IHDR chunk");
    }
    if (source->available < HEADER_BYTES) {
        return cimage_fail(CIMAGE_CODE_TRUNCATED, "the PNG file ends within its header");
    }
    const uint8_t *header = source->next + sizeof start;
    uint32_t width = read_uint32(header);
    uint32_t height = read_uint32(header + 4);
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX) {
        return cimage_fail(CIMAGE_CODE_HEADER, "the PNG header gives an impossible size of %u x %u pixels", width,
                           height);
    }
    cimage_status size = cimage_check_size(width, height, limits);
    if (size.code != CIMAGE_CODE_OK) {
        return size;
    }
    uint32_t depth = header[8];
    uint32_t samples = 0;
    switch (header[9]) {
    case PNG_COLOR_TYPE_GRAY:
        samples = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16 ? 1 : 0;
        break;
    case PNG_COLOR_TYPE_PALETTE:
        samples = depth == 1 || depth == 2 || depth == 4 || depth == 8 ? 1 : 0;
        break;
    case PNG_COLOR_TYPE_RGB:
        samples = depth == 8 || depth == 16 ? 3 : 0;
        break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
        samples = depth == 8 || depth == 16 ? 2 : 0;
        break;
    case PNG_COLOR_TYPE_RGB_ALPHA:
        samples = depth == 8 || depth == 16 ? 4 : 0;
        break;
    default:
        break;
    }
    if (samples == 0) {
        return cimage_fail(CIMAGE_CODE_HEADER, "the PNG header gives bit depth %u with colour type %u, which PNG forbids",
                           depth, header[9]);
    }
    if (header[10] != 0 || header[11] != 0 || header[12] > 1) {
        return cimage_fail(CIMAGE_CODE_HEADER,
                           "the PNG header gives compression %u, filter %u and interlacing %u; PNG knows 0, 0 and 0 or 1",
                           header[10], header[11], header[12]);
    }
    uint64_t raw = ((uint64_t)width * samples * depth + 7) / 8 * height;
    if (raw / DEFLATE_RATIO > file_length) {
        return cimage_fail(CIMAGE_CODE_TRUNCATED, "a file of %zu bytes is too small to hold %u x %u pixels", file_length,
                           width, height);
    }
    return cimage_ok();
}

static void start_reading(cimage_png_decoder *decoder, const cimage_limits *limits, cimage_png_layout *layout) {
    png_structp png = decoder->png;
    if (setjmp(png_jmpbuf(png)) != 0) {
        return;
    }
    decoder->info = png_create_info_struct(png);
    if (decoder->info == NULL) {
        decoder->status = cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to read the PNG file");
        return;
    }
    png_set_read_fn(png, decoder, on_read);
    png_set_user_limits(png, limits->side, limits->side);
    png_set_chunk_cache_max(png, 8);
    // No limit on a chunk's length: an allocation beyond ALLOCATION_BYTES fails, and libpng passes over the chunk.
    png_set_chunk_malloc_max(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    // libpng interprets IHDR, PLTE, tRNS, IDAT and IEND only; the carried types arrive in on_chunk as raw bytes.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_ALWAYS, metadata_type_names, metadata_type_count);
    png_set_read_user_chunk_fn(png, decoder, on_chunk);

    png_read_info(png, decoder->info);
    png_set_expand(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (png_get_bit_depth(png, decoder->info) == 16) {
        png_set_swap(png);
    }
#endif
    layout->passes = (uint32_t)png_set_interlace_handling(png);
    png_read_update_info(png, decoder->info);

    layout->width = png_get_image_width(png, decoder->info);
    layout->height = png_get_image_height(png, decoder->info);
    layout->bit_depth = png_get_bit_depth(png, decoder->info);
    uint32_t samples = png_get_channels(png, decoder->info);
    layout->alpha_samples = 1 - samples % 2;
    layout->colour_samples = samples - layout->alpha_samples;
    decoder->rows_left = (uint64_t)layout->height * layout->passes;
    uint64_t row_bytes = (uint64_t)layout->width * samples * (layout->bit_depth / 8);
    if (png_get_rowbytes(png, decoder->info) != row_bytes) {
        png_error(png, "rows of an unexpected size");
    }
}

cimage_status cimage_png_decoder_open(const cimage_input *input, const cimage_limits *limits,
                                      cimage_png_layout *layout, cimage_png_decoder **result) {
    *result = NULL;
    cimage_png_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL || !byte_source_open(&decoder->source, input)) {
        free(decoder);
        return cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to read the PNG file");
    }
    decoder->status = check_header(&decoder->source, input->length, limits);
    if (decoder->source.read_error != 0) {
        decoder->status = cimage_fail_system(CIMAGE_CODE_READ, decoder->source.read_error);
    }
    if (decoder->status.code == CIMAGE_CODE_OK) {
        decoder->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning, decoder, allocate,
                                                release);
        if (decoder->png == NULL) {
            decoder->status = cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to read the PNG file");
        } else {
            start_reading(decoder, limits, layout);
        }
    }
    cimage_status status = decoder->status;
    if (status.code == CIMAGE_CODE_OK) {
        *result = decoder;
    } else {
        cimage_png_decoder_destroy(decoder);
    }
    return status;
}

cimage_status cimage_png_decoder_read_row(cimage_png_decoder *decoder, uint8_t *row) {
    if (decoder->status.code != CIMAGE_CODE_OK) {
        return decoder->status;
    }
    if (setjmp(png_jmpbuf(decoder->png)) != 0) {
        return decoder->status;
    }
    if (decoder->rows_left == 0) {
        png_error(decoder->png, "every row has been read");
    }
    decoder->rows_left--;
    png_read_row(decoder->png, row, NULL);
    return cimage_ok();
}

cimage_status cimage_png_decoder_finish(cimage_png_decoder *decoder) {
    if (decoder->status.code != CIMAGE_CODE_OK) {
        return decoder->status;
    }
    if (setjmp(png_jmpbuf(decoder->png)) != 0) {
        return decoder->status;
    }
    if (decoder->rows_left != 0) {
        png_error(decoder->png, "rows are left to read");
    }
    png_read_end(decoder->png, decoder->info);
    return cimage_ok();
}

size_t cimage_png_decoder_chunk_count(const cimage_png_decoder *decoder) {
    return decoder->metadata.count;
}

cimage_chunk cimage_png_decoder_chunk(const cimage_png_decoder *decoder, size_t index) {
    return index < decoder->metadata.count ? decoder->metadata.chunks[index] : (cimage_chunk){0};
}

size_t cimage_png_decoder_dropped_chunks(const cimage_png_decoder *decoder) {
    return decoder->metadata.dropped;
}

void cimage_png_decoder_destroy(cimage_png_decoder *decoder) {
    if (decoder == NULL) {
        return;
    }
    if (decoder->png != NULL) {
        png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
    }
    metadata_clear(&decoder->metadata);
    byte_source_close(&decoder->source);
    free(decoder);
}
