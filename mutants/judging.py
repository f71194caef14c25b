"""What the outcomes say of the tests: a row for each subject, and what makes the command fail."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutants.making import Mutant
from mutants.trying import BROKEN, KILLED, Outcome

#: The share of its mutants that the tests of a subject must notice.
BAR = 95
EXPLAINED = Path(__file__).with_name("explained.toml")
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One subject. What is broken could not be imported, says nothing of the tests, and is not counted; what is
    equivalent is no fault, so the share is of the others.
    """

    subject: str
    killed: int
    #: Nobody noticed these, and nobody has said why.
    open: list[Outcome] = field(default_factory=list)
    #: Nobody noticed these, and the file says why.
    explained: list[Outcome] = field(default_factory=list)
    #: Of these, who can be noticed by nobody: the rule is the same with them.
    equivalent: int = 0
    broken: int = 0
    #: Explanations of which there is no such mutant.
    stale: list[Key] = field(default_factory=list)
    #: Explanations that a test contradicts: it notices the mutant.
    noticed: list[Outcome] = field(default_factory=list)

    @property
    def made(self) -> int:
        return self.killed + len(self.open) + len(self.explained)

    @property
    def share(self) -> float:
        faults = self.made - self.equivalent
        return 100 * self.killed / faults if faults else 100.0

    @property
    def good(self) -> bool:
        return self.share >= BAR and not self.open and not self.stale

    def row(self) -> str:
        left = len(self.open) + len(self.explained)
        numbers = self.made, self.killed, left, len(self.explained), self.equivalent
        return f"{self.subject:12}" + "".join(f"{number:10}" for number in numbers) + f"{self.share:9.1f} %"


COLUMNS = ("mutants", "killed", "survived", "explained", "same", "share")
HEAD = f"{'subject':12}" + "".join(f"{word:>10}" for word in COLUMNS)
#: How a reason begins that says so.
SAME = "Equivalent"


def judge(subject: str, outcomes: Sequence[Outcome], reasons: Mapping[Key, str]) -> Judged:
    """Lay outcomes beside explanations."""
    said = Counter(one.said for one in outcomes)
    left = [one for one in outcomes if one.said not in (KILLED, BROKEN)]
    known = {one.mutant.key for one in outcomes}
    return Judged(
        subject,
        killed=said[KILLED],
        open=[one for one in left if one.mutant.key not in reasons],
        explained=[one for one in left if one.mutant.key in reasons],
        equivalent=sum(reasons.get(one.mutant.key, "").startswith(SAME) for one in left),
        broken=said[BROKEN],
        stale=sorted(set(reasons) - known),
        noticed=[one for one in outcomes if one.said in (KILLED, BROKEN) and one.mutant.key in reasons],
    )


def told(judged: Judged) -> Iterator[str]:
    """What somebody has to do, in words."""
    for one in judged.open:
        yield f"not noticed ({one.said}): {one.mutant}"
    for file, where, was, now, number in judged.stale:
        yield f"explained, but there is no such mutant: {file} {where} #{number}\n    - {was}\n    + {now}"
    for one in judged.noticed:
        yield f"explained, but noticed by {one.by}: {one.mutant}"


def reasons(text: str) -> dict[str, dict[Key, str]]:
    """The explanations of each subject, by what mutants are known by."""
    found: dict[str, dict[Key, str]] = {}
    for subject, entries in tomllib.loads(text).items():
        found[subject] = {}
        for entry in entries:
            file, _, where = entry["in"].partition(" ")
            now = entry["now"]
            for each in now if isinstance(now, list) else [now]:
                found[subject][file, where, entry["was"], each, entry.get("number", 1)] = entry["why"]
    return found


def draft(mutant: Mutant) -> str:
    """The lines with which an explanation begins."""
    place = f"{mutant.file} {mutant.where}".strip()
    lines = [f'in = "{place}"', f"was = {_quoted(mutant.was)}", f"now = {_quoted(mutant.now)}"]
    number = [f"number = {mutant.number}"] if mutant.number > 1 else []
    return "\n".join([*lines, *number, 'why = ""'])


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
