"""`make mutants`: plant faults in what matters most, one at a time, and tell which of them no test notices."""

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256

from mutants.covering import IMPORTED, Covered, covered
from mutants.judging import BAR, EXPLAINED, HEAD, Judged, judge, reasons, told
from mutants.making import Mutant, mutants
from mutants.subjects import ROOT, SUBJECTS, Subject
from mutants.trying import BROKEN, KILLED, Job, Outcome, outcomes

TARGET = ROOT / "var" / "mutants"
#: Tests are asked for so many seconds in all, those that import the module first, and of each the quickest. They took
#: so long while their lines were measured, which is some times as long as they take.
SECONDS = int(os.environ.get("ASK") or 40)
#: Of a table the tests of so many files are asked, and those that its subject names.
FILES = 5


def main() -> int:
    chosen = os.environ.get("SUBJECTS", "").split() or list(SUBJECTS)
    if unknown := set(chosen) - set(SUBJECTS):
        print(f"No subject: {', '.join(sorted(unknown))}. There are {', '.join(SUBJECTS)}.")
        return 2
    known, explained = covered(), reasons(EXPLAINED.read_text())
    judged = []
    for subject in chosen:
        started = time.monotonic()
        judged.append(judge(subject, tried(subject, known), explained.get(subject, {})))
        print(f"{subject}: {time.monotonic() - started:.0f} s", flush=True)
    return report(judged)


def report(judged: Iterable[Judged]) -> int:
    """Tell what is to do and how it stands."""
    judged = list(judged)
    words = [line for one in judged for line in told(one)]
    if words:
        print("\n" + "\n".join(words))
    print(f"\n{HEAD}\n" + "\n".join(one.row() for one in judged))
    bad = [one.subject for one in judged if not one.good]
    if bad:
        print(f"Below {BAR} %, or not explained in {EXPLAINED.relative_to(ROOT)}: {', '.join(bad)}")
    return 1 if bad else 0


def tried(subject: str, known: Covered) -> list[Outcome]:
    """The outcome of every mutant of a subject; what was killed before is not tried again while nothing changed."""
    made = [one for module in SUBJECTS[subject].modules for one in _of(module)]
    jobs = [job(one, SUBJECTS[subject], known) for one in made]
    before = Before(subject)
    found = [Outcome(one.mutant, KILLED, by) for one in jobs if (by := before.killer(one))]
    settled = {one.mutant.key for one in found}
    left = [one for one in jobs if one.mutant.key not in settled]
    # Loading many files of tests takes longer than asking the few that know most.
    few = [few for one in left if (few := _few(one, SUBJECTS[subject]))]
    for outcome in outcomes(few, os.cpu_count() or 1):
        if outcome.said in (KILLED, BROKEN):
            found.append(outcome)
            before.keep(outcome)
            settled.add(outcome.mutant.key)
    left = [one for one in left if one.mutant.key not in settled]
    for number, outcome in enumerate(outcomes(left, os.cpu_count() or 1), 1):
        found.append(outcome)
        before.keep(outcome)
        if outcome.said not in (KILLED, BROKEN):
            print(f"{subject}: not noticed ({outcome.said}): {outcome.mutant}", flush=True)
        if number % 50 == 0:
            print(f"{subject}: {number} of {len(left)}", flush=True)
    return found


def _few(job: Job, subject: Subject) -> Job | None:
    """The same asked of the first files only, where a process imports all of its tests anew."""
    tests = tuple(test for test in job.tests if test.partition("::")[0] in subject.first)
    return replace(job, tests=tests) if job.imported and tests else None


def _of(module: str) -> list[Mutant]:
    file, _, names = module.partition("::")
    return mutants(file, names.split(",") if names else [])


def job(mutant: Mutant, subject: Subject, known: Covered) -> Job:
    """Which tests are asked: those that execute the statement; of what runs at the import, those of its file."""
    first, last = mutant.lines
    executing = set().union(*(known.lines.get((mutant.file, line), set()) for line in range(first, last + 1)))
    imported = not executing or IMPORTED in executing
    tests = executing - {IMPORTED}
    if imported:
        named = {test for test in known.seconds if test.startswith((*subject.tests, *subject.first))}
        tests |= named | _of_few_files(known.of_file(mutant.file), mutant.file)
    asked, seconds = [], 0.0

    def order(test: str) -> tuple[bool, bool, float, str]:
        first = test.partition("::")[0] in subject.first
        return not first, not _knows(test, mutant.file), known.seconds[test], test

    for test in sorted(tests - known.failed, key=order):
        if seconds + known.seconds[test] <= SECONDS:
            asked.append(test)
            seconds += known.seconds[test]
    return Job(mutant, tuple(_together(asked)), seconds, imported)


def _together(tests: list[str]) -> list[str]:
    """The same with those of a file beside each other: what it makes once is made anew after another file."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    return sorted(tests, key=lambda test: files.index(test.partition("::")[0]))


@cache
def _imports(file: str) -> str:
    """The imports of a file of tests."""
    lines = (ROOT / file).read_text().splitlines()
    return "\n".join(line for line in lines if line.startswith(("from ", "import ")))


def _knows(test: str, file: str) -> bool:
    """Whether a test stands in a file that imports the module: it is about it, and not only on the way through it."""
    package, _, module = file.removesuffix(".py").replace("/", ".").rpartition(".")
    words = _imports(test.partition("::")[0])
    return bool(re.search(rf"^from {package}(\.{module} import| import .*\b{module}\b)", words, re.MULTILINE))


def _of_few_files(tests: set[str], module: str) -> set[str]:
    """Those of the files that know most of a module: each file that is asked is loaded anew for every mutant."""
    often = Counter(test.partition("::")[0] for test in tests)
    files = sorted(often, key=lambda file: (not _knows(file, module), -often[file], file))[:FILES]
    return {test for test in tests if test.partition("::")[0] in files}


class Before:
    """What tests noticed in earlier runs, kept in var/mutants; what only took too long is tried again."""

    def __init__(self, subject: str) -> None:
        self.path = TARGET / f"{subject}.jsonl"
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.known = dict(json.loads(line) for line in lines)

    def killer(self, job: Job) -> str:
        """The test that noticed the same mutant, if it is as it was."""
        by, mark = self.known.get(_mark(job.mutant.source), ("", ""))
        return by if mark and mark == _mark_of(by) else ""

    def keep(self, outcome: Outcome) -> None:
        if outcome.said == KILLED and (mark := _mark_of(outcome.by)):
            line = json.dumps([_mark(outcome.mutant.source), [outcome.by, mark]])
            with self.path.open("a") as file:
                file.write(line + "\n")


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _mark_of(test: str) -> str:
    """How the file of a test is now."""
    file = ROOT / test.partition("::")[0]
    return _mark(file.read_text()) if file.is_file() else ""


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main())
