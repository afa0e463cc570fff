; What becomes of interrupts: none but that of the watchdog is wanted, none is wanted outside generated code.
;
; guarded.asm alone lets interrupts in. The old controllers (8259) are masked for good here; the processor's own (the local
; APIC) lets vectors of the watchdog's priority in and no others (Watchdog.swift). What comes in spite of that is answered and
; forgotten, so that no vector is without a gate.
;
; Source: Intel 8259A data sheet, "Initialization Command Words"; Intel SDM, volume 3A, sections 11.8.5 and 11.9.

bits 64

%include "memory.inc"

section .text.interrupts progbits alloc exec nowrite align=16

; Masks every line of both 8259 controllers, and moves their vectors, which a PC is switched on with among the exceptions.
global mask_lines
mask_lines:
        mov rsi, command_words
        mov ecx, (command_words.end - command_words) / 2
        xor edx, edx
.next:  lodsw
        mov dl, al
        mov al, ah
        out dx, al
        out 0x80, al                            ; a port that nobody reads: time for a slow controller
        dec ecx
        jnz .next
        ret

; Gate of the spurious vector, the highest: it is answered only where it is in service, as when a device sent it.
global spurious_interrupt
spurious_interrupt:
        test dword [LOCAL_APIC + APIC_HIGHEST_IN_SERVICE], 1 << (SPURIOUS_VECTOR & 31)
        jz leave_interrupt

; Gate of every other vector that nobody owns.
global stray_interrupt
stray_interrupt:
        mov dword [LOCAL_APIC + APIC_END_OF_INTERRUPT], 0
leave_interrupt:
        iretq

section .rodata.interrupts progbits alloc noexec nowrite align=2
command_words:                                  ; port, byte
        db 0x20, 0x11, 0xA0, 0x11               ; ICW1: edges, two controllers, ICW4 follows
        db 0x21, 0x20, 0xA1, 0x28               ; ICW2: vectors 0x20 and 0x28
        db 0x21, 0x04, 0xA1, 0x02               ; ICW3: the second is at line 2 of the first
        db 0x21, 0x01, 0xA1, 0x01               ; ICW4: 8086 mode
        db 0x21, 0xFF, 0xA1, 0xFF               ; OCW1: every line masked
.end:
