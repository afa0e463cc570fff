// The part of a simulated run that happens on every instruction, kept in C because a debug build of Swift is too slow
// for it, and because uc_hook_add is variadic. It counts, keeps the clock, notes coverage, and hands accesses on.
// SimulatedProcessor calls it.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../CUnicorn/unicorn.h"

enum { SIMULATION_MEMORY_LIMIT = 32, SIMULATION_WINDOW_LIMIT = 6 };

// Coverage of an instruction, a bit a way that control took from it.
enum { SIMULATION_EXECUTED = 1, SIMULATION_FELL_THROUGH = 2, SIMULATION_JUMPED = 4 };

// Why a run was stopped by a hook.
enum { SIMULATION_NO_FAULT, SIMULATION_STRAY_READ, SIMULATION_STRAY_WRITE, SIMULATION_STRAY_FETCH, SIMULATION_ENDLESS };

// Memory that the code was granted. Accesses to silent memory are not handed on.
struct simulation_memory {
    uint64_t start, end;
    bool is_silent;
};

struct simulation;

struct simulation_window {
    struct simulation *simulation;
    uint32_t index;
    // Addresses, ports, or places in configuration space.
    uint64_t start, end;
    uint32_t space;
};

struct simulation {
    uc_engine *engine;
    void *owner;
    uint64_t (*read_window)(void *owner, uint32_t window, uint64_t offset, uint32_t size);
    void (*write_window)(void *owner, uint32_t window, uint64_t offset, uint32_t size, uint64_t value);
    // `value` is what a write stores; 0 for a read, which has not happened yet.
    void (*touch_memory)(void *owner, bool is_write, uint64_t address, uint32_t size, uint64_t value);

    // A full fence is about to be made.
    void (*fence)(void *owner);

    // The time-stamp counter, and what an instruction adds to it.
    uint64_t clock, counts_per_instruction;
    uint64_t instructions, instruction_limit;

    uint64_t code_start, code_size;
    const uint8_t *code;
    uint8_t *coverage;

    // Address of the instruction that runs, and of what follows it in memory.
    uint64_t current, next;
    bool reads_clock;
    // Width of the access that runs: memory handlers see a wide one in parts.
    uint32_t access_size;

    uint32_t fault;
    uint64_t fault_address;
    uint32_t fault_size;

    struct simulation_memory memories[SIMULATION_MEMORY_LIMIT];
    uint32_t memory_count;
    struct simulation_window windows[SIMULATION_WINDOW_LIMIT];
    uint32_t window_count;
    // What the port that selects a register of configuration space was given last.
    uint32_t selected;
};

// Puts the simulated clock where RDTSC leaves its result. Unicorn 2.0.1 has no hook for RDTSC and returns the host's
// counter, so the result is replaced before the instruction that follows.
void simulation_set_clock(uc_engine *engine, uint64_t clock);

// Maps a window at its address and tells its accesses. The structure must not move afterwards.
uc_err simulation_map_window(struct simulation *run, uint64_t start, uint64_t byte_count);

// Adds a window of ports, or one of configuration space, whose accesses are told. The hooks are those of the code.
uc_err simulation_add_ports(
    struct simulation *run, uint64_t start, uint64_t byte_count, bool is_configuration);

// Maps the block that holds all memories, and watches it.
uc_err simulation_map_data(struct simulation *run, uint64_t start, uint64_t byte_count, void *block);

// Grants a part of the data block.
uc_err simulation_grant(struct simulation *run, uint64_t start, uint64_t byte_count, bool is_silent);

// Maps the code, readable and executable, and hooks what is to be seen everywhere.
uc_err simulation_map_code(struct simulation *run, uint64_t mapped_byte_count);

// Runs from an address until control comes to `end`. The structure's fault says why a hook ended it.
uc_err simulation_run(struct simulation *run, uint64_t entry, uint64_t end);
