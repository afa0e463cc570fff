// The part of a guarded run that happens on every instruction and every access, kept in C because a debug build of
// Swift is too slow for it. It answers reads, holds writes against what was granted, and stops the engine at the first
// violation. It knows nothing of the verifier, whose acceptances it contradicts or does not. GuardedRun calls it.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../../CUnicorn/unicorn.h"

// Why a run was stopped by a hook.
enum {
    GUARD_NOTHING,
    GUARD_OUTSIDE_GRANTS,
    GUARD_WRONG_DIRECTION,
    GUARD_NOT_WHOLE,
    GUARD_LIMIT_BROKEN,
    GUARD_CODE_WRITTEN,
    GUARD_CALLERS_STACK,
    GUARD_OUTSIDE_CODE,
    GUARD_FORBIDDEN,
    GUARD_ENDLESS
};

// How a device answers, one way all through a run or another at each read.
enum {
    GUARD_ANSWER_MIXED,
    GUARD_ANSWER_RANDOM,
    GUARD_ANSWER_ONES,
    GUARD_ANSWER_ZERO,
    GUARD_ANSWER_LAST_WRITE,
    GUARD_ANSWER_SMALL,
    GUARD_ANSWER_ONE_BIT,
    GUARD_ANSWER_ONE_CLEAR,
    GUARD_ANSWER_COUNT
};

struct guard_limit {
    uint64_t low, high, bits;
    uint16_t first_bit;
    uint8_t bit_count;
    // Whether the next limit, of the same bits, will do as well.
    bool or_next;
    // Whether each bit is judged by itself: then those that are not written are not looked at.
    bool is_of_bits;
};

struct guard_grant {
    uint64_t start, end, element_size;
    uint32_t space;
    bool is_readable, is_writable, is_whole;
    const struct guard_limit *limits;
    uint32_t limit_count;
    // What is there now.
    uint8_t *bytes;
    // An element: the run in which it last got its first contents.
    uint32_t *runs;
};

// A write that was allowed, for a model of what the device makes of it.
struct guard_write {
    uint64_t address, value;
    uint32_t space, size;
    // The instruction that made it.
    uint64_t place;
};

// Writes of one run that are kept: all that the longest bring-up makes.
enum { GUARD_WRITE_LIMIT = 8192 };

struct guard {
    uc_engine *engine;
    uint64_t random;
    uint64_t clock, counts_per_instruction;
    uint64_t instructions, instruction_limit;
    uint64_t code_start, code_end;
    const uint8_t *code;
    // Of each byte of the code, 1 + what instruction_kind says of the instruction there, or 0 where it was not asked yet:
    // long loops run the same few instructions millions of times.
    uint8_t *kinds;
    // The stack that a function may use lies from `stack_start` to where its return address stands; the rest, to
    // `stack_end`, is the caller's.
    uint64_t stack_start, stack_entry, stack_end;
    struct guard_grant *grants;
    uint32_t grant_count;
    uint32_t run;
    uint32_t answer;

    // NULL where nobody asks for them.
    struct guard_write *writes;
    uint32_t write_count;

    uint64_t current;
    bool reads_clock;
    // What the port that selects a register of configuration space was given last.
    uint32_t selected;

    uint32_t fault;
    bool fault_is_write;
    uint64_t fault_address;
    uint32_t fault_size;
    int32_t fault_grant;
};

// Hooks all that is watched. Memory is mapped by the caller; the structure must not move afterwards.
uc_err guard_watch(struct guard *run);

// Forgets what the engine has made of code that has been replaced.
uc_err guard_forget_code(struct guard *run);

// Runs from an address until control comes to `end`. The structure's fault says why a hook ended it.
uc_err guard_run(struct guard *run, uint64_t entry, uint64_t end);
