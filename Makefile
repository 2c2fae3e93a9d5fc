# The commands of the project. They need Linux, Python 3.11-3.13 and make; what else they need they install into .venv.

PYTHON := $(shell for name in python3 python3.11 python3.12 python3.13 python; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$name && break; done)
ifeq ($(PYTHON),)
$(error needs Python 3.11, 3.12 or 3.13 on PATH; found $(or $(shell command -v python3 >/dev/null && python3 --version),no python3))
endif

BIN := .venv/bin
TYPED := bootstrap.py agents executor gateway server storage clients/python/csvconverter protos examples benchmarks
PROTOS := $(wildcard protos/csvconverter/v1/*.proto)
IMAGE := build/contract.binpb

.DELETE_ON_ERROR:
.PHONY: help service setup demo serve test test-long check format gen bench

help: ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

service: # what the service itself needs as it is set up, and nothing else
	@$(PYTHON) bootstrap.py

setup: ## install everything into .venv
	@$(PYTHON) bootstrap.py --all

demo: service ## train on examples/orders, convert new orders through gRPC and REST; EXAMPLE=folder takes other files
	@$(BIN)/python examples/demo.py $(EXAMPLE)

serve: service ## run the server, its workers and the gateway
	@$(BIN)/csv-converter serve

test: check ## what CI runs
	@$(BIN)/pytest -m "not long"

test-long: setup ## chaos, load, browsers and every sandbox strength
	@$(PYTHON) bootstrap.py --browser
	@$(BIN)/pytest -m long

check: setup $(IMAGE) ## format, lint, types, import direction, generated code, protos and what they break
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy $(wildcard $(TYPED))
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python protos/generate.py stubs --check
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/python -m gateway.openapi $(IMAGE) --check
	$(BIN)/buf lint $(IMAGE) --config buf.yaml $(PROTOS:protos/%=--path %)
	$(BIN)/python protos/breaking.py $(IMAGE)

format: setup ## format the code and mend what can be mended
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/buf format -w protos

gen: setup $(IMAGE) ## generate the stubs and openapi.json from the protos
	@$(BIN)/buf format -w protos
	@$(BIN)/python protos/generate.py stubs
	@$(BIN)/python -m gateway.openapi $(IMAGE)

$(IMAGE): $(PROTOS) protos/generate.py | setup
	@mkdir -p $(@D)
	@$(BIN)/python protos/generate.py image $@

bench: setup ## measure, print a table, write benchmarks/results.json; ONLY=sandbox measures that alone
	@$(BIN)/python -m benchmarks.run $(ONLY)
