/*
 * target: what every fuzz target defines; its corpus lies in tests/fuzz/corpus/NAME.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

/** Does something with the bytes that must neither crash nor hang; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
