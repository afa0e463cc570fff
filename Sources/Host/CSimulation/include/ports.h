// Ports that hold what was written to them, with a note of every access, for tests of the encoder. In C because
// uc_hook_add is variadic. PortMachine calls it.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../CUnicorn/unicorn.h"

struct port_access {
    bool is_write;
    uint32_t port;
    int size;
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

// Hooks IN and OUT. The bank must not move afterwards.
uc_err port_bank_watch(uc_engine *engine, struct port_bank *bank);
