// The hooks of a simulated run: include/simulation.h says what for.

#include "simulation.h"

#include <string.h>

#include "configuration.h"

static void simulation_stop(struct simulation *run, uint32_t fault, uint64_t address, uint32_t size) {
    if (run->fault == SIMULATION_NO_FAULT) {
        run->fault = fault;
        run->fault_address = address;
        run->fault_size = size;
    }
    uc_emu_stop(run->engine);
}

void simulation_set_clock(uc_engine *engine, uint64_t clock) {
    uint64_t low = clock & 0xFFFFFFFF, high = clock >> 32;
    uc_reg_write(engine, UC_X86_REG_RAX, &low);
    uc_reg_write(engine, UC_X86_REG_RDX, &high);
}

static void simulation_on_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *data) {
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
static void simulation_on_data(
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

static void simulation_on_window(
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

static bool simulation_on_stray(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    (void)engine;
    (void)value;
    uint32_t fault = SIMULATION_STRAY_READ;
    if (type == UC_MEM_WRITE_UNMAPPED || type == UC_MEM_WRITE_PROT) fault = SIMULATION_STRAY_WRITE;
    if (type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT) fault = SIMULATION_STRAY_FETCH;
    simulation_stop((struct simulation *)data, fault, address, (uint32_t)size);
    return false;
}

static uint64_t simulation_read_window(uc_engine *engine, uint64_t offset, unsigned size, void *data) {
    struct simulation_window *window = (struct simulation_window *)data;
    (void)engine;
    (void)size;
    struct simulation *run = window->simulation;
    return run->read_window(run->owner, window->index, offset, run->access_size);
}

static void simulation_write_window(
    uc_engine *engine, uint64_t offset, unsigned size, uint64_t value, void *data) {
    struct simulation_window *window = (struct simulation_window *)data;
    (void)engine;
    (void)size;
    struct simulation *run = window->simulation;
    run->write_window(run->owner, window->index, offset, run->access_size, value);
}

// Page of 4 KiB that a range ends on.
static uint64_t simulation_page_end(uint64_t address) { return (address + 4095) & ~(uint64_t)4095; }

uc_err simulation_map_window(struct simulation *run, uint64_t start, uint64_t byte_count) {
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

uc_err simulation_add_ports(
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
static struct simulation_window *simulation_ports(
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

static uint32_t simulation_on_in(uc_engine *engine, uint32_t port, int size, void *data) {
    struct simulation *run = (struct simulation *)data;
    (void)engine;
    uint64_t offset;
    struct simulation_window *window = simulation_ports(run, false, port, size, &offset);
    if (!window) return 0;
    return (uint32_t)run->read_window(run->owner, window->index, offset, (uint32_t)size);
}

static void simulation_on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *data) {
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

uc_err simulation_map_data(struct simulation *run, uint64_t start, uint64_t byte_count, void *block) {
    uc_err error = uc_mem_map_ptr(run->engine, start, byte_count, UC_PROT_READ | UC_PROT_WRITE, block);
    if (error) return error;
    uc_hook hook;
    return uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)simulation_on_data, run, start,
        start + byte_count - 1);
}

uc_err simulation_grant(struct simulation *run, uint64_t start, uint64_t byte_count, bool is_silent) {
    if (run->memory_count == SIMULATION_MEMORY_LIMIT) return UC_ERR_ARG;
    run->memories[run->memory_count] = (struct simulation_memory){start, start + byte_count, is_silent};
    run->memory_count += 1;
    return UC_ERR_OK;
}

uc_err simulation_map_code(struct simulation *run, uint64_t mapped_byte_count) {
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

uc_err simulation_run(struct simulation *run, uint64_t entry, uint64_t end) {
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
