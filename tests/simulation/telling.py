"""Steps from a seed, told as a story; and when a rule breaks, the shortest story that still breaks it."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulation import rules
from tests.simulation.alliance import Alliance, Broken, Done, Step, phase, repeatable
from tests.simulation.personas import PERSONAS, who_do
from tests.simulation.verbs import VERBS

#: How often of a hundred steps time jumps to the next date that matters, by what a trip is at.
PACE = {"planning": 60, "call": 0.6, "selection": 0.8, "offered": 2.5, "abroad": 5, "back": 3, "year": 4, "over": 30}
#: How often of a hundred something comes between.
TROUBLE = {"": 74, "stale": 6, "twice": 5, "wrong": 5, "dies": 8, "opens": 2}
#: Two years, and what is left of the second trip.
LAST_DAY = 800
#: How many times as often somebody does what a story leans to.
LEAN = 6
#: How often two do something at the same moment; where it is about nothing else.
AT_ONCE, MOSTLY_AT_ONCE = 0.12, 0.6


@dataclass
class Run:
    """A story as it went: its steps, what came of each, and the rule it broke if it did."""

    steps: list[Step] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    broken: Broken | None = None
    letters: int = 0

    @property
    def counts(self) -> Counter:
        return Counter(one.outcome for one in self.done)


# --- drawing ---------------------------------------------------------------------------------------


def draw(alliance: Alliance, chance: random.Random, leaning: Sequence[str] = (), at_once: float = AT_ONCE) -> Step:
    """A step that is likely now and about something, or once in a while one that is not."""
    phases = [phase(trip, alliance.now) for trip in alliance.trips()]
    mark = chance.random() * 100 < min(PACE[one] for one in phases)
    wait = chance.choice((-3, 0, 5, 60)) if mark else chance.choice((0, 1, 7, 30, 90, 400))
    minute = alliance.later(wait, mark=mark)
    for attempt in range(8):
        step = _any_step(phases, minute, chance, leaning, at_once)
        if alliance.possible(step, likely=attempt < 6):
            return step
    return step


def _any_step(phases: list[str], minute: int, chance: random.Random, leaning: Sequence[str], at_once: float) -> Step:
    likely = [verb for verb in VERBS.values() if set(verb.when.split()) & set(phases)]
    verbs = likely if likely and chance.random() < 0.95 else list(VERBS.values())
    weights = [one.weight * (LEAN if one.name in leaning else 1) for one in verbs]
    verb = chance.choices(verbs, weights)[0]
    tries = who_do(verb.by) if chance.random() < 0.95 else [one for one in PERSONAS.values() if one.does != "manager"]
    if verb.by == "house" or verb.by == "manager":
        tries = who_do(verb.by)
    who = chance.choice([one for one in tries if (one.does == "house") == (verb.by == "house")])
    trouble = chance.choices(list(TROUBLE), list(TROUBLE.values()))[0]
    statement = chance.randint(1, 40) if trouble == "dies" else 0
    pick = tuple(chance.randrange(1000) for _ in range(6))
    beside: tuple[Any, ...] = ()
    if trouble == "" and verb.by != "house" and chance.random() < at_once:
        other = verb if chance.random() < 0.5 else chance.choices(verbs, weights)[0]
        picks = pick if chance.random() < 0.3 else tuple(chance.randrange(1000) for _ in range(6))
        beside = (other.name, chance.choice(who_do(other.by)).key, picks)
    return Step(verb.name, who.key, minute, pick, trouble, statement, beside)


# --- telling ---------------------------------------------------------------------------------------

Empty = Callable[[], None]


def take(alliance: Alliance, run: Run, step: Step, *, only: str = "") -> bool:
    """Take one step and ask the rules; False when one broke."""
    run.steps.append(step)
    try:
        done = alliance.take(step)
        run.done.append(done)
        if done.wrote:
            rules.ask(alliance, step, done, only=only)
    except Broken as broken:
        run.broken = broken
    except Exception as fault:
        run.broken = Broken("Geen fout zonder antwoord", f"{type(fault).__name__}: {fault}")
        run.broken.__cause__ = fault
    if run.broken and len(run.done) < len(run.steps):
        run.done.append(Done("broken", alliance.day))
    run.letters = len(alliance.office.letters)
    return run.broken is None


def by_seed(seed: int, length: int, empty: Empty, leaning: str = "", at_once: float = AT_ONCE) -> Run:
    """A story of so many steps at most, or until a rule breaks; verbs it is `leaning` to are tried more often.

    `at_once` is how often, from 0 to 1, two do something at the same moment.
    """
    chance, run = random.Random(seed), Run()  # noqa: S311 -- repeats itself, by design
    empty()
    with repeatable():
        alliance = Alliance(VERBS)
        rules.ask(alliance, None, Done("", 1))
        while (
            len(run.steps) < length
            and alliance.day < LAST_DAY
            and take(alliance, run, draw(alliance, chance, leaning.split(), at_once))
        ):
            pass
    return run


def again(steps: Sequence[Step], empty: Empty, *, only: str = "") -> Run:
    """The same steps once more."""
    run = Run()
    empty()
    with repeatable():
        alliance = Alliance(VERBS)
        rules.ask(alliance, None, Done("", 1), only=only)
        for step in steps:
            if not take(alliance, run, step, only=only):
                break
    return run


# --- shortening ------------------------------------------------------------------------------------


def shorten(run: Run, empty: Empty) -> Run:
    """The shortest story found that breaks the same rule: pieces are left out, ever smaller ones, until none can.

    Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input (2002): the minimising delta debugging.
    """
    if not run.broken:
        raise ValueError("nothing broke")
    rule = run.broken.rule

    def breaks(steps: Sequence[Step]) -> Run | None:
        found = again(steps, empty, only=rule)  # of a fault no rule is asked at all
        return found if found.broken and found.broken.rule == rule else None

    best = breaks(run.steps)
    if best is None:
        return run  # not by these steps alone
    size = max(1, len(best.steps) // 2)
    while True:
        start, shorter = 0, False
        while start < len(best.steps):
            rest = [*best.steps[:start], *best.steps[start + size :]]
            if found := breaks(rest):
                best, shorter = found, True
            else:
                start += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    return again(best.steps, empty) if again(best.steps, empty).broken else best


# --- printing --------------------------------------------------------------------------------------

TOLD = {
    "done": "",
    "refused": " — dat wordt geweigerd",
    "nothing": " — er is niets",
    "opened": " — opent alleen het formulier",
    "died": " — het proces valt om",
    "deadlock": " — ze staan elkaar in de weg",
    "broken": "",
}
HOW = {
    "stale": " (met een formulier van eerder)",
    "twice": " (twee keer geklikt)",
    "wrong": " (met een verkeerd nummer)",
}


def story(run: Run, seed: int | None = None) -> str:
    """The run in words."""
    lines = [f"Zaad {seed}."] if seed is not None else []
    for step, done in zip(run.steps, run.done, strict=True):
        about = f": {done.about}" if done.about else ""
        who, how = PERSONAS[step.who].first, HOW.get(step.trouble, "")
        if step.beside:
            name, key, _pick = step.beside
            how = f", terwijl {PERSONAS[key].first} {VERBS[name].says}"
        lines.append(f"Dag {done.day}: {who} {VERBS[step.verb].says}{about}{how}{TOLD[done.outcome]}.")
    if run.broken:
        lines.append(f"Gebroken: {run.broken.rule}: {run.broken.how}.")
    return "\n".join(lines)


# --- keeping ---------------------------------------------------------------------------------------


class Unfit(Exception):
    """A story that was kept no longer goes as it went, so it proves nothing."""


def keep(run: Run, path: Path, what: str) -> None:
    """Write a story down, with what comes of each step."""
    rows = [step.plain() | {"came": done.outcome} for step, done in zip(run.steps, run.done, strict=True)]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    path.write_text(f'{{"what": {json.dumps(what, ensure_ascii=False)}, "steps": [\n{lines}\n]}}\n')


def kept(path: Path) -> tuple[str, list[Step], list[str]]:
    """A story that was written down. Raises Unfit when it names what is there no more."""
    told = json.loads(path.read_text())
    steps, came = [], []
    for row in told["steps"]:
        came.append(row.pop("came"))
        if row["verb"] not in VERBS or row["who"] not in PERSONAS:
            raise Unfit(f"{path.name}: there is no {row['verb']} by {row['who']} any more")
        steps.append(Step(**row | {name: tuple(row.get(name, ())) for name in ("pick", "beside")}))
    return told["what"], steps, came


def tell_again(path: Path, empty: Empty) -> Run:
    """Tell a kept story. Raises Unfit when a step that was done is refused now, or the other way round."""
    _what, steps, came = kept(path)
    run = again(steps, empty)
    for number, (step, done, was) in enumerate(zip(run.steps, run.done, came, strict=False), 1):
        if done.outcome not in (was, "broken"):
            raise Unfit(f"{path.name}, step {number} ({step.verb} by {step.who}) was {was} and is {done.outcome} now")
    return run


def numbers(runs: Sequence[Run]) -> Iterator[str]:
    """What the runs came to."""
    outcomes: Counter = Counter()
    verbs: Counter = Counter()
    for run in runs:
        outcomes += run.counts
        verbs.update(step.verb for step, done in zip(run.steps, run.done, strict=True) if done.outcome == "done")
    people = len({step.who for run in runs for step in run.steps})
    yield f"{sum(len(run.steps) for run in runs)} steps in {len(runs)} runs, by {people} people"
    yield ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    yield f"{sum(run.letters for run in runs)} mails arrived, {outcomes['died']} crashes"
    missing = sorted(VERBS.keys() - verbs.keys())
    yield f"never done: {', '.join(missing)}" if missing else "every verb was done"
