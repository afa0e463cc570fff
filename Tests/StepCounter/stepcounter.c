// The trap flag makes the processor stop after each instruction; the handler counts the stops.

#include "StepCounter.h"

#include <signal.h>
#include <stddef.h>

static volatile uint64_t steps;

static void on_step(int number) {
    (void)number;
    steps += 1;
}

uint64_t step_counter_run(void (*body)(void *context), void *context) {
    struct sigaction action = {.sa_handler = on_step}, before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTRAP, &action, &before);
    steps = 0;
    // The 128 bytes below the stack pointer may be in use.
    __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "cc", "memory");
    body(context);
    __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "cc", "memory");
    sigaction(SIGTRAP, &before, NULL);
    return steps;
}
