"""Whether a test notices a mutant. Each is tried in a process of its own, forked when Django and the tests are loaded.

Code of a function is put in the place of what was loaded; whatever runs while a module is imported (tables, classes) is
tried in a process that imports the mutant instead. Either has its own copy of one migrated database, in memory.
"""

import gc
import importlib
import importlib.util
import inspect
import json
import os
import signal
import sqlite3
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from itertools import pairwise
from pathlib import Path
from select import select
from types import CodeType, FunctionType
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection as default
from django.db.backends.base.creation import BaseDatabaseCreation

from mutants.making import Mutant
from mutants.subjects import ROOT

KILLED, SURVIVED, BROKEN, UNTESTED, IMPORTED = "killed", "survived", "broken", "untested", "imported"
DATABASES = ROOT / "var" / "mutants"
#: A mutant hangs that computes SLOWER times as long as its tests do and AT_LEAST seconds more (TO_IMPORT where a fresh
#: process imports the house first), or takes WAITS times that on the clock: others may want the processor.
SLOWER, AT_LEAST, TO_IMPORT, WAITS = 3, 10, 60, 20
PYTEST = [
    *("-q", "-p", "no:cacheprovider", "-m", "not browser and not screenshots"),
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
]
#: Loaded before anything of the house, so that who imports a mutant need not load it again.
LIBRARIES = """
pytest pytest_django.plugin xdist.plugin hypothesis model_bakery django.test django.core.management django.forms
django.views.generic django.contrib.messages psycopg fido2 icalendar openpyxl xlsxwriter cryptography.x509 requests
urllib3 dateutil.easter sqlparse pygments.lexers segno weasyprint pikepdf pypdf marshmallow environs argon2
django_tables2
""".split()


@dataclass(frozen=True, slots=True)
class Job:
    """A mutant with the tests that are asked, and how long these take."""

    mutant: Mutant
    tests: tuple[str, ...]
    seconds: float
    #: What it stands in runs while modules are imported.
    imported: bool = False

    @property
    def limit(self) -> int:
        """Seconds of the processor."""
        return int((TO_IMPORT if self.imported else AT_LEAST) + SLOWER * self.seconds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: killed, and by which test; survived; untested, when no test executes it; or broken."""

    mutant: Mutant
    said: str
    by: str = ""


def outcomes(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """What becomes of each, in no order."""
    for name in LIBRARIES:
        importlib.import_module(name)
    database = migrated()
    asked = [job for job in jobs if job.tests]
    yield from (Outcome(job.mutant, UNTESTED) for job in jobs if not job.tests)
    later = [job for job in asked if job.imported]
    for job, said, by in _spread([job for job in asked if not job.imported], workers, _loaded, database):
        if said == IMPORTED:
            later.append(replace(job, imported=True))
        else:
            yield Outcome(job.mutant, said, by)
    for job, said, by in _spread(later, workers, _importing, database):
        yield Outcome(job.mutant, said, by)


def _spread(
    jobs: list[Job], workers: int, work: Callable[[list[Job], Path, int], None], database: Path
) -> Iterator[tuple[Job, str, str]]:
    """Every worker takes its share, and writes what it found into a pipe of its own."""
    pipes: dict[int, tuple[list[Job], bytes]] = {}
    told = 0
    for number in range(min(workers, len(jobs))):
        share = jobs[number::workers]
        reading, writing = os.pipe()
        if not os.fork():
            os.close(reading)
            _be_quiet()
            _leave(lambda share=share, writing=writing: work(share, database, writing))
        os.close(writing)
        pipes[reading] = share, b""
    while pipes:
        for reading in select(list(pipes), [], [])[0]:
            share, begun = pipes[reading]
            *lines, rest = (begun + (came := os.read(reading, 65536))).split(b"\n")
            pipes[reading] = share, rest
            for line in lines:
                index, said, by = json.loads(line)
                told += 1
                yield share[index], said, by
            if not came:
                os.close(reading)
                del pipes[reading]
                os.wait()
    if told < len(jobs):
        raise RuntimeError(f"{len(jobs) - told} of {len(jobs)} mutants were not tried")


def _leave(what: Callable[[], None]) -> None:
    """The end of a forked process: nothing of its parent is tidied up in it."""
    code = 1
    try:
        what()
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(code)


def _harmless(job: Job) -> Job:
    """The same with no fault in it: what is said of it is wrong unless it survives."""
    return replace(job, tests=job.tests[:20], mutant=replace(job.mutant, source=(ROOT / job.mutant.file).read_text()))


def _trust(said: str, by: str) -> None:
    if said != SURVIVED:
        raise RuntimeError(f"without a fault {by or said} fails")


def _be_quiet(*more: int) -> None:
    """What pytest writes is for nobody; what goes wrong here is."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, *more):
        os.dup2(nowhere, number)


def _tell(writing: int, index: int, said: str, by: str) -> None:
    os.write(writing, json.dumps([index, said, by]).encode() + b"\n")


# --- one mutant, in a process of its own --------------------------------------------------------------


def _alone(limit: int, find: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """What is found in a forked process; one that computes for longer than `limit` seconds was noticed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        for one in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(one, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, limit)
        signal.alarm(WAITS * limit)
        os.close(reading)
        _be_quiet(2)
        _leave(lambda: os.write(writing, "\n".join(find()).encode()) and None)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said, _, by = answer.read().partition("\n")
    _, status = os.waitpid(child, 0)
    if said:
        return said, by
    return KILLED, "the time limit" if os.WIFSIGNALED(status) else "the end of the process"


class Killers:
    """What notices one fault of a file notices the next: it is asked first."""

    def __init__(self) -> None:
        self.by_file: dict[str, Counter[str]] = defaultdict(Counter)

    def first(self, job: Job) -> Job:
        known = self.by_file[job.mutant.file]
        return replace(job, tests=tuple(sorted(job.tests, key=lambda test: -known[test])))

    def heard(self, job: Job, by: str) -> None:
        if by:
            self.by_file[job.mutant.file][by] += 1


class _Listening:
    """The first test that fails."""

    def __init__(self) -> None:
        self.failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


# --- in what is loaded ------------------------------------------------------------------------------


def _loaded(share: list[Job], database: Path, writing: int) -> None:
    """Load all tests that are asked, then try each mutant in a copy of this process."""

    files = sorted({test.partition("::")[0] for job in share for test in job.tests})
    host = _Host(share, writing)
    with copied(database):
        pytest.main([*PYTEST, *files], plugins=[host])
    if host.trouble:
        raise host.trouble


class _Host(_Listening):
    """Runs mutants where pytest would run tests."""

    def __init__(self, share: list[Job], writing: int) -> None:
        super().__init__()
        self.share, self.writing = share, writing
        self.trouble: Exception | None = None

    def pytest_runtestloop(self, session: Any) -> bool:
        try:
            self.work(session)
        except Exception as trouble:
            self.trouble = trouble
        return True

    def work(self, session: Any) -> None:
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        # The first test makes what is made once. It leaves the session standing, for all who come after it.
        first = next(item for item in session.items if "db" in item.fixturenames)
        self.run([first.nodeid])
        functions = loaded_functions()
        gc.collect()
        gc.freeze()
        control = _harmless(self.share[0])
        _trust(*_alone(control.limit, lambda: self.find(control, functions)))
        killers = Killers()
        for index, job in enumerate(self.share):
            job = killers.first(job)
            said, by = _alone(job.limit, lambda job=job: self.find(job, functions))
            killers.heard(job, by)
            _tell(self.writing, index, said, by)

    def find(self, job: Job, functions: "Functions") -> tuple[str, str]:
        if not put(job.mutant, functions):
            return IMPORTED, ""
        self.failed = ""
        by = self.run(job.tests)
        return (KILLED, by) if by else (SURVIVED, "")

    def run(self, tests: Iterable[str]) -> str:
        """Run tests until one fails, and say which."""
        chosen = [self.items[test] for test in tests if test in self.items]
        for item, following in pairwise([*chosen, self.session]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


Functions = dict[tuple[str, str, int], list[FunctionType]]


def loaded_functions() -> Functions:
    """Every function of the house, by file, name and line. What is made lazily is not asked what it is."""
    found: Functions = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(ROOT)):
            found[_place(one.__code__)].append(one)
    return found


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


class _AtImport(Exception):
    """A mutant is in what ran when its module was imported."""


def put(mutant: Mutant, functions: Functions) -> bool:
    """Put the code of a mutant in the place of what is loaded; false when it is in what ran at the import."""
    path = ROOT / mutant.file
    before, after = (compile(text, str(path), "exec") for text in (path.read_text(), mutant.source))
    try:
        _put(before, after, functions)
    except (_AtImport, ValueError):  # what closes over another number of names can't take its place either
        return False
    return True


def _put(before: CodeType, after: CodeType, functions: Functions) -> None:
    if _same(before, after):
        return
    if before.co_flags & inspect.CO_OPTIMIZED:
        _live(before, after, functions)
        return
    if _own(before) != _own(after):
        raise _AtImport
    for old, new in zip(_inner(before), _inner(after), strict=True):
        _put(old, new, functions)


def _live(before: CodeType, after: CodeType, functions: Functions) -> None:
    """The functions made of a piece of code, and those that they made at the import and that are called since."""
    living = [one for one in functions.get(_place(before), ()) if _own(one.__code__) == _own(before)]
    if not living:
        raise _AtImport
    for one in living:
        one.__code__ = after
    for old, new in zip(_inner(before), _inner(after), strict=False):
        for one in functions.get(_place(old), ()):
            one.__code__ = new


def _same(before: CodeType, after: CodeType) -> bool:
    inner = list(zip(_inner(before), _inner(after), strict=False))
    return _own(before) == _own(after) and all(_same(old, new) for old, new in inner)


def _own(code: CodeType) -> tuple[Any, ...]:
    """What a piece of code does itself, wherever it stands."""
    constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    return code.co_code, constants, names, len(_inner(code)), code.co_flags


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


# --- at the import ----------------------------------------------------------------------------------


def _importing(share: list[Job], database: Path, writing: int) -> None:
    """Try each mutant in a process that imports the house with it."""
    control = _harmless(share[0])
    _trust(*_alone(control.limit, lambda: _import(control, database)))
    killers = Killers()
    for index, job in enumerate(share):
        job = killers.first(job)
        said, by = _alone(job.limit, lambda job=job: _import(job, database))
        killers.heard(job, by)
        _tell(writing, index, said, by)


def _import(job: Job, database: Path) -> tuple[str, str]:

    sys.meta_path.insert(0, _Finder(job.mutant))
    try:
        django.setup()
        importlib.import_module(_module(job.mutant))
        importlib.import_module("exchange.urls")
    except Exception:
        return BROKEN, ""
    heard = _Listening()
    with copied(database):
        code = pytest.main([*PYTEST, "-x", *job.tests], plugins=[heard])
    return (KILLED, heard.failed or "the collection of tests") if code else (SURVIVED, "")


def _module(mutant: Mutant) -> str:
    return mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class _Finder(MetaPathFinder):
    """Finds the mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname != _module(self.mutant):
            return None
        file = ROOT / self.mutant.file
        return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(fullname, str(file), self.mutant))


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.mutant.source, self.path, "exec", dont_inherit=True)


# --- the database -----------------------------------------------------------------------------------


def migrated() -> Path:
    """A file with all tables of the house, made once for each set of migrations."""
    wings = ("exchange", "applications", "evaluations")
    sources = sorted(path for wing in wings for path in (ROOT / wing).rglob("migrations/*.py"))
    mark = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    database = DATABASES / f"{mark}.sqlite3"
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        if not (child := os.fork()):
            _leave(lambda: _migrate(database))
        os.waitpid(child, 0)
    return database


def _migrate(database: Path) -> None:

    django.setup()

    default.creation.create_test_db(verbosity=0, serialize=False)
    new = database.with_suffix(".new")
    new.unlink(missing_ok=True)
    target = sqlite3.connect(new)
    default.connection.backup(target)
    target.close()
    new.rename(database)


@contextmanager
def copied(database: Path) -> Iterator[None]:
    """Inside it a test database is a copy of this one."""

    def create(creation: Any, *_args: Any, **_options: Any) -> str:
        connection, name = creation.connection, creation._get_test_db_name()
        connection.close()
        settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        source = sqlite3.connect(database)
        source.backup(connection.connection)
        source.close()
        return str(name)

    before = BaseDatabaseCreation.create_test_db
    BaseDatabaseCreation.create_test_db = create
    try:
        yield
    finally:
        BaseDatabaseCreation.create_test_db = before
