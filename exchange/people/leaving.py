"""What somebody still has to do when their account closes: named beforehand, so that nothing is left with nobody."""

from dataclasses import dataclass
from enum import StrEnum

from exchange import wings
from exchange.dashboard import Text
from exchange.people.models import User


class When(StrEnum):
    """What becomes of it."""

    FIRST = "first"  # somebody settles it before the account can close
    ENDS = "ends"  # it ends with the account
    STAYS = "stays"  # it stays open, for those who are told


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of thing, on one trip. Each of `told` gets a letter that it is theirs now."""

    text: Text
    when: When
    url: str = ""
    told: tuple[User, ...] = ()


def duties_of(person: User) -> list[Duty]:
    """All of it, of every wing; what must be settled first comes first."""
    order = list(When)
    found = [duty for ask in wings.each(lambda wing: wing.duties) for duty in ask(person)]
    return sorted(found, key=lambda duty: order.index(duty.when))
