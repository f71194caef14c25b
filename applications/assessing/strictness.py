"""Who reads more strictly than the others, and what taking that into account does to the ranks. No models.

A score is what the application is worth, plus what its reader gives above others, plus chance: y_ij = q_i + b_j + e_ij.
Least squares with a penalty on readers, Σ(y_ij − q_i − b_j)² + λ·Σb_j²: with λ = σ²_e / σ²_b it is the best linear
unbiased prediction of readers drawn from some population (Henderson 1975, Biometrics 31, 423-447; Robinson 1991,
Statistical Science 6, 15-32). Applications carry no penalty: nobody's score is pulled towards the middle.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf, isfinite, sqrt
from random import Random
from statistics import fmean
from typing import Final, Literal

#: What readers gave in all: application → reader → score. None is not given.
Scores = Mapping[Hashable, Mapping[Hashable, float | Decimal | None]]
Rows = dict[Hashable, dict[Hashable, float]]
#: Within the places, out of them, or in a tie that lies astride the last one.
Stand = Literal["in", "tied", "out"]

RESAMPLES: Final = 999
#: Our own convention: so many scores more than what is estimated, or chance and readers can't be told apart.
LEAST_FREEDOM: Final = 5
#: Scores that differ by less are equal: it is the noise of computing.
EQUAL: Final = 1e-9
#: On the levels of the rubric: a difference that asks for a third reader.
GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Applications and readers connected by readings; nothing ties them to those of another part."""

    applications: tuple[Hashable, ...]
    readers: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """Scores as they were given and as they would be if all were equally strict, in points of the scale."""

    #: The mean of what was given.
    raw: dict[Hashable, float]
    #: The mean of what was given, each corrected for its reader: equal to `raw` where everybody read everything.
    adjusted: dict[Hashable, float]
    #: What was given, corrected for its reader: application → reader → score.
    given: Rows
    #: −b_j: how many points a reader gives less than the others of the same part, whose sum is 0. Empty: not estimated.
    strictness: dict[Hashable, float]
    #: λ: infinite where readers do not differ by more than chance, None where that can't be told. Then nothing changes.
    shrinkage: float | None
    #: σ²_e, the variance of chance in squared points; None where it can't be told.
    noise: float | None
    #: In more than one part, strictness and adjusted scores compare within each only.
    parts: tuple[Part, ...]
    #: Whether everybody read everything, so that strictness makes no difference.
    complete: bool

    @property
    def connected(self) -> bool:
        return len(self.parts) < 2


def fit(scores: Scores, shrinkage: float | None = None) -> Fit:
    """The additive model of these scores; who was read by nobody is not in it.

    λ is `shrinkage` (0: plain least squares; infinite: no adjusting), or else estimated: σ²_e from what plain least
    squares leaves, σ²_b from how much less that is than without readers (Henderson's method 3: Henderson 1953,
    Biometrics 9, 226-252; Searle, Casella & McCulloch 1992, Variance Components, 5.5). Where σ²_b comes out at 0 or
    below, readers differ by no more than chance would have it, and nothing is adjusted; nor is it where fewer than 5
    degrees of freedom are left. Where the readings are not connected, the readers of each part are taken to be as
    strict on average as those of any other, which nobody can know: `connected` is false.

    Raises ValueError on a score that is not finite, and on a λ below 0.
    """
    rows = _rows(scores)
    if shrinkage is not None and not shrinkage >= 0:
        raise ValueError("the penalty is not negative")
    parts = tuple(_parts(rows))
    noise, estimated = _variances(rows, parts)
    used = estimated if shrinkage is None else shrinkage
    solver = _Solver(rows, parts, inf if used is None else used)
    lenient = dict(zip(solver.readers, solver.leniency([list(row.values()) for row in rows.values()]), strict=True))
    raw = {one: fmean(row.values()) for one, row in rows.items()}
    given = {one: {who: score - lenient[who] for who, score in row.items()} for one, row in rows.items()}
    complete = all(len(row) == len(lenient) for row in rows.values())
    return Fit(
        raw=raw,
        adjusted=raw if complete else {one: fmean(row.values()) for one, row in given.items()},
        given=given,
        strictness={} if used is None else {who: -points for who, points in lenient.items()},
        shrinkage=used,
        noise=noise,
        parts=parts,
        complete=complete,
    )


def _rows(scores: Scores) -> Rows:
    """What was given, in an order that does not depend on that of the table."""
    rows = {
        one: {who: float(row[who]) for who in sorted(row, key=str) if row[who] is not None}
        for one, row in sorted(scores.items(), key=lambda item: str(item[0]))
    }
    if not all(isfinite(score) for row in rows.values() for score in row.values()):
        raise ValueError("scores are finite")
    return {one: row for one, row in rows.items() if row}


def _parts(rows: Rows) -> Iterable[Part]:
    """The connected parts of the graph of readings."""
    read: dict[Hashable, list[Hashable]] = {}
    for one, row in rows.items():
        for who in row:
            read.setdefault(who, []).append(one)
    seen: set[Hashable] = set()
    for first in rows:
        if first in seen:
            continue
        seen.add(first)
        applications, readers = [first], list(rows[first])
        for who in readers:  # grows while it is walked
            fresh = [one for one in read[who] if one not in seen]
            seen |= set(fresh)
            applications += fresh
            readers += dict.fromkeys(other for one in fresh for other in rows[one] if other not in readers)
        yield Part(tuple(sorted(applications, key=str)), tuple(sorted(readers, key=str)))


def _variances(rows: Rows, parts: Sequence[Part]) -> tuple[float | None, float | None]:
    """σ²_e and λ = σ²_e / σ²_b by Henderson's method 3; None and None where too little is left to estimate them.

    E(what readers explain) = (readings − applications)·σ²_b + (readers − parts)·σ²_e.
    """
    solver = _Solver(rows, parts, 0)
    spare = sum(map(len, rows.values())) - len(rows)
    explaining = len(solver.readers) - len(parts)
    if spare - explaining < LEAST_FREEDOM:
        return None, None
    values = [list(row.values()) for row in rows.values()]
    left = _squares(solver.corrected(values, solver.leniency(values)))
    noise = left / (spare - explaining)
    between = (_squares(values) - left - explaining * noise) / spare
    return noise, noise / between if between > 0 else inf


def _squares(values: Iterable[Sequence[float]]) -> float:
    """The squared distances of scores to the mean of their application."""
    return sum((score - mean) ** 2 for row in values for mean in (fmean(row),) for score in row)


class _Solver:
    """The b that minimise Σ(y_ij − q_i − b_j)² + λ·Σb_j² for one design, whatever the scores.

    Without the applications, whose q_i is the mean of y_ij − b_j, the normal equations are a matrix of readers by
    readers, which is inverted once: it costs the cube of the readers, a tenth of a second for a hundred. Where both are
    of one part it gets 1 added: with λ > 0 their Σb is 0 anyway, and with λ = 0 that is what makes b the only solution.
    """

    def __init__(self, rows: Rows, parts: Sequence[Part], shrinkage: float) -> None:
        self.readers = [who for part in parts for who in part.readers]
        place = {who: number for number, who in enumerate(self.readers)}
        self.reading = [[place[who] for who in row] for row in rows.values()]
        self.inverse: list[list[float]] = []
        if shrinkage == inf:
            return
        matrix = [[shrinkage if one == other else 0.0 for other in place.values()] for one in place.values()]
        for part in parts:
            for one in part.readers:
                for other in part.readers:
                    matrix[place[one]][place[other]] += 1
        for readers in self.reading:
            for one in readers:
                matrix[one][one] += 1
                for other in readers:
                    matrix[one][other] -= 1 / len(readers)
        self.inverse = _inverted(matrix)

    def leniency(self, values: Sequence[Sequence[float]]) -> list[float]:
        """b of every reader, given the scores of every application by its readers in order."""
        if not self.inverse:
            return [0.0] * len(self.readers)
        above = [0.0] * len(self.readers)
        for readers, row in zip(self.reading, values, strict=True):
            mean = sum(row) / len(row)
            for reader, score in zip(readers, row, strict=True):
                above[reader] += score - mean
        return [sum(map(float.__mul__, line, above)) for line in self.inverse]

    def corrected(self, values: Sequence[Sequence[float]], lenient: Sequence[float]) -> list[list[float]]:
        """The scores without what their readers give above others."""
        return [
            [score - lenient[reader] for reader, score in zip(readers, row, strict=True)]
            for readers, row in zip(self.reading, values, strict=True)
        ]


def _inverted(matrix: list[list[float]]) -> list[list[float]]:
    """The inverse of a symmetric, positive definite matrix, by elimination: such a one needs no exchange of rows."""
    size = len(matrix)
    rows = [[*line, *(float(one == other) for other in range(size))] for one, line in enumerate(matrix)]
    for pivot in range(size):
        top = [number / rows[pivot][pivot] for number in rows[pivot]]
        for one, line in enumerate(rows):
            if one != pivot and line[pivot]:
                factor = line[pivot]
                rows[one] = [number - factor * other for number, other in zip(line, top, strict=True)]
        rows[pivot] = top
    return [line[size:] for line in rows]


# --- ranks ------------------------------------------------------------------------------------------


def ranks(values: Mapping[Hashable, float]) -> dict[Hashable, int]:
    """The rank of each from 1 for the highest; equal scores share the best of theirs (1, 2, 2, 4)."""
    found: dict[Hashable, int] = {}
    rank, above = 0, inf
    for number, (one, value) in enumerate(sorted(values.items(), key=lambda item: -item[1]), 1):
        if above - value > EQUAL:
            rank, above = number, value
        found[one] = rank
    return found


def stands(values: Mapping[Hashable, float], places: int) -> dict[Hashable, Stand]:
    """Who would be in by score alone, who not, and who stands in a tie for the last places."""
    found = ranks(values)
    sharing = Counter(found.values())

    def stand(rank: int) -> Stand:
        worst = rank + sharing[rank] - 1
        return "in" if worst <= places else "tied" if rank <= places else "out"

    return {one: stand(rank) for one, rank in found.items()}


def changes(fitted: Fit, places: int) -> dict[Hashable, tuple[Stand, Stand]]:
    """Who would change places over the cut: how they stand as given, and as adjusted."""
    raw, adjusted = stands(fitted.raw, places), stands(fitted.adjusted, places)
    return {one: (raw[one], adjusted[one]) for one in raw if raw[one] != adjusted[one]}


@dataclass(frozen=True, slots=True)
class Band:
    """The ranks an application takes in 95 % of what chance could have made of it."""

    best: int
    worst: int

    def crosses(self, places: int) -> bool:
        """Whether it lies on both sides of the last place: one to talk about."""
        return self.best <= places < self.worst


def bands(fitted: Fit, *, seed: int, resamples: int = RESAMPLES) -> dict[Hashable, Band] | None:
    """A band of 95 % around each adjusted rank: the percentiles of its rank in so many `draws` (Hall & Miller 2009,
    Annals of Statistics 37, 3929-3959). None where noise is not known.

    The same fit and seed give the same bands. Raises ValueError when there are too few resamples for a percentile (39).
    """
    if resamples < 39:
        raise ValueError("percentiles of 2.5 want at least 39 resamples")
    if fitted.noise is None:
        return None
    found: dict[Hashable, list[int]] = {one: [] for one in fitted.adjusted}
    for drawn in draws(fitted, seed=seed, resamples=resamples):
        for one, rank in ranks(drawn).items():
            found[one].append(rank)
    place = (resamples + 1) // 40
    ordered = {one: sorted(each) for one, each in found.items()}
    return {one: Band(each[place - 1], each[-place]) for one, each in ordered.items()}


def draws(fitted: Fit, *, seed: int, resamples: int) -> Iterator[dict[Hashable, float]]:
    """What chance could have made of the adjusted scores, by a bootstrap over residuals.

    Who reads what stays as it was, since that is given and not chance, and two scores of one application are too few to
    draw from. Each draw adds to the adjusted score chance and strictness drawn from those found, both blown up to the
    variance they were estimated to have (Carpenter, Goldstein & Rasbash 2003, Applied Statistics 52, 431-443), and
    adjusts anew with the same λ. It leaves out that λ is itself estimated. Raises ValueError where noise is not known.
    """
    if fitted.noise is None:
        raise ValueError("nothing is known of chance here")
    random = Random(seed)  # noqa: S311 -- repeatable, not secret
    solver = _Solver(fitted.given, fitted.parts, fitted.shrinkage)
    residuals = [score - fitted.adjusted[one] for one, row in fitted.given.items() for score in row.values()]
    chance = _blown_up(residuals, fitted.noise)
    # Plain least squares takes out what readers give above others whatever it is, so there it need not be drawn.
    spread = fitted.noise / fitted.shrinkage if fitted.shrinkage else 0.0
    readers = _blown_up(list(fitted.strictness.values()), spread)
    for _ in range(resamples):
        lenient = random.choices(readers, k=len(readers))
        errors = iter(random.choices(chance, k=len(chance)))
        values = [[lenient[reader] + next(errors) for reader in row] for row in solver.reading]
        again = solver.corrected(values, solver.leniency(values))
        worth = zip(fitted.adjusted.items(), again, strict=True)
        yield {one: score + sum(row) / len(row) for (one, score), row in worth}


def _blown_up(values: Sequence[float], variance: float) -> list[float]:
    """The same values, with this mean square: what is left after fitting is smaller than what it estimates."""
    square = fmean(value * value for value in values)
    return [value * sqrt(variance / square) if square else 0.0 for value in values]


# --- a third reader ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a third reader is asked for: criteria on which the two are far apart, or one would take it and one not."""

    criteria: tuple[Hashable, ...]
    astride: bool


def third_readers(
    fitted: Fit, levels: Mapping[Hashable, Mapping[Hashable, Mapping[Hashable, int | None]]], places: int
) -> dict[Hashable, Asked]:
    """The applications of two readers that ask for a third, and why.

    `levels` are what readers gave: application → criterion → reader → level. Two levels between them on a criterion are
    enough, and so are scores on either side of the cut, both corrected for their reader.
    """
    found = {}
    line = cut(fitted.adjusted, places)
    for one, row in fitted.given.items():
        if len(row) != 2:
            continue
        criteria = tuple(name for name, given in levels.get(one, {}).items() if _apart(given.values()))
        astride = line is not None and min(row.values()) < line - EQUAL and max(row.values()) > line + EQUAL
        if criteria or astride:
            found[one] = Asked(criteria, astride)
    return found


def cut(values: Mapping[Hashable, float], places: int) -> float | None:
    """The score half-way between the last one in and the first one out; None when there is no such pair."""
    ordered = sorted(values.values(), reverse=True)
    if not 0 < places < len(ordered):
        return None
    return (ordered[places - 1] + ordered[places]) / 2


def _apart(levels: Iterable[int | None]) -> bool:
    given = [level for level in levels if level is not None]
    return bool(given) and max(given) - min(given) >= GAP
