"""What every chapter knows: the trip, its people, and the days counted from today."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from demo import words
from demo.alliance import Alliance
from demo.trips import Spec
from exchange import clock
from exchange.people.models import User
from exchange.trips.models import (
    LearningGoal,
    Participation,
    Trip,
)

Storyline = Iterator[datetime]
#: A third of the accounts is in several trips; these are placed by hand: account → trips to apply for.
PLACED = {
    "participant": ("welkom-manchester",),
    "participant2": ("werkplek-aarhus",),
    "alumnus": ("herstel-belfast",),
    "alumnus2": ("wijk-birmingham",),
    "applicant": ("digitaal-tallinn", "safeguarding-2"),
    "applicant2": ("safeguarding-2", "digitaal-tallinn", "werkplek-aarhus"),
}
#: Who was put on the reserve list, and is held a place that came free yesterday.
CALLED_UP = {("applicant2", "werkplek-aarhus")}
#: Who keeps a draft instead of sending it.
DRAFTS = {("applicant", "safeguarding-2"), ("applicant2", "digitaal-tallinn")}
#: Whose manager has not answered since the first day of the call.
UNANSWERED = {("applicant2", "safeguarding-2")}


class Chapter:
    """One trip, its dice and its moments."""

    def __init__(self, spec: Spec, alliance: Alliance, now: datetime, dice: random.Random) -> None:
        self.spec, self.alliance, self.now, self.dice = spec, alliance, now, dice
        self.today = clock.day_of(now)
        self.reviewers = ["reviewer", "reviewer2"] if spec.lead == "lead" else ["reviewer2", "reviewer"]
        # Study trips leave on a Tuesday; the one that is travelling left yesterday, whatever day that was.
        weekday = (self.today + timedelta(spec.departs)).weekday()
        self.departs = spec.departs + (0 if spec.departs == -1 else (1 - weekday) % 7)
        self.companion = "companion" if spec.lead == "lead" else "companion2"

    def day(self, offset: int, hour: int = 12, minute: int = 0) -> datetime:
        """A moment on the Dutch clock, so many days from today."""
        return datetime.combine(self.today + timedelta(offset), time(hour, minute), tzinfo=clock.HOME)

    @property
    def by(self) -> User:
        return self.alliance[self.spec.lead]

    @property
    def trip(self) -> Trip:
        return Trip.objects.select_related("theme", "framework").get(slug=self.spec.slug)

    def travellers(self) -> list[Participation]:
        rows = Participation.objects.filter(trip=self.trip).active().select_related("user", "trip", "institution")
        return list(rows.prefetch_related("goals").order_by("printed_name", "pk"))

    def known(self, goal: LearningGoal) -> tuple[tuple[str, ...], str]:
        """The five levels and the outcome that go with a goal of the demonstration."""
        return next((levels, end) for _n, able, _s, levels, end in words.GOALS if able == goal.proposed_text)

    def outcome(self, goal: LearningGoal, level: int | None) -> str:
        """What came of it, in the owner's words."""
        if level is None or level >= 0:
            return self.known(goal)[1]
        return "Not yet: there was no time." if goal.language == "en" else "Nog niet: er kwam steeds iets tussen."
