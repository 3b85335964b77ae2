// An allocator with a budget: it counts what is out and answers NULL beyond its limit.
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/// What one allocation is taken to cost beyond its size: this allocator's header and malloc's own.
#define ONNX_ALLOCATION_OVERHEAD 32

/// Counts of one budget. Not for use by two threads at once.
typedef struct {
    /// Most bytes that may be out at one time.
    uint64_t limit;
    /// How many more allocations may be made; UINT64_MAX for no bound.
    uint64_t allocations_left;
    uint64_t used;
    uint64_t peak;
    /// Set when an allocation was refused because of `limit` or `allocations_left`.
    int exhausted;
} onnx_memory;

/// A budget of `limit` bytes with nothing out.
onnx_memory onnx_memory_make(uint64_t limit);

/// `size` bytes aligned to 16, or NULL when that would pass the limit or the system has none.
void *onnx_memory_allocate(onnx_memory *memory, size_t size);

/// Grows or shrinks a block; on NULL the old block stands as it was. `block` may be NULL.
void *onnx_memory_resize(onnx_memory *memory, void *block, size_t size);

/// Gives a block back to the budget it came from. NULL is allowed.
void onnx_memory_release(onnx_memory *memory, void *block);

/// The same budget in the form protobuf-c takes; it points to `memory`, which must outlive it.
ProtobufCAllocator onnx_memory_allocator(onnx_memory *memory);
