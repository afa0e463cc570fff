; Interrupt descriptor table, task state segment and the stubs behind the 32 exception vectors. The gates of all others lead
; to interrupts.asm and, for the watchdog, to guarded.asm.
;
; Every stub leaves the same frame (ExceptionFrame in Platform.h). What was raised by generated code under way goes back
; to its caller (guarded.asm); all else goes to exceptionTaken, which does not come back.
; None runs on the stack that was in use, which may be used up or lost: double faults have a stack of their own, NMI with
; machine checks another, and all others a third. So a kernel stack that ran into its guard page is still reported by name.
;
; Source: Intel SDM, volume 3A, chapters "Interrupt and Exception Handling" and "Task Management" (64-bit mode).

bits 64

%include "memory.inc"

extern exceptionTaken, try_recovery, watchdog_expired, stray_interrupt, spurious_interrupt, gdt
extern double_fault_stack_end, fault_stack_end, machine_check_stack_end

EXCEPTION_COUNT equ 32
VECTOR_COUNT    equ 256
STUB_BYTES      equ 16
GATE_BYTES      equ 16
TASK_STATE_BYTES equ 104
VECTORS_WITH_ERROR_CODE equ (1 << 8) | (1 << 10) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14) | (1 << 17) | (1 << 21) | (1 << 29) | (1 << 30)

section .text.exceptions progbits alloc exec nowrite align=16

%assign vector 0
stubs:
%rep EXCEPTION_COUNT
        align STUB_BYTES
  %if ((VECTORS_WITH_ERROR_CODE >> vector) & 1) == 0
        push qword 0
  %endif
        push qword vector
        jmp near save
  %assign vector vector + 1
%endrep
        align STUB_BYTES

save:
        push r15
        push r14
        push r13
        push r12
        push r11
        push r10
        push r9
        push r8
        push rbp
        push rdi
        push rsi
        push rdx
        push rcx
        push rbx
        push rax
        cld
        jmp try_recovery

; RSP = ExceptionFrame.
global report_exception
report_exception:
        mov rdi, rsp
        mov rbp, rsp
        and rsp, -16
        call exceptionTaken
.halt:  cli
        hlt
        jmp .halt

; Fills in the table, loads it, and loads the task state segment that names the stacks.
global install_exceptions
install_exceptions:
        mov rdi, interrupt_descriptor_table
        mov rax, stubs
        mov ecx, EXCEPTION_COUNT
.exception:
        call set_gate
        add rax, STUB_BYTES
        dec ecx
        jnz .exception
        mov rax, stray_interrupt
        mov ecx, VECTOR_COUNT - EXCEPTION_COUNT
.interrupt:
        call set_gate
        dec ecx
        jnz .interrupt
        mov rdi, interrupt_descriptor_table + WATCHDOG_VECTOR * GATE_BYTES
        mov rax, watchdog_expired
        call set_gate
        mov rdi, interrupt_descriptor_table + SPURIOUS_VECTOR * GATE_BYTES
        mov rax, spurious_interrupt
        call set_gate
        mov byte [interrupt_descriptor_table + 8 * GATE_BYTES + 4], 1   ; double fault
        mov byte [interrupt_descriptor_table + 2 * GATE_BYTES + 4], 3   ; non-maskable interrupt
        mov byte [interrupt_descriptor_table + 18 * GATE_BYTES + 4], 3  ; machine check
        lidt [table_pointer]

        mov rax, double_fault_stack_end
        mov [task_state + 36], rax              ; IST1
        mov rax, fault_stack_end
        mov [task_state + 44], rax              ; IST2
        mov rax, machine_check_stack_end
        mov [task_state + 52], rax              ; IST3
        mov word [task_state + 102], TASK_STATE_BYTES   ; no I/O permission map
        mov rax, task_state
        mov rdi, gdt + GDT_TASK
        mov word [rdi], TASK_STATE_BYTES - 1
        mov [rdi + 2], ax
        shr rax, 16
        mov [rdi + 4], al
        mov byte [rdi + 5], 0x89                ; present, available 64-bit task state segment
        mov byte [rdi + 6], 0
        shr rax, 8
        mov [rdi + 7], al
        shr rax, 8
        mov [rdi + 8], rax
        mov ax, GDT_TASK
        ltr ax
        ret

; Fills the gate at RDI with a way to RAX, and moves RDI to the next.
set_gate:
        mov [rdi], ax
        mov word [rdi + 2], GDT_CODE
        mov word [rdi + 4], 0x8E02              ; present, ring 0, 64-bit interrupt gate, IST2
        mov rdx, rax
        shr rdx, 16
        mov [rdi + 6], rdx                      ; bits 63:16 of the address; the top word is reserved and zero
        add rdi, GATE_BYTES
        ret

; Makes the next divide error a double fault: without a gate its delivery raises #NP, which is contributory too.
; For the boot test that provokes one.
global remove_divide_gate
remove_divide_gate:
        mov byte [interrupt_descriptor_table + 5], 0
        ret

section .rodata.exceptions progbits alloc noexec nowrite align=8
table_pointer:
        dw VECTOR_COUNT * GATE_BYTES - 1
        dq interrupt_descriptor_table

section .bss.exceptions nobits alloc noexec write align=16
interrupt_descriptor_table: resb VECTOR_COUNT * GATE_BYTES
task_state:                 resb TASK_STATE_BYTES
