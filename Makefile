# SPDX-License-Identifier: GPL-2.0-or-later
# Build, test and install vmrun. "make help" lists the targets.
#
# Sources are found by wildcard: to add a file, add the file. What configure
# found comes from config.mk; make runs configure when that is missing or old.
# SRCDIR is the folder of this file, S the same as a prefix ("" when inside).

MAKEFLAGS += -rR
SHELL = /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

makefile := $(firstword $(MAKEFILE_LIST))
SRCDIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
S := $(if $(filter-out .,$(SRCDIR)),$(SRCDIR)/)
goals := $(or $(MAKECMDGOALS),all)

# --- goals that change what the others stand on are run one after the other, in
# the order given, each by a make of its own: "make deps check", "make clean all"
in_order := deps clean distclean
ifneq ($(and $(filter $(in_order),$(goals)),$(word 2,$(goals))),)

.NOTPARALLEL:
.PHONY: $(sort $(goals))
$(sort $(goals)):
	+@$(MAKE) --no-print-directory -f $(makefile) $@

else

# --- configuration ----------------------------------------------------------------

no_config := deps clean distclean help format layers doccheck lint dist
ifneq ($(filter-out $(no_config),$(goals)),)
include config.mk
endif

config.mk: $(S)configure $(S)VERSION
	$(SRCDIR)/configure $(if $(wildcard config.mk),--recheck)

config.h: config.mk
	@test -f $@ || $(SRCDIR)/configure --recheck

# --- flags --------------------------------------------------------------------------

BUILD ?= build
# One spelling of the folder, however it was given: dependency files name their targets by it.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
AR = ar
Q := $(if $(filter-out 0,$(V)),,@)
say = @$(if $(filter-out 0,$(V)),:,printf '  %-4s %s\n' $(1) $(2))
quote = '$(subst ','\'',$(1))'

WARNINGS := -Wall -Wextra -Wshadow -Wswitch-enum -Wvla -Wformat=2 \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wundef \
	-Wpointer-arith -Wcast-qual
ifneq ($(filter-out 0,$(WERROR)),)
WARNINGS += -Werror
endif

# SANITIZE is empty, asan (ASan and UBSan), or fuzz (the same and libFuzzer).
SANITIZE ?=
sanitizers := -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -O1
sanitize_asan := $(sanitizers)
ifeq ($(SANITIZE),fuzz)
override CC = $(FUZZ_CC)
endif
sanitize_fuzz := $(sanitizers) -fsanitize=fuzzer-no-link

# Fortified functions need the optimiser, and get in the way of ASan.
optimised := $(filter-out -O0,$(filter -O%,$(CFLAGS)))
fortified := $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS))
ifeq ($(or $(SANITIZE),$(fortified),$(if $(optimised),,no)),)
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# The user's own flags come last, to win.
all_cppflags = -D_GNU_SOURCE= -I$(SRCDIR)/launcher -I. $(LIB_CFLAGS) $(FORTIFY) $(CPPFLAGS)
all_cflags = -std=gnu11 $(WARNINGS) $(HARDENING_CFLAGS) $(CFLAGS) $(sanitize_$(SANITIZE))
all_ldflags = $(HARDENING_LDFLAGS) $(LDFLAGS) $(sanitize_$(SANITIZE))
compile = $(CC) $(all_cppflags) $(all_cflags) -MMD -MP

# --- vmrun --------------------------------------------------------------------------

# objects() - the object files of these sources
objects = $(patsubst $(S)%.c,$(BUILD)/obj/%.o,$(1))

lib_sources := $(wildcard $(S)launcher/*/*.c)
unit_sources := $(wildcard $(S)tests/unit/test_*.c)
unit_helpers := $(filter-out $(unit_sources),$(wildcard $(S)tests/unit/*.c))
fuzz_replay := $(S)tests/fuzz/replay.c
fuzz_sources := $(filter-out $(fuzz_replay),$(wildcard $(S)tests/fuzz/*.c))
main_object := $(call objects,$(S)launcher/main.c)
libvmrun := $(BUILD)/libvmrun.a

man_sources := $(wildcard $(addprefix $(S)launcher/man/,*.8 *.5 *.8.in *.5.in))
man_pages := $(patsubst $(S)launcher/%,$(BUILD)/%,$(man_sources:.in=))
hook_sources := $(wildcard $(addprefix $(S)hooks/,systemd-generator/*.in early/early libvirt/qemu libvirt/qemu.in udev/*.rules \
	udev/*.rules.in $(foreach kind,service socket target timer slice,systemd/*.$(kind) systemd/*.$(kind).in)))
hook_files := $(patsubst $(S)%,$(BUILD)/%,$(hook_sources:.in=))

# As the shells look for them: bash and fish by the command's name, zsh by that of the function.
completions := $(addprefix $(BUILD)/completions/,vmrun _vmrun vmrun.fish)

.PHONY: all
all: $(BUILD)/vmrun $(man_pages) $(hook_files) $(completions) ## build vmrun and what goes with it (the default)

$(BUILD)/vmrun: $(main_object) $(libvmrun)
	$(call say,LD,$@)
	$(Q)$(CC) $(all_cflags) $(all_ldflags) -o $@ $(main_object) $(libvmrun) $(LIBS)

# What was used for the last build; rewritten, and so newer, only when it changed.
# remember() - keep a text in a file: $(1) file, $(2) text
define remember
$(1): FORCE
	@mkdir -p $$(@D); printf '%s\n' $$(call quote,$(2)) >$$@.new; \
	if cmp -s $$@.new $$@; then rm $$@.new; else mv $$@.new $$@; fi
endef
.PHONY: FORCE
FORCE:
$(eval $(call remember,$(BUILD)/flags,$$(compile) $$(all_ldflags) $$(LIBS) $$(CHECK_CFLAGS) $$(CHECK_LIBS)))
$(eval $(call remember,$(BUILD)/sources,$$(lib_sources)))
$(eval $(call remember,$(BUILD)/unit-helpers,$$(unit_helpers)))

# archive() - make an archive of exactly these objects
define archive
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(1)
endef

$(libvmrun): $(call objects,$(lib_sources)) $(BUILD)/sources
	$(call archive,$(call objects,$(lib_sources)))

$(BUILD)/obj/%.o: $(S)%.c $(BUILD)/flags config.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(compile) $(extra_cflags) -c -o $@ $<

# Text that a source includes: "cmd/survey_page.css.inc" defines survey_page_css[].
$(BUILD)/inc/%.inc: $(S)launcher/% $(makefile)
	@mkdir -p $(@D)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' -e '1i static const char $(subst .,_,$(*F))[] =' \
		-e '$$a ;' $< >$@

page := $(addprefix $(BUILD)/inc/cmd/survey_page.,css.inc js.inc)
$(BUILD)/obj/launcher/cmd/survey_html.o: $(page)
$(BUILD)/obj/launcher/cmd/survey_html.o: extra_cflags = -I$(BUILD)/inc

$(BUILD)/obj/tests/%.o: extra_cflags = -I$(SRCDIR)/tests
$(BUILD)/obj/tests/unit/%.o: extra_cflags = -I$(SRCDIR)/tests $(CHECK_CFLAGS)

$(BUILD)/man/%: $(S)launcher/man/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/hooks/%: $(S)hooks/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

# fill_in - write a .in file with the names between at-signs replaced
define fill_in
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@BINDIR@|$(bindir)|g' \
		-e 's|@DATADIR@|$(datadir)|g' -e 's|@SYSCONFDIR@|$(sysconfdir)|g' \
		-e 's|@LIBDIR@|$(libdir)|g' $< >$@
endef

$(BUILD)/man/%: $(S)launcher/man/%.in config.mk
	$(fill_in)

$(BUILD)/hooks/%: $(S)hooks/%.in config.mk
	$(fill_in)

$(BUILD)/completions/vmrun: shell = bash
$(BUILD)/completions/_vmrun: shell = zsh
$(BUILD)/completions/vmrun.fish: shell = fish
$(completions): $(BUILD)/vmrun
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/vmrun completion $(shell) >$@.new && mv $@.new $@

# --- test programs ------------------------------------------------------------------

unit_programs := $(patsubst $(S)tests/unit/%.c,$(BUILD)/tests/unit/%,$(unit_sources))
fuzz_programs := $(patsubst $(S)tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(fuzz_sources))
libunit := $(BUILD)/libunit.a

.PHONY: unit-programs fuzz-programs
unit-programs: $(unit_programs)
fuzz-programs: $(fuzz_programs)

$(libunit): $(call objects,$(unit_helpers)) $(BUILD)/unit-helpers
	$(call archive,$(call objects,$(unit_helpers)))

$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(libunit) $(libvmrun)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(all_cflags) $(all_ldflags) -o $@ $^ $(CHECK_LIBS) $(LIBS)

# With libFuzzer the program is a fuzzer; else it replays files it is given.
fuzz_main := $(if $(filter fuzz,$(SANITIZE)),,$(call objects,$(fuzz_replay)))
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(fuzz_main) $(libvmrun)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(all_cflags) $(all_ldflags) $(if $(fuzz_main),,-fsanitize=fuzzer) -o $@ $^ $(LIBS)

.SECONDARY:
-include $(patsubst %.o,%.d,$(call objects,$(lib_sources) $(S)launcher/main.c \
	$(unit_sources) $(unit_helpers) $(fuzz_sources) $(fuzz_replay)))

# --- tests --------------------------------------------------------------------------

# run_tests() - the parts to run; the driver builds what each of them needs
run_tests = +@MAKE=$(call quote,$(MAKE) -f $(makefile)) BUILD=$(BUILD) $(SRCDIR)/tests/run $(1)

.PHONY: check check-unit check-cli check-asan check-fuzz check-build check-corpus check-lab
check: ## run all tests: a quarter of an hour on two processors; "N passed, N failed" at the end
	$(call run_tests,lint build unit cli asan fuzz corpus lab fuzzing)
check-unit: ## unit tests
	$(call run_tests,unit)
check-cli: ## the built program on captured hosts, no privilege needed
	$(call run_tests,cli)
check-asan: ## unit and cli once more, under ASan and UBSan
	$(call run_tests,asan)
check-fuzz: ## give every fuzz target the inputs of tests/fuzz/corpus
	$(call run_tests,fuzz)
check-build: ## tests of configure, this Makefile and the lint tools
	$(call run_tests,build)
check-corpus: ## parse real firmware tables: CORPUS=DIR
	$(call run_tests,corpus)
check-lab: ## tests in the emulated machine
	$(call run_tests,lab)

.PHONY: lint layers doccheck format
lint: ## static checks: layers, doccheck, shellcheck, clang-format, cppcheck
	$(call run_tests,lint)
layers: ## includes go one way, each library has one owner
	@cd $(SRCDIR) && tests/tools/layers
doccheck: ## every function and file says what it is for
	@cd $(SRCDIR) && tests/tools/doccheck
format: ## rewrite the C sources in the project's layout (clang-format)
	clang-format -i $(wildcard $(addprefix $(S),launcher/*.[ch] launcher/*/*.[ch] \
		tests/*/*.[ch] tests/*/*/*.[ch]))

# outside() - run a program of the tree that needs the built vmrun: $(1) path
define outside
	@test -x $(S)$(1) || { echo "$@: $(1) is not there" >&2; exit 1; }
	+@VMRUN=$(abspath $(BUILD)/vmrun) BUILD=$(abspath $(BUILD)) $(SRCDIR)/$(1)
endef
.PHONY: demo bench soak fuzz
demo: all ## show it working in the emulated machine
	$(call outside,tests/lab/demo)
bench: ## measure: time, files opened, memory; a missed target is a failure
	$(call run_tests,bench)
soak: ## the long tests, hours: fuzzing 10 minutes (FUZZ_SECONDS) per parser, long forms of the lab's
	$(call run_tests,soak)
fuzz: ## search for inputs that break a parser, FUZZ_SECONDS (20 or 5) on each (clang)
	$(call run_tests,fuzzing)

.PHONY: deps
deps: ## install what building and testing need (root; apt or dnf)
	@$(SRCDIR)/tests/tools/deps

# --- installation -------------------------------------------------------------------

profiledir = $(datadir)/vmrun/profiles
unitdir = $(libdir)/systemd/system
generatordir = $(libdir)/systemd/system-generators
udevdir = $(libdir)/udev/rules.d
bashdir = $(datadir)/bash-completion/completions
zshdir = $(datadir)/zsh/site-functions
fishdir = $(datadir)/fish/vendor_completions.d
hookdir = $(sysconfdir)/libvirt/hooks/qemu.d

# to_dir() - words MODE|SOURCE|TARGET: $(1) mode, $(2) folder, $(3) files
to_dir = $(foreach f,$(3),$(1)|$(f)|$(2)/$(notdir $(f)))
installed = 755|$(BUILD)/vmrun|$(bindir)/vmrun \
	$(call to_dir,644,$(mandir)/man8,$(filter %.8,$(man_pages))) \
	$(call to_dir,644,$(mandir)/man5,$(filter %.5,$(man_pages))) \
	$(call to_dir,644,$(profiledir),$(filter-out $(S)profiles/demo%,$(wildcard $(S)profiles/*.profile))) \
	$(call to_dir,644,$(unitdir),$(filter $(BUILD)/hooks/systemd/%,$(hook_files))) \
	$(call to_dir,755,$(libdir)/vmrun,$(filter $(BUILD)/hooks/early/%,$(hook_files))) \
	$(call to_dir,755,$(generatordir),$(filter $(BUILD)/hooks/systemd-generator/%,$(hook_files))) \
	$(call to_dir,644,$(udevdir),$(filter $(BUILD)/hooks/udev/%,$(hook_files))) \
	$(call to_dir,644,$(bashdir),$(filter %/vmrun,$(completions))) \
	$(call to_dir,644,$(zshdir),$(filter %/_vmrun,$(completions))) \
	$(call to_dir,644,$(fishdir),$(filter %.fish,$(completions))) \
	$(foreach f,$(filter $(BUILD)/hooks/libvirt/%,$(hook_files)),755|$(f)|$(hookdir)/vmrun)

.PHONY: install uninstall
install: all ## install below DESTDIR and the prefix
	$(Q)set -e; for line in $(foreach i,$(installed),'$(i)'); do \
		mode=$${line%%|*}; target=$${line##*|}; file=$${line#*|}; file=$${file%%|*}; \
		echo "  INSTALL $(DESTDIR)$$target"; \
		install -D -m "$$mode" "$$file" "$(DESTDIR)$$target"; \
	done

# Folders that are ours go when empty; below a DESTDIR all that are empty go.
uninstall: ## remove what install put there
	$(Q)set -e; for line in $(foreach i,$(installed),'$(i)'); do \
		target=$${line##*|}; dir=$${target%/*}; \
		echo "  REMOVE $(DESTDIR)$$target"; \
		rm -f "$(DESTDIR)$$target"; \
		if [ -n "$(DESTDIR)" ] && [ -d "$(DESTDIR)$$dir" ]; then \
			(cd "$(DESTDIR)/" && rmdir -p --ignore-fail-on-non-empty "$${dir#/}"); \
		fi; \
	done; \
	for dir in $(profiledir) $(datadir)/vmrun $(libdir)/vmrun; do \
		[ ! -d "$(DESTDIR)$$dir" ] || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$dir"; \
	done

.PHONY: dist clean distclean help
dist: version = $(shell cat $(S)VERSION)
dist: ## a source archive of the last commit: vmrun-VERSION.tar.gz
	$(Q)git -C $(SRCDIR) archive --format=tar.gz --prefix=vmrun-$(version)/ \
		-o $(CURDIR)/vmrun-$(version).tar.gz HEAD
	@echo "  DIST vmrun-$(version).tar.gz"
clean: ## remove what was built
	$(Q)rm -rf $(BUILD)
distclean: clean ## remove what was built and configured
	$(Q)rm -f config.mk config.h config.log config.mk.[0-9]* config.h.[0-9]* vmrun-*.tar.gz
	$(Q)if [ -n "$(S)" ] && grep -q '^# Made by configure' Makefile; then rm Makefile; fi
help: ## this list
	@echo 'make TARGET… [VARIABLE=VALUE…]; targets:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(SRCDIR)/Makefile
	@echo 'variables: V=1 (show commands) WERROR=1 DESTDIR=DIR BUILD=DIR CORPUS=DIR FUZZ_SECONDS=N'
	@echo '           CC CFLAGS CPPFLAGS LDFLAGS; "./configure --help" has the lasting ones'

endif
