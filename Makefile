# Everything a newcomer needs. A set-up is part of every target that wants one, and takes no time once it is done. What only
# runs askonce has a smaller one.

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test slow promises style check bench docs words vendor generators pictures release

venv := .venv
runs := $(venv)/.runs
ready := $(venv)/.ready

# Without compiled modules each of the hundreds of processes that the tests start compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

# Options of the command behind a target: make demo args=--exit, make test args="-k handoff".
args ?=

help:  ## Print this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(ready)  ## Build .venv with everything pinned; nothing to do while the locks stay as they are.

demo: $(runs)  ## Play the customers' stories on a running service, and leave it up (args=--exit ends it).
	$(venv)/bin/askonce demo $(args)

serve: $(runs)  ## Serve the API on http://127.0.0.1:8080 with its own PostgreSQL and Valkey.
	$(venv)/bin/askonce serve $(args)

test: $(ready)  ## Run the test suite, on every core.
	$(venv)/bin/python -m pytest --numprocesses auto -m "not slow" $(args)

# Status 5: the arguments leave none. Browsers and processes that die beside others wait for the cores until they give up.
slow: $(ready)  ## Run the tests that take longer: processes that die, other systems, real input.
	$(venv)/bin/python -m pytest --numprocesses auto --dist loadfile -m "slow and not alone" $(args) || [ $$? -eq 5 ]
	$(venv)/bin/python -m pytest -m "slow and alone" $(args) || [ $$? -eq 5 ]

promises: $(ready)  ## Run the tests of what askonce promises, at full size, and write down what they measure (docs/trust.md).
	ASKONCE_RECORD_PROMISES=1 ASKONCE_TEST_WRITES=20000 $(venv)/bin/python -m pytest -m promise $(args)
	ASKONCE_RECORD_EXAMPLES=1 $(venv)/bin/python -m pytest tests/promises

style: $(ready)  ## Check format, lint, types and floors.
	$(venv)/bin/ruff format --check --quiet .
	$(venv)/bin/ruff check --quiet .
	$(venv)/bin/mypy
	$(venv)/bin/lint-imports

check: style test  ## Run everything that must hold before a commit.

bench: $(ready)  ## Measure reads and writes next to the reference services (needs wrk).
	$(venv)/bin/python -m benchmarks $(args)

docs: $(ready)  ## Write the generated files anew: settings, data map, the API's examples and pages, shapes of views, the client, what is proven.
	$(venv)/bin/python -m service.settings.document docs/settings.md deploy/service.env.example
	$(venv)/bin/python -m service.privacy.map.document docs/privacy.md
	ASKONCE_RECORD_EXAMPLES=1 $(venv)/bin/pytest tests/api/test_examples.py tests/api/test_additive.py tests/context/test_view_schema.py tests/promises \
		tests/clients/test_generated_client.py

catalog := service/web/console/locale/de/LC_MESSAGES/messages.po
words: $(ready)  ## Put new texts of the console into its German catalog, for you to translate.
	$(venv)/bin/pybabel -q extract -F pyproject.toml -k _ --no-location --sort-output --omit-header -o $(catalog)t .
	$(venv)/bin/pybabel -q update -l de -i $(catalog)t -o $(catalog) --no-fuzzy-matching --ignore-obsolete --omit-header --width 110
	rm $(catalog)t

vendor:  ## Copy the console's script, font and icons anew from what deploy/vendor's lock pins (needs npm).
	cd deploy/vendor && npm ci --ignore-scripts --no-fund --no-audit
	python3 deploy/vendor/renew.py

generators:  ## Install the generators of clients that the slow tests try (needs npm).
	cd clients/typescript && npm ci --ignore-scripts --no-fund --no-audit
	python3 -m venv .generators
	.generators/bin/pip install --quiet --disable-pip-version-check --require-hashes -r clients/generators/requirements.lock

pictures: $(ready)  ## Take the README's pictures anew from the console of the demo (needs Chromium).
	$(venv)/bin/python docs/pictures/renew.py

release: $(runs)  ## Build what is published of the version that is tagged, into dist/ (args="prepare 1.2.3" writes its number).
	$(venv)/bin/python deploy/release.py $(args)

# What installs the entries of these locks and askonce itself: uv where there is one, else venv and pip. A .venv of the other
# tool, or a broken one, is replaced.
define install
	@set -e; \
	uv=; if uv --version >/dev/null 2>&1; then uv=uv; fi; \
	wanted='import sys; sys.exit(sys.version_info < (3, 11))'; \
	[ -n "$$uv" ] || wanted="import ensurepip, venv; $$wanted"; \
	python=; \
	for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
		if $$candidate -c "$$wanted" >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo 'askonce needs Python 3.11 or newer with its venv module, and found none on the PATH.' >&2; \
		echo 'Debian and Ubuntu: apt-get install python3 python3-venv' >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(venv) with $$($$python --version) and $${uv:-pip} ..."; \
	if [ -n "$$uv" ]; then \
		$(venv)/bin/python -c '' >/dev/null 2>&1 || uv venv --quiet --clear --python "$$python" $(venv); \
		install='uv pip install --quiet --no-deps --python $(venv)/bin/python'; \
	else \
		$(venv)/bin/python -c 'import pip' >/dev/null 2>&1 || "$$python" -m venv --clear $(venv); \
		install='$(venv)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-compile'; \
	fi; \
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements-dev.lock >$(venv)/build.lock; \
	$$install --require-hashes $(1:%=-r %); \
	$$install --no-build-isolation --editable .
endef

# What runs, and what builds the project, which stands in the lock of development.
$(runs): requirements.lock pyproject.toml
	$(call install,requirements.lock $(venv)/build.lock)
	@touch $@

$(ready): requirements.lock requirements-dev.lock pyproject.toml
	$(call install,requirements.lock requirements-dev.lock)
	@if [ -e .git ] && git --version >/dev/null 2>&1; then git config core.hooksPath .githooks; fi
	@touch $(runs) $@
