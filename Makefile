# Свод: `make help` lists the commands. Everything is set up in .venv/ of this folder; nothing is installed globally.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install run demo test check bench faults soak format lock audit sbom clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --require-virtualenv
PROGRESS := { grep -E --line-buffered '^(Collecting|Downloading|Installing|Successfully)' | cut -c1-100 ; } ; exit $${PIPESTATUS[0]}
# The two distributions of this repository, run from their folders; all that they need is there already.
FOLDERS := --no-deps --no-build-isolation --editable localsheets --editable .
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
	--group build pyproject.toml localsheets/pyproject.toml
# Tools that are no part of the environment, each in one of its own.
TOOL := $(BIN)/uv tool run --quiet
CODE := campaign outbox letters webform desk sheets sync svod localsheets scripts tests gunicorn.conf.py

# Compiled modules are kept whatever the environment says: the tests start some hundred processes.
unexport PYTHONDONTWRITEBYTECODE

# The first Python that is new enough; PYTHON=… chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$p; break; }; done)

help: ## показать эти команды
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Нужен Python 3.11 или новее с модулем venv (Debian: apt-get install python3 python3-venv)." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Нужен Python 3.11 или новее, а $(PYTHON) старше или не запускается." >&2; exit 2; }
	@echo "Создаю окружение в $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: requirements.txt pyproject.toml localsheets/pyproject.toml | $(BIN)/python
	@echo "Устанавливаю то, на чём работает Свод (один раз, около минуты) …"
	@$(PIP) --progress-bar on --require-hashes -r requirements.txt | $(PROGRESS)
	@$(PIP) --quiet $(FOLDERS)
	@touch $@

$(VENV)/.tests: requirements.txt requirements-dev.txt pyproject.toml localsheets/pyproject.toml | $(BIN)/python
	@echo "Устанавливаю то, чем Свод проверяется (один раз, около минуты) …"
	@$(PIP) --progress-bar on --require-hashes -r requirements-dev.txt | $(PROGRESS)
	@$(PIP) --quiet $(FOLDERS)
	@touch $(VENV)/.runs $@

install: $(VENV)/.runs ## только окружение .venv/ с командой svod; ничего не запускает
	@$(BIN)/svod --version

run: $(VENV)/.runs ## запустить таблицу, форму и обработчик (PORT, SHEETS_PORT, DATA_DIR, HOST)
	@exec $(BIN)/python -u -m scripts.run

demo: $(VENV)/.runs ## на запущенной репетиции: 18 из 21 муниципалитета отвечают, итоги сверяются
	@exec $(BIN)/python -u -m scripts.demo

PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder

test: $(VENV)/.tests ## все проверки поведения; быстрые из них: ARGS="-m 'not slow'"
	@# Four at once on two cores: half of a long test's time is waiting for processes. Pages of the grid want more of both.
	@$(PYTEST) -n 4 $(ARGS)
	@# By itself: a browser of its fixtures cannot share a process with one of ours. Not where ARGS names files.
	@$(if $(filter-out -%,$(firstword $(ARGS))),,cd localsheets && ../$(PYTEST) -n 2 $(ARGS))

check: $(VENV)/.tests ## оформление, линтер, типы, границы пакетов
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.tests ## привести оформление кода в порядок
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

bench: $(VENV)/.tests ## замеры скорости (см. docs/measurements)
	@exec $(BIN)/python -m scripts.bench $(ARGS)

faults: $(VENV)/.tests ## сбои: обработчик убивают посреди работы, квитанции сверяются с таблицей
	@exec $(BIN)/python -m scripts.faults $(ARGS)

soak: $(VENV)/.tests ## враждебный ввод 30 минут: форма, файлы, стол, таблица, API, формулы (ARGS="--minutes 5")
	@exec $(BIN)/python -m scripts.soak $(ARGS)

lock: $(VENV)/.tests ## requirements*.txt заново: зависимости из pyproject.toml, версии и хеши (ARGS=--upgrade обновит)
	@$(LOCK) $(ARGS) --output-file requirements.txt >/dev/null
	@$(LOCK) $(ARGS) --group dev --constraint requirements.txt --output-file requirements-dev.txt >/dev/null

audit: $(VENV)/.tests ## известные уязвимости зависимостей; где их список не отвечает, так и сказано
	@said=$$($(TOOL) pip-audit==2.10.1 --strict --disable-pip --require-hashes --progress-spinner off --timeout 10 \
		-r requirements.txt 2>&1) && echo "$$said" || { echo "$$said" | tail -20; \
		grep -qE 'could not be audited|[Cc]onnection|[Ff]ailed to (fetch|resolve)|timed out' <<<"$$said" \
		&& echo "Список уязвимостей не отвечает: зависимости не проверены."; }

sbom: $(VENV)/.tests ## sbom.json: состав программы в CycloneDX, по requirements.txt
	@$(TOOL) --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
		--output-reproducible --output-file sbom.json

clean: ## убрать окружение и кеши; принятые ответы (var/) остаются
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info localsheets/build localsheets/src/*.egg-info
