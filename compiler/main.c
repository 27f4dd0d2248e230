/*
 * ovec: compiles the description of an estate to the manifests of its clusters.
 *
 *   main()                  this file
 *    └ ov_cmd_main()        cmd/      the command line, one file a command
 *       └ ov_compile()      compile.c the phases, one after the other
 *          ├ ov_read()      read/     files → merged and checked documents on clusters
 *          ├ ov_make()      make/     documents × templates → objects → bytes
 *          └ ov_…_output()  close/    output tree → folder or branch
 *
 * compiler/README.md says what lies below these and which layer may use which.
 */
#include "cmd/cmd.h"

int main(int argc, char *argv[])
{
	struct ov_io io = {stdout, stderr};
	return ov_cmd_main(&io, argc, argv);
}
