# Свод: `make help` lists the commands. Everything is set up in .venv/ of this folder; nothing is installed globally.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run demo test check bench faults format clean

VENV := .venv
BIN := $(VENV)/bin
# A distribution of its own, run from its folder.
LOCALSHEETS := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable localsheets
CODE := campaign outbox webform sheets sync localsheets scripts tests gunicorn.conf.py

# The first Python that is new enough; PYTHON=… chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$p; break; }; done)

help: ## показать эти команды
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Нужен Python 3.11 или новее с модулем venv (Debian: apt-get install python3 python3-venv)." >&2; exit 2; }
	@echo "Создаю окружение в $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: requirements.txt localsheets/pyproject.toml | $(BIN)/python
	@echo "Устанавливаю то, на чём работает Свод (один раз, около минуты) …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --require-virtualenv -r requirements.txt \
		| grep -E --line-buffered '^(Collecting|Downloading|Installing|Successfully)' | cut -c1-100 ; exit $${PIPESTATUS[0]}
	@$(LOCALSHEETS)
	@touch $@

$(VENV)/.tests: requirements.txt requirements-dev.txt localsheets/pyproject.toml | $(BIN)/python
	@echo "Устанавливаю то, чем Свод проверяется (один раз, около минуты) …"
	@$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --require-virtualenv -r requirements-dev.txt \
		| grep -E --line-buffered '^(Collecting|Downloading|Installing|Successfully)' | cut -c1-100 ; exit $${PIPESTATUS[0]}
	@$(LOCALSHEETS)
	@touch $(VENV)/.runs $@

run: $(VENV)/.runs ## запустить таблицу, форму и обработчик (PORT, SHEETS_PORT, DATA_DIR, HOST)
	@exec $(BIN)/python -u -m scripts.run

demo: $(VENV)/.runs ## на запущенной репетиции: 18 из 21 муниципалитета отвечают, итоги сверяются
	@exec $(BIN)/python -u -m scripts.demo

test: $(VENV)/.tests ## все проверки поведения; говорит, что не проверено и как это поправить
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)
	@# By itself: a browser of its fixtures cannot share a process with one of ours. Not where ARGS names files.
	@$(if $(filter-out -%,$(firstword $(ARGS))),,cd localsheets && ../$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS))

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

clean: ## убрать окружение и кеши; принятые ответы (var/) остаются
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis localsheets/build localsheets/src/*.egg-info
