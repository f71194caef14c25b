"""Statistics quoted from literature, and the rules that protect small groups. Pure functions, no models."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median_low
from typing import Final

#: The 97.5 % point of the standard normal distribution, for intervals of 95 %.
Z95: Final = 1.959963984540054
#: The correlation between goals assumed by Kiresuk & Sherman (1968).
RHO: Final = 0.3

Observation = tuple[Hashable, int]  # a person and a level from −2 to +2


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of 95 %, as shares from 0 to 1."""

    low: float
    high: float


def wilson(reached: int, n: int, z: float = Z95) -> Interval | None:
    """The score interval for `reached` of `n` (Wilson 1927; method 3 in Newcombe 1998). None when n is 0.

    Raises ValueError unless 0 ≤ reached ≤ n.
    """
    if not 0 <= reached <= n:
        raise ValueError("reached must lie between 0 and n")
    if n == 0:
        return None
    p = reached / n
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    low = (centre - spread) / below if reached else 0.0
    high = (centre + spread) / below if reached < n else 1.0
    return Interval(low, high)


def goal_attainment(levels: Sequence[int | None], weights: Sequence[float] | None = None) -> float | None:
    """The T-score of goal attainment scaling over the scored goals (Kiresuk & Sherman 1968); 50 is "as expected".

    T = 50 + 10·Σ(w·x) / √((1−ρ)·Σw² + ρ·(Σw)²) with ρ = 0.3. `levels` run from −2 to +2; None is not scored and is
    left out, never a zero. None when nothing is scored or all weights are zero. Raises ValueError on a level outside
    the scale, a negative weight, or weights of another length.
    """
    weights = [1.0] * len(levels) if weights is None else list(weights)
    if len(weights) != len(levels):
        raise ValueError("one weight per goal")
    scored = [(x, w) for x, w in zip(levels, weights, strict=True) if x is not None]
    if any(not -2 <= x <= 2 for x, _ in scored) or any(w < 0 for w in weights):
        raise ValueError("levels run from −2 to +2 and weights are not negative")
    total = sum(w for _, w in scored)
    if not total:
        return None
    squares = sum(w * w for _, w in scored)
    return 50 + 10 * sum(w * x for x, w in scored) / sqrt((1 - RHO) * squares + RHO * total * total)


def median_level(levels: Iterable[int]) -> int | None:
    """The (lower) median of ordinal levels; None without any."""
    levels = list(levels)
    return median_low(levels) if levels else None


# --- small groups (rule 9) ------------------------------------------------------------------------

#: From fine to coarse: classes as tuples of levels.
FIVE: Final = ((-2,), (-1,), (0,), (1,), (2,))
THREE: Final = ((-2, -1), (0,), (1, 2))
TWO: Final = ((-2, -1), (0, 1, 2))


@dataclass(frozen=True, slots=True)
class Distribution:
    """Levels of goals with n, in classes that each hold enough people.

    `classes` is empty when not even two classes do: then there is only n and the median. Below k people everything is
    None and `enough` is false.
    """

    people: int
    n: int | None
    median: int | None
    reached: int | None
    classes: tuple[tuple[int, ...], ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def enough(self) -> bool:
        return self.n is not None


Scheme = tuple[tuple[int, ...], ...]
LEVEL_SCHEMES: Final[tuple[Scheme, ...]] = (FIVE, THREE, TWO)
#: The anchoring ladder above what was dropped: each tread; tried, team, school and policy; not yet and from the team.
#: What was dropped stands on it, or the plans less the ladder would tell how much that was.
LADDER_SCHEMES: Final[tuple[Scheme, ...]] = (
    ((0,), (1,), (2,), (3,), (4,), (5,)),
    ((0, 1, 2), (3,), (4, 5)),
    ((0, 1, 2), (3, 4, 5)),
)


def enough(people: Iterable[Hashable], k: int) -> bool:
    """Whether a figure over these people tells of nobody: there are none, or k. Asked of what a subtraction leaves."""
    distinct = len(set(people))
    return not distinct or distinct >= k


def protected(seen: Sequence[Observation], k: int, schemes: Sequence[Scheme]) -> tuple[Scheme, tuple[int, ...]]:
    """The finest scheme of which every non-empty class holds k people, with its counts; empty when none does."""
    for classes in schemes:
        members = [[person for person, value in seen if value in group] for group in classes]
        if all(enough(group, k) for group in members):
            return classes, tuple(len(group) for group in members)
    return (), ()


def distribution(observations: Iterable[Observation], k: int) -> Distribution:
    """Levels from −2 to +2, merged from five classes to three to two until every non-empty class holds k people."""
    seen = list(observations)
    people = len({person for person, _ in seen})
    if people < k:
        return Distribution(people=people, n=None, median=None, reached=None)
    classes, counts = protected(seen, k, LEVEL_SCHEMES)
    reached = sum(level >= 0 for _, level in seen) if classes else None
    middle = median_level(level for _, level in seen)
    return Distribution(people, len(seen), middle, reached, classes, counts)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of n; `yes` is None when one of the two sides holds too few people, everything when all together do."""

    people: int
    n: int | None
    yes: int | None

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval of the share."""
        return None if self.yes is None or not self.n else wilson(self.yes, self.n)


def share(observations: Iterable[tuple[Hashable, bool]], k: int) -> Share:
    """A share is a distribution of two classes: shown when each non-empty side holds k people."""
    seen = [(person, int(yes)) for person, yes in observations]
    people = len({person for person, _ in seen})
    if people < k:
        return Share(people, None, None)
    classes, counts = protected(seen, k, (((0,), (1,)),))
    return Share(people, len(seen), counts[1] if classes else None)


def answer(people: Iterable[Hashable], k: int) -> bool:
    """Whether an answer figure over these people may be shown."""
    return len(set(people)) >= k


def breakdown(
    groups: Mapping[str, Iterable[Hashable]], k: int, known: Iterable[Iterable[Hashable]] = ()
) -> dict[str, int] | None:
    """Head-counts per group, or None when any non-empty group, or everything not in it, holds fewer than k people.

    `known` are the people that one reader each knows by name and can take out: what is left must hold k people too.
    """
    members = {name: set(people) for name, people in groups.items()}
    everybody = set().union(*members.values()) if members else set()
    shown = {name: people for name, people in members.items() if people}
    if not shown:
        return None
    if any(len(people) < k or len(everybody - people) < k for people in shown.values()):
        return None
    if not all(enough(people - set(own), k) for own in known for people in shown.values()):
        return None
    return {name: len(people) for name, people in shown.items()}
