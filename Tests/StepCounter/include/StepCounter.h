// Counts the instructions that this processor carries out for a piece of work, one by one, by the trap flag.

#pragma once

#include <stdint.h>

// Runs `body(context)` and gives the number of instructions of this thread meanwhile, those of the system apart.
//
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3B, section 17.3.1.4 (TF).
uint64_t step_counter_run(void (*body)(void *context), void *context);
