"""The conditions a trip sets, laid beside what somebody answered. They are shown as answers come in; people decide."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.models import Eligibility
from applications.questions import CanTravel, Employment
from exchange.people.models import Institution, User
from exchange.trips.models import Participation, Trip

#: The state of a condition, and the shape of its badge.
MET, UNMET, OPEN = "ok", "bar", "wait"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, whether it is met as far as answers tell, and what to know about it."""

    text: str | Promise
    state: str
    note: str | Promise = ""

    @property
    def label(self) -> str | Promise:
        """The state in a word."""
        return {MET: gettext_lazy("fits"), UNMET: gettext_lazy("does not fit"), OPEN: gettext_lazy("not known yet")}[
            self.state
        ]


def conditions_of(trip: Trip) -> Eligibility:
    """The conditions of a trip; the usual ones when nobody chose."""
    return Eligibility.objects.filter(trip=trip).first() or Eligibility(trip=trip)


def earlier_trips(user: User, trip: Trip) -> int:
    """On how many trips of the alliance somebody went that returned before this one departs."""
    been = Participation.objects.active().filter(user=user).exclude(trip=trip)
    return been.filter(trip__returns_on__lt=trip.departs_on, trip__cancelled_at=None).count()


def checks(said: dict[str, Any], rules: Eligibility, *, school: Institution | None, earlier: int) -> list[Check]:
    """The conditions of a trip for one person. `said` as in applications.content, `earlier` a number of trips."""
    found = []
    if rules.member_school:
        state = OPEN if school is None else MET if school.is_member else UNMET
        found.append(Check(_("Works at a school of the alliance"), state, school.name if school else ""))
    if rules.works_there:
        state = {"": OPEN, Employment.NEITHER: UNMET}.get(said.get("employment") or "", MET)
        found.append(Check(_("Is employed there, or volunteers"), state))
    if rules.can_travel:
        state = {CanTravel.YES: MET, CanTravel.NO: UNMET}.get(said.get("can_travel", ""), OPEN)
        found.append(Check(_("Can travel on all days"), state))
    if rules.committed:
        found.append(Check(_("Commits to the hours and the days"), MET if said.get("committed") else OPEN))
    if rules.earlier_at_most is not None:
        most = rules.earlier_at_most
        text = ngettext(
            "Went on at most %(n)s trip of the alliance before",
            "Went on at most %(n)s trips of the alliance before",
            most,
        )
        first = _("Was on no trip of the alliance before")
        note = ngettext("%(n)s so far", "%(n)s so far", earlier) % {"n": earlier}
        found.append(Check(text % {"n": most} if most else first, MET if earlier <= most else UNMET, note))
    return found
