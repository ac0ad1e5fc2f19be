# Two commands: `make course` builds and grades everything, `make test` proves that it works.
# Both set up their own environment in .venv; `ce-course` does the work.

# The newest Python from 3.11 on; override with `make PYTHON=/path/to/python ...`
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
RUN := $(VENV)/bin
export JUPYTER_PREFER_ENV_PATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help course test test-fast lint format release grade lab prove serve site pdf bench doctor lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

course: $(VENV)/ready ## the website, the student notebooks and the graded sample class
	@$(RUN)/ce-course build

test: $(VENV)/ready ## every check and every test
	@$(RUN)/ce-course doctor --install || test "$$CI" != true
	@$(MAKE) --no-print-directory lint
	@$(RUN)/ce-course release --check
	@$(RUN)/ce-course prove
	@$(RUN)/ce-course site
	@$(RUN)/python -m pytest -n logical --dist loadfile

test-fast: $(VENV)/ready ## the tests that need neither a built site nor a class
	@$(RUN)/python -m pytest -q -m "not slow" -n logical --dist loadfile

lint: $(VENV)/ready ## style and types
	@$(RUN)/ruff check --quiet .
	@$(RUN)/ruff format --quiet --check .
	@$(RUN)/mypy --no-error-summary

format: $(VENV)/ready ## mend what can be mended by machine
	@$(RUN)/ruff check --fix .
	@$(RUN)/ruff format .

release: $(VENV)/ready ## exercises/ from solutions/
	@$(RUN)/ce-course release

grade: $(VENV)/ready ## a class: make grade PS=ps2 SUBMITTED=folder
	@test -n "$(PS)" -a -n "$(SUBMITTED)" || { echo 'say which: make grade PS=ps2 SUBMITTED=folder'; exit 2; }
	@$(RUN)/ce-course grade $(PS) --submitted "$(SUBMITTED)" || { code=$$?; \
		test $$code -ne 3 || echo 'All others are graded. The report says which were not, and why;' \
			'this ends with an error (exit code 3 of ce-course grade) so that a script notices.'; \
		exit $$code; }

lab: $(VENV)/ready ## JupyterLab with nbgrader's formgrader
	@$(RUN)/ce-course lab

prove: $(VENV)/ready ## every derivation of the book and the problem sets, with times
	@$(RUN)/ce-course prove

site: $(VENV)/ready ## the website alone
	@$(RUN)/ce-course site

pdf: $(VENV)/ready ## the whole course as one PDF, printed by Chromium
	@$(RUN)/ce-course pdf

serve: course ## the website on http://localhost:8000
	@$(RUN)/ce-course serve

doctor: $(VENV)/ready ## what this machine can do, and what to install for the rest
	@$(RUN)/ce-course doctor

bench: $(VENV)/ready ## accuracy, speed and grading, against what you would use instead
	@$(RUN)/pip install -q -e '.[bench]'
	@$(RUN)/python -m benchmarks
	@$(RUN)/python -m benchmarks.grading
	@$(RUN)/python -m benchmarks.report
	@$(RUN)/python -m benchmarks.similar
	@$(RUN)/python -m benchmarks.export
	@$(RUN)/python -m benchmarks.cluster
	@$(RUN)/python -m benchmarks.site

lock: ## requirements.txt anew from pyproject.toml, for every Python from 3.11 on
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)-lock/bin/uv pip compile pyproject.toml --quiet \
		--universal --python-version 3.11 --upgrade --no-emit-index-url --no-emit-find-links \
		--extra proof --extra plotting --extra grading --extra book --extra cluster --extra dev -o requirements.txt
	@rm -rf $(VENV)-lock

clean: ## remove what was built (not the environment, not grades)
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Made anew when what it was made from changes; a half-made one has no `ready`.
$(VENV)/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed; none was found on PATH.'; exit 1; }
	@echo 'setting up $(VENV) with $(PYTHON), a minute or two ...'
	@$(PYTHON) -m venv $(VENV) || { echo 'Python cannot make an environment here; on Debian: sudo apt-get install python3-venv'; exit 1; }
	@$(RUN)/pip install -q -r requirements.txt
	@$(RUN)/pip install -q --no-deps -e .
	@touch $@
