"""Whether groups were selected alike: rates, four-fifths and Fisher's exact test. Pure functions, no models."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Final

#: "Less than four-fifths of the rate for the group with the highest rate" (29 CFR 1607.4 D, 1978): a rule of thumb of
#: American agencies to look closer, no norm of ours.
FOUR_FIFTHS: Final = Fraction(4, 5)
#: The usual level, below which a difference is called more than chance.
LEVEL: Final = 0.05
#: Our own convention: the others are not measured by a group of fewer applicants, if there is a larger one.
LEAST: Final = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a group applied and how many were selected. Raises ValueError unless 0 ≤ selected ≤ applied."""

    applied: int
    selected: int

    def __post_init__(self) -> None:
        if not 0 <= self.selected <= self.applied:
            raise ValueError("selected must lie between 0 and applied")

    @property
    def rate(self) -> Fraction | None:
        """The selection rate, from 0 to 1; None when nobody applied."""
        return Fraction(self.selected, self.applied) if self.applied else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A group beside the group with the highest rate."""

    reference: Hashable
    #: Its rate divided by that of the reference; above 1 only for a group that is too small to be the reference.
    ratio: Fraction
    #: Fisher's exact test, two-sided, of these two alone: not corrected for looking at several groups.
    p: float
    #: So few that nothing can be said, whatever the ratio is.
    too_small: bool

    @property
    def below(self) -> bool:
        """Whether the ratio is less than four-fifths."""
        return self.ratio < FOUR_FIFTHS

    @property
    def by_chance(self) -> bool:
        """Whether a draw by lot would give such a difference in one case of twenty or more."""
        return self.p >= LEVEL


def four_fifths(groups: Mapping[Hashable, Counted]) -> dict[Hashable, Compared]:
    """Every group in which somebody applied, beside the one with the highest rate, but for that one itself.

    The highest rate is looked for among groups of at least 5 applicants; of equal ones the largest is taken. Empty when
    nobody was selected or there is only one group.
    """
    applied = {name: group for name, group in groups.items() if group.applied}
    hopeful = [name for name, group in applied.items() if group.selected]
    large = [name for name in hopeful if applied[name].applied >= LEAST]
    if not hopeful:
        return {}
    reference = min(large or hopeful, key=lambda name: (-applied[name].rate, -applied[name].applied, str(name)))
    highest = applied[reference]
    return {
        name: Compared(reference, group.rate / highest.rate, fisher(group, highest), too_small(group, highest))
        for name, group in applied.items()
        if name != reference
    }


def fisher(one: Counted, other: Counted) -> float:
    """Fisher's exact test, two-sided: how often a draw by lot of as many people would be no likelier than this one.

    It adds the probabilities that are not larger than that of what happened (Fisher 1935, The Design of Experiments;
    the two sides as in Agresti 1992, Statistical Science 7, 131-153, section 2.1). From 0 to 1; 1 when there is nothing
    to draw.
    """
    ways = _ways(one, other)
    happened = ways[one.selected]
    return sum(way for way in ways.values() if way <= happened) / sum(ways.values())


def too_small(group: Counted, highest: Counted) -> bool:
    """Whether two groups are too small to say anything about a difference in rates. Either is enough:

    - However the same number of selected had been divided over the two, the exact test would not have called it more
      than chance (the smallest attainable p: Tarone 1990, Biometrics 46, 515-522; at the level of .05 by our choice).
    - The ratio is below four-fifths, and with one different person selected the lower group would have the higher rate
      (Questions and Answers on the Uniform Guidelines 1979, question 21).

    Not where all of both were selected, or none: then there was no choice between them.
    """
    ways = _ways(group, highest)
    if len(ways) == 1:
        return False
    least = min(ways.values())
    if sum(way for way in ways.values() if way == least) / sum(ways.values()) >= LEVEL:
        return True
    if group.rate >= FOUR_FIFTHS * highest.rate:
        return False
    return Fraction(group.selected + 1, group.applied) > Fraction(highest.selected - 1, highest.applied)


def _ways(one: Counted, other: Counted) -> dict[int, int]:
    """In how many ways so many of the first group can be among all who were selected, as whole numbers."""
    selected = one.selected + other.selected
    possible = range(max(0, selected - other.applied), min(one.applied, selected) + 1)
    return {few: comb(one.applied, few) * comb(other.applied, selected - few) for few in possible}
