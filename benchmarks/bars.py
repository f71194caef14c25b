"""Where we must stand, as data beside what is measured; each says in a word whether it is met."""

from dataclasses import dataclass
from math import log
from typing import Any

#: Nothing a browser shows may weigh more.
HEAVIEST = 120_000
#: The size from which on a list may hardly grow.
BETWEEN = 2000


def exponent(small: float, large: float, first: int, last: int) -> float:
    """How cost grows with size: 0 is flat, 1 is in proportion."""
    return log(max(large, 1e-9) / max(small, 1e-9)) / log(last / first) if last > first else 0.0


@dataclass(frozen=True)
class Bar:
    """What a line may cost: units, how they may grow, statements, bytes."""

    units: float | None = None
    #: For a thousand rows, of which there must be that many to tell.
    by_the_thousand: bool = False
    #: Above 2,000 the units are at most so many times those of 2,000; and the exponent from the first size to the last.
    times: float | None = None
    flat: float | None = None
    queries: int | None = None
    weight: int | None = HEAVIEST

    def misses(self, size: int, line: Any, others: dict[int, Any]) -> list[str]:
        """What is missed at a size, in words; `others` is the same line at every size."""
        found = []
        if self.times and size > BETWEEN and BETWEEN in others:
            if line["units"] > self.times * others[BETWEEN]["units"]:
                found.append(f"{self.times:g} × that at {BETWEEN}")
        elif self.units is not None and self.counted(line) > self.units:
            found.append(f"{self.units:g} units")
        if self.queries is not None and line["queries"] > self.queries:
            found.append(f"{self.queries} SQL")
        if self.weight and line["bytes"] > self.weight:
            found.append(f"{self.weight // 1000} kB")
        if self.flat is not None and size == max(others) > min(others):
            found += [f"flat in {what}" for what in ("units", "fetched") if self.growth(what, others) > self.flat]
        return found

    def counted(self, line: Any) -> float:
        """The units that are held against the bar."""
        if not self.by_the_thousand:
            return line["units"]
        return line["units"] / line["each"] * 1000 if line["each"] >= 1000 else 0.0

    @staticmethod
    def growth(what: str, others: dict[int, Any]) -> float:
        first, last = min(others), max(others)
        return exponent(others[first][what], others[last][what], first, last)


FLAT = Bar(flat=0.05)
LIST = Bar(units=25, times=1.15)
SEARCH = Bar(units=15)
BOARD = Bar(units=45, flat=0.05)
PUBLIC = Bar(units=4)
EXPORT = Bar(units=50, by_the_thousand=True, queries=10, weight=None)
FEW_STATEMENTS = Bar(queries=20, weight=None)
CERTIFICATES = Bar(queries=40, weight=None)
NONE = Bar(weight=None)
