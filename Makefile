# make             build/ovec, optimised
# make render      set-up, build, and render ESTATE=fixtures/acme into OUT=build/rendered
# make check       unit tests and cases, the quick loop; MODE=san under ASan and UBSan,
#                  MODE=tsan under ThreadSanitizer; CASES="tests/cases/read …" for some
# make test        everything there is; ends with `N passed, N failed, N skipped`
# make conformance run PART=dev of the suites of others that lie in SUITES=../shared/suites
#                  and tell cases that fail and are not known to; V=1 shows each
# make differential  ask a real API server and ovec about COUNT=3000 broken objects, made of
#                  SEED=1; tests/differential.sh
# make golden      rewrite the expected files of CASES; review with git diff
# make lint        layers, kinds, format, generated pages, and clang -Werror over all of it
# make sets        remake the sets of API schemas from CRDS=DIR [OPENAPI=DIR]; tests/sets.sh
# make format      clang-format over all of it
# make fuzz        run each fuzz target for FUZZ_SECONDS=10 with clang's libFuzzer
# make bench       what expressions and rules of kinds in CRDS=../shared/crds take, and the
#                  stages on 1,000, 10,000 and 50,000 virtual machines; beside kubeconform
#                  and kyverno where they are installed
# make oracle      ask a real API server to accept the rendered objects
# make docs        rewrite the generated pages in docs/ and the table of systems in README.md
# make setup       install missing libraries and tools with apt-get or dnf
# make install     copy the program to $(DESTDIR)$(PREFIX)/bin; PREFIX=/usr/local
# make clean       remove build/
# V=1 shows the whole command lines.
CC         ?= cc
CLANG      ?= clang
FORMAT     ?= $(shell command -v clang-format-14 || echo clang-format)
PKG_CONFIG ?= pkg-config
PREFIX     ?= /usr/local
ESTATE     ?= fixtures/acme
OUT        ?= build/rendered
CASES      ?= tests/cases
SUITES     ?= ../shared/suites
PART       ?= dev
FUZZ_SECONDS ?= 10
JOBS       ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# What is built for people is `release`; what is built for the tests is `debug`.
MODE ?= $(if $(filter check golden test-programs,$(MAKECMDGOALS)),debug,release)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS) --no-print-directory
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
        -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough
san_flags := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all

release_FLAGS := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
debug_FLAGS   := -O1 -g -Werror
san_FLAGS     := $(san_flags) -fsanitize=address,undefined
tsan_FLAGS    := $(san_flags) -fsanitize=thread
clang_FLAGS   := $(debug_FLAGS)
fuzz_FLAGS    := $(san_flags) -fsanitize=address,undefined,fuzzer-no-link
ifeq ($(origin $(MODE)_FLAGS),undefined)
$(error MODE is release, debug, san or tsan, not '$(MODE)')
endif
ifneq ($(filter clang fuzz,$(MODE)),)
CC := $(CLANG)
endif

PKGS := yaml-0.1 libgit2 libpcre2-8 libcjson libdeflate

# Asked for once, when the first command line needs it: `make clean` works without libraries.
packages = $(if $(shell $(PKG_CONFIG) --exists $1 && echo yes),,$(error \
	a library is missing ($1): 'make setup' installs what is needed))
LIBS = $(eval LIBS := $$(call packages,$(PKGS))$$(shell $(PKG_CONFIG) --libs $(PKGS)))$(LIBS)
INCLUDES = $(eval INCLUDES := $$(call packages,$(PKGS))$$(patsubst \
	-I%,-isystem%,$$(shell $(PKG_CONFIG) --cflags $(PKGS))))$(INCLUDES)
CMOCKA = $(eval CMOCKA := $$(call packages,cmocka)$$(shell $(PKG_CONFIG) --libs cmocka))$(CMOCKA)

B       := build/$(MODE)
Q       := $(if $(V),,@)
OVEC    := $(if $(filter release,$(MODE)),build/ovec,$B/ovec)
COMPILE  = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L -Icompiler $(INCLUDES) $(WARN) \
           $($(MODE)_FLAGS) -pthread $(CPPFLAGS) $(CFLAGS) -MMD -MP
LINK     = $(CC) $($(MODE)_FLAGS) -pthread $(CFLAGS) $(LDFLAGS)

compiler := $(wildcard compiler/*.c compiler/*/*.c)
units    := $(wildcard tests/unit/test_*.c)
fuzzers  := $(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c))
library  := $(sort $(shell find schemas templates profiles policies -name '*.yaml' 2>/dev/null) \
              $(wildcard sets/*.set))
sources  := $(wildcard compiler/*.[ch] compiler/*/*.[ch] tests/*.[ch] tests/*/*.[ch])
objects   = $(patsubst %.c,$B/%.o,$1)

all: $(OVEC)

$(OVEC): $(call objects,compiler/main.c) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/libovec.a: $(call objects,$(filter-out compiler/main.c,$(compiler))) $B/library_data.o
	@rm -f $@
	@# q, not r: two folders may have a file of the same name.
	@echo "  AR $@"
	$Q$(AR) qcs $@ $^
$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$Q$(COMPILE) -c $< -o $@
-include $(shell find $B -name '*.d' 2>/dev/null)

# The shipped schemas, templates, profiles, policies and sets, as compiler/read/library.h reads them:
# path, NUL, size, NUL, bytes for each file, and one NUL at the end.
build/library.list: force
	@mkdir -p $(@D)
	@{ $(foreach f,$(library),echo '$f';) true; } >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
build/library.bin: build/library.list $(library)
	@while read -r f; do \
		printf '%s\0%d\0' "$$f" "$$(wc -c <"$$f")" && cat "$$f" || exit 1; \
	done <$< >$@.new && printf '\0' >>$@.new && mv $@.new $@
$B/library_data.o: compiler/read/library.S build/library.bin
	@mkdir -p $(@D)
	@echo "  AS $@"
	$Q$(CC) -DOV_LIBRARY_FILE='"build/library.bin"' -c $< -o $@

# The test programs: `run` for the case folders, `unit`, `conformance` for the suites of others,
# `docs` for the generated pages, and one in replay/ a fuzz target, which feeds it its corpus.
test-programs: $(OVEC) $B/run $B/api-verdict $B/emission $B/unit $B/docs $B/conformance \
	$(patsubst tests/fuzz/%.c,$B/replay/%,$(fuzzers))
$B/run: $(call objects,tests/run.c $(wildcard tests/runner/*.c)) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/unit: $(call objects,$(wildcard tests/unit/*.c)) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(CMOCKA) $(LIBS) -lm -o $@
$B/replay/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $B/libovec.a
	@mkdir -p $(@D)
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/conformance: $(call objects,tests/conformance.c $(wildcard tests/conformance/*.c)) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/api-verdict: $(call objects,tests/api_verdict.c) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/emission: $(call objects,tests/emission.c) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@
$B/tests/%.o: COMPILE += -Itests -I$B
$B/tests/unit/main.o: $B/units.def
$B/units.def: $(units) Makefile
	@mkdir -p $(@D)
	@{ $(foreach f,$(units),echo 'OV_UNIT($(patsubst tests/unit/test_%.c,%,$f))';) true; } >$@

check:
	+@MAKE='$(MAKE)' MODE=$(MODE) CASES='$(CASES)' sh tests/all.sh check
test:
	+@MAKE='$(MAKE)' CLANG='$(CLANG)' FORMAT='$(FORMAT)' SUITES='$(SUITES)' \
		PART='$(PART)' sh tests/all.sh test
conformance: $B/conformance
	@$B/conformance $(if $(V),-v) -p '$(PART)' '$(SUITES)' tests/conformance/known.txt
differential: $(OVEC) $B/api-verdict
	@OVEC=$(OVEC) sh tests/differential.sh $B/api-verdict $(or $(COUNT),3000) $(or $(SEED),1) || \
		{ s=$$?; [ $$s -eq 77 ] && echo skipped; [ $$s -eq 77 ]; }
golden: $B/run
	$B/run --update $(CASES)

render: setup-build
	+@$(MAKE) build/ovec
	build/ovec render $(ESTATE) -o $(OUT)
setup:       ; @sh tests/setup.sh test
setup-build: ; @sh tests/setup.sh build
oracle: render
	@sh tests/oracle.sh $(OUT)/clusters
bench: $(OVEC) $B/measure $B/cel $B/api-verdict
	@$B/cel $(wildcard $(or $(CRDS),../shared/crds))
	@sh tests/bench/run.sh $(OVEC) $B/measure
	@sh tests/bench/verify.sh $(OVEC) $B/api-verdict $B/measure || [ $$? -eq 77 ]
	@sh tests/bench/policy.sh $(OVEC) $B/measure || [ $$? -eq 77 ]
$B/measure: $(call objects,tests/bench/measure.c)
	@echo "  LD $@"
	$Q$(LINK) $^ -o $@
$B/cel: $(call objects,tests/bench/cel.c) $B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@

docs: $B/docs
	@mkdir -p docs
	$B/docs docs README.md
docs-current: $B/docs
	@rm -rf build/docs && mkdir -p build/docs && $B/docs build/docs build/README.md && \
		diff -r -u docs build/docs && diff -u README.md build/README.md || \
		{ echo "docs/ or README.md is out of date: run make docs" >&2; exit 1; }
$B/docs: $(call objects,tests/docs.c $(wildcard tests/docs/*.c) tests/conformance/known.c) \
	$B/libovec.a
	@echo "  LD $@"
	$Q$(LINK) $^ $(LIBS) -lm -o $@

lint: layers kinds docs-current lint-format lint-clang
lint-format:
	@$(FORMAT) --dry-run --Werror $(sources)
lint-clang:
	+@$(MAKE) MODE=clang test-programs
layers:
	@awk -f tests/layers.awk $(filter compiler/%,$(sources))
kinds:
	@awk -f tests/kinds.awk $(library) $(filter compiler/%,$(sources)) \
		$(wildcard compiler/*/*.def)
	@awk -f tests/sets.awk $(filter %.set,$(library)) $(filter templates/%,$(library))
format:
	$(FORMAT) -i $(sources)
sets: $(OVEC)
	@OVEC=$(OVEC) sh tests/sets.sh make $(CRDS) $(OPENAPI)

fuzz:
	+@$(MAKE) MODE=fuzz $(patsubst tests/fuzz/%.c,build/fuzz/%,$(fuzzers))
	@for t in $(patsubst tests/fuzz/%.c,%,$(fuzzers)); do \
		mkdir -p build/fuzz/found/$$t tests/fuzz/corpus/$$t && \
		build/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
			-artifact_prefix=build/fuzz/$$t- build/fuzz/found/$$t \
			tests/fuzz/corpus/$$t || exit 1; \
	done
build/fuzz/%: build/fuzz/tests/fuzz/%.o build/fuzz/libovec.a
	@echo "  LD $@"
	$Q$(LINK) -fsanitize=fuzzer $^ $(LIBS) -lm -o $@

install: $(OVEC)
	mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	cp $(OVEC) '$(DESTDIR)$(PREFIX)/bin/ovec'
clean:
	rm -rf build
help:
	@sed -n '/^#/!q;s/^# //p' Makefile

force:
.PHONY: all test-programs check test conformance differential golden render setup setup-build oracle bench lint \
	lint-format lint-clang layers kinds format sets fuzz install clean help force docs docs-current
.SECONDARY:
