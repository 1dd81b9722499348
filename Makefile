# make demo   set-up, then the main job on seeds/
# make test   set-up, then all checks and tests
# Nothing else is needed first: Python 3.11 to 3.14 and make.

PYTHON ?= python3
VENV ?= .venv
OUT ?= demo

BIN := $(VENV)/bin
KG := $(BIN)/kg
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
ONE_STATEMENT := SELECT ?s { ?event a kg:Coerce ; kg:statement ?s } ORDER BY ?s LIMIT 1

export KG_STORE := $(OUT)/store

.PHONY: demo test lint torture install clean

demo: install
	mkdir -p $(OUT)
	$(KG) read seeds/solvind.txt --to $(OUT)/solvind.records.jsonl
	$(KG) build seeds
	$(KG) ask edges
	$(KG) ask claims-about --param name=Aldersund | cut -c 1-120
	$(KG) explain "$$($(KG) query '$(ONE_STATEMENT)' --format csv | tail -n 1)"
	$(KG) validate
	$(KG) check-store
	$(KG) export --format turtle --to $(OUT)/graph.ttl
	$(KG) export --format trig --to $(OUT)/graph.trig
	$(KG) network | cut -c 1-100
	$(KG) network --format csv > $(OUT)/network.csv
	$(KG) network --png $(OUT)/network.png --svg $(OUT)/network.svg --html $(OUT)/network.html
	@echo
	@echo 'Done. The files:'
	@echo '  $(OUT)/network.html           who acts on whom; opens in a browser, works offline'
	@echo '  $(OUT)/network.png .svg .csv  the same as a picture and as a table'
	@echo '  $(OUT)/graph.ttl .trig        the graph as Turtle, and with one named graph an article'
	@echo '  $(OUT)/solvind.records.jsonl  what one article says, one record a line'
	@echo '  $(OUT)/store                  the store: $(KG) ask --list; $(KG) serve --store $(OUT)/store'

test: install lint
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/mypy

# Not part of `make test`: some two hundred builds killed at random moments (ten minutes).
torture: install
	$(BIN)/python tests/torture.py

install: $(STAMP)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info[:2] < (3, 15) or sys.exit("newskg needs Python 3.11 to 3.14; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --editable '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
