#pragma once

#include "cimage_metadata.h"

// Metadata chunks copied out of a file, within the bounds of cimage_metadata.h.
typedef struct metadata_list {
    cimage_chunk chunks[CIMAGE_METADATA_CHUNKS];
    size_t count;
    size_t stored;    // bytes of all payloads
    size_t inflated;  // bytes that compressed payloads inflate to
    size_t dropped;
} metadata_list;

// The types that are carried, as libpng wants them: four letters and a NUL each.
extern const uint8_t metadata_type_names[];
extern const int metadata_type_count;

// Copies a chunk into the list when it is of a carried type, well formed and within the bounds; compressed text and
// profiles are inflated once into a scratch buffer to see that they end within them. Counts it as dropped otherwise.
void metadata_add(metadata_list *list, uint32_t type, const uint8_t *bytes, size_t length);

void metadata_clear(metadata_list *list);
