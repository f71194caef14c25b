"""The grammar of life cycles: states, transitions and who may make them. Data only, read aloud."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise


class Hat(StrEnum):
    """In which capacity somebody acts."""

    OWNER = "owner"  # the applicant, participant or holder
    ENDORSER = "endorser"  # the manager, by link
    REVIEWER = "reviewer"
    COMPANION = "companion"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    HOUSE = "house"  # the software itself


@dataclass(frozen=True, slots=True)
class State:
    """A state: its label, the shape of its badge (ok, wait, now, off, err) and, when final, why nothing follows."""

    value: str
    label: str | Promise
    shape: str = "off"
    final: str | Promise = ""
    where: Q | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`, by somebody wearing one of the hats in `by`."""

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str
    by: frozenset[Hat]


def _status(obj: Any) -> str:
    return obj.status


@dataclass(frozen=True)
class Lifecycle:
    """A table of states and transitions. `read` gives an object's state; the default is its `status`."""

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    read: Callable[[Any], str] = _status
    by_value: dict[str, State] = field(init=False)
    by_name: dict[str, Transition] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_value", {state.value: state for state in self.states})
        object.__setattr__(self, "by_name", {transition.name: transition for transition in self.transitions})

    def state(self, obj: Any) -> State:
        """The state an object is in."""
        return self.by_value[self.read(obj)]

    def where(self, values: tuple[str, ...]) -> Q:
        """The condition under which a row is in one of these states."""
        condition = Q(pk__in=[])
        for value in values:
            condition |= self.by_value[value].where or Q(status=value)
        return condition

    def choices(self) -> list[tuple[str, str | Promise]]:
        """For a model field."""
        return [(state.value, state.label) for state in self.states]
