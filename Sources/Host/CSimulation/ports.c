// The hooks of a bank of ports: include/ports.h says what for.

#include "ports.h"

#include <string.h>

static void port_bank_note(struct port_bank *bank, struct port_access access) {
    if (bank->trace_count == bank->trace_room) return;
    bank->trace[bank->trace_count] = access;
    bank->trace_count += 1;
}

// Gives what the port holds; `NULL` where it is none of the bank's.
static uint8_t *port_bank_find(struct port_bank *bank, uint32_t port, int size) {
    if (port >= bank->start && port - bank->start + (uint32_t)size <= bank->count) {
        return bank->bytes + (port - bank->start);
    }
    bank->has_strayed = true;
    return NULL;
}

static uint32_t port_bank_on_in(uc_engine *engine, uint32_t port, int size, void *data) {
    (void)engine;
    uint32_t value = 0;
    uint8_t *place = port_bank_find((struct port_bank *)data, port, size);
    if (place) memcpy(&value, place, (size_t)size);
    port_bank_note((struct port_bank *)data, (struct port_access){false, port, size, value});
    return value;
}

static void port_bank_on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *data) {
    (void)engine;
    uint8_t *place = port_bank_find((struct port_bank *)data, port, size);
    if (place) memcpy(place, &value, (size_t)size);
    port_bank_note((struct port_bank *)data, (struct port_access){true, port, size, value});
}

static void port_bank_on_memory(
    uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value, void *data) {
    (void)engine;
    // What is written comes sign-extended.
    uint64_t mask = size == 8 ? ~(uint64_t)0 : ((uint64_t)1 << (8 * size)) - 1;
    port_bank_note(
        (struct port_bank *)data, (struct port_access){type == UC_MEM_WRITE, address, size, (uint64_t)value & mask});
}

uc_err port_bank_watch(uc_engine *engine, struct port_bank *bank, uint64_t start, uint64_t end) {
    uc_hook hook;
    uint64_t all = 1, none = 0;
    uc_err error = uc_hook_add(
        engine, &hook, UC_HOOK_INSN, (void *)port_bank_on_in, bank, all, none, (int)UC_X86_INS_IN);
    if (error) return error;
    error = uc_hook_add(
        engine, &hook, UC_HOOK_MEM_READ_AFTER | UC_HOOK_MEM_WRITE, (void *)port_bank_on_memory, bank, start, end - 1);
    if (error) return error;
    return uc_hook_add(engine, &hook, UC_HOOK_INSN, (void *)port_bank_on_out, bank, all, none, (int)UC_X86_INS_OUT);
}
