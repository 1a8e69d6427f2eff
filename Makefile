# Everything runs from a virtual environment made from the hash-pinned lock files; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-heavy lint lock screenshots compliance wheel bench

run: $(VENV)/run.installed  ## serve the demonstration on http://127.0.0.1:5000
	@DEMO_DATA=$${DEMO_DATA:-on} $(BIN)/python app.py

test: $(VENV)/test.installed  ## install what the suite needs, then run it
	@PYTHON=$(BIN)/python sh tests/prepare.sh
	@$(BIN)/python -m pytest -n 2 $(ARGS)

test-heavy:  ## what takes long: a million rows, nodes that are killed, the wheel in an empty environment
	@$(MAKE) test ARGS="-m heavy"

lint: $(VENV)/test.installed  ## ruff and strict mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

screenshots: $(VENV)/test.installed  ## make the pictures of README and docs again
	@$(BIN)/python -m pytest -q tests/browser/screenshots.py tests/browser/artwork.py

compliance: $(VENV)/test.installed  ## run every test that proves a rule of a standard; print and write the matrix
	@PYTHON=$(BIN)/python sh tests/prepare.sh
	@$(BIN)/python -m pytest -q -n 2 -m standard -p tests.compliance.matrix \
		--compliance-matrix portal/docs/prose/compliance.md $(ARGS)

wheel: $(VENV)/test.installed  ## build dist/contextfile_connect-….whl
	@rm -f dist/contextfile_connect-*.whl  # pip refuses two releases at once
	@$(BIN)/python -m hatchling build -t wheel -d dist

bench: $(VENV)/test.installed  ## measure the server's CPU time per request and its speed; takes minutes
	@$(BIN)/python -m tests.bench $(ARGS)

lock:  ## pin what pyproject.toml asks for; no index address enters the files
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test pyproject.toml -o requirements-test.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -c requirements-test.lock -o requirements.lock

$(BIN)/python:
	@echo "Making the virtual environment $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The venv module is missing. On Debian: apt install python3-venv"; exit 1; }

$(VENV)/run.installed: requirements.lock | $(BIN)/python
	@echo "Installing the packages of requirements.lock (about 20 seconds) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && touch $@

$(VENV)/test.installed: requirements-test.lock | $(BIN)/python
	@echo "Installing the packages of requirements-test.lock (about 40 seconds) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock && touch $@
