/*
 * generate: makes the files that a case's `generate` lists. Part of the case runner.
 *
 * Each entry has `path` (relative to the work folder, so usually estate/…), `kind`, and:
 *
 *   text      text
 *   repeat    text `count` times; {i} in it is the number of the copy, from 0
 *   large     text repeated to `bytes` bytes
 *   deep      `open` (default "[") `depth` times, then `close` (default "]") as often
 *   bytes     hex: the bytes as hexadecimal digits
 *   latin1    text, written in ISO 8859-1
 *   folders   `depth` folders d/d/… below path, and text in the file leaf.yaml of the last
 *   symlink   to: where the symbolic link points
 *   fifo      a named pipe
 *
 * repeat, large and deep take `before` and `after`, written around it.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include "runner/case.h"

/** Makes the file in the working directory; NULL, or what is wrong with the entry. */
const char *generate_file(const struct case_file *file);

#endif
