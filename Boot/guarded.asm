; The call into generated code, the way back from a fault in it, and the watchdog that ends it where it does not return.
;
; call_guarded saves what the caller keeps and a stack pointer in a recovery record, and calls. An exception stub that
; finds the record armed, and the faulting instruction in the range that was named, does not report: it goes back to the
; caller with the fault in the call's own structure (GuardedCall in Platform.h). The record is disarmed before anything
; else is done with it, so that a fault on the way back is reported as the kernel's own.
;
; The timer of the local APIC is set before the call, and interrupts are on from there until the callee returns or faults, at
; no other time. Where the time is over, its handler goes back in the same way, with the watchdog's vector for a fault.
;
; Source: System V AMD64 ABI, version 1.0, section 3.2.1 (callee-saved registers, the direction flag).

bits 64

%include "memory.inc"

CALL_ENTRY      equ 0
CALL_ARGUMENTS  equ 8
CALL_START      equ 56                          ; range of generated code: first byte, size
CALL_BYTES      equ 64
CALL_VALUE      equ 72
CALL_FAULTED    equ 80
CALL_VECTOR     equ 88
CALL_ERROR      equ 96
CALL_RIP        equ 104
CALL_ADDRESS    equ 112

FRAME_VECTOR    equ 15 * 8                      ; ExceptionFrame in Platform.h
FRAME_ERROR     equ 16 * 8
FRAME_RIP       equ 17 * 8

; Never returned from: what raises them says nothing of the code that ran, or left no state to go on with.
VECTORS_OF_THE_MACHINE equ (1 << 2) | (1 << 8) | (1 << 18)     ; NMI, double fault, machine check

section .text.guarded progbits alloc exec nowrite align=16

; RDI = struct GuardedCall. The stack is aligned where the callee enters: seven words below the return address.
global call_guarded
call_guarded:
        push rbx
        push rbp
        push r12
        push r13
        push r14
        push r15
        push rdi
        mov rax, rdi
        mov rdi, [rax + CALL_ARGUMENTS]
        mov rsi, [rax + CALL_ARGUMENTS + 8]
        mov rdx, [rax + CALL_ARGUMENTS + 16]
        mov rcx, [rax + CALL_ARGUMENTS + 24]
        mov r8, [rax + CALL_ARGUMENTS + 32]
        mov r9, [rax + CALL_ARGUMENTS + 40]
        mov [recovery_stack], rsp
        mov [recovery_call], rax                ; armed
        mov r10d, [watchdog_count]
        test r10d, r10d
        jz .call
        mov [LOCAL_APIC + APIC_INITIAL_COUNT], r10d
        sti
.call:  call [rax + CALL_ENTRY]
        cli
        mov qword [recovery_call], 0
        pop rdi
        mov [rdi + CALL_VALUE], rax
leave_call:
        cmp dword [watchdog_count], 0
        je .leave
        mov dword [LOCAL_APIC + APIC_INITIAL_COUNT], 0
.leave: pop r15
        pop r14
        pop r13
        pop r12
        pop rbp
        pop rbx
        ret

; Jumped to by every exception stub: RSP = ExceptionFrame; the direction flag is clear, for the caller too. Goes back to
; the stub's own way, at report_exception, where the exception is nobody's to recover from. A breakpoint is raised
; behind its instruction, which may be the last of the range: hence the address just behind belongs to it.
global try_recovery
extern report_exception
try_recovery:
        mov rcx, [rsp + FRAME_VECTOR]
        mov eax, VECTORS_OF_THE_MACHINE
        bt eax, ecx
        jc report_exception
        mov rbx, [rsp + FRAME_RIP]
        call find_call
        jnc report_exception
        mov rsi, [rsp + FRAME_ERROR]

; RDI = the call under way, RCX = vector, RSI = error code, RBX = instruction; the direction flag is clear.
recover:
        mov qword [recovery_call], 0
        mov rax, cr2
        mov rsp, [recovery_stack]               ; off the exception's stack
        add rsp, 8                              ; the pushed RDI is behind us
        mov [rdi + CALL_VECTOR], rcx
        mov [rdi + CALL_ERROR], rsi
        mov [rdi + CALL_RIP], rbx
        mov [rdi + CALL_ADDRESS], rax
        mov qword [rdi + CALL_FAULTED], 1
        jmp leave_call

; RBX = address of an instruction. Returns in RDI the call under way, and in the carry flag whether there is one and the
; instruction in its code. Changes RAX.
find_call:
        mov rdi, [recovery_call]
        test rdi, rdi                           ; no carry
        jz .done
        mov rax, rbx
        sub rax, [rdi + CALL_START]
        cmp [rdi + CALL_BYTES], rax
        cmc
.done:  ret

; Gate of the watchdog's vector, on the exceptions' stack. Ends the call under way where its time is over. It is not where the
; timer runs on: then the interrupt is of a call before, which returned when it came. Nor is the call ended where it has
; returned, outside its code.
global watchdog_expired
watchdog_expired:
        push rax
        push rbx
        push rdi
        mov dword [LOCAL_APIC + APIC_END_OF_INTERRUPT], 0
        cmp dword [LOCAL_APIC + APIC_CURRENT_COUNT], 0
        jne .resume
        mov rbx, [rsp + 3 * 8]
        call find_call
        jnc .resume
        cld
        mov ecx, WATCHDOG_VECTOR
        xor esi, esi
        jmp recover
.resume:
        pop rdi
        pop rbx
        pop rax
        iretq

; EDI = counts of the timer that a call may take, 0 for no end and no interrupts. Not 0 unless the registers are mapped.
global set_watchdog
set_watchdog:
        mov [watchdog_count], edi
        ret

; Returns, after far more turns than there are in the time that the trial of the watchdog leaves it.
global probe_turns, probe_turns_end
probe_turns:
        mov ecx, 1 << 28
.turn:  dec ecx
        jnz .turn
        ret
probe_turns_end:

; Writes its second argument's low byte where its first says; for the self-test that writes where nothing may.
; The range of code to name for it is what is between the two labels.
global probe_write, probe_write_end
probe_write:
        mov [rdi], sil
        ret
probe_write_end:

; Raises #GP, an address that no pointer can be, when every register and flag that a callee keeps is lost.
global probe_loss, probe_loss_end
probe_loss:
        std
        xor ebx, ebx
        xor ebp, ebp
        xor esp, esp
        xor r12d, r12d
        xor r13d, r13d
        xor r14d, r14d
        xor r15d, r15d
        mov rax, 1 << 63
        mov [rax], al
probe_loss_end:

; Takes what call_guarded takes; returns in EAX whether the callee-saved registers and a clear direction flag came back.
global probe_registers
probe_registers:
        push rbx
        push rbp
        push r12
        push r13
        push r14
        push r15
        sub rsp, 8
        mov ebx, 1
        mov ebp, 2
        mov r12d, 3
        mov r13d, 4
        mov r14d, 5
        mov r15d, 6
        call call_guarded
        pushfq
        pop rax
        and eax, 1 << 10
        xor rbx, 1
        xor rbp, 2
        xor r12, 3
        xor r13, 4
        xor r14, 5
        xor r15, 6
        or rax, rbx
        or rax, rbp
        or rax, r12
        or rax, r13
        or rax, r14
        or rax, r15
        sete al
        movzx eax, al
        add rsp, 8
        pop r15
        pop r14
        pop r13
        pop r12
        pop rbp
        pop rbx
        ret

section .bss.guarded nobits alloc noexec write align=8
recovery_stack: resq 1                          ; stack pointer to go back to
recovery_call:  resq 1                          ; the call's structure; zero while no call is under way
watchdog_count: resd 1                          ; the timer's counts that a call may take; zero without a watchdog
