; Entry points, and the way from 32-bit protected mode to the Swift kernel in long mode.
;
; Two loaders reach this file, both in 32-bit protected mode with paging off and flat segments:
;   Multiboot2 (GRUB):      EAX = 0x36D76289, EBX = physical address of the boot information
;                           (Multiboot2 Specification, version 2.0, section 3.3)
;   PVH (QEMU -kernel):     EBX = physical address of hvm_start_info
;                           (Xen, docs/misc/pvh.pandoc and xen/include/public/arch-x86/hvm/start_info.h)
;
; Hand-over to kernelMain, System V AMD64 calling convention:
;   EDI = 0x36D76289 or 0x336EC578 (the magic of hvm_start_info), RSI = physical address of the information.
;   Interrupts off, both 8259 interrupt controllers masked; exceptions reported by exceptionTaken.
;   The limits that firmware puts on Intel's processors lifted, the table of memory types written whole.
;   CR0.WP and EFER.NXE set: no page is both writable and executable from the first 64-bit instruction on.
;   SSE and x87 are off: the kernel computes with integers, and a stray vector instruction is an exception.
;
; The address space that is handed over (identity, 4 KiB pages):
;   0x00000000            not mapped: a null pointer faults
;   0x000B8000            VGA text buffer, writable, uncached
;   0x00100000 …          the image: .text executable; .rodata read-only; .data, .bss writable
;   below each stack      a guard page, not mapped
; Everything else - generated code, device windows, firmware tables - the kernel maps where it needs it.

bits 32

%include "memory.inc"

MULTIBOOT2_HEADER_MAGIC equ 0xE85250D6  ; Multiboot2 Specification, version 2.0, section 3.1.2
MULTIBOOT2_ENTRY_MAGIC  equ 0x36D76289  ; section 3.3
PVH_MAGIC               equ 0x336EC578  ; XEN_HVM_START_MAGIC_VALUE

; Model-specific registers (Intel SDM, volume 4, table 2-2).
IA32_MISC_ENABLE        equ 0x1A0
IA32_PAT                equ 0x277

section .multiboot2 progbits alloc noexec nowrite align=8
header:
        dd MULTIBOOT2_HEADER_MAGIC
        dd 0                                    ; architecture: 32-bit protected mode of i386
        dd header.end - header
        dd -(MULTIBOOT2_HEADER_MAGIC + 0 + (header.end - header))
        align 8
        dw 4, 0                                 ; tag: console flags, not optional (section 3.1.9)
        dd 12
        dd 1 << 1                               ; the kernel writes to an EGA text screen
        align 8
        dw 0, 0                                 ; end of tags
        dd 8
.end:

section .note.pvh note alloc noexec nowrite align=4
        dd 4                                    ; size of the name
        dd 4                                    ; size of the description
        dd 18                                   ; XEN_ELFNOTE_PHYS32_ENTRY
        db "Xen", 0
        dd enter_pvh

section .text.boot progbits alloc exec nowrite align=16

global enter_multiboot2
enter_multiboot2:
        cli
        cld
        cmp eax, MULTIBOOT2_ENTRY_MAGIC
        mov esi, message_loader
        jne refuse
        mov edi, MULTIBOOT2_ENTRY_MAGIC
        jmp prepare

enter_pvh:
        cli
        cld
        mov edi, PVH_MAGIC

; EDI = magic, EBX = information.
prepare:
        mov esp, main_stack_end
        push ebx
        push edi
        call lift_limits
        call require_processor
        call map_image
        call set_memory_types
        call enter_paging
        pop edi
        pop esi
        lgdt [gdt_pointer]
        jmp GDT_CODE:start64

; Lifts two limits that firmware's setup puts on Intel's processors, before CPUID is believed: bit 34 of IA32_MISC_ENABLE
; hides no-execute pages, bit 22 the leaves above 3. Family 15 has the register, and family 6 from model 13 on; every other
; processor is left alone, and a register without these bits too.
; (Intel SDM, volume 4, table 2-2; Linux, arch/x86/kernel/verify_cpu.S, and cpu/intel.c, intel_unlock_cpuid_leafs)
lift_limits:
        xor eax, eax
        cpuid
        cmp ebx, "Genu"
        jne .done
        cmp edx, "ineI"
        jne .done
        cmp ecx, "ntel"
        jne .done
        mov eax, 1
        cpuid
        mov ecx, eax
        shr ecx, 8
        and ecx, 0xF                            ; family
        cmp ecx, 0xF
        je .lift
        cmp ecx, 6
        jne .done
        test eax, 0xF << 16                     ; extended model
        jnz .lift
        and eax, 0xF << 4                       ; model
        cmp eax, 0xD << 4
        jb .done
.lift:  mov ecx, IA32_MISC_ENABLE
        rdmsr
        btr eax, 22
        setc bl
        btr edx, 34 - 32
        setc bh
        test bx, bx
        jz .done
        wrmsr
.done:  ret

; Refuses processors without long mode or without no-execute pages, by leaf 0x80000001
; (AMD64 Architecture Programmer's Manual, volume 3, appendix E.4.2).
require_processor:
        mov eax, 0x80000000
        cpuid
        cmp eax, 0x80000001
        mov esi, message_processor
        jb refuse
        mov eax, 0x80000001
        cpuid
        and edx, (1 << 29) | (1 << 20)          ; LM, NX
        cmp edx, (1 << 29) | (1 << 20)
        mov esi, message_processor
        jne refuse
        ret

; Fills the tables for the first 4 MiB, of which only what is named here becomes present.
map_image:
        mov dword [page_map_level4], page_directory_pointers + PAGE_PRESENT + PAGE_WRITABLE
        mov dword [page_directory_pointers], page_directory + PAGE_PRESENT + PAGE_WRITABLE
        mov dword [page_directory], page_tables + PAGE_PRESENT + PAGE_WRITABLE
        mov dword [page_directory + 8], page_tables + PAGE_SIZE + PAGE_PRESENT + PAGE_WRITABLE

        mov esi, image_text_start
        mov edi, image_text_end
        mov eax, PAGE_PRESENT
        xor edx, edx
        call map_range
        mov esi, image_rodata_start
        mov edi, image_rodata_end
        mov eax, PAGE_PRESENT
        mov edx, PAGE_NO_EXECUTE_HIGH
        call map_range
        mov esi, image_data_start
        mov edi, image_data_end
        mov eax, PAGE_PRESENT | PAGE_WRITABLE
        mov edx, PAGE_NO_EXECUTE_HIGH
        call map_range
        mov esi, VGA_TEXT
        mov edi, VGA_TEXT + PAGE_SIZE
        mov eax, PAGE_PRESENT | PAGE_WRITABLE | PAGE_WRITE_THROUGH | PAGE_CACHE_DISABLE
        mov edx, PAGE_NO_EXECUTE_HIGH
        call map_range

        xor eax, eax
%macro unmap_guard 1
        mov ebx, %1
        shr ebx, PAGE_SHIFT
        mov [page_tables + ebx * 8], eax
        mov [page_tables + ebx * 8 + 4], eax
%endmacro
        unmap_guard main_stack_guard
        unmap_guard double_fault_stack_guard
        unmap_guard fault_stack_guard
        unmap_guard machine_check_stack_guard
        ret

; Maps ESI … EDI to itself: EAX = low flags, EDX = high half of each entry.
map_range:
        mov ebx, esi
        shr ebx, PAGE_SHIFT
        or eax, esi
.page:  cmp esi, edi
        jae .done
        mov [page_tables + ebx * 8], eax
        mov [page_tables + ebx * 8 + 4], edx
        add eax, PAGE_SIZE
        add esi, PAGE_SIZE
        inc ebx
        jmp .page
.done:  ret

; Says what the cache bits of a page mean, where a processor lets one (leaf 1, EDX bit 16), whatever firmware left there: PWT
; alone is write-combining, with PCD uncacheable, which is all that is used of them (Intel SDM, volume 3A, "Page Attribute
; Table"). Paging is off, so that no page is in use meanwhile.
set_memory_types:
        mov eax, 1
        cpuid
        test edx, 1 << 16
        jz .done
        mov ecx, IA32_PAT
        mov eax, 0x00070106                     ; write-back, write-combining, uncached unless MTRRs combine, uncacheable
        mov edx, 0x00070406                     ; the same, but write-through for the second
        wrmsr
.done:  ret

; Turns long mode and paging on (Intel SDM, volume 3A, "Initializing IA-32e Mode"). CR4 is written whole, so that nothing
; of what the loader chose stays: PAE alone.
enter_paging:
        mov eax, page_map_level4
        mov cr3, eax
        mov eax, 1 << 5                         ; PAE
        mov cr4, eax
        mov ecx, 0xC0000080                     ; IA32_EFER
        rdmsr
        or eax, (1 << 8) | (1 << 11)            ; LME, NXE
        wrmsr
        mov eax, cr0
        and eax, ~((1 << 29) | (1 << 30))       ; NW and CD off: caches on
        or eax, (1 << 31) | (1 << 16) | (1 << 2) | 1    ; PG, WP, EM (x87 instructions fault), PE
        mov cr0, eax
        ret

; Shows the message at ESI on the screen and on COM1 as it was left, then halts for good.
refuse:
        mov edi, VGA_TEXT
        mov ah, 0x4F                            ; white on red
.next:  lodsb
        test al, al
        jz .halt
        stosw
        mov dx, 0x3F8
        out dx, al
        jmp .next
.halt:  cli
        hlt
        jmp .halt

section .rodata.boot progbits alloc noexec nowrite align=8
; On the screen the second sentence begins its second row.
message_processor: db "metaos: this processor has no long mode or no no-execute pages; halted.         "
                   db "Firmware's setup may have them off: see 'Execute Disable', 'XD' or 'NX'.", 0
message_loader:    db "metaos: entered by a loader that does not speak Multiboot2; halted.", 0

gdt_pointer:
        dw gdt.end - gdt - 1
        dd gdt

bits 64
section .text.start64 progbits alloc exec nowrite align=16
extern kernelMain
extern mask_lines
extern install_exceptions

; EDI = magic, ESI = information; both zero-extended by the moves that filled them.
start64:
        mov ax, GDT_DATA
        mov ds, ax
        mov es, ax
        mov ss, ax
        xor eax, eax
        mov fs, ax
        mov gs, ax
        mov edi, edi
        mov esi, esi
        mov rsp, main_stack_end
        xor ebp, ebp
        push rdi
        push rsi
        call mask_lines
        call install_exceptions
        call enable_machine_checks
        pop rsi
        pop rdi
        call kernelMain
.halt:  cli
        hlt
        jmp .halt

; Has machine checks reported, now that there is a table to report them by: without, each is a silent reset. Only where the
; processor has them (leaf 1, EDX bit 7).
enable_machine_checks:
        mov eax, 1
        cpuid
        test edx, 1 << 7
        jz .done
        mov rax, cr4
        or eax, 1 << 6                          ; MCE
        mov cr4, rax
.done:  ret

section .data.gdt progbits alloc noexec write align=16
global gdt
gdt:    dq 0
.code:  dq 0x00209A0000000000                   ; 64-bit code, ring 0
.data:  dq 0x0000920000000000                   ; data, ring 0
.task:  dq 0, 0                                 ; task state segment, filled in by install_exceptions
.end:

section .bss.tables nobits alloc noexec write align=4096
global page_map_level4
page_map_level4:         resb PAGE_SIZE
page_directory_pointers: resb PAGE_SIZE
page_directory:          resb PAGE_SIZE
page_tables:             resb PAGE_SIZE * 2     ; 0 … 4 MiB
global page_table_pool
page_table_pool:         resb PAGE_SIZE * PAGE_TABLE_POOL_PAGES
global page_table_pool_end
page_table_pool_end:

section .bss.stacks nobits alloc noexec write align=4096
%macro guarded_stack 2
global %1_guard
%1_guard: resb PAGE_SIZE
          resb %2
global %1_end
%1_end:
%endmacro
        guarded_stack main_stack, MAIN_STACK_BYTES
        guarded_stack double_fault_stack, EXCEPTION_STACK_BYTES
        guarded_stack fault_stack, EXCEPTION_STACK_BYTES
        guarded_stack machine_check_stack, EXCEPTION_STACK_BYTES

extern image_text_start, image_text_end, image_rodata_start, image_rodata_end, image_data_start, image_data_end
