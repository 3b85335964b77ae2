#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "byte_source.h"
#include "cimage_jpeg.h"
#include "cimage_metadata.h"
#include "jpeg_markers.h"
#include "status.h"

// Everything that a longjmp must leave intact lives here, on the heap.
struct cimage_jpeg_decoder {
    struct jpeg_decompress_struct jpeg;  // client_data points back here
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr manager;
    jmp_buf recovery;
    byte_source source;
    jpeg_markers markers;
    cimage_status status;  // the first failure; every later call returns it again
    uint32_t scan_limit;
    bool several_scans;
    bool started;  // rows can be read
};

static cimage_code code_of(int message) {
    switch (message) {
    case JERR_EMPTY_IMAGE:
        return CIMAGE_CODE_HEADER;
    case JERR_IMAGE_TOO_BIG:
    case JERR_NO_BACKING_STORE:
    case JERR_WIDTH_OVERFLOW:
        return CIMAGE_CODE_LIMIT;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
        return CIMAGE_CODE_UNSUPPORTED;
    case JERR_OUT_OF_MEMORY:
        return CIMAGE_CODE_MEMORY;
    default:
        return CIMAGE_CODE_DATA;
    }
}

static void on_error(j_common_ptr jpeg) {
    cimage_jpeg_decoder *decoder = jpeg->client_data;
    if (decoder->source.read_error != 0) {
        decoder->status = cimage_fail_system(CIMAGE_CODE_READ, decoder->source.read_error);
    } else if (decoder->source.ended) {
        decoder->status = cimage_fail(CIMAGE_CODE_TRUNCATED, "the JPEG file ends in the middle of its data");
    } else if (decoder->status.code == CIMAGE_CODE_OK) {
        char message[JMSG_LENGTH_MAX];
        decoder->errors.format_message(jpeg, message);
        cimage_code code = code_of(decoder->errors.msg_code);
        decoder->status =
            cimage_fail(code, "%s: %.150s", code == CIMAGE_CODE_DATA ? "damaged JPEG file" : "JPEG file", message);
    }
    longjmp(decoder->recovery, 1);
}

// libjpeg's warnings speak of damaged data that it papers over; only the harmless ones are let pass.
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0 || jpeg->err->msg_code == JWRN_EXTRANEOUS_DATA || jpeg->err->msg_code == JWRN_JFIF_MAJOR) {
        return;
    }
    on_error(jpeg);
}

static void on_output(j_common_ptr jpeg) {
    (void)jpeg;
}

static void open_source(j_decompress_ptr jpeg) {
    (void)jpeg;
}

static boolean fill_source(j_decompress_ptr jpeg) {
    cimage_jpeg_decoder *decoder = jpeg->client_data;
    decoder->source.available = 0;
    if (!byte_source_refill(&decoder->source)) {
        on_error((j_common_ptr)jpeg);
    }
    jpeg->src->next_input_byte = decoder->source.next;
    jpeg->src->bytes_in_buffer = decoder->source.available;
    return TRUE;
}

static void skip_source(j_decompress_ptr jpeg, long count) {
    while (count > 0) {
        if (jpeg->src->bytes_in_buffer == 0) {
            fill_source(jpeg);
        }
        size_t step = jpeg->src->bytes_in_buffer < (size_t)count ? jpeg->src->bytes_in_buffer : (size_t)count;
        jpeg->src->next_input_byte += step;
        jpeg->src->bytes_in_buffer -= step;
        count -= (long)step;
    }
}

static uint8_t next_byte(j_decompress_ptr jpeg) {
    if (jpeg->src->bytes_in_buffer == 0) {
        fill_source(jpeg);
    }
    jpeg->src->bytes_in_buffer--;
    return *jpeg->src->next_input_byte++;
}

// Reads an APP1 or APP2 segment and keeps it when it belongs to the EXIF block or the ICC profile.
static boolean read_segment(j_decompress_ptr jpeg) {
    cimage_jpeg_decoder *decoder = jpeg->client_data;
    size_t length = (size_t)next_byte(jpeg) << 8;
    length |= next_byte(jpeg);
    if (length < 2) {
        ERREXIT(jpeg, JERR_BAD_LENGTH);
    }
    length -= 2;
    for (size_t index = 0; index < length; index++) {
        decoder->markers.segment[index] = next_byte(jpeg);
    }
    jpeg_markers_add(&decoder->markers, length);
    return TRUE;
}

static void read_header(cimage_jpeg_decoder *decoder, const cimage_limits *limits, cimage_jpeg_layout *layout) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    if (setjmp(decoder->recovery) != 0) {
        return;
    }
    jpeg_create_decompress(jpeg);
    jpeg->client_data = decoder;
    jpeg->mem->max_memory_to_use = limits->memory > LONG_MAX ? LONG_MAX : (long)limits->memory;
    decoder->manager = (struct jpeg_source_mgr){
        .next_input_byte = decoder->source.next,
        .bytes_in_buffer = decoder->source.available,
        .init_source = open_source,
        .fill_input_buffer = fill_source,
        .skip_input_data = skip_source,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = open_source,
    };
    jpeg->src = &decoder->manager;
    jpeg_set_marker_processor(jpeg, JPEG_APP0 + 1, read_segment);
    jpeg_set_marker_processor(jpeg, JPEG_APP0 + 2, read_segment);
    jpeg_read_header(jpeg, TRUE);

    decoder->status = cimage_check_size(jpeg->image_width, jpeg->image_height, limits);
    if (decoder->status.code != CIMAGE_CODE_OK) {
        return;
    }
    switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE:
        jpeg->out_color_space = JCS_GRAYSCALE;
        break;
    case JCS_YCbCr:
    case JCS_RGB:
        jpeg->out_color_space = JCS_RGB;
        break;
    default:
        decoder->status = cimage_fail(CIMAGE_CODE_UNSUPPORTED,
                                      "the JPEG file holds %d colour components (CMYK or unknown); convert it to RGB",
                                      jpeg->num_components);
        return;
    }
    decoder->scan_limit = limits->scans;
    decoder->several_scans = jpeg_has_multiple_scans(jpeg);
    if (decoder->several_scans) {
        jpeg->buffered_image = TRUE;
        jpeg_start_decompress(jpeg);
    }
    layout->width = jpeg->image_width;
    layout->height = jpeg->image_height;
    layout->samples = jpeg->out_color_space == JCS_GRAYSCALE ? 1 : 3;
    layout->several_scans = decoder->several_scans;
    layout->pixels_per_metre_x = 0;
    layout->pixels_per_metre_y = 0;
    if (jpeg->saw_JFIF_marker && (jpeg->density_unit == 1 || jpeg->density_unit == 2)) {
        double factor = jpeg->density_unit == 1 ? 1 / 0.0254 : 100;
        layout->pixels_per_metre_x = (uint32_t)(jpeg->X_density * factor + 0.5);
        layout->pixels_per_metre_y = (uint32_t)(jpeg->Y_density * factor + 0.5);
    }
}

cimage_status cimage_jpeg_decoder_open(const cimage_input *input, const cimage_limits *limits,
                                       cimage_jpeg_layout *layout, cimage_jpeg_decoder **result) {
    *result = NULL;
    cimage_jpeg_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL || !byte_source_open(&decoder->source, input)) {
        free(decoder);
        return cimage_fail(CIMAGE_CODE_MEMORY, "not enough memory to read the JPEG file");
    }
    decoder->jpeg.client_data = decoder;
    decoder->jpeg.err = jpeg_std_error(&decoder->errors);
    decoder->errors.error_exit = on_error;
    decoder->errors.emit_message = on_message;
    decoder->errors.output_message = on_output;
    read_header(decoder, limits, layout);

    cimage_status status = decoder->status;
    if (status.code == CIMAGE_CODE_OK) {
        *result = decoder;
    } else {
        cimage_jpeg_decoder_destroy(decoder);
    }
    return status;
}

// A progressive file whose scans leave out a component's mean values is damaged even if it ends properly.
static void check_coefficients(j_decompress_ptr jpeg) {
    for (int component = 0; jpeg->coef_bits != NULL && component < jpeg->num_components; component++) {
        if (jpeg->coef_bits[component][0] < 0) {
            ERREXIT(jpeg, JERR_BAD_PROGRESSION);
        }
    }
}

cimage_status cimage_jpeg_decoder_absorb(cimage_jpeg_decoder *decoder, bool *done) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    *done = !decoder->several_scans || decoder->started;
    if (decoder->status.code != CIMAGE_CODE_OK || *done) {
        return decoder->status;
    }
    if (setjmp(decoder->recovery) != 0) {
        return decoder->status;
    }
    int result = jpeg_consume_input(jpeg);
    if (jpeg->input_scan_number > 0 && (uint32_t)jpeg->input_scan_number > decoder->scan_limit) {
        decoder->status = cimage_fail(CIMAGE_CODE_LIMIT, "the JPEG file has more than %u scans", decoder->scan_limit);
    } else if (result == JPEG_REACHED_EOI) {
        check_coefficients(jpeg);
        jpeg_start_output(jpeg, jpeg->input_scan_number);
        decoder->started = true;
        *done = true;
    }
    return decoder->status;
}

cimage_status cimage_jpeg_decoder_read_row(cimage_jpeg_decoder *decoder, uint8_t *row) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    if (decoder->status.code != CIMAGE_CODE_OK) {
        return decoder->status;
    }
    if (setjmp(decoder->recovery) != 0) {
        return decoder->status;
    }
    if (!decoder->started) {
        if (decoder->several_scans) {
            ERREXIT1(jpeg, JERR_BAD_STATE, jpeg->global_state);
        }
        jpeg_start_decompress(jpeg);
        decoder->started = true;
    }
    if (jpeg->output_scanline >= jpeg->output_height) {
        ERREXIT1(jpeg, JERR_BAD_STATE, jpeg->global_state);
    }
    JSAMPROW rows[1] = {row};
    jpeg_read_scanlines(jpeg, rows, 1);
    return cimage_ok();
}

cimage_status cimage_jpeg_decoder_finish(cimage_jpeg_decoder *decoder) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    if (decoder->status.code != CIMAGE_CODE_OK) {
        return decoder->status;
    }
    if (setjmp(decoder->recovery) != 0) {
        return decoder->status;
    }
    if (decoder->several_scans) {
        jpeg_finish_output(jpeg);
    }
    jpeg_finish_decompress(jpeg);
    return cimage_ok();
}

const uint8_t *cimage_jpeg_decoder_exif(const cimage_jpeg_decoder *decoder, size_t *length) {
    *length = decoder->markers.exif_length;
    return decoder->markers.exif;
}

size_t cimage_jpeg_decoder_icc_length(const cimage_jpeg_decoder *decoder) {
    return jpeg_markers_icc_length(&decoder->markers);
}

void cimage_jpeg_decoder_icc(const cimage_jpeg_decoder *decoder, uint8_t *profile) {
    jpeg_markers_icc(&decoder->markers, profile);
}

void cimage_jpeg_decoder_destroy(cimage_jpeg_decoder *decoder) {
    if (decoder == NULL) {
        return;
    }
    jpeg_destroy_decompress(&decoder->jpeg);
    jpeg_markers_clear(&decoder->markers);
    byte_source_close(&decoder->source);
    free(decoder);
}
