// What the Swift compiler expects to find: block moves and an allocator.
//
// The heap serves discovery and generation, which run once and are then thrown away as a whole. Blocks have sizes that are
// powers of two; a block that was freed waits in the list of its size for the next that needs one, and is never divided.

#include "Platform.h"
#include <stddef.h>

#define HEAP_BYTES (1024 * 1024)
#define LEAST_SHIFT 5
#define SIZE_COUNT 16

// What stands before a block: as many bytes as blocks are aligned to.
struct header {
    struct header *next;  // of a free block: the next one of its size
    size_t size;          // index of the size, LEAST_SHIFT more than which is its logarithm; with the header
};

static _Alignas(16) uint8_t heap[HEAP_BYTES];
static size_t used;
static struct header *free_blocks[SIZE_COUNT];

// Swift's side of running out of memory; reports and does not come back.
void heapExhausted(void);

// No type of Swift asks for more than 16 bytes of alignment here.
int posix_memalign(void **block, size_t alignment, size_t size) {
    size_t index = 0;
    if (alignment > sizeof(struct header) || size > HEAP_BYTES) heapExhausted();
    while (((size_t)1 << (LEAST_SHIFT + index)) < size + sizeof(struct header)) index++;
    if (index >= SIZE_COUNT) heapExhausted();
    struct header *header = free_blocks[index];
    if (header) {
        free_blocks[index] = header->next;
    } else {
        size_t taken = (size_t)1 << (LEAST_SHIFT + index);
        if (taken > HEAP_BYTES - used) heapExhausted();
        header = (struct header *)(heap + used);
        used += taken;
    }
    header->size = index;
    *block = header + 1;
    return 0;
}

void free(void *block) {
    if (!block) return;
    struct header *header = (struct header *)block - 1;
    header->next = free_blocks[header->size];
    free_blocks[header->size] = header;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
    void *const result = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
    return result;
}

void *memmove(void *to, const void *from, size_t count) {
    if ((uintptr_t)to - (uintptr_t)from >= count) return memcpy(to, from, count);
    uint8_t *end = (uint8_t *)to + count - 1;
    const uint8_t *source = (const uint8_t *)from + count - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(end), "+S"(source), "+c"(count)::"memory");
    return to;
}

void *memset(void *to, int value, size_t count) {
    void *const result = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
    return result;
}

int memcmp(const void *left, const void *right, size_t count) {
    const uint8_t *l = left, *r = right;
    for (size_t i = 0; i < count; i++)
        if (l[i] != r[i]) return l[i] - r[i];
    return 0;
}
