// The hooks of a guarded run: include/guard.h says what for. Every access is held against the grants here.

#include "guard.h"

#include <string.h>

#include "configuration.h"
#include "forbidden.h"
#include "simulation.h"

// SplitMix64, as SeededGenerator has it.
static uint64_t guard_next(struct guard *run) {
    uint64_t value = run->random += 0x9E3779B97F4A7C15;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
    value = (value ^ value >> 27) * 0x94D049BB133111EB;
    return value ^ value >> 31;
}

static void guard_stop(
    struct guard *run, uint32_t fault, bool is_write, uint64_t address, uint32_t size, int32_t grant) {
    if (run->fault == GUARD_NOTHING) {
        run->fault = fault;
        run->fault_is_write = is_write;
        run->fault_address = address;
        run->fault_size = size;
        run->fault_grant = grant;
    }
    uc_emu_stop(run->engine);
}

static bool guard_contains(const struct guard_limit *limit, uint64_t value) {
    return value >= limit->low && value <= limit->high && !(value & ~limit->bits);
}

static uint64_t guard_load(const uint8_t *bytes, uint32_t size) {
    uint64_t value = 0;
    memcpy(&value, bytes, size);
    return value;
}

static uint64_t guard_mask(uint32_t bit_count) {
    return bit_count < 64 ? ((uint64_t)1 << bit_count) - 1 : UINT64_MAX;
}

// The group of 64 bits that holds a limit's bits, or what there is of it: its offset in the element, and its size.
static uint32_t guard_group(const struct guard_grant *grant, const struct guard_limit *limit, uint64_t *offset) {
    *offset = limit->first_bit / 64 * 8;
    uint64_t rest = grant->element_size - *offset;
    return rest < 8 ? (uint32_t)rest : 8;
}

// Gives an element that this run has not met yet its first contents: noise.
static void guard_fill(struct guard *run, struct guard_grant *grant, uint64_t element) {
    if (grant->runs[element] == run->run) return;
    grant->runs[element] = run->run;
    uint8_t *bytes = grant->bytes + element * grant->element_size;
    for (uint64_t i = 0; i < grant->element_size; i += 8) {
        uint64_t noise = guard_next(run);
        memcpy(bytes + i, &noise, grant->element_size - i < 8 ? grant->element_size - i : 8);
    }
}

// What a device, a ring that a device writes, or a cell that it may have written in spite of all, reads as.
static uint64_t guard_answer(struct guard *run, uint64_t last) {
    uint32_t answer = run->answer;
    if (answer == GUARD_ANSWER_MIXED) answer = 1 + guard_next(run) % (GUARD_ANSWER_COUNT - 1);
    switch (answer) {
    case GUARD_ANSWER_ONES: return UINT64_MAX;
    case GUARD_ANSWER_ZERO: return 0;
    case GUARD_ANSWER_LAST_WRITE: return last;
    case GUARD_ANSWER_SMALL: return guard_next(run) & guard_mask(1 + guard_next(run) % 12);
    case GUARD_ANSWER_ONE_BIT: return (uint64_t)1 << guard_next(run) % 64;
    case GUARD_ANSWER_ONE_CLEAR: return ~((uint64_t)1 << guard_next(run) % 64);
    default: return guard_next(run);
    }
}

// Whether an element keeps its limits once `size` bytes at `offset` of the grant are `value`. Limits that no written
// byte belongs to are not looked at: what is there is the device's.
static bool guard_keeps_limits(
    const struct guard_grant *grant, uint64_t element, uint64_t offset, uint32_t size, uint64_t value) {
    uint64_t start = element * grant->element_size;
    for (uint32_t i = 0; i < grant->limit_count; i += 1) {
        const struct guard_limit *limit = &grant->limits[i];
        uint64_t first = start + limit->first_bit / 8;
        uint64_t end = start + (limit->first_bit + limit->bit_count + 7) / 8;
        if (offset >= end || offset + size <= first) continue;
        uint64_t at;
        uint32_t group_size = guard_group(grant, limit, &at);
        uint8_t group[8];
        memcpy(group, grant->bytes + start + at, group_size);
        if (limit->is_of_bits) memset(group, 0, sizeof group);
        for (uint32_t k = 0; k < size; k += 1) {
            uint64_t place = offset + k - (start + at);
            if (place < group_size) group[place] = (uint8_t)(value >> 8 * k);
        }
        uint64_t after = guard_load(group, group_size) >> limit->first_bit % 64 & guard_mask(limit->bit_count);
        bool keeps = guard_contains(limit, after);
        for (; limit->or_next; limit += 1, i += 1) keeps |= guard_contains(limit + 1, after);
        if (!keeps) return false;
    }
    return true;
}

// Whether an access that lies in a grant is one that it allows; answers reads.
static uint32_t guard_check(
    struct guard *run, struct guard_grant *grant, bool is_write, uint64_t address, uint32_t size, uint64_t value) {
    if (is_write ? !grant->is_writable : !grant->is_readable) return GUARD_WRONG_DIRECTION;
    uint64_t offset = address - grant->start;
    uint64_t first = offset / grant->element_size, last = (offset + size - 1) / grant->element_size;
    if (grant->is_whole && (size != grant->element_size || offset % grant->element_size)) return GUARD_NOT_WHOLE;
    for (uint64_t element = first; element <= last; element += 1) {
        guard_fill(run, grant, element);
        if (is_write && !guard_keeps_limits(grant, element, offset, size, value)) return GUARD_LIMIT_BROKEN;
    }
    if (!is_write) {
        uint64_t answer = guard_answer(run, guard_load(grant->bytes + offset, size));
        memcpy(grant->bytes + offset, &answer, size);
    }
    return GUARD_NOTHING;
}

// Holds an access against all grants; stops the run and gives `NULL` where none allows it.
static struct guard_grant *guard_access(
    struct guard *run, uint32_t space, bool is_write, uint64_t address, uint32_t size, uint64_t value) {
    uint32_t fault = GUARD_OUTSIDE_GRANTS;
    int32_t nearest = -1;
    for (uint32_t i = 0; i < run->grant_count; i += 1) {
        struct guard_grant *grant = &run->grants[i];
        if (grant->space != space || address < grant->start || address >= grant->end) continue;
        if (size > grant->end - address || size > 8) continue;
        uint32_t refusal = guard_check(run, grant, is_write, address, size, value);
        if (refusal == GUARD_NOTHING) return grant;
        if (nearest < 0) {
            fault = refusal;
            nearest = (int32_t)i;
        }
    }
    guard_stop(run, fault, is_write, address, size, nearest);
    return NULL;
}

static void guard_note(struct guard *run, uint32_t space, uint64_t address, uint32_t size, uint64_t value) {
    if (!run->writes || run->write_count == GUARD_WRITE_LIMIT) return;
    run->writes[run->write_count++] = (struct guard_write){
        .address = address, .value = value & guard_mask(8 * size), .space = space, .size = size, .place = run->current};
}

static void guard_on_access(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    struct guard *run = (struct guard *)data;
    (void)engine;
    bool is_write = type == UC_MEM_WRITE;
    uint64_t end = address + (uint32_t)size, entry = run->stack_entry;
    if (address >= run->stack_start && address < run->stack_end) {
        bool is_own = end <= entry || (!is_write && end <= entry + 8);
        if (!is_own) guard_stop(run, GUARD_CALLERS_STACK, is_write, address, (uint32_t)size, -1);
        return;
    }
    if (is_write && end > run->code_start && address < run->code_end) {
        guard_stop(run, GUARD_CODE_WRITTEN, is_write, address, (uint32_t)size, -1);
        return;
    }
    struct guard_grant *grant = guard_access(run, SPACE_MEMORY, is_write, address, (uint32_t)size, (uint64_t)value);
    if (grant && is_write) guard_note(run, SPACE_MEMORY, address, (uint32_t)size, (uint64_t)value);
}

static bool guard_on_stray(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    struct guard *run = (struct guard *)data;
    (void)engine;
    (void)value;
    bool is_write = type == UC_MEM_WRITE_UNMAPPED || type == UC_MEM_WRITE_PROT;
    bool is_fetch = type == UC_MEM_FETCH_UNMAPPED || type == UC_MEM_FETCH_PROT;
    uint32_t fault = is_fetch ? GUARD_OUTSIDE_CODE : GUARD_OUTSIDE_GRANTS;
    guard_stop(run, fault, is_write, address, (uint32_t)size, -1);
    return false;
}

static uint32_t guard_on_in(uc_engine *engine, uint32_t port, int size, void *data) {
    struct guard *run = (struct guard *)data;
    (void)engine;
    uint32_t space;
    uint32_t place = configuration_place(run->selected, port, &space);
    struct guard_grant *grant = guard_access(run, space, false, place, (uint32_t)size, 0);
    return grant ? (uint32_t)guard_load(grant->bytes + (place - grant->start), (uint32_t)size) : 0;
}

static void guard_on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *data) {
    struct guard *run = (struct guard *)data;
    (void)engine;
    for (uint32_t i = 0; i < run->grant_count && configuration_is_select(port, size); i += 1) {
        if (run->grants[i].space != SPACE_CONFIGURATION) continue;
        run->selected = value;
        return;
    }
    uint32_t space;
    uint32_t place = configuration_place(run->selected, port, &space);
    struct guard_grant *grant = guard_access(run, space, true, place, (uint32_t)size, value);
    if (!grant) return;
    memcpy(grant->bytes + (place - grant->start), &value, (uint32_t)size);
    guard_note(run, space, place, (uint32_t)size, value);
}

// Before an instruction: the engine is stopped ahead of one that must not be executed.
static void guard_on_instruction(uc_engine *engine, uint64_t address, uint32_t size, void *data) {
    struct guard *run = (struct guard *)data;
    if (run->reads_clock) simulation_set_clock(engine, run->clock);
    run->reads_clock = false;
    run->clock += run->counts_per_instruction;
    run->instructions += 1;
    if (address < run->code_start || address >= run->code_end) {
        guard_stop(run, GUARD_OUTSIDE_CODE, false, address, 1, -1);
        return;
    }
    run->current = address;
    uint64_t offset = address - run->code_start, rest = run->code_end - address;
    if (!run->kinds[offset])
        run->kinds[offset] = (uint8_t)(1 + instruction_kind(run->code + offset, (uint32_t)(rest < 15 ? rest : 15)));
    uint32_t kind = run->kinds[offset] - 1u;
    // Of bytes that are no instruction the engine gives a size that none has; it raises the exception itself.
    run->reads_clock = kind == INSTRUCTION_READS_CLOCK;
    if (kind == INSTRUCTION_FORBIDDEN) guard_stop(run, GUARD_FORBIDDEN, false, address, size < 16 ? size : 1, -1);
    if (run->instructions > run->instruction_limit) guard_stop(run, GUARD_ENDLESS, false, address, 1, -1);
}

uc_err guard_watch(struct guard *run) {
    uc_hook hook;
    uint64_t all = 1, none = 0;
    uc_err error =
        uc_hook_add(run->engine, &hook, UC_HOOK_CODE, (void *)guard_on_instruction, run, all, none);
    if (error) return error;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)guard_on_access, run, all, none);
    if (error) return error;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_MEM_UNMAPPED | UC_HOOK_MEM_PROT, (void *)guard_on_stray, run, all, none);
    if (error) return error;
    error = uc_hook_add(
        run->engine, &hook, UC_HOOK_INSN, (void *)guard_on_in, run, all, none, (int)UC_X86_INS_IN);
    if (error) return error;
    return uc_hook_add(
        run->engine, &hook, UC_HOOK_INSN, (void *)guard_on_out, run, all, none, (int)UC_X86_INS_OUT);
}

uc_err guard_forget_code(struct guard *run) {
    memset(run->kinds, 0, run->code_end - run->code_start);
    return uc_ctl_remove_cache(run->engine, run->code_start, run->code_end);
}

uc_err guard_run(struct guard *run, uint64_t entry, uint64_t end) {
    run->instructions = 0;
    run->current = entry;
    run->selected = 0;
    run->write_count = 0;
    run->reads_clock = false;
    run->fault = GUARD_NOTHING;
    return uc_emu_start(run->engine, entry, end, 0, 0);
}
