# Builds metaos, boots it, tests it. Everything that is made stands under .build/; `make help` lists the targets.
# A step prints one line, and all its output where it fails.

BUILD := .build
METAOS := $(BUILD)/debug/metaos
STEP := @Tools/step

KERNEL_LIBRARY := $(BUILD)/kernel/x86_64-unknown-none-elf/release/libKernel.a
BOOT_OBJECTS := $(patsubst Boot/%.asm,$(BUILD)/boot/%.o,$(wildcard Boot/*.asm))
BOOT_INCLUDES := $(wildcard Boot/*.inc)
# The folders too: they are newer when a file came or went.
RULES := $(shell find Sources/Atlas -type d -o -name '*.meta')

# The date of everything in the image; 1980, the oldest that all its formats have, where there is no commit to ask.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)

# The kernel's options in the image, as in `make iso OPTIONS='address=192.168.7.77/24 peer=192.168.7.1'`.
export OPTIONS ?=

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: help run test iso check figures mutants fuzz attack machines reproduce clean bless kernel rules setup host lint tidy FORCE

help: ## lists the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1	\2/p' Makefile | while IFS='	' read -r name text; do \
	    printf '  make %-9s %s\n' "$$name" "$$text"; done

run: iso ## boots the ISO image in QEMU and shows its report
	@$(METAOS) run $(BUILD)/metaos.iso

test: iso ## runs every test, boots included
	$(STEP) "tests" Tools/build $(BUILD) --build-tests
	@swift test --skip-build --disable-xctest

iso: $(BUILD)/metaos.iso ## builds the bootable image, .build/metaos.iso

kernel: $(BUILD)/metaos.elf ## builds the kernel, .build/metaos.elf

rules: $(BUILD)/metabinary.bin ## compiles the rules, .build/metabinary.bin

check: test lint tidy ## test, swift format and Tools/tidy

figures: iso ## measures, writes .build/figures.json and the table in Tests/FIGURES.md
	@$(METAOS) figures

bless: iso ## rewrites the expected traces, lowers the figures; review the difference
	$(STEP) "tests" Tools/build $(BUILD) --build-tests
	@METAOS_BLESS=$${METAOS_BLESS:-1} swift test --skip-build --disable-xctest

# Of all families, minutes on two cores besides the release build: CI tries a seeded share of it.
mutants: setup ## tries 20,000 mutants and 1,000,000 flips on the verifier, for `make figures`
	@METAOS_CODE_MUTANTS=20000 METAOS_FLIPS=1000000 METAOS_FIGURES=$(BUILD) \
	swift test -c release -Xswiftc -enable-testing --disable-xctest \
	--filter 'the verifier accepts what was generated|no flip that the verifier accepts'

# Two minutes, and as much again for the release build: CI tries a seeded share of it.
fuzz: setup ## sends 200,000 mutated rule files and metabinaries through all stages
	@swift run -c release fuzz 200000

# A quarter of an hour on two processors: CI sends a seeded share of the lengths.
attack: iso ## sends frames of every length up to 69,632 bytes to every card, simulated ones too, compares all memory
	$(STEP) "tests" Tools/build $(BUILD) --build-tests
	@METAOS_ATTACK=all swift test --skip-build --disable-xctest --filter 'AttackTests|LengthTests'

machines: export METAOS_MACHINES := all
machines: iso ## boots every machine of the table of options, boards and firmware
	$(STEP) "tests" Tools/build $(BUILD) --build-tests
	@swift test --skip-build --disable-xctest --filter 'HonestMachineTests|BochsTests'

# Minutes: the kernel is built from nothing, twice.
reproduce: ## builds the image of the last commit in two folders, compares the bytes
	@Tools/reproduce

clean: ## removes everything that was made
	rm -rf $(BUILD)

setup:
	@Tools/setup

host: setup
	$(STEP) "host tools" Tools/build $(BUILD) --explicit-target-dependency-import-check error --product metaos

lint: setup
	$(STEP) "swift format" swift format lint --strict --recursive Package.swift Sources Tests

tidy:
	$(STEP) "tidy, which fails on a bad tree" Tools/tidy-test
	$(STEP) "tidy" Tools/tidy

# metaos writes the metabinary only where it differs, SwiftPM the library: what stands below is made again only then.
$(METAOS): host ;

$(BUILD)/metabinary.bin: $(METAOS) $(RULES)
	$(STEP) "rules" $(METAOS) compile --output $@ Sources/Atlas

$(KERNEL_LIBRARY): setup FORCE
	$(STEP) "kernel" Tools/build-kernel $(BUILD)/kernel

$(BUILD)/boot/%.o: Boot/%.asm $(BOOT_INCLUDES) $(BUILD)/metabinary.bin Makefile | setup
	@mkdir -p $(@D)
	$(STEP) "$<" nasm -f elf64 -Werror -I Boot/ -DMETABINARY='"$(BUILD)/metabinary.bin"' -o $@ $<

$(BUILD)/metaos.elf: $(KERNEL_LIBRARY) $(BOOT_OBJECTS) Boot Linker/kernel.ld Tools/link
	$(STEP) "$@" Tools/link $@ $(BOOT_OBJECTS) $(KERNEL_LIBRARY)

# Of the commit, so that every build of it makes the same bytes; written only where it is another.
$(BUILD)/epoch: FORCE
	@mkdir -p $(@D)
	@echo $$SOURCE_DATE_EPOCH | cmp -s - $@ || echo $$SOURCE_DATE_EPOCH >$@

$(BUILD)/options: FORCE
	@mkdir -p $(@D)
	@echo "$$OPTIONS" | cmp -s - $@ || echo "$$OPTIONS" >$@

$(BUILD)/metaos.iso: $(BUILD)/metaos.elf $(BUILD)/epoch $(BUILD)/options Boot/grub.cfg Tools/iso
	$(STEP) "$@" Tools/iso $@ $<
