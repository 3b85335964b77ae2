#include "jpeg_markers.h"

#include <stdlib.h>
#include <string.h>

#include "cimage_metadata.h"

static const uint8_t exif_prefix[] = {'E', 'x', 'i', 'f', 0, 0};
static const uint8_t icc_prefix[] = {'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0};

static uint8_t *copy_of(const uint8_t *bytes, size_t length) {
    uint8_t *copy = malloc(length);
    if (copy != NULL) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

// An ICC segment: prefix, number of this part from 1, number of parts, bytes.
static void add_icc_part(jpeg_markers *markers, size_t length) {
    size_t start = sizeof icc_prefix + 2;
    if (length <= start) {
        markers->icc_damaged = true;
        return;
    }
    uint8_t number = markers->segment[sizeof icc_prefix];
    uint8_t count = markers->segment[sizeof icc_prefix + 1];
    bool agrees = markers->icc_count == 0 || markers->icc_count == count;
    if (number == 0 || number > count || !agrees || markers->icc_parts[number] != NULL ||
        length - start > CIMAGE_METADATA_CHUNK_BYTES - markers->icc_bytes) {
        markers->icc_damaged = true;
        return;
    }
    markers->icc_count = count;
    markers->icc_parts[number] = copy_of(markers->segment + start, length - start);
    if (markers->icc_parts[number] == NULL) {
        markers->icc_damaged = true;
        return;
    }
    markers->icc_part_lengths[number] = length - start;
    markers->icc_bytes += length - start;
}

void jpeg_markers_add(jpeg_markers *markers, size_t length) {
    if (length > sizeof exif_prefix && memcmp(markers->segment, exif_prefix, sizeof exif_prefix) == 0) {
        if (markers->exif == NULL) {
            markers->exif = copy_of(markers->segment + sizeof exif_prefix, length - sizeof exif_prefix);
            markers->exif_length = markers->exif == NULL ? 0 : length - sizeof exif_prefix;
        }
    } else if (length >= sizeof icc_prefix && memcmp(markers->segment, icc_prefix, sizeof icc_prefix) == 0) {
        add_icc_part(markers, length);
    }
}

size_t jpeg_markers_icc_length(const jpeg_markers *markers) {
    for (size_t number = 1; number <= markers->icc_count; number++) {
        if (markers->icc_parts[number] == NULL) {
            return 0;
        }
    }
    return markers->icc_damaged ? 0 : markers->icc_bytes;
}

void jpeg_markers_icc(const jpeg_markers *markers, uint8_t *profile) {
    for (size_t number = 1; number <= markers->icc_count; number++) {
        memcpy(profile, markers->icc_parts[number], markers->icc_part_lengths[number]);
        profile += markers->icc_part_lengths[number];
    }
}

void jpeg_markers_clear(jpeg_markers *markers) {
    free(markers->exif);
    for (size_t number = 0; number < JPEG_ICC_PARTS; number++) {
        free(markers->icc_parts[number]);
    }
    memset(markers, 0, sizeof *markers);
}
