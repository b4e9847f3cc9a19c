# What people and CI run. ARGS goes to the tests: make test ARGS='calendar::'

CARGO ?= cargo
ARGS ?=
AUDIT ?= advisories bans licenses sources

.PHONY: run test check fmt bench audit

# The daemon; with no pasokh.yaml, live chat and console on 127.0.0.1:8484.
run:
	$(CARGO) run --release -- run

# All tests, those with real servers and a real browser included.
test:
	tools/install-test-packages
	if $(CARGO) nextest --version >/dev/null 2>&1; \
	then $(CARGO) nextest run $(ARGS); \
	else $(CARGO) test $(ARGS); \
	fi

# Whatever needs no test run: format, lints, docs.
check:
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps

fmt:
	$(CARGO) fmt --all

bench:
	$(CARGO) bench

# Licences, bans, sources, known faults. Builds cargo-deny first where it is missing: minutes.
audit:
	$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check $(AUDIT)
