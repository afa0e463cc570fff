; The rules of the atlas, compiled on the host, as they travel in the image. METABINARY is the file's path.

section .metabinary progbits alloc noexec nowrite align=16
global metabinary_start, metabinary_end
metabinary_start:
        incbin METABINARY
metabinary_end:
