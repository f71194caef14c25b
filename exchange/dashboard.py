"""What pages are made of that several wings add to: to-dos, and sections with a template."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise

from exchange import clock

Text = str | Promise

#: Due within a day, within a week, or later.
URGENT, SOON, LATER = 10, 30, 50
#: So many trips of a sort stand on a home page; all of them on the page of one's trips.
AT_HOME = 20
#: From this urgency on nobody is asked anything: the reader waits for somebody else.
WAITING = 80


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the reader. The smallest `urgency` comes first, then the earliest `due`."""

    title: Text
    text: Text
    url: str
    action: Text
    due: date | datetime | None = None
    urgency: int = 50
    status: Text = ""
    shape: str = "wait"
    context: Text = ""

    def sort_key(self) -> tuple[int, str, str]:
        """Most urgent first, then by date, then by title."""
        return (self.urgency, self.due.isoformat() if self.due else "9999", str(self.title))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its to-dos, and a template with context for the rest."""

    todos: list[Todo] = field(default_factory=list)
    template: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    headline: Text = ""
    kicker: Text = ""
    aside: str = ""  # a template for the column beside, with the same context


def urgency(due: date | datetime | None, now: datetime) -> int:
    """How urgent a day or a moment makes something: a moment to the minute, a day by the Dutch calendar."""
    if due is None:
        return LATER
    left = due - now if isinstance(due, datetime) else due - clock.day_of(now)
    return URGENT if left <= timedelta(days=1) else SOON if left <= timedelta(days=7) else LATER
