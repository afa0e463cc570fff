; The call into generated code, and the way back from a fault in it.
;
; call_guarded saves what the caller keeps and a stack pointer in a recovery record, and calls. An exception stub that
; finds the record armed, and the faulting instruction in the range that was named, does not report: it goes back to the
; caller with the fault in the call's own structure (GuardedCall in Platform.h). The record is disarmed before anything
; else is done with it, so that a fault on the way back is reported as the kernel's own.
;
; Source: System V AMD64 ABI, version 1.0, section 3.2.1 (callee-saved registers, the direction flag).

bits 64

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
        mov [recovery_call], rax
        mov [recovery_stack], rsp               ; armed
        call [rax + CALL_ENTRY]
        mov qword [recovery_stack], 0
        pop rdi
        mov [rdi + CALL_VALUE], rax
leave_call:
        pop r15
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
        mov rdx, [recovery_stack]
        test rdx, rdx
        jz report_exception
        mov rcx, [rsp + FRAME_VECTOR]
        mov eax, VECTORS_OF_THE_MACHINE
        bt eax, ecx
        jc report_exception
        mov rdi, [recovery_call]
        mov rbx, [rsp + FRAME_RIP]
        mov rax, rbx
        sub rax, [rdi + CALL_START]
        cmp rax, [rdi + CALL_BYTES]
        ja report_exception
        mov qword [recovery_stack], 0
        mov rsi, [rsp + FRAME_ERROR]
        mov rax, cr2
        lea rsp, [rdx + 8]                      ; off the exception's stack; the pushed RDI is behind us
        mov [rdi + CALL_VECTOR], rcx
        mov [rdi + CALL_ERROR], rsi
        mov [rdi + CALL_RIP], rbx
        mov [rdi + CALL_ADDRESS], rax
        mov qword [rdi + CALL_FAULTED], 1
        jmp leave_call

; Writes its second argument's low byte where its first says; for the self-test that writes where nothing may.
; The range of code to name for it is what stands between the two labels.
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
recovery_stack: resq 1                          ; stack pointer to go back to; zero while no call is under way
recovery_call:  resq 1                          ; the call's structure
