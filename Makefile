# The two commands a newcomer needs: `make demo` and `make test`.
# Everything is installed below .venv; nothing else is touched.

PYTHON ?= python3
VENV   := .venv
UV     := $(VENV)/bin/uv
DIST   := $(VENV)/dist

# Of old images, where this machine has them.
PY37 := $(firstword $(wildcard $(HOME)/.pyenv/versions/3.7.*/bin/python) $(shell command -v python3.7))
PY38 := $(firstword $(wildcard $(HOME)/.pyenv/versions/3.8.*/bin/python) $(shell command -v python3.8))

export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Each program that a test starts would compile all of pandas again.
unexport PYTHONDONTWRITEBYTECODE

SOURCES := $(shell find core bridge legacy modern -name '*.py' -o -name '*.css' -o -name '*.jinja' -o -name py.typed) pyproject.toml README.md LICENSE

.DEFAULT_GOAL := help
.PHONY: help test-fast fmt cover cover-fast cover-core docs release demo wheels test test-all test-newest test-systems test-oldest test-py37 test-py38 test-spark4 test-images test-images-short resolve-images soak lint bench bench-compare bench-instructions bench-agent bench-migrate bench-read clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | sort | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  %-18s %s\n' "$$name" "$$text"; done

# For Python 3.7 and newer, and the one for 3.6 that is made of it.
wheels: $(DIST)/.done ## build the wheels
	ls $(DIST)/*.whl
	$(VENV)/bin/python -m py36.make_wheel $(DIST)/*.whl $(DIST)-py36

demo: $(VENV)/demo/.done ## an old score.py under the real inference server, both formats, a table of counts
	$(VENV)/demo/bin/python examples/demo.py

# The collector service beside the inference server.
demo-agent: $(VENV)/demo-agent/.done ## the collector service beside the inference server
	$(VENV)/demo-agent/bin/python examples/demo_agent.py

# Several processes for each core, since many tests wait for servers; a file's tests stay together,
# with the servers that they share. The longest files begin first, see tests/slow.py; that xdist keeps
# the order has to be asked for, where it can be: on Python 3.9 and newer.
CORES := $(shell getconf _NPROCESSORS_ONLN)
PARALLEL := --numprocesses $(shell expr $(CORES) \* 2) --dist loadfile
# The newest lane has most of what waits: it takes a seventh less time with three.
MORE_PARALLEL := --numprocesses $(shell expr $(CORES) \* 3) --dist loadfile
IN_ORDER := --no-loadscope-reorder

# The inner loop, from the sources: little waits, so a process more than there are cores.
FAST := --numprocesses $(shell expr $(CORES) + 1) --dist loadfile -m "not slow" --hypothesis-profile few

test-fast: $(VENV)/newest/.done ## the inner loop: no servers, programs, browser or Spark
	PYTHONPATH=core:bridge:legacy:modern $(VENV)/newest/bin/python -m pytest $(FAST) tests

# What the tests of the newest lane use.
NEWEST := $(foreach each,newest azurite browser mlflow official azure-ai-ml,$(VENV)/$(each)/.done)

# Of the sources, in all processes that the tests start; COVER narrows it: make cover COVER=tests/core
COVER ?= tests
COVERED := $(VENV)/newest/bin/python -m coverage

cover: $(NEWEST) ## branch coverage of the newest lane, with floors
	$(call covered,$(PARALLEL) $(IN_ORDER) $(COVER))
	$(COVERED) report --skip-covered --sort cover
	$(call floors,core:95 legacy:90 modern:90 bridge:90)

# Nothing waits in these tests, so the figure costs two minutes. Its floors are lower, because what
# only servers and programs reach is left out.
cover-fast: $(VENV)/newest/.done ## branch coverage of what test-fast runs, with floors
	$(call covered,$(FAST) tests)
	$(call floors,core:85 legacy:94 modern:85 bridge:86)

# For CI, in half a minute. What delivers is reached by tests with servers alone.
cover-core: $(VENV)/newest/.done ## branch coverage of the core by its own fast tests, with a floor
	$(call covered,$(FAST) tests/core tests/legacy)
	$(call floors,core:78)

define covered
	rm -rf $(VENV)/coverage && mkdir -p $(VENV)/coverage
	PYTHONPATH=core:bridge:legacy:modern $(COVERED) run -m pytest $(1)
	$(COVERED) combine --quiet
endef

define floors
	@for each in $(1); do \
		room=$${each%:*}; floor=$${each#*:}; printf '%-8s at least %s%%: ' $$room $$floor; \
		$(COVERED) report --format total --include "$$room/*" --fail-under $$floor || exit 1; done
endef

fmt: $(VENV)/lint/.done ## format, and fix what the linter can
	$(VENV)/lint/bin/ruff format .
	$(VENV)/lint/bin/ruff check --fix .

# Other lanes run what may differ in them, and whole systems have a run of their own: tests/lanes.py.
test: test-newest ## the tests, with the newest dependencies, against the built wheel

test-all: test test-systems test-oldest test-py37 test-py38 test-spark4 test-images-short ## every lane, as in CI

test-newest: $(NEWEST) ## tests with the newest dependencies
	$(VENV)/newest/bin/python -m pytest $(MORE_PARALLEL) $(IN_ORDER) tests -m "not systems" \
		--hypothesis-profile fewer

test-systems: $(NEWEST) ## whole systems: short soaks, ends of all servers, MLflow, other packages
	$(VENV)/newest/bin/python -m pytest $(PARALLEL) $(IN_ORDER) tests -m systems

# It has the Python of the newest lane.
test-oldest: $(VENV)/oldest/.done $(VENV)/azurite/.done ## tests with the oldest dependencies
	$(VENV)/oldest/bin/python -m pytest $(PARALLEL) $(IN_ORDER) tests \
		-m "not newest_only and not of_python"

# What scores, on Pythons that old images have: the oldest dependencies, the newest that there are.
test-py37: $(if $(PY37),$(VENV)/py37/.done $(VENV)/azurite/.done) ## tests of what scores, on Python 3.7
	$(if $(PY37),$(VENV)/py37/bin/python -m pytest $(PARALLEL) tests -m "not newest_only",\
		@echo "test-py37: NOT RUN, no Python 3.7 on this machine")

test-py38: $(if $(PY38),$(VENV)/py38/.done $(VENV)/azurite/.done) ## tests of what scores, on Python 3.8
	$(if $(PY38),$(VENV)/py38/bin/python -m pytest $(PARALLEL) tests/core tests/legacy tests/modern \
		tests/bridge tests/azure/test_identity.py -m "not newest_only",\
		@echo "test-py38: NOT RUN, no Python 3.8 on this machine")

# The newest lane has Spark 3.5.
test-spark4: $(VENV)/spark4/.done ## tests of migrate on Spark 4
	$(VENV)/spark4/bin/python -m pytest tests/bridge/migrate/test_migrate_spark.py

# Images as old services have them: requirements/images, driven by tests/images. Each needs its own
# Python: pyenv's and those on the path are found; a missing one is named, and skipped.
test-images: $(VENV)/newest/.done $(VENV)/azurite/.done ## old scripts in all 22 images of old services
	$(VENV)/newest/bin/python -m tests.images

# A newcomer's machine need not have the old Pythons; CI must.
test-images-short: $(VENV)/newest/.done $(VENV)/azurite/.done ## the same in four of them
	$(VENV)/newest/bin/python -m tests.images --short --at-least $(if $(CI),3,0)

# How long pip looks for versions beside each azureml-defaults.
resolve-images: $(VENV)/newest/.done ## how long pip searches beside each azureml-defaults
	$(VENV)/newest/bin/python -m tests.images --resolve

# The figures under load and faults, in full: about two hours, one of which watches a scoring server's memory.
soak: $(VENV)/newest/.done $(VENV)/azurite/.done ## the figures under load and faults, about two hours
	$(VENV)/newest/bin/python -m tests.reliability.soak

lint: $(VENV)/lint/.done ## ruff, mypy --strict, import-linter
	$(VENV)/lint/bin/ruff check .
	$(VENV)/lint/bin/ruff format --check .
	MYPYPATH=core:bridge:legacy:modern $(VENV)/lint/bin/mypy
	PYTHONPATH=core:bridge:legacy:modern $(VENV)/lint/bin/lint-imports --config pyproject.toml

# The pages link to each other as they lie in the repository, so the site is built from that tree.
docs: $(VENV)/docs/.done ## the site of the documents, below .venv/site
	rm -rf $(VENV)/site-sources && mkdir -p $(VENV)/site-sources
	cp -r *.md docs $(VENV)/site-sources
	$(VENV)/docs/bin/python -m mkdocs build --strict --quiet

# What is uploaded: each is installed alone, and the sdist runs its own tests from where it is unpacked.
RELEASE := $(VENV)/release

release: $(UV) $(SOURCES) ## build sdist and wheels, and try each in an empty environment
	rm -rf $(RELEASE) $(VENV)/release-wheel $(VENV)/release-sdist && mkdir -p $(RELEASE)
	$(UV) build --quiet --python $(VENV)/bin/python --out-dir $(RELEASE) .
	$(VENV)/bin/python -m py36.make_wheel $(RELEASE)/*-py3-none-any.whl $(RELEASE)
	$(call installed,release-wheel,"$$(ls $(RELEASE)/*-py3-none-any.whl)[tools]")
	$(VENV)/release-wheel/bin/mdc-bridge --version
	$(VENV)/release-wheel/bin/python -c "import azureml.monitoring, azureml.ai.monitoring"
	$(call installed,release-sdist,-r requirements/test.txt -r requirements/test-newest.txt \
		"$$(ls $(RELEASE)/*.tar.gz)[tools$(COMMA)agent]")
	mkdir $(VENV)/release-sdist/unpacked
	tar -xzf $(RELEASE)/*.tar.gz --strip-components 1 -C $(VENV)/release-sdist/unpacked
	cd $(VENV)/release-sdist/unpacked && \
		../bin/python -m pytest $(FAST) tests
	ls $(RELEASE)

# All figures of speed in one table, below .venv/bench-results: speed.md and speed.json.
# ROWS="request cpu" measures the rows alone whose names begin so.
BENCH_NEEDS := $(VENV)/bench/.done $(VENV)/bench-official/.done $(VENV)/bench-migrate/.done $(VENV)/azurite/.done

bench: $(BENCH_NEEDS) ## all figures of speed in one table, beside peers
	$(VENV)/bench/bin/python -m benchmarks.run --official $(VENV)/bench-official/bin/python \
		--migration $(VENV)/bench-migrate/bin/python --out $(VENV)/bench-results \
		$(addprefix --only ,$(ROWS))

bench-compare: $(VENV)/bench/.done ## what became slower from one run to another: OLD=a.json NEW=b.json
	$(VENV)/bench/bin/python -m benchmarks.results.compare $(OLD) $(NEW)

# The same on a busy machine as on a quiet one; WRITE=1 makes a new baseline.
bench-instructions: $(VENV)/bench/.done ## instructions of collect and of the encoder, beside a committed baseline
	$(VENV)/bench/bin/python -m benchmarks.instructions.run $(if $(WRITE),--write)

# The collector service: events received, and payload logging.
bench-agent: $(VENV)/bench-agent/.done $(VENV)/bench-official/.done ## speed of the collector service
	$(VENV)/bench-agent/bin/python -m benchmarks.agent.run $(VENV)/bench-official/bin/python

# `migrate` beside pandas, duckdb, polars and the csv module.
bench-migrate: $(VENV)/bench-migrate/.done ## speed of migrate beside pandas, duckdb, polars
	$(VENV)/bench-migrate/bin/python -m benchmarks.migration.run

# `read` beside duckdb, `compare` beside the migration, and their memory.
bench-read: $(VENV)/bench-migrate/.done ## speed of read and compare
	$(VENV)/bench-migrate/bin/python -m benchmarks.reading.run

clean: ## remove everything that was installed and built
	rm -rf $(VENV) build dist demo-output

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -r requirements/build.txt

$(DIST)/.done: $(UV) $(SOURCES)
	rm -rf $(DIST)
	$(UV) build --quiet --wheel --python $(VENV)/bin/python --out-dir $(DIST) .
	touch $@

# One environment each; all but `lint` and those of the official SDK hold the built wheel, not the checkout.
$(VENV)/newest/.done: requirements/test.txt requirements/test-newest.txt $(DIST)/.done
	$(call environment,newest,-r requirements/test.txt -r requirements/test-newest.txt "$$(ls $(DIST)/*.whl)[tools$(COMMA)agent]")

$(VENV)/oldest/.done: requirements/test.txt requirements/oldest.txt $(DIST)/.done
	$(call environment,oldest,-r requirements/test.txt -c requirements/oldest.txt "$$(ls $(DIST)/*.whl)[tools]")

$(VENV)/py37/.done: requirements/test.txt requirements/oldest.txt $(DIST)/.done
	$(call environment,py37,-r requirements/test.txt -c requirements/oldest.txt $(DIST)/*.whl,$(PY37))

$(VENV)/py38/.done: requirements/test.txt $(DIST)/.done
	$(call environment,py38,-r requirements/test.txt $(DIST)/*.whl,$(PY38))

$(VENV)/spark4/.done: requirements/test.txt requirements/test-spark4.txt $(DIST)/.done
	$(call environment,spark4,-r requirements/test.txt -r requirements/test-spark4.txt "$$(ls $(DIST)/*.whl)[tools]")

# Models of MLflow under the inference server; apart, because MLflow holds packages back.
$(VENV)/mlflow/.done: requirements/test-mlflow.txt $(DIST)/.done
	$(call environment,mlflow,-r requirements/test-mlflow.txt $(DIST)/*.whl)

# The packages of Azure beside which ours is tested. The official SDK is alone, because it owns
# `azureml.ai.monitoring` too.
$(VENV)/official/.done: requirements/test-official.txt $(UV)
	$(call environment,official,-r requirements/test-official.txt)

$(VENV)/azure-ai-ml/.done: requirements/test-azure-ai-ml.txt $(DIST)/.done
	$(call environment,azure-ai-ml,-r requirements/test-azure-ai-ml.txt "$$(ls $(DIST)/*.whl)[agent]")

$(VENV)/demo/.done: requirements/demo.txt $(DIST)/.done
	$(call environment,demo,-r requirements/demo.txt $(DIST)/*.whl)

$(VENV)/demo-agent/.done: requirements/demo-agent.txt $(DIST)/.done
	$(call environment,demo-agent,-r requirements/demo-agent.txt "$$(ls $(DIST)/*.whl)[agent$(COMMA)tools]")

$(VENV)/bench/.done: requirements/bench.txt $(DIST)/.done
	$(call environment,bench,-r requirements/bench.txt $(DIST)/*.whl)

$(VENV)/bench-agent/.done: requirements/bench-agent.txt $(DIST)/.done
	$(call environment,bench-agent,-r requirements/bench-agent.txt "$$(ls $(DIST)/*.whl)[agent]")

$(VENV)/bench-migrate/.done: requirements/bench-migrate.txt $(DIST)/.done
	$(call environment,bench-migrate,-r requirements/bench-migrate.txt "$$(ls $(DIST)/*.whl)[tools]")

# Apart from ours, because both packages own `azureml.ai.monitoring`.
$(VENV)/bench-official/.done: requirements/bench-official.txt $(UV)
	$(call environment,bench-official,-r requirements/bench-official.txt)

$(VENV)/docs/.done: requirements/docs.txt $(UV)
	$(call environment,docs,-r requirements/docs.txt)

$(VENV)/lint/.done: requirements/lint.txt $(UV)
	$(call environment,lint,-r requirements/lint.txt)

$(VENV)/azurite/.done: tests/azurite/package-lock.json $(UV)
	rm -rf $(VENV)/azurite && mkdir -p $(VENV)/azurite
	cp tests/azurite/package.json tests/azurite/package-lock.json $(VENV)/azurite
	npm ci --silent --no-audit --no-fund --prefix $(VENV)/azurite
	touch $@

# A browser from npm, unpacked with a font of its own.
BROWSER_FILES := package.json package-lock.json unpack.mjs look.mjs

$(VENV)/browser/.done: $(addprefix tests/browser/,$(BROWSER_FILES)) $(UV)
	rm -rf $(VENV)/browser && mkdir -p $(VENV)/browser
	cp $(addprefix tests/browser/,$(BROWSER_FILES)) $(VENV)/browser
	npm ci --silent --no-audit --no-fund --prefix $(VENV)/browser
	node $(VENV)/browser/unpack.mjs $(abspath $(VENV)/browser/unpacked)
	touch $@

# Of `call`, which takes a comma for the end of an argument.
COMMA := ,

define installed
	$(UV) venv --quiet --clear --python $(or $(3),$(VENV)/bin/python) $(VENV)/$(1)
	$(UV) pip install --quiet --python $(VENV)/$(1)/bin/python $(2)
endef

define environment
	$(call installed,$(1),$(2),$(3))
	touch $@
endef
