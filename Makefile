# Two commands set up a new machine: `make run` and `make test`. PYTHON= picks another interpreter.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := scenarios simulator calibration experiments studio
TESTS ?= tests

.PHONY: run serve test lint format bench reproduce elasticities recovery recommended seeding studies clean

run: $(STAMP)
	$(BIN)/apath compare coldbrew-launch
	@echo
	@echo "edit these plans on a page of this machine:  $(BIN)/apath serve coldbrew-launch"

serve: $(STAMP)
	$(BIN)/apath serve coldbrew-launch

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# Published results and elasticities, on our own model, and a workbook's sums in LibreOffice, where there is one.
reproduce: elasticities
	$(BIN)/python -m experiments.reproduce -o docs/reproduced.md
	$(BIN)/python -m pytest -q -rs tests/workbook/test_sums.py

# Calibrations against published histories, which are not part of the project: APATH_DATA names their folder.
studies: $(STAMP)
	$(BIN)/python -m calibration.studies -o docs/calibrated.md

elasticities: $(STAMP)
	$(BIN)/python -m experiments.elasticity -o docs/elasticities.md

# Whom to seed, on published networks that are not part of the project: APATH_DATA names their folder.
seeding: $(STAMP)
	$(BIN)/python -m experiments.seeding.study -o docs/seeding.md

# Studies of half an hour each: what are recommendations worth; do calibrations find again what histories were made with?
recommended: $(STAMP)
	$(BIN)/python -m experiments.recommend.study -o docs/recommended.md

recovery: $(STAMP)
	$(BIN)/python -m calibration.recovery -o docs/recovery.md

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
	find $(PACKAGES) tests -name __pycache__ -type d -exec rm -rf {} +
