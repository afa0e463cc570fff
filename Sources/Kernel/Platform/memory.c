// What the Swift compiler expects to find: block moves and an allocator.
//
// The heap serves discovery and generation, which run once and are then thrown away as a whole. Blocks have sizes that are
// powers of two; a block that was freed waits in the list of its size for the next that needs one, and is never divided.
// The image's own area serves until the memory map is known; then the kernel adds one that fits the machine.
//
// What one driver's generation takes can be dropped as a whole (an attempt): it then leaves the heap as it found it. A block
// from before the attempt is neither used again nor freed while the attempt lasts, because whoever drops it goes on with
// what he knew before.

#include "Platform.h"
#include <stddef.h>

#define FIRST_BYTES (1024 * 1024)
#define LARGEST_BYTES (1024 * 1024)
// What no attempt gets: for what the kernel does beside it and with what comes of it.
#define RESERVED_BYTES (64 * 1024)
#define LEAST_SHIFT 5
#define SIZE_COUNT 16

// Who has a block: nobody, the attempt of that number, or somebody for good.
#define NOBODY 0
#define FOR_GOOD UINT32_MAX

// What is before a block: as many bytes as blocks are aligned to.
struct header {
    struct header *next;  // of a block that is free, or is to be: the next one of its list
    uint32_t size;        // index of the size, LEAST_SHIFT more than which is its logarithm; with the header
    uint32_t owner;
};

// Blocks are in an area one after the other from its start to `used`.
struct area {
    uint8_t *start, *used, *end;
};

static _Alignas(16) uint8_t first_bytes[FIRST_BYTES];
static struct area areas[] = {{first_bytes, first_bytes, first_bytes + FIRST_BYTES}, {0, 0, 0}};
#define AREA_COUNT (sizeof areas / sizeof areas[0])
static struct header *free_blocks[SIZE_COUNT];
// Blocks from before the attempt that it has freed.
static struct header *released;
static uint32_t attempt_count;
static uint32_t owner = FOR_GOOD;

// Swift's side of running out of memory; reports and does not come back.
void heapExhausted(void);

static size_t byte_count(const struct header *header) { return (size_t)1 << (LEAST_SHIFT + header->size); }

// Ends the attempt under way, or the run.
__attribute__((noreturn)) static void run_out(void) {
    if (owner != FOR_GOOD) abandon_attempt(1);
    heapExhausted();
    __builtin_unreachable();
}

static struct header *take_new(size_t bytes) {
    for (size_t i = 0; i < AREA_COUNT; i++) {
        struct area *area = &areas[i];
        int is_last = i == AREA_COUNT - 1 || !areas[i + 1].start;
        size_t kept = is_last && owner != FOR_GOOD ? RESERVED_BYTES : 0;
        if ((size_t)(area->end - area->used) < bytes + kept) continue;
        struct header *header = (struct header *)area->used;
        area->used += bytes;
        return header;
    }
    run_out();
}

static void put_back(struct header *header) {
    header->owner = NOBODY;
    header->next = free_blocks[header->size];
    free_blocks[header->size] = header;
}

// No type of Swift asks for more than 16 bytes of alignment here.
int posix_memalign(void **block, size_t alignment, size_t size) {
    uint32_t index = 0;
    if (alignment > sizeof(struct header) || size > LARGEST_BYTES - sizeof(struct header)) run_out();
    while (((size_t)1 << (LEAST_SHIFT + index)) < size + sizeof(struct header)) index++;
    struct header *header = free_blocks[index];
    if (header) {
        free_blocks[index] = header->next;
    } else {
        header = take_new((size_t)1 << (LEAST_SHIFT + index));
        header->size = index;
    }
    header->owner = owner;
    *block = header + 1;
    return 0;
}

void free(void *block) {
    if (!block) return;
    struct header *header = (struct header *)block - 1;
    if (owner != FOR_GOOD && header->owner != owner) {
        header->next = released;
        released = header;
    } else {
        put_back(header);
    }
}

void heap_add(uint64_t start, uint64_t count) {
    uint8_t *bytes = (uint8_t *)start;
    areas[AREA_COUNT - 1] = (struct area){bytes, bytes, bytes + count};
}

void attempt_begin(void) { owner = ++attempt_count; }

void attempt_pause(void) { owner = FOR_GOOD; }

void attempt_resume(void) { owner = attempt_count; }

void attempt_keep(void) {
    owner = FOR_GOOD;
    while (released) {
        struct header *next = released->next;
        put_back(released);
        released = next;
    }
}

// Frees every block of the attempt, and gives back what is free at the end of an area, so that it can be divided anew.
void attempt_drop(void) {
    owner = FOR_GOOD;
    released = 0;
    for (size_t i = 0; i < SIZE_COUNT; i++) free_blocks[i] = 0;
    for (size_t i = 0; i < AREA_COUNT; i++) {
        struct area *area = &areas[i];
        uint8_t *end = area->start;
        for (uint8_t *at = area->start; at < area->used; at += byte_count((struct header *)at)) {
            struct header *header = (struct header *)at;
            if (header->owner == attempt_count) header->owner = NOBODY;
            if (header->owner != NOBODY) end = at + byte_count(header);
        }
        area->used = end;
        for (uint8_t *at = area->start; at < end; at += byte_count((struct header *)at))
            if (((struct header *)at)->owner == NOBODY) put_back((struct header *)at);
    }
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
