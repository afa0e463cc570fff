; A boot image that says a canned report on the serial line and on the screen, and then ends as the test wants it. It
; stands in for a kernel where the host harness is tested. Assembled with nasm -f bin into one of two forms:
;   -DPVH      a 32-bit ELF image with a PVH note and a Multiboot2 header, for -kernel and for GRUB
;   -DSECTOR   a boot image for the first sectors of a CD (no emulation, four sectors of 512 bytes) or of a disk (one)
; and with
;   -DREPORT='"file"'   the bytes to say
;   -DENDING=n          what to do then: EXIT, HALT, FLOOD, TRIPLE_FAULT, SPIN
;   -DEXIT_VALUE=n      the value for isa-debug-exit

%define EXIT 0
%define HALT 1
%define FLOOD 2
%define TRIPLE_FAULT 3
%define SPIN 4

%define DEBUG_EXIT 0xF4                 ; isa-debug-exit,iobase=0xf4
%define SERIAL_DATA 0x3F8               ; COM1
%define SERIAL_STATUS 0x3FD             ; its line status; bit 5: ready for a byte
%define READY 0x20
%define SCREEN 0xB8000                  ; text buffer of a VGA card

%ifdef PVH
bits 32
org 0x100000                            ; where -kernel puts it

elf:    db 0x7F, "ELF", 1, 1, 1, 0      ; 32 bits, little-endian
        times 8 db 0
        dw 2, 3                         ; executable, i386
        dd 1, start, headers - elf, 0, 0
        dw 52, 32, 2, 0, 0, 0
headers:
        dd 1, 0, elf, elf, finish - elf, finish - elf, 7, 0x1000
        dd 4, note - elf, note, note, note_end - note, note_end - note, 4, 4
note:   dd 4, 4, 18                     ; XEN_ELFNOTE_PHYS32_ENTRY
        db "Xen", 0
        dd start
note_end:

        align 8
multiboot:                              ; Multiboot2 specification 2.0, section 3.1
        dd 0xE85250D6, 0, multiboot_end - multiboot
        dd -(0xE85250D6 + 0 + (multiboot_end - multiboot))
        dw 0, 0                         ; the end tag
        dd 8
multiboot_end:

start:  cld
        mov edi, SCREEN
%else
bits 16
org 0x7C00

start:  cld
        xor ax, ax
        mov ds, ax
        mov ax, 3                       ; INT 10h, function 0: mode 3, 80 x 25 characters, cleared
        int 0x10
        mov ax, SCREEN >> 4
        mov es, ax
        xor di, di
%endif

        mov si, greeting
%ifdef PVH
        mov esi, greeting
%endif
.character:
        lodsb
        test al, al
        jz .report
        mov ah, 0x07                    ; light grey on black
        stosw
        jmp .character

.report:
%ifdef PVH
        mov esi, report
        mov ecx, report_end - report
        jecxz .end
%else
        mov si, report
        mov cx, report_end - report
        jcxz .end
%endif
.byte:  mov dx, SERIAL_STATUS
.wait:  in al, dx
        test al, READY
        jz .wait
        mov dx, SERIAL_DATA
        lodsb
        out dx, al
        loop .byte

.end:
%if ENDING == EXIT
        mov al, EXIT_VALUE
        out DEBUG_EXIT, al
%elif ENDING == FLOOD
        mov dx, SERIAL_DATA
        mov al, "x"
.flood: out dx, al
        jmp .flood
%elif ENDING == TRIPLE_FAULT
        lidt [no_table]
        int3
%elif ENDING == SPIN
        jmp $
%endif
.halt:  cli
        hlt
        jmp .halt

no_table:
        dw 0
        dd 0
greeting:
        db "safe to switch off", 0
report: incbin REPORT
report_end:
%ifdef SECTOR
        times 510 - ($ - $$) db 0       ; fails where a report is too long for one sector
        dw 0xAA55
%endif
finish:
