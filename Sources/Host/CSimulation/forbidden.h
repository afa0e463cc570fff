// Tells instructions that no driver may execute, by their bytes: whatever reaches past the registers and the memory of
// a function. It is no decoder: it looks at prefixes, opcode and ModR/M, and leaves lengths to the engine.
//
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2D, appendix A (opcode maps).

#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { INSTRUCTION_PLAIN, INSTRUCTION_READS_CLOCK, INSTRUCTION_FORBIDDEN };

// What an instruction of `size` bytes is.
uint32_t instruction_kind(const uint8_t *bytes, uint32_t size);
