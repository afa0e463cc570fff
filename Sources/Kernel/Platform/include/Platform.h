// Instructions that Swift cannot say, as inline functions, and the names that Boot/ and Linker/ define. Nothing here
// knows a device or makes a decision.

#pragma once

#include <stdint.h>

static inline uint8_t portRead8(uint16_t port) {
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint16_t portRead16(uint16_t port) {
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline uint32_t portRead32(uint16_t port) {
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static inline void portWrite8(uint16_t port, uint8_t value) {
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void portWrite16(uint16_t port, uint16_t value) {
    __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void portWrite32(uint16_t port, uint32_t value) {
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline uint64_t memoryRead(uint64_t address, uint32_t byteCount) {
    switch (byteCount) {
    case 1: return *(volatile uint8_t *)address;
    case 2: return *(volatile uint16_t *)address;
    case 4: return *(volatile uint32_t *)address;
    default: return *(volatile uint64_t *)address;
    }
}

static inline void memoryWrite8(uint64_t address, uint8_t value) { *(volatile uint8_t *)address = value; }
static inline void memoryWrite16(uint64_t address, uint16_t value) { *(volatile uint16_t *)address = value; }
static inline void memoryWrite32(uint64_t address, uint32_t value) { *(volatile uint32_t *)address = value; }
static inline void memoryWrite64(uint64_t address, uint64_t value) { *(volatile uint64_t *)address = value; }

// Configuration space in memory: some processors take nothing but MOV with AL, AX and EAX there.
//
// Source: AMD, BIOS and Kernel Developer's Guide for Family 10h Processors, 31116, section 2.11.1.

static inline uint32_t configurationRead8(uint64_t address) {
    uint8_t value;
    __asm__ volatile("movb %1, %0" : "=a"(value) : "m"(*(volatile uint8_t *)address) : "memory");
    return value;
}

static inline uint32_t configurationRead16(uint64_t address) {
    uint16_t value;
    __asm__ volatile("movw %1, %0" : "=a"(value) : "m"(*(volatile uint16_t *)address) : "memory");
    return value;
}

static inline uint32_t configurationRead32(uint64_t address) {
    uint32_t value;
    __asm__ volatile("movl %1, %0" : "=a"(value) : "m"(*(volatile uint32_t *)address) : "memory");
    return value;
}

static inline void configurationWrite8(uint64_t address, uint8_t value) {
    __asm__ volatile("movb %1, %0" : "=m"(*(volatile uint8_t *)address) : "a"(value) : "memory");
}

static inline void configurationWrite16(uint64_t address, uint16_t value) {
    __asm__ volatile("movw %1, %0" : "=m"(*(volatile uint16_t *)address) : "a"(value) : "memory");
}

static inline void configurationWrite32(uint64_t address, uint32_t value) {
    __asm__ volatile("movl %1, %0" : "=m"(*(volatile uint32_t *)address) : "a"(value) : "memory");
}

struct ProcessorRegisters {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct ProcessorRegisters processorIdentification(uint32_t leaf, uint32_t subleaf) {
    struct ProcessorRegisters r;
    __asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
    return r;
}

static inline uint64_t modelSpecificRegister(uint32_t number) {
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
    return (uint64_t)high << 32 | low;
}

struct RandomDraw {
    uint64_t value;
    _Bool isValid;
};

/// RDRAND; the carry flag says whether there was a number (Intel SDM, volume 2B, RDRAND).
static inline struct RandomDraw drawRandomNumber(void) {
    struct RandomDraw draw;
    __asm__ volatile("rdrand %0" : "=r"(draw.value), "=@ccc"(draw.isValid));
    return draw;
}

/// LFENCE keeps earlier instructions before the reading (Intel SDM, volume 2B, RDTSC).
static inline uint64_t timestamp(void) {
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
    return (uint64_t)high << 32 | low;
}

static inline uint64_t pageFaultAddress(void) {
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

static inline void invalidatePage(uint64_t address) { __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory"); }

/// Stops this processor for good: no interrupt is enabled that could wake it, and whatever an NMI leads to ends here too.
__attribute__((noreturn)) static inline void haltForever(void) {
    for (;;) __asm__ volatile("cli; hlt" ::: "memory"); // what was stored before is there for an NMI to see
}

// What the deliberate faults of boot tests need: the exact instruction, not what a compiler makes of it.
static inline void raiseInvalidOpcode(void) { __asm__ volatile(".byte 0x0F, 0xFF, 0xC0"); } // UD0 eax, eax
static inline void raiseDivideError(void) {
    uint32_t low = 1, high = 0;
    __asm__ volatile("divl %2" : "+a"(low), "+d"(high) : "r"(0u) : "cc");
}
void raiseStackOverflow(void);

/// What the exception stubs of Boot/exceptions.asm push, lowest address first.
struct ExceptionFrame {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t vector, errorCode;
    uint64_t rip, cs, rflags, rsp, ss;
};

// The processor's own interrupt controller: where its registers are mapped, and its vectors. Boot/memory.inc has the same
// numbers.
#define localControllerPage 0x70001000
#define watchdogVector 0xF0
#define spuriousVector 0xFF

// Boot/exceptions.asm
void remove_divide_gate(void);

/// A call of generated code and what came of it. Boot/guarded.asm has the same offsets.
struct GuardedCall {
    uint64_t entry;
    uint64_t arguments[6];
    /// Code that a fault is recovered from.
    uint64_t start, byteCount;
    /// What was returned.
    uint64_t value;
    /// Whether the code faulted, or was ended by the watchdog with its vector for an exception's, instead of returning; only
    /// then the rest means anything.
    uint64_t hasFaulted;
    uint64_t vector, errorCode, rip, address;
};

// Boot/guarded.asm
void call_guarded(struct GuardedCall *call);
/// Ends calls from here on after so many counts of the local APIC's timer, 0 for never.
void set_watchdog(uint32_t count);
/// Calls like call_guarded. Returns whether the registers that a callee keeps came back.
uint64_t probe_registers(struct GuardedCall *call);

// Boot/attempt.asm
/// Calls `body(context)`. Returns 0, or why it was abandoned.
uint32_t call_attempt(void (*body)(void *), void *context);
__attribute__((noreturn)) void abandon_attempt(uint32_t reason);

// memory.c
/// Adds memory to the heap, at most once.
void heap_add(uint64_t start, uint64_t byteCount);
/// What is allocated from here on is kept or dropped as a whole; without memory, the attempt is abandoned.
void attempt_begin(void);
/// What is allocated until `attempt_resume` stays whatever becomes of the attempt, and may take what no attempt gets.
void attempt_pause(void);
void attempt_resume(void);
void attempt_keep(void);
void attempt_drop(void);

// Addresses that Boot/ and Linker/kernel.ld define. Functions, because Swift would read an imported array as a value.
uint64_t imageStart(void);
uint64_t imageEnd(void);
uint64_t imageTextStart(void);
uint64_t imageTextEnd(void);
uint64_t metabinaryStart(void);
uint64_t metabinaryEnd(void);
uint64_t pageMapLevel4(void);
uint64_t pageTablePool(void);
uint64_t pageTablePoolEnd(void);
uint64_t mainStackGuard(void);
uint64_t probeWrite(void);
uint64_t probeWriteEnd(void);
uint64_t probeLoss(void);
uint64_t probeLossEnd(void);
uint64_t probeTurns(void);
uint64_t probeTurnsEnd(void);
