# The commands of the house. A newcomer needs the first one only.
SHELL := /bin/sh
export PORT SERVE RESET SIZES DATABASES MINUTES ADVISORIES SUBJECTS STEPS SEED GUARDS

.PHONY: demo test check bench night drill simulate mutants audit renew screenshots format lock messages venv clean help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the demonstration alliance on http://127.0.0.1:8000 (PORT=8001, SERVE=0 to stop before serving, RESET=1 to start afresh)
	@bin/demo

test: ## every test, on SQLite and on PostgreSQL, then the browser tests
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/test

check: ## linting, typing, import contracts, migrations, translations, deployment checks
	@bin/system check
	@bin/venv dev
	@bin/check

bench: ## what pages cost beside bare floors, into var/bench (SIZES="200 2000 20000", DATABASES="sqlite postgresql")
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@.venv/bin/python -m benchmarks

night: ## the last five minutes of a call, in real time: 300 write and 50 send (MINUTES=1, DATABASES="sqlite postgresql")
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@.venv/bin/python -m benchmarks.night

drill: ## fill, back up under load, destroy, restore, check; a table for each database (DATABASES="sqlite postgresql")
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@.venv/bin/python -m benchmarks.drill

simulate: ## everybody by chance for two years (STEPS=10000, SEED=1, DATABASES="sqlite postgresql", GUARDS=all to switch guards off)
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@.venv/bin/python -m tests.simulation

mutants: ## plants faults in what matters most, one at a time, and tells which no test notices (SUBJECTS="seats windows")
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@.venv/bin/python -m mutants

screenshots: ## every page in both languages, phone and desktop, into var/screenshots
	@bin/system test
	@bin/venv dev
	@.venv/bin/python bin/messages --compile
	@bin/cluster .venv/bin/python -m pytest -q -m screenshots tests/browser

messages: ## new texts into the Dutch catalogue, gone ones out of it, and build it
	@bin/venv dev
	@.venv/bin/python bin/messages

format: ## lay the Python code, the templates and the style sheets out as make check wants them
	@bin/venv dev
	@.venv/bin/ruff check --quiet --fix-only
	@.venv/bin/ruff format
	@.venv/bin/python bin/markup

lock: ## pin every dependency with its hashes, after a change in pyproject.toml
	@bin/lock

audit: ## known vulnerabilities, licences, and a bill of materials in var/audit (ADVISORIES=folder for who has no internet)
	@bin/venv run
	@.venv/bin/python bin/audit

renew: ## every dependency to the newest that fits, then audit, test and check; says what changed and how to go back
	@bin/system test
	@bin/system check
	@bin/renew

venv: ## the virtual environment, with everything for development
	@bin/venv dev

clean: ## everything that the other commands made, the demonstration data included
	rm -rf .venv var .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
