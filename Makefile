# What people and CI run. ARGS goes to the tests: make test ARGS='calendar::'

CARGO ?= cargo
ARGS ?=
QUICK ?=
PIP = pip install --quiet --disable-pip-version-check
AUDIT ?= advisories bans licenses sources

.PHONY: run test check fmt bench audit

# The daemon; with no pasokh.yaml, live chat on 127.0.0.1:8484.
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

# How fast things are, what understanding reaches, and what peers reach on the same messages.
# make bench QUICK=--quick judges one part of five.
bench:
	$(CARGO) bench --bench explain --bench matching --bench store --bench desk --bench report
	$(CARGO) bench --bench understanding -- $(QUICK)
	$(MAKE) target/peers/installed
	target/peers/bin/python tools/peers.py

# The peers, from PyPI, in an environment of their own. Where hazm cannot be had the table says so.
target/peers/installed: tools/peers.txt
	@python3 -m venv target/peers && target/peers/bin/$(PIP) -r tools/peers.txt || { \
	  echo "The peers are not installed: that needs python3-venv and a network that reaches PyPI."; exit 1; }
	@target/peers/bin/$(PIP) hazm==0.10.0 || true
	@touch $@

# Licences, bans, sources, known faults. Builds cargo-deny first where it is missing: minutes.
audit:
	$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check $(AUDIT)
