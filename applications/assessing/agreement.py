"""How far readers agree: Krippendorff's alpha with an interval. Pure functions, no models."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from random import Random
from typing import Any, Final, Literal

#: How far two values differ: not at all or wholly, by rank, by distance, by distance in proportion to their size.
Metric = Literal["nominal", "ordinal", "interval", "ratio"]
#: What readers gave: a unit (an application, on one criterion or in all) → reader → value. None is not given.
Table = Mapping[Hashable, Mapping[Hashable, Any]]
#: The values that one unit got, in order: who gave which does not matter to alpha.
Pattern = tuple[Any, ...]

RESAMPLES: Final = 999
#: Our own convention: an interval wants so many units that two readers read …
LEAST_UNITS: Final = 5
#: … and at most this share of resamples in which nothing varies.
MOST_UNDEFINED: Final = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of 95 % around alpha, both ends at most 1."""

    low: float
    high: float


def alpha(table: Table, metric: Metric) -> float | None:
    """Krippendorff's alpha: 1 − observed / expected disagreement (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability); 1 is full agreement, 0 what chance gives, below 0 is worse than chance.

    Any number of readers; what is missing is left out, and so is a unit that fewer than two readers read. None, and
    never 1, when no unit is left or all values in them are equal. Values are numbers (nominal ones anything hashable).
    Raises ValueError on another metric, a number that is not finite, or a negative one in proportion.
    """
    return _alpha(Counter(_patterns(table, metric)), metric)


def interval(table: Table, metric: Metric, *, seed: int, resamples: int = RESAMPLES) -> Interval | None:
    """The interval of 95 % by a bootstrap over units: the percentiles of alpha over as many units, drawn with
    replacement (Zapf et al. 2016, BMC Medical Research Methodology 16:93; percentiles by Davison & Hinkley 1997, 5.2).

    It holds the readers fixed: it says what other applications would have given with them. The same table and seed give
    the same interval, in whatever order. None when alpha is undefined, when two readers read fewer than 5 units, or
    when alpha is undefined in more than 5 % of the resamples: those are left out, and leaving out many flatters.
    Raises ValueError as `alpha` does, and when there are too few resamples for a percentile (39).
    """
    if resamples < 39:
        raise ValueError("percentiles of 2.5 want at least 39 resamples")
    patterns = _patterns(table, metric)
    if len(patterns) < LEAST_UNITS or _alpha(Counter(patterns), metric) is None:
        return None
    random = Random(seed)  # noqa: S311 -- repeatable, not secret
    drawn = (_alpha(Counter(random.choices(patterns, k=len(patterns))), metric) for _ in range(resamples))
    found = sorted(one for one in drawn if one is not None)
    if len(found) < (1 - MOST_UNDEFINED) * resamples:
        return None
    place = (len(found) + 1) // 40
    return Interval(found[place - 1], found[-place])


def pairable(table: Table) -> int:
    """The n of alpha: how many units two readers or more read."""
    return sum(len(_given(row)) > 1 for row in table.values())


def _given(row: Mapping[Hashable, Any]) -> list[Any]:
    return [value for value in row.values() if value is not None]


def _patterns(table: Table, metric: Metric) -> list[Pattern]:
    """What each unit that two readers read got, in an order that does not depend on that of the table."""
    if metric not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"no metric: {metric}")
    rows = [row for row in map(_given, table.values()) if len(row) > 1]
    if metric == "nominal":
        return sorted((tuple(sorted(row, key=repr)) for row in rows), key=repr)
    patterns = sorted(tuple(sorted(map(float, row))) for row in rows)
    values = [value for pattern in patterns for value in pattern]
    if not all(map(isfinite, values)) or (metric == "ratio" and any(value < 0 for value in values)):
        raise ValueError("values are finite numbers, and not negative in proportion")
    return patterns


def _alpha(patterns: Mapping[Pattern, int], metric: Metric) -> float | None:
    """Alpha of units that got these values, so many of each.

    Observed and expected are the same sum over pairs, D(values) / (m − 1): within each unit, and over everything given.
    """
    everything: Counter[Any] = Counter()
    for pattern, times in patterns.items():
        for value in pattern:
            everything[value] += times
    if len(everything) < 2:
        return None
    if metric == "ordinal":
        places = _places(everything)
        everything = Counter({places[value]: times for value, times in everything.items()})
        patterns = {tuple(places[value] for value in pattern): times for pattern, times in patterns.items()}
    observed = sum(times * _spread(Counter(one), metric) / (len(one) - 1) for one, times in patterns.items())
    return 1 - observed * (everything.total() - 1) / _spread(everything, metric)


def _places(counts: Mapping[float, int]) -> dict[float, float]:
    """The middle rank of each value: two of them differ by the ranks between, as the ordinal metric does."""
    places, below = {}, 0
    for value in sorted(counts):
        places[value] = below + counts[value] / 2
        below += counts[value]
    return places


def _spread(counts: Mapping[Any, int], metric: Metric) -> float:
    """The sum of the squared differences of all pairs among these values."""
    many = sum(counts.values())
    if metric == "nominal":
        return (many * many - sum(times * times for times in counts.values())) / 2
    if metric == "ratio":
        return sum(_pairs(sorted(counts.items())))
    mean = sum(value * times for value, times in counts.items()) / many
    return many * sum(times * (value - mean) ** 2 for value, times in counts.items())


def _pairs(counts: list[tuple[float, int]]) -> Iterable[float]:
    for place, (one, times) in enumerate(counts):
        for other, others in counts[place + 1 :]:
            yield times * others * ((other - one) / (other + one)) ** 2
