# make demo   restores a noisy photograph        make format   formats the Swift sources
# make test   builds and runs every test         make lint     checks their format
# make build  builds the tools (release)         make docs     builds the documentation of the library
# make setup  installs the Debian packages       make proto    generates the C reader of Proto/onnx.proto
# make test-package  builds another package      make test-neon  runs the kernels for Arm in an emulator
# make test-page  opens the page of the bundled model in a headless Chromium
# make page   writes Docs/inspect/grl-nano-dn25.html anew
# make man    makes manual pages                 make completions  makes completions for shells
# make install PREFIX=/usr/local   installs the tools with both
# Everything but `make proto` starts with `make setup`, which does nothing when nothing is missing.

SHELL := /bin/bash
SWIFT ?= swift
SOURCES := Sources Tests Package.swift
DEBIAN_PACKAGES := libprotobuf-c-dev libpng-dev libjpeg62-turbo-dev zlib1g-dev
DEMO_IMAGE := Models/images/astronaut
DEMO_MODEL := Models/grl-nano-dn25/grl-nano-dn25.onnx
DOCUMENTATION := .build/documentation
DEMO_OUTPUT := .build/demo/astronaut-restored.png

TOOLS := grl-run grl-bench grl-validate grl-inspect
PREFIX ?= /usr/local
MANUAL := .build/manual
COMPLETIONS := .build/completions

.DEFAULT_GOAL := build
KERNEL_DRIVER := $(wildcard Sources/CKernels/*.c) $(wildcard Tests/KernelDriver/*.c)
NEON_PACKAGES := qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross
NEON_DRIVER := .build/kernel-driver-neon
CLANG ?= clang
PAGE_PACKAGES := chromium chromium-driver python3-selenium libjs-d3 node-dagre-layout
PAGES := .build/pages
DEMO_PAGE := Docs/inspect/grl-nano-dn25.html

.PHONY: setup build man completions install demo test test-package test-neon test-page page format lint docs proto

# Names what is missing, then installs it as root, with password-less sudo, or not at all.
setup:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6 is missing: see https://www.swift.org/install" >&2; exit 69; }
	@command -v dpkg-query >/dev/null || { echo "Not Debian; needed are: $(DEBIAN_PACKAGES) libopenblas0 pkg-config"; exit 0; }; \
	installed() { [ "$$(dpkg-query -W -f '$${db:Status-Status}' "$$1" 2>/dev/null)" = installed ]; }; \
	missing=(); \
	for package in $(DEBIAN_PACKAGES); do installed $$package || missing+=($$package); done; \
	command -v pkg-config >/dev/null || missing+=(pkg-config); \
	dpkg-query -W -f '$${db:Status-Status}\n' 'libopenblas0*' 2>/dev/null | grep -qx installed || \
	    missing+=(libopenblas0-pthread); \
	[ $${#missing[@]} -eq 0 ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then run=env; elif sudo -n true 2>/dev/null; then run=sudo; else \
	    echo "Debian packages are missing, and installing them takes root. Please run:" >&2; \
	    echo "    sudo apt-get update && sudo apt-get install -y $${missing[*]}" >&2; exit 69; fi; \
	echo "Installing $${missing[*]}"; \
	$$run apt-get update -qq && $$run DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $${missing[*]} >/dev/null

build: setup
	for tool in $(TOOLS); do $(SWIFT) build -c release --product $$tool || exit; done

# Pages for man, from what the argument parser knows: man .build/manual/grl-run.1
man: build
	@mkdir -p $(MANUAL)
	@built=$$($(SWIFT) build -c release --show-bin-path); \
	for tool in $(TOOLS); do $$built/$$tool --generate-manual > $(MANUAL)/$$tool.1 || exit; done
	@echo "Manual pages: $(MANUAL)"

# Completions of options, values and file names for bash, zsh and fish.
completions: build
	@mkdir -p $(COMPLETIONS)
	@built=$$($(SWIFT) build -c release --show-bin-path); \
	for tool in $(TOOLS); do \
	    $$built/$$tool --generate-completion-script bash > $(COMPLETIONS)/$$tool && \
	    $$built/$$tool --generate-completion-script zsh > $(COMPLETIONS)/_$$tool && \
	    $$built/$$tool --generate-completion-script fish > $(COMPLETIONS)/$$tool.fish || exit; \
	done
	@echo "Completions: $(COMPLETIONS)"

install: man completions
	@built=$$($(SWIFT) build -c release --show-bin-path); \
	share=$(DESTDIR)$(PREFIX)/share; \
	for tool in $(TOOLS); do \
	    install -D -m 755 $$built/$$tool $(DESTDIR)$(PREFIX)/bin/$$tool && \
	    install -D -m 644 $(MANUAL)/$$tool.1 $$share/man/man1/$$tool.1 && \
	    install -D -m 644 $(COMPLETIONS)/$$tool $$share/bash-completion/completions/$$tool && \
	    install -D -m 644 $(COMPLETIONS)/_$$tool $$share/zsh/site-functions/_$$tool && \
	    install -D -m 644 $(COMPLETIONS)/$$tool.fish $$share/fish/vendor_completions.d/$$tool.fish || exit; \
	done

demo: build
	@mkdir -p $(dir $(DEMO_OUTPUT))
	@$$($(SWIFT) build -c release --show-bin-path)/grl-run $(DEMO_MODEL) $(DEMO_IMAGE)-sigma25.png \
	    --compare $(DEMO_IMAGE).png --output $(DEMO_OUTPUT) --force

# One release build serves the tools and the tests, which see the package's own API, not its internals.
test: setup
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

# Builds and runs another package that depends on this one by path.
test-package: setup
	Tests/PackageTests/run

# Compiles the kernels for arm64 with the toolchain's clang and Debian's C library, and checks them under QEMU.
test-neon:
	@$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(NEON_PACKAGES)"
	@mkdir -p $(dir $(NEON_DRIVER))
	$(CLANG) --target=aarch64-linux-gnu -fuse-ld=lld -static -O2 -Wall -Wextra -Werror -ISources/CKernels/include \
	    $(KERNEL_DRIVER) -lm -lpthread -o $(NEON_DRIVER)
	qemu-aarch64-static $(NEON_DRIVER) neon

# Pages of grl-inspect --html, used as people use them; their pictures are in .build/pages.
test-page: build
	@$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="$(PAGE_PACKAGES)"
	@mkdir -p $(PAGES)
	@tools=$$($(SWIFT) build -c release --show-bin-path); \
	$$tools/grl-bench $(DEMO_MODEL) --size 64 --runs 1 --trace $(PAGES)/trace.json --force >/dev/null && \
	$$tools/grl-inspect $(DEMO_MODEL) --html $(PAGES)/bundled.html --trace $(PAGES)/trace.json --force && \
	$$tools/grl-inspect Tests/ModelTests/Fixtures/dynamic-dynamo20-onnxslim.onnx --html $(PAGES)/dynamic.html --force
	/usr/bin/python3 Tests/PageTests/check_page.py $(PAGES)/bundled.html $(PAGES)/dynamic.html --screenshots $(PAGES)

# The page of the bundled network, with times measured on this machine; a test tells when it is out of date.
page: build
	@$(MAKE) --no-print-directory setup DEBIAN_PACKAGES="libjs-d3 node-dagre-layout"
	@mkdir -p $(PAGES)
	@tools=$$($(SWIFT) build -c release --show-bin-path); \
	$$tools/grl-bench $(DEMO_MODEL) --size 128 --trace $(PAGES)/trace.json --force >/dev/null && \
	$$tools/grl-inspect $(DEMO_MODEL) --html $(DEMO_PAGE) --trace $(PAGES)/trace.json --force
	@echo "$(DEMO_PAGE): $$(wc -c < $(DEMO_PAGE)) bytes"

# The documentation of the product GRL, whose parts it re-exports; a warning is an error.
docs: setup
	$(SWIFT) build -c release --target GRL
	@built=$$($(SWIFT) build -c release --show-bin-path); \
	rm -rf $(DOCUMENTATION) && mkdir -p $(DOCUMENTATION)/symbols; \
	swift-symbolgraph-extract -module-name GRL -minimum-access-level public -skip-synthesized-members \
	    -experimental-allowed-reexported-modules=$$(sed -n 's/^@_exported public import //p' Sources/GRL/GRL.swift | paste -sd,) \
	    -I $$built/Modules $$(printf -- '-I %s ' Sources/C{Zlib,PNG,JPEG,ProtobufC} $$built/C*.build) \
	    -target $$($(SWIFT) -print-target-info | sed -n 's/.*"triple" *: *"\(.*\)".*/\1/p' | head -n 1) \
	    -output-dir $(DOCUMENTATION)/symbols && \
	docc convert Sources/GRL/GRL.docc --additional-symbol-graph-dir $(DOCUMENTATION)/symbols --warnings-as-errors \
	    --fallback-display-name GRL --fallback-bundle-identifier grl --output-path $(DOCUMENTATION)/GRL.doccarchive
	@echo "Documentation: $(DOCUMENTATION)/GRL.doccarchive"

format:
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

proto:
	protoc-c --proto_path=Proto --c_out=Sources/COnnxProto Proto/onnx.proto
	mv Sources/COnnxProto/onnx.pb-c.h Sources/COnnxProto/include/onnx.pb-c.h
