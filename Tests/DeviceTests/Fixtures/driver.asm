; A driver for the 82540EM by hand, to the contract `ring_nic 1`: the stand-in by which the simulated card is tested, and
; the oracle beside generated drivers. Each `%ifdef` is a mistake that some test has to find; without any it is right.
; Section numbers are those of the 8254x manual, 317453-006.

bits 64
default abs

WINDOW          equ 0x50000000
CODE            equ 0x40000000
TABLE           equ CODE - 256
DATA            equ 0x60000000
DATA_PHYSICAL   equ 0x00400000

COUNT           equ 256
SPARE           equ 8
RING_BYTES      equ COUNT * 16
RING_MASK       equ RING_BYTES - 16
BUFFER_SHIFT    equ 11

TX_RING         equ DATA
RX_RING         equ TX_RING + RING_BYTES
TX_POOL         equ RX_RING + RING_BYTES
RX_POOL         equ TX_POOL + (COUNT + SPARE) * 2048
STATE           equ RX_POOL + COUNT * 2048
TO_PHYSICAL     equ DATA_PHYSICAL - DATA

TX_POSITION     equ STATE               ; byte offset of the slot that is filled next
RX_POSITION     equ STATE + 4           ; byte offset of the slot that is received next
RX_EMPTY        equ STATE + 8           ; byte offset of the slot that is given back next
TX_TABLE        equ STATE + 16          ; which buffer is in which slot
RX_TABLE        equ TX_TABLE + COUNT * 2

CTRL            equ WINDOW + 0x0000
STATUS          equ WINDOW + 0x0008
IMC             equ WINDOW + 0x00D8
RCTL            equ WINDOW + 0x0100
TCTL            equ WINDOW + 0x0400
TIPG            equ WINDOW + 0x0410
RDBAL           equ WINDOW + 0x2800
TDBAL           equ WINDOW + 0x3800
MTA             equ WINDOW + 0x5200
RAL0            equ WINDOW + 0x5400
RAH0            equ WINDOW + 0x5404

CTRL_SLU        equ 1 << 6
CTRL_RST        equ 1 << 26
TX_COMMAND      equ 0x0B                ; EOP, IFCS, RS

%ifndef COUNTS_PER_MICROSECOND
%define COUNTS_PER_MICROSECOND 1000
%endif
RESET_BOUND     equ 10000              ; microseconds
ADDRESS_BOUND   equ 20000

%macro time 1 ; into a register, by rax and rdx
    rdtsc
    shl rdx, 32
    or %1, rax
%endmacro
%macro deadline 1 ; microseconds from now, into r8
    time rdx
    lea r8, [rdx + %1 * COUNTS_PER_MICROSECOND]
%endmacro

; Functions are in a table that the test reads: name (8 bytes), start, end, arguments, bits of the result.
%macro entry 3 ; name, arguments, bits
    %strlen length %str(%1)
    db %str(%1)
    times 12 - length db 0
    dd %1 - TABLE, %1.end - TABLE, %2, %3
%endmacro

org TABLE
    entry link, 0, 1
    entry mac, 0, 48
    entry bringup, 0, 8
    entry transmit, 2, 64
    entry notify, 0, 0
    entry receive, 0, 64
    entry giveback, 1, 8

times 256 - ($ - $$) db 0
link:
    mov eax, [STATUS]
    shr eax, 1
    and eax, 1
    ret
.end:

align 16, db 0xCC
mac:
    mov eax, [RAL0]
    mov ecx, [RAH0]
    movzx ecx, cx
    shl rcx, 32
    or rax, rcx
    ret
.end:

align 16, db 0xCC
bringup:
    cmp dword [STATUS], -1
    je .gone
    mov dword [IMC], -1                 ; 13.4.21: nothing interrupts
%ifndef MISTAKE_NO_RESET
    mov ecx, [CTRL]
    and ecx, 0x00001BE9                 ; drop what is reserved in what is read back
    or ecx, CTRL_RST
    mov [CTRL], ecx                     ; 13.4.1
%ifndef MISTAKE_NO_PAUSE
    deadline 1                          ; not even this register may be touched for 1 us
.pause:
    pause
    time rdx
    cmp rdx, r8
    jbe .pause
%endif
%ifndef MISTAKE_NO_WAIT
    deadline RESET_BOUND
.wait:
    time rdx                            ; read before the register, which is so looked at once more after the bound
    mov ecx, [CTRL]
    test ecx, CTRL_RST
    jz .is_reset
    pause
%ifdef MISTAKE_ENDLESS
    jmp .wait
%endif
    cmp rdx, r8
    jbe .wait
    cmp ecx, -1
    je .gone
.stuck:
    mov eax, 1
    ret
.is_reset:
%endif
    mov dword [IMC], -1
%ifndef MISTAKE_NO_WAIT
    deadline ADDRESS_BOUND
.wait_for_address:
    time rdx
    cmp dword [RAH0], 0                 ; 13.5.3: AV, when the EEPROM has been read
    jl .has_address
    pause
    cmp rdx, r8
    jbe .wait_for_address
    jmp .stuck
.has_address:
%endif
%endif
    xor ecx, ecx
.multicast:                             ; 14.4: nobody joined a group
    mov dword [MTA + rcx * 4], 0
    inc ecx
    cmp ecx, 128
    jb .multicast

    xor ecx, ecx
.slots:
    mov eax, ecx
    shl eax, BUFFER_SHIFT
    lea rdx, [rax + RX_POOL + TO_PHYSICAL]
    add rax, TX_POOL + TO_PHYSICAL
    mov esi, ecx
    shl esi, 4
    mov [TX_RING + rsi], rax
    mov qword [TX_RING + rsi + 8], 0
    mov byte [TX_RING + rsi + 12], 1    ; a slot is free when DD is set
%ifdef MISTAKE_OUTSIDE
    add rdx, 0x100000
%endif
%ifdef MISTAKE_SHARED
    and rdx, ~2048
%endif
    mov [RX_RING + rsi], rdx
    mov qword [RX_RING + rsi + 8], 0
    mov [TX_TABLE + rcx * 2], cx
    mov [RX_TABLE + rcx * 2], cx
    inc ecx
    cmp ecx, COUNT
    jb .slots
    mov dword [TX_POSITION], 0
    mov dword [RX_POSITION], 0
    mov dword [RX_EMPTY], 0

%ifdef MISTAKE_EARLY_ENABLE
    mov dword [RCTL], 0x04008002
%endif
%ifdef MISTAKE_MISALIGNED
    mov dword [RDBAL], RX_RING + TO_PHYSICAL + 8
%else
    mov dword [RDBAL], RX_RING + TO_PHYSICAL ; 14.4
%endif
    mov dword [RDBAL + 0x04], 0
    mov dword [RDBAL + 0x08], RING_BYTES
    mov dword [RDBAL + 0x10], 0
%ifdef MISTAKE_TAIL_OUTSIDE
    mov dword [RDBAL + 0x18], COUNT
%else
    mov dword [RDBAL + 0x18], COUNT - 1
%endif
%ifdef MISTAKE_KEEPS_CHECK_SUM
    mov dword [RCTL], 0x00008002
%elifdef MISTAKE_RESERVED_BITS
    mov dword [RCTL], 0x04008003
%else
    mov dword [RCTL], 0x04008002        ; EN, BAM, SECRC; buffers of 2048 bytes
%endif
    mov dword [TDBAL], TX_RING + TO_PHYSICAL ; 14.5
    mov dword [TDBAL + 0x04], 0
    mov dword [TDBAL + 0x08], RING_BYTES
    mov dword [TDBAL + 0x10], 0
    mov dword [TDBAL + 0x18], 0
    mov dword [TIPG], 10 | 8 << 10 | 6 << 20
    mov dword [TCTL], 1 << 1 | 1 << 3 | 0x0F << 4 | 0x40 << 12
    mov ecx, [CTRL]
    cmp ecx, -1
    je .gone
    and ecx, 0x00001BE9
    or ecx, CTRL_SLU
    mov [CTRL], ecx
    xor eax, eax
    ret
.gone:
    mov eax, 2
    ret
.end:

align 16, db 0xCC
transmit:
    cmp edi, COUNT + SPARE
    jae .refused
    lea eax, [rsi - 60]
    cmp eax, 1514 - 60
    ja .refused
    mov ecx, [TX_POSITION]
    lea edx, [rcx + 16]
    and edx, RING_MASK
%ifdef MISTAKE_NO_GAP
    test byte [TX_RING + rcx + 12], 1
%else
    ; The next slot, so that the tail never comes to the head, which means an empty ring (3.4).
    test byte [TX_RING + rdx + 12], 1
%endif
    jz .busy
%ifdef MISTAKE_CLOBBERS
    mov ebx, edx
%endif
    mov r8d, edi
    shl r8d, BUFFER_SHIFT
    add r8d, TX_POOL + TO_PHYSICAL
    mov [TX_RING + rcx], r8
%ifdef MISTAKE_NO_CHECK_SUM
    or esi, (TX_COMMAND & ~2) << 24
%elifdef MISTAKE_NO_REPORT
    or esi, (TX_COMMAND & ~8) << 24
%else
    or esi, TX_COMMAND << 24
%endif
%ifdef MISTAKE_KEEPS_DONE_IN_TX
    mov [TX_RING + rcx + 8], esi
%else
    mov [TX_RING + rcx + 8], rsi        ; the status byte becomes 0
%endif
    shr ecx, 3
    movzx eax, word [TX_TABLE + rcx]
%ifdef MISTAKE_RETURNS_POSTED
    mov eax, edi
%endif
    mov [TX_TABLE + rcx], di
    mov [TX_POSITION], edx
    ret
.busy:
    mov rax, 1 << 32
    ret
.refused:
    mov rax, 2 << 32
    ret
.end:

align 16, db 0xCC
notify:
    mov eax, [TX_POSITION]
    shr eax, 4
%ifdef MISTAKE_WIDE_DOORBELL
    mov [TDBAL + 0x18], rax
%elifdef MISTAKE_STRAY
    mov [WINDOW + 0x20000], eax
%elifdef MISTAKE_WRONG_REGISTER
    mov [TDBAL + 0x1C], eax
%else
    mov [TDBAL + 0x18], eax
%endif
    ret
.end:

align 16, db 0xCC
receive:
    mov ecx, [RX_POSITION]
%ifdef MISTAKE_LENGTH_FIRST
    movzx r8d, word [RX_RING + rcx + 8]
%endif
%ifndef MISTAKE_LAPS
    ; The slot before the empty one that is filled next stays, so that equal positions mean: none is empty.
    lea eax, [rcx + 16]
    and eax, RING_MASK
    cmp eax, [RX_EMPTY]
    je .none
%endif
    movzx eax, word [RX_RING + rcx + 12] ; status and errors
    test al, 1
    jz .none
%ifndef MISTAKE_LENGTH_FIRST
    movzx r8d, word [RX_RING + rcx + 8]
%endif
%ifdef MISTAKE_READS_BACK
    mov edx, [RX_RING + rcx]
    sub edx, RX_POOL + TO_PHYSICAL
    shr edx, BUFFER_SHIFT
%else
    mov edx, ecx
    shr edx, 3
    movzx edx, word [RX_TABLE + rdx]
%endif
    shl edx, 16
    add ecx, 16
    and ecx, RING_MASK
    mov [RX_POSITION], ecx
%ifndef MISTAKE_TRUSTS
    and eax, 0xFF02                     ; every error bit, and EOP
    cmp eax, 0x0002
    jne .bad
    cmp r8d, 2048
    ja .bad
%endif
    mov eax, edx
    or eax, r8d
    ret
.none:
    mov rax, 1 << 32
    ret
.bad:
    mov rax, 2 << 32
    or rax, rdx
    ret
.end:

align 16, db 0xCC
giveback:
    cmp edi, COUNT
    jae .refused
    mov ecx, [RX_EMPTY]
    cmp ecx, [RX_POSITION]
    je .refused
    mov eax, edi
    shl eax, BUFFER_SHIFT
    add eax, RX_POOL + TO_PHYSICAL
    mov [RX_RING + rcx], rax
%ifndef MISTAKE_KEEPS_DONE_IN_RX
    mov qword [RX_RING + rcx + 8], 0
%endif
    mov edx, ecx
    shr edx, 3
    mov [RX_TABLE + rdx], di
    mov edx, ecx
    add ecx, 16
    and ecx, RING_MASK
    mov [RX_EMPTY], ecx
    shr edx, 4
%ifdef MISTAKE_TAIL_BEHIND
    inc edx
    and edx, COUNT - 1
%endif
    mov [RDBAL + 0x18], edx
%ifdef MISTAKE_CHANGES_LATER
    shl edx, 4
    add edx, RING_BYTES - 16
    and edx, RING_MASK
    mov dword [RX_RING + rdx + 8], 0
%endif
    xor eax, eax
    ret
.refused:
    mov eax, 2
    ret
.end:
