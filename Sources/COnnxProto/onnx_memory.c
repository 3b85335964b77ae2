#include "onnx_memory.h"

#include <stdlib.h>

// Stands before every block and remembers its size; 16 bytes keep malloc's alignment.
typedef struct {
    _Alignas(16) uint64_t size;
} block_header;

onnx_memory onnx_memory_make(uint64_t limit) {
    return (onnx_memory){.limit = limit, .allocations_left = UINT64_MAX};
}

// Whether the budget has room for `cost` more bytes in one more allocation, which is then taken from it.
static int reserve(onnx_memory *memory, uint64_t cost) {
    if (memory->allocations_left == 0 || cost > memory->limit || memory->used > memory->limit - cost) {
        memory->exhausted = 1;
        return 0;
    }
    if (memory->allocations_left != UINT64_MAX) memory->allocations_left -= 1;
    memory->used += cost;
    if (memory->used > memory->peak) memory->peak = memory->used;
    return 1;
}

void *onnx_memory_allocate(onnx_memory *memory, size_t size) {
    if (size > SIZE_MAX - ONNX_ALLOCATION_OVERHEAD) return NULL;
    uint64_t cost = (uint64_t)size + ONNX_ALLOCATION_OVERHEAD;
    if (!reserve(memory, cost)) return NULL;
    block_header *header = malloc(sizeof(block_header) + size);
    if (header == NULL) {
        memory->used -= cost;
        return NULL;
    }
    header->size = size;
    return header + 1;
}

void *onnx_memory_resize(onnx_memory *memory, void *block, size_t size) {
    if (block == NULL) return onnx_memory_allocate(memory, size);
    if (size > SIZE_MAX - ONNX_ALLOCATION_OVERHEAD) return NULL;
    block_header *header = (block_header *)block - 1;
    uint64_t old_size = header->size;
    uint64_t growth = size > old_size ? size - old_size : 0;
    if (!reserve(memory, growth)) return NULL;
    block_header *moved = realloc(header, sizeof(block_header) + size);
    if (moved == NULL) {
        memory->used -= growth;
        return NULL;
    }
    if (size < old_size) memory->used -= old_size - size;
    moved->size = size;
    return moved + 1;
}

void onnx_memory_release(onnx_memory *memory, void *block) {
    if (block == NULL) return;
    block_header *header = (block_header *)block - 1;
    memory->used -= header->size + ONNX_ALLOCATION_OVERHEAD;
    free(header);
}

static void *allocator_allocate(void *memory, size_t size) {
    return onnx_memory_allocate(memory, size);
}

static void allocator_release(void *memory, void *block) {
    onnx_memory_release(memory, block);
}

ProtobufCAllocator onnx_memory_allocator(onnx_memory *memory) {
    return (ProtobufCAllocator){
        .alloc = allocator_allocate,
        .free = allocator_release,
        .allocator_data = memory,
    };
}
