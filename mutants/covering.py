"""A plugin of pytest: which test executes which line of the subjects, how long it takes, and whether it passes.

Each process of pytest-xdist writes a file of its own; `read` lays them together.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData

from mutants.subjects import APART, ROOT
from mutants.trying import copied, migrated

TARGET = ROOT / "var" / "mutants" / "covered"
#: What runs before any test: modules, and what they call while they are imported.
IMPORTED = ""


@dataclass
class Covered:
    """What is known of the tests."""

    #: File and line → the tests that execute it; IMPORTED among them.
    lines: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Test → seconds, with those of what its module makes once.
    seconds: dict[str, float] = field(default_factory=dict)
    #: Those that already fail without any fault; nothing is asked of them.
    failed: set[str] = field(default_factory=set)

    def of_file(self, name: str) -> set[str]:
        """The tests that execute any line of a file."""
        return set().union(*(tests for (file, _line), tests in self.lines.items() if file == name)) - {IMPORTED}


class Plugin:
    """Switches coverage.py to the test that is running; what a module makes once is written to all who use it."""

    def __init__(self, coverage: Coverage, name: str) -> None:
        self.coverage, self.name = coverage, name
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()
        self.shared: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self.shared[item.nodeid] = [_once(item, name) for name in getattr(item, "fixturenames", ())]
        self.coverage.switch_context(item.nodeid)
        done = yield
        self.coverage.switch_context(IMPORTED)
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        if fixturedef.scope == "function":
            return (yield)
        self.coverage.switch_context(f"{request.node.nodeid}::[{fixturedef.argname}]")
        made = yield
        if item := getattr(request, "_pyfuncitem", None):
            self.coverage.switch_context(item.nodeid)
        return made

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] += report.duration
        if not report.passed:
            self.failed.add(report.nodeid)

    def pytest_unconfigure(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        told = {"seconds": self.seconds, "failed": sorted(self.failed), "shared": self.shared}
        (FOLDER / f"{self.name}.json").write_text(json.dumps(told))


def _once(item: pytest.Item, name: str) -> str:
    return f"{item.nodeid.partition('::')[0]}::[{name}]"


def measuring() -> Coverage:
    """Coverage of the house, from the first import on."""
    made = Coverage(
        data_file=str(FOLDER / f"{WORKER}.coverage"),
        include=[str(ROOT / wing / "*") for wing in ("exchange", "applications", "evaluations")],
        config_file=False,
        messages=False,
    )
    made.start()
    return made


FOLDER = Path(os.environ.get("MUTANTS_COVERED", TARGET))
#: Only the workers run tests. They import this before anything of the house.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
MEASURED = measuring() if WORKER else None


def pytest_configure(config: pytest.Config) -> None:
    if MEASURED:
        instead = copied(migrated())
        instead.__enter__()
        config.add_cleanup(lambda: instead.__exit__(None, None, None))
        config.pluginmanager.register(Plugin(MEASURED, WORKER), "which-lines")


# --- kept in var/mutants ------------------------------------------------------------------------------


def covered() -> Covered:
    """What is known of the tests; those that changed since are run first, all of them when the house did."""
    stale = {file: mark for file, mark in _tests().items() if _kept().get(file, ["", ""])[0] != mark}
    if stale:
        print(f"Which test executes which line: {len(stale)} files are run.", flush=True)
        run = f"{len(list(TARGET.glob('run-*'))) + 1:04}"
        _measure(TARGET / f"run-{run}", sorted(stale))
        kept = _kept() | {file: [mark, f"run-{run}"] for file, mark in stale.items()}
        (TARGET / "kept.json").write_text(json.dumps(kept))
    return read()


def _kept() -> dict[str, list[str]]:
    """File of tests → what it was like with all it uses, and the run that measured it."""
    path = TARGET / "kept.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _tests() -> dict[str, str]:
    """Every file of tests, marked by what it and the house are like."""
    sources = [
        path for name in ("exchange", "applications", "evaluations", "tests") for path in (ROOT / name).rglob("*.py")
    ]
    tests = {path for path in sources if path.name.startswith("test_")}
    house = sha256(b"".join(path.read_bytes() for path in sorted({*sources} - tests)))
    marks = {}
    for path in sorted(tests):
        name = str(path.relative_to(ROOT))
        if not name.startswith(APART):
            mark = house.copy()
            mark.update(path.read_bytes())
            marks[name] = mark.hexdigest()
    return marks


def _measure(folder: Path, tests: list[str]) -> None:
    migrated()
    folder.mkdir(parents=True)
    command = "-m pytest -q -p no:cacheprovider -p mutants.covering --dist=loadfile --tb=no -n".split()
    chosen = ["-m", "not browser and not screenshots", *tests]
    environment = {**os.environ, "MUTANTS_COVERED": str(folder)}
    subprocess.run(
        [sys.executable, *command, str(os.cpu_count() or 1), *chosen], cwd=ROOT, env=environment, check=False
    )


def read() -> Covered:
    """What the newest run of each file of tests found."""
    found = Covered()
    newest = {file: run for file, (_mark, run) in _kept().items()}
    for run in sorted(set(newest.values())):
        for path in sorted((TARGET / run).glob("*.json")):
            told = json.loads(path.read_text())
            mine = {test for test in told["seconds"] if newest.get(test.partition("::")[0]) == run}
            found.seconds |= {test: told["seconds"][test] for test in mine}
            found.failed |= mine & set(told["failed"])
            users: dict[str, set[str]] = defaultdict(set)
            for test in mine:
                for one in told["shared"].get(test, ()):
                    users[one].add(test)
            _lines(found, path.with_suffix(".coverage"), users, mine | {IMPORTED})
    return found


def _lines(found: Covered, path: Path, users: dict[str, set[str]], mine: set[str]) -> None:
    data = CoverageData(str(path))
    data.read()
    for file in data.measured_files():
        name = str(Path(file).relative_to(ROOT))
        for line, contexts in data.contexts_by_lineno(file).items():
            for one in contexts:
                found.lines[name, line] |= users.get(one) or ({one} & mine)
