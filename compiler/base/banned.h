/*
 * banned: functions that this project does not use, made into compile errors. Layer: base.
 *
 * Each either writes without a bound, depends on the locale or a hidden buffer, or hides an
 * error.
 */
#ifndef OV_BANNED_H
#define OV_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__GNUC__)
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison localtime ctime asctime gmtime atoi atol atof
#endif

#endif
