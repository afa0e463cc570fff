// The hooks of a bank of ports: include/ports.h says what for.

#include "ports.h"

#include <string.h>

// Notes an access, and gives what the port holds; `NULL` where it is none of the bank's.
static uint8_t *port_bank_access(struct port_bank *bank, bool is_write, uint32_t port, int size) {
    if (bank->trace_count < bank->trace_room) {
        bank->trace[bank->trace_count] = (struct port_access){is_write, port, size};
        bank->trace_count += 1;
    }
    if (port >= bank->start && port - bank->start + (uint32_t)size <= bank->count) {
        return bank->bytes + (port - bank->start);
    }
    bank->has_strayed = true;
    return NULL;
}

static uint32_t port_bank_on_in(uc_engine *engine, uint32_t port, int size, void *data) {
    (void)engine;
    uint32_t value = 0;
    uint8_t *place = port_bank_access((struct port_bank *)data, false, port, size);
    if (place) memcpy(&value, place, (size_t)size);
    return value;
}

static void port_bank_on_out(uc_engine *engine, uint32_t port, int size, uint32_t value, void *data) {
    (void)engine;
    uint8_t *place = port_bank_access((struct port_bank *)data, true, port, size);
    if (place) memcpy(place, &value, (size_t)size);
}

uc_err port_bank_watch(uc_engine *engine, struct port_bank *bank) {
    uc_hook hook;
    uint64_t all = 1, none = 0;
    uc_err error = uc_hook_add(
        engine, &hook, UC_HOOK_INSN, (void *)port_bank_on_in, bank, all, none, (int)UC_X86_INS_IN);
    if (error) return error;
    return uc_hook_add(engine, &hook, UC_HOOK_INSN, (void *)port_bank_on_out, bank, all, none, (int)UC_X86_INS_OUT);
}
