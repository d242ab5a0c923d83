# Two commands do everything on a fresh machine (Python >= 3.11, git, make): make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
PYTHONS := assist tests benchmarks docs/generate.py docs/generate_settings.py docs/generate_protocol.py docs/screenshots.py client/generate.py hatch_build.py
SOURCES := pyproject.toml uv.lock hatch_build.py $(shell git ls-files client | grep -v '/tests/')

.PHONY: default demo test check gate evaluate format golden docs screenshots bench clean
default: check test

demo: .venv/.demo
	$(BIN)/assist demo $(ARGS)

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS)

check: .venv/.dev
	$(BIN)/ruff check $(PYTHONS)
	$(BIN)/ruff format --check $(PYTHONS)
	$(BIN)/mypy
	$(BIN)/lint-imports

# Does a core cue do worse than the committed figures say? Half a minute.
gate: .venv/.dev
	$(BIN)/python -m benchmarks.cues --check

# Renews these figures, a few minutes; docs/cues.md says how to read them.
evaluate: .venv/.dev
	$(BIN)/python -m benchmarks.cues $(ARGS)

format: .venv/.dev
	$(BIN)/ruff format $(PYTHONS)
	$(BIN)/ruff check --fix $(PYTHONS)

golden: .venv/.dev
	$(BIN)/python -m tests.golden.make

docs: .venv/.dev
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/generate_settings.py
	$(BIN)/python docs/generate_protocol.py
	$(BIN)/python client/generate.py

# Draws the pictures of the manual in Chromium; several minutes. Look at every one of them.
screenshots: .venv/.bench
	$(BIN)/python -m docs.screenshots

# Half an hour on an otherwise idle machine; docs/speed.md says what is measured, and the parts.
bench: .venv/.bench
	$(BIN)/python -m benchmarks.capacity --shapes tiny base --budget 16
	$(BIN)/python -m benchmarks.streaming
	$(BIN)/python -m benchmarks.overload
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.plots
	$(BIN)/python -m benchmarks.tables

clean:
	rm -rf .venv client/node_modules assist/server/static

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Call Assist needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==0.13.9

# uv builds the package, and with it the pages: Node comes as a build requirement, not from the machine.
.venv/.demo: $(UV) $(SOURCES)
	$(UV) sync --frozen --inexact --no-dev
	touch $@

.venv/.dev: $(UV) $(SOURCES)
	$(UV) sync --frozen --inexact
	touch $@ .venv/.demo

.venv/.bench: $(UV) $(SOURCES)
	$(UV) sync --frozen --inexact --group bench
	touch $@ .venv/.dev .venv/.demo
