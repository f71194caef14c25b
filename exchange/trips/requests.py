"""What somebody asked and a transition of a trip would leave without an answer: named beforehand, and settled."""

from dataclasses import dataclass

from exchange import wings
from exchange.dashboard import Text
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.verdicts import CONFLICT, Refused, no

PUBLISH, CANCEL, CLOSE = "publish", "cancel", "close"


@dataclass(frozen=True, slots=True)
class Open:
    """Requests of one kind. `settled`: the transition itself answers them, with a letter; else a person, before it."""

    text: Text
    url: str = ""
    settled: bool = True


def open_requests(trip: Trip, transition: str) -> list[Open]:
    """All that is open, of every wing; what a person must answer comes first."""
    found = [one for asks in wings.each(lambda wing: wing.open_requests) for one in asks(trip, transition)]
    return sorted(found, key=lambda one: one.settled)


def require_answered(trip: Trip, transition: str) -> bool:
    """Whether the transition ends anything. Raises Refused while somebody waits for what only a person can answer."""
    found = open_requests(trip, transition)
    if waiting := [str(one.text) for one in found if not one.settled]:
        raise Refused(no(" ".join(waiting), CONFLICT))
    return bool(found)


def end_requests(trip: Trip, transition: str, by: User) -> list[OutboxMessage]:
    """Settle what the transition ends; the letters that say so. Called in its transaction."""
    return [letter for end in wings.each(lambda wing: wing.end_requests) for letter in end(trip, transition, by)]
