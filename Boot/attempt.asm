; A call that can be abandoned from anywhere below it: the way out for a driver's generation that finds no memory.
;
; Nothing of what ran is undone here but the stack and the registers that a callee keeps. Who calls it goes on with copies
; of what he had before, and drops what was allocated since (memory.c). One such call is under way at a time.
;
; Source: System V AMD64 ABI, version 1.0, section 3.2.1 (callee-saved registers, the direction flag).

bits 64

section .text.attempt progbits alloc exec nowrite align=16

; RDI = function, RSI = its argument. Returns in EAX 0 where the function returned, else what it was abandoned with.
global call_attempt
call_attempt:
        push rbx
        push rbp
        push r12
        push r13
        push r14
        push r15
        sub rsp, 8                              ; the stack is aligned where the callee enters
        mov [attempt_stack], rsp
        mov rax, rdi
        mov rdi, rsi
        call rax
        xor eax, eax
leave_attempt:
        add rsp, 8
        pop r15
        pop r14
        pop r13
        pop r12
        pop rbp
        pop rbx
        ret

; EDI = why, not 0. Only while call_attempt is under way.
global abandon_attempt
abandon_attempt:
        cld
        mov eax, edi
        mov rsp, [attempt_stack]
        jmp leave_attempt

section .bss.attempt nobits alloc noexec write align=8
attempt_stack: resq 1                           ; stack pointer to go back to
