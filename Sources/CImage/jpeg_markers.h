#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JPEG_ICC_PARTS = 256 };  // numbered from 1 to 255

// The EXIF block and the parts of the ICC profile, gathered from APP1 and APP2 segments in constant time each.
typedef struct jpeg_markers {
    uint8_t segment[65536];  // the segment just read
    uint8_t *exif;
    size_t exif_length;
    uint8_t *icc_parts[JPEG_ICC_PARTS];
    size_t icc_part_lengths[JPEG_ICC_PARTS];
    size_t icc_bytes;      // of all parts
    uint8_t icc_count;     // parts that the first one announces; 0 before it
    bool icc_damaged;      // parts that contradict each other, or too many bytes
} jpeg_markers;

// Looks at the first length bytes of segment and copies what is wanted.
void jpeg_markers_add(jpeg_markers *markers, size_t length);

// The bytes of the whole profile, 0 when it is absent, incomplete or damaged.
size_t jpeg_markers_icc_length(const jpeg_markers *markers);
void jpeg_markers_icc(const jpeg_markers *markers, uint8_t *profile);

void jpeg_markers_clear(jpeg_markers *markers);
