// The part of a simulated run that happens on every instruction, kept in C because a debug build of Swift is too slow
// for it, and because uc_hook_add is variadic. It counts, keeps the clock, notes coverage, and hands accesses on.
// Sources/Host/Devices calls it.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "configuration.h"

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

static inline void simulation_stop(struct simulation *run, uint32_t fault, uint64_t address, uint32_t size) {
    if (run->fault == SIMULATION_NO_FAULT) {
        run->fault = fault;
        run->fault_address = address;
        run->fault_size = size;
    }
    uc_emu_stop(run->engine);
}

// Puts the simulated clock where RDTSC leaves its result. Unicorn 2.0.1 has no hook for RDTSC and gives the host's
// counter, so the result is replaced before the instruction that follows.
static inline void simulation_set_clock(uc_engine *engine, uint64_t clock) {
    uint64_t low = clock & 0xFFFFFFFF, high = clock >> 32;
    uc_reg_write(engine, UC_X86_REG_RAX, &low);
    uc_reg_write(engine, UC_X86_REG_RDX, &high);
}

static inline void simulation_on_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    uint64_t before = run->current - run->code_start;
    if (run->current && before < run->code_size) {
        run->coverage[before] |= run->next == address ? SIMULATION_FELL_THROUGH : SIMULATION_JUMPED;
    }
    if (run->reads_clock) simulation_set_clock(run->engine, run->clock);
    run->clock += run->counts_per_instruction;
    run->instructions += 1;
    run->current = address;
    run->next = address + size;
    uint64_t offset = address - run->code_start;
    run->reads_clock = false;
    if (offset < run->code_size) {
        run->coverage[offset] |= SIMULATION_EXECUTED;
        // RDTSC is 0F 31.
        run->reads_clock = size == 2 && run->code[offset] == 0x0F && run->code[offset + 1] == 0x31;
        // MFENCE is 0F AE F0.
        bool is_fence = size == 3 && run->code[offset] == 0x0F && run->code[offset + 1] == 0xAE;
        if (is_fence && run->code[offset + 2] == 0xF0) run->fence(run->owner);
    }
    if (run->instructions > run->instruction_limit) simulation_stop(run, SIMULATION_ENDLESS, address, size);
}

// Pages of two memories may lie side by side, and the last page of one is rarely full: the bounds are kept here.
static inline void simulation_on_data(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    bool is_write = type == UC_MEM_WRITE;
    for (uint32_t i = 0; i < run->memory_count; i += 1) {
        struct simulation_memory *memory = &run->memories[i];
        if (address >= memory->start && address + (uint32_t)size <= memory->end) {
            if (!memory->is_silent) {
                run->touch_memory(run->owner, is_write, address, (uint32_t)size, is_write ? (uint64_t)value : 0);
            }
            return;
        }
    }
    simulation_stop(run, is_write ? SIMULATION_STRAY_WRITE : SIMULATION_STRAY_READ, address, (uint32_t)size);
}

static inline void simulation_on_window(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    (void)value;
    run->access_size = (uint32_t)size;
    for (uint32_t i = 0; i < run->window_count; i += 1) {
        const struct simulation_window *window = &run->windows[i];
        if (window->space == SPACE_MEMORY && address >= window->start && address + (uint32_t)size <= window->end) return;
    }
    simulation_stop(
        run, type == UC_MEM_WRITE ? SIMULATION_STRAY_WRITE : SIMULATION_STRAY_READ, address, (uint32_t)size);
}

static inline bool simulation_on_stray(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    (void)engine;
    (void)value;
    uint32_t fault = SIMULATION_STRAY_READ;
    if (type == UC_MEM_WRITE_UNMAPPED || type == UC_MEM_WRITE_PROT) fault = SIMULATION_STRAY_WRITE;
    if (type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT) fault = SIMULATION_STRAY_FETCH;
    simulation_stop((struct simulation *)data, fault, address, (uint32_t)size);
    return false;
}

static inline uint64_t simulation_read_window(uc_engine *engine, uint64_t offset, unsigned size, void *data) {
    struct simulation_window *window = (struct simulation_window *)data;
    (void)engine;
    (void)size;
    struct simulation *run = window->simulation;
    return run->read_window(run->owner, window->index, offset, run->access_size);
}

static inline void simulation_write_window(
    uc_engine *engine, uint64_t offset, unsigned size, uint64_t value, void *data) {
    struct simulation_window *window = (struct simulation_window *)data;
    (void)engine;
    (void)size;
    struct simulation *run = window->simulation;
    run->write_window(run->owner, window->index, offset, run->access_size, value);
}

// Page of 4 KiB that a range ends on.
static inline uint64_t simulation_page_end(uint64_t address) { return (address + 4095) & ~(uint64_t)4095; }

// Maps a window at its address and tells its accesses. The structure must not move afterwards.
static inline uc_err simulation_map_window(struct simulation *run, uint64_t start, uint64_t byte_count) {
    if (run->window_count == SIMULATION_WINDOW_LIMIT) return UC_ERR_ARG;
    struct simulation_window *window = &run->windows[run->window_count];
    *window =
        (struct simulation_window){run, run->window_count, start, start + byte_count, SPACE_MEMORY};
    run->window_count += 1;
    uint64_t end = simulation_page_end(start + byte_count);
    uc_err error = uc_mmio_map(
        run->engine, start, end - start, simulation_read_window, window, simulation_write_window, window);
    if (error) return error;
    uc_hook hook;
    return uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)simulation_on_window, run, start, end - 1);
}

// Adds a window of ports, or one of configuration space, whose accesses are told. The hooks are those of the code.
static inline uc_err simulation_add_ports(
    struct simulation *run, uint64_t start, uint64_t byte_count, bool is_configuration) {
    if (run->window_count == SIMULATION_WINDOW_LIMIT) return UC_ERR_ARG;
    run->windows[run->window_count] =
        (struct simulation_window){
            run, run->window_count, start, start + byte_count,
            is_configuration ? SPACE_CONFIGURATION : SPACE_PORTS};
    run->window_count += 1;
    return UC_ERR_OK;
}

// The window that an access of ports leads to, and the place there; stops the run and gives `NULL` where none does.
static inline struct simulation_window *simulation_ports(
    struct simulation *run, bool is_write, uint32_t port, int size, uint64_t *offset) {
    uint32_t space;
    uint32_t place = configuration_place(run->selected, port, &space);
    for (uint32_t i = 0; i < run->window_count; i += 1) {
        struct simulation_window *window = &run->windows[i];
        *offset = place - window->start;
        if (window->space == space && place >= window->start && place + (uint32_t)size <= window->end) return window;
    }
    simulation_stop(run, is_write ? SIMULATION_STRAY_WRITE : SIMULATION_STRAY_READ, place, (uint32_t)size);
    return NULL;
}

static inline uint32_t simulation_on_in(uc_engine *engine, uint32_t port, int size, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    uint64_t offset;
    struct simulation_window *window = simulation_ports(run, false, port, size, &offset);
    if (!window) return 0;
    return (uint32_t)run->read_window(run->owner, window->index, offset, (uint32_t)size);
}

static inline void simulation_on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    for (uint32_t i = 0; i < run->window_count && configuration_is_select(port, size); i += 1) {
        if (run->windows[i].space != SPACE_CONFIGURATION) continue;
        run->selected = value;
        return;
    }
    uint64_t offset;
    struct simulation_window *window = simulation_ports(run, true, port, size, &offset);
    if (window) run->write_window(run->owner, window->index, offset, (uint32_t)size, value);
}

// Maps the block that holds all memories, and watches it.
static inline uc_err simulation_map_data(struct simulation *run, uint64_t start, uint64_t byte_count, void *block) {
    uc_err error = uc_mem_map_ptr(run->engine, start, byte_count, UC_PROT_READ | UC_PROT_WRITE, block);
    if (error) return error;
    uc_hook hook;
    return uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)simulation_on_data, run, start,
        start + byte_count - 1);
}

// Grants a part of the data block.
static inline uc_err simulation_grant(struct simulation *run, uint64_t start, uint64_t byte_count, bool is_silent) {
    if (run->memory_count == SIMULATION_MEMORY_LIMIT) return UC_ERR_ARG;
    run->memories[run->memory_count] = (struct simulation_memory){start, start + byte_count, is_silent};
    run->memory_count += 1;
    return UC_ERR_OK;
}

// Maps the code, readable and executable, and hooks what is to be seen everywhere.
static inline uc_err simulation_map_code(struct simulation *run, uint64_t mapped_byte_count) {
    uc_err error = uc_mem_map_ptr(
        run->engine, run->code_start, mapped_byte_count, UC_PROT_READ | UC_PROT_EXEC, (void *)run->code);
    if (error) return error;
    uc_hook hook;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_CODE, (void *)simulation_on_instruction, run, (uint64_t)1, (uint64_t)0);
    if (error) return error;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_INSN, (void *)simulation_on_in, run, (uint64_t)1, (uint64_t)0,
        (int)UC_X86_INS_IN);
    if (error) return error;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_INSN, (void *)simulation_on_out, run, (uint64_t)1, (uint64_t)0,
        (int)UC_X86_INS_OUT);
    if (error) return error;
    return uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_PROT, (void *)simulation_on_stray, run, (uint64_t)1,
        (uint64_t)0);
}

// Runs from an address until control comes to `end`. The structure's fault says why a hook ended it.
static inline uc_err simulation_run(struct simulation *run, uint64_t entry, uint64_t end) {
    run->instructions = 0;
    run->current = 0;
    run->selected = 0;
    run->reads_clock = false;
    run->fault = SIMULATION_NO_FAULT;
    uc_err error = uc_emu_start(run->engine, entry, end, 0, 0);
    uint64_t last = run->current - run->code_start;
    if (run->current && last < run->code_size) run->coverage[last] |= SIMULATION_JUMPED;
    if (run->reads_clock) simulation_set_clock(run->engine, run->clock);
    return error;
}
