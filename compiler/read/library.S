/*
 * library: the shipped schemas, templates, profiles and policies as two constants, declared in
 * library.h. Layer: read. The assembler copies the file; as a C array it would cost seconds.
 */
#if defined(__APPLE__)
#define SYMBOL(name) _##name
.const
#else
#define SYMBOL(name) name
.section .rodata
#endif

.globl SYMBOL(ov_library_data)
.globl SYMBOL(ov_library_size)
.balign 16
SYMBOL(ov_library_data):
.incbin OV_LIBRARY_FILE
1:
.balign 8
SYMBOL(ov_library_size):
#if __SIZEOF_SIZE_T__ == 8
.quad 1b - SYMBOL(ov_library_data)
#else
.long 1b - SYMBOL(ov_library_data)
#endif

#if defined(__ELF__)
.section .note.GNU-stack,"",%progbits
#endif
