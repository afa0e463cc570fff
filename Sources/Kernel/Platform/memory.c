// What the Swift compiler expects to find: block moves and an allocator.
//
// The heap serves discovery and generation, which run once and are then thrown away as a whole. So it only grows, except
// that freeing the newest block takes it back, which catches most short-lived ones.

#include "Platform.h"
#include <stddef.h>

#define HEAP_BYTES (1024 * 1024)

static _Alignas(16) uint8_t heap[HEAP_BYTES];
static size_t used;
static size_t newest;

// Swift's side of running out of memory; reports and does not come back.
void heapExhausted(void);

int posix_memalign(void **block, size_t alignment, size_t size) {
    size_t start = (used + alignment - 1) & ~(alignment - 1);
    if (start > HEAP_BYTES || size > HEAP_BYTES - start) heapExhausted();
    newest = start;
    used = start + size;
    *block = heap + start;
    return 0;
}

void free(void *block) {
    if (block && (uint8_t *)block == heap + newest) used = newest;
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
