// Ports that hold what was written to them, with a note of every access of a port or of watched memory, for tests of the
// encoder. In C because uc_hook_add is variadic. PortMachine calls it.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../CUnicorn/unicorn.h"

struct port_access {
    bool is_write;
    // Number of the port, or address.
    uint64_t place;
    int size;
    // What was read or written.
    uint64_t value;
};

// Ports `start` to `start + count - 1`, and what they hold.
struct port_bank {
    uint32_t start, count;
    uint8_t *bytes;
    // The first accesses, as many as there is room for.
    struct port_access *trace;
    uint32_t trace_room, trace_count;
    // Whether another port was accessed.
    bool has_strayed;
};

// Hooks IN and OUT, and memory from `start` up to `end`. The bank must not move afterwards.
uc_err port_bank_watch(uc_engine *engine, struct port_bank *bank, uint64_t start, uint64_t end);
