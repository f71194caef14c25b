"""What a trip still misses before it can be announced, and what deserves attention while it runs. Pure reading."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exchange import clock, wings
from exchange.some import first
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import HostOrganisation, MeetingKind, PreVisit, ProgrammeKind, Trip
from exchange.trips.working_days import last_working_day, to_answer_by, unusual, working_days
from exchange.words import day as dated

Text = str | Promise
DATES = (
    ("opens_at", _("Say when the call opens.")),
    ("closes_at", _("Say when the call closes.")),
    ("endorse_by_at", _("Say until when managers can answer.")),
    ("letters_on", _("Say on which day applicants hear.")),
    ("departs_on", _("Say when the trip departs.")),
    ("returns_on", _("Say when the trip returns.")),
    ("return_meeting_on", _("Say when the return meeting is.")),
    ("follow_up_on", _("Say when the one-year follow-up day is.")),
)
LONGEST_TRIP = 31
#: How long managers can answer after the call has closed, unless somebody chose otherwise.
MANAGERS_HAVE = timedelta(days=7)
#: How long after the call has closed applicants hear, unless somebody chose otherwise.
LETTERS_AFTER = timedelta(days=21)
#: So many hosts that something is wrong with are named.
HOSTS = 10
TEXTS = (
    ("need", _("Write why this trip is needed.")),
    ("audience", _("Write who it is for.")),
    ("costs", _("Write who pays what.")),
)


#: Until when others act, and the days on which people meet unless a meeting says more.
ANSWERED = (("closes_at", _("the call closes")), ("endorse_by_at", _("managers answer by")))
MET = ((MeetingKind.RETURN, "return_meeting_on"), (MeetingKind.FOLLOW_UP, "follow_up_on"))
#: What of a programme is there to learn from.
COUNTED = (ProgrammeKind.VISIT, ProgrammeKind.TRAINING, ProgrammeKind.MEETING)
#: A follow-up day about a year after the return: from so many to so many months.
A_YEAR = (11, 13)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not there yet. With `blocks` the trip cannot be announced without it."""

    text: Text
    url: str
    blocks: bool = True


def missing(trip: Trip) -> list[Missing]:
    """Everything between this trip and a good call, what blocks first."""
    found = [*_facts(trip), *_texts(trip), *_dates(trip), *_calendar(trip), *_from_above(trip)]
    found += [*_preparation(trip), *_hours(trip), *_hosts(trip)]
    return sorted(found, key=lambda item: not item.blocks)


def blockers(trip: Trip) -> list[Missing]:
    """What must be there before announcing."""
    return [item for item in missing(trip) if item.blocks]


def warnings(trip: Trip) -> list[Missing]:
    """What a running trip should not leave as it is."""
    return [item for item in (*_preparation(trip), *_hosts(trip)) if not item.blocks]


def _page(trip: Trip, name: str) -> str:
    return reverse(f"trips:{name}", args=[trip.slug])


def _facts(trip: Trip) -> Iterator[Missing]:
    basics, asked = _page(trip, "edit"), _page(trip, "asked")
    if not trip.question:
        yield Missing(_("Write the central question."), basics)
    if not (trip.city and trip.country):
        yield Missing(_("Name the city and the country."), basics)
    if not trip.places:
        yield Missing(_("Say how many places there are."), asked)
    if trip.max_per_school > trip.places:
        yield Missing(_("One school can have more places than there are. Lower the maximum per school."), asked)


def _texts(trip: Trip) -> Iterator[Missing]:
    basics = _page(trip, "edit")
    for name, text in TEXTS:
        if not getattr(trip, name):
            yield Missing(text, basics, blocks=False)
    if not (trip.title_nl and trip.title_en and trip.question_nl and trip.question_en):
        yield Missing(_("Give the title and the central question in both languages."), basics, blocks=False)
    if trip.cost_planned is None or trip.team_hours_planned is None:
        yield Missing(_("Plan the cost and the hours of the team."), _page(trip, "means"), blocks=False)


def _dates(trip: Trip) -> Iterator[Missing]:
    dates = _page(trip, "dates")
    for field, text in DATES:
        if not getattr(trip, field):
            yield Missing(text, dates)
    if trip.closes_at and trip.closes_at <= clock.now() and not trip.announced_at:
        yield Missing(_("The moment on which the call closes has passed. Choose a later one."), dates)
    if trip.closes_at and trip.departs_on and clock.day_of(trip.closes_at) >= trip.departs_on:
        yield Missing(_("The call must close before the day of departure."), dates)


def _calendar(trip: Trip) -> Iterator[Missing]:
    """Days on which people meet or answer that are no ordinary ones, and a follow-up day far from a year later."""
    dates, meetings = _page(trip, "dates"), list(trip.meetings.all())
    met = {meeting.kind for meeting in meetings}
    own = [(label, its_day(getattr(trip, name))) for name, label in ANSWERED]
    own.append((_("applicants hear on"), trip.letters_on))
    own += [(kind.label, getattr(trip, name)) for kind, name in MET if kind not in met]
    away = [(_("the trip"), trip.departs_on, trip.returns_on)] if trip.days else []
    for said in unusual([(label, on) for label, on in own if on], away):
        yield Missing(said, dates, blocks=False)
    for said in unusual([(meeting.get_kind_display(), meeting.on) for meeting in meetings]):
        yield Missing(said, _page(trip, "meetings"), blocks=False)
    if trip.returns_on and trip.follow_up_on:
        earliest, latest = (trip.returns_on + relativedelta(months=months) for months in A_YEAR)
        if not earliest <= trip.follow_up_on <= latest:
            text = _(
                "The follow-up day, %(day)s, is not about a year after the return. That is from %(first)s to %(last)s."
            )
            days = {"day": dated(trip.follow_up_on), "first": dated(earliest), "last": dated(latest)}
            yield Missing(text % days, dates, blocks=False)


def _hours(trip: Trip) -> Iterator[Missing]:
    """Hours that are nothing: those asked of people, and parts of the programme that certificates count."""
    if not trip.hours_asked:
        yield Missing(_("Nobody is asked for any hours. Say how many it takes."), _page(trip, "asked"), blocks=False)
    if none := sum(item.kind in COUNTED and not item.minutes for item in trip.programme.all()):
        text = ngettext(
            "%(count)s visit, training or meeting on the programme counts no hours. Fill in from and until.",
            "%(count)s visits, trainings and meetings on the programme count no hours. Fill in from and until.",
            none,
        )
        yield Missing(text % {"count": none}, _page(trip, "programme"), blocks=False)


def _from_above(trip: Trip) -> Iterable[Missing]:
    for check in wings.each(lambda wing: wing.before_announcing):
        yield from check(trip)


def _preparation(trip: Trip) -> Iterator[Missing]:
    kinds = {meeting.kind for meeting in trip.meetings.all()}
    if MeetingKind.PREPARATION not in kinds:
        yield Missing(_("Plan a preparation meeting."), _page(trip, "meetings"), blocks=False)
    if trip.announced_at and trip.published_at and MeetingKind.RETURN not in kinds:
        yield Missing(_("Plan place and time of the return meeting."), _page(trip, "meetings"), blocks=False)
    roles = {member.role for member in trip.team.all()}
    if TeamRole.LEAD not in roles:
        yield Missing(_("Nobody leads this trip. Give somebody the role of lead."), _page(trip, "members"))
    if TeamRole.COMPANION not in roles:
        yield Missing(_("Nobody travels along as companion yet."), _page(trip, "members"), blocks=False)
    filled = {item.on for item in trip.programme.all()}
    if empty := [day for day in trip.days if day not in filled]:
        text = ngettext("%(count)s day has no programme yet.", "%(count)s days have no programme yet.", len(empty)) % {
            "count": len(empty)
        }
        yield Missing(text, _page(trip, "programme"), blocks=False)


def _hosts(trip: Trip) -> Iterator[Missing]:
    url = _page(trip, "hosts")
    visits = PreVisit.objects.filter(host=OuterRef("host")).order_by("-visited_on", "pk")
    found = trip.trip_hosts.annotate(go=Subquery(visits.values("go")[:1])).order_by("order", "host__name", "pk")
    wrong = first(found.exclude(go=True, go__isnull=False).select_related("host"), HOSTS)
    if not wrong and not trip.trip_hosts.exists():
        yield Missing(_("Choose the hosts that receive you."), url, blocks=False)
    for row in wrong.rows:
        yield Missing(host_warning(row.host, row.go), url, blocks=False)
    if wrong.more:
        text = ngettext(
            "%(count)s other host was never visited, or its last visit said: do not go.",
            "%(count)s other hosts were never visited, or their last visit said: do not go.",
            wrong.more,
        )
        yield Missing(text % {"count": wrong.more}, url, blocks=False)


def host_warning(host: HostOrganisation, go: bool | None) -> Text:
    """What is wrong with a host by what its last visit said; None when there was none."""
    if go is None:
        return _("%(host)s was never visited beforehand.") % {"host": host}
    return "" if go else _("The last visit to %(host)s said: do not go.") % {"host": host}


def last_said(visits: Sequence[PreVisit]) -> bool | None:
    """Whether to go, by the last visit, which comes first."""
    return visits[0].go if visits else None


def default_dates(trip: Trip) -> dict[str, Any]:
    """The dates that follow from others unless somebody chose differently; only those that are empty."""
    found: dict[str, Any] = {}
    if trip.returns_on and not trip.return_meeting_on:
        found["return_meeting_on"] = trip.returns_on + timedelta(days=35)
    if trip.returns_on and not trip.follow_up_on:
        found["follow_up_on"] = a_year_after(trip.returns_on)
    if trip.closes_at and not trip.endorse_by_at:
        found["endorse_by_at"] = managers_answer(trip, trip.closes_at, MANAGERS_HAVE)
    # From the opening of the call on it is a day that people were told.
    told = trip.announced_at and trip.opens_at and trip.opens_at <= clock.now()
    if trip.closes_at and not trip.letters_on and not told:
        answered = its_day(found.get("endorse_by_at", trip.endorse_by_at)) or clock.day_of(trip.closes_at)
        if on := letters_day(trip, answered):
            found["letters_on"] = on
    return found


def letters_day(trip: Trip, answered: date) -> date | None:
    """Some weeks after the call closes, on a working day after managers `answered`; else the last before departure."""
    first_day = max(clock.day_of(trip.closes_at) + LETTERS_AFTER, answered + timedelta(days=1))
    on = next(working_days(first_day))
    if trip.departs_on and on >= trip.departs_on:
        return last_working_day(answered, trip.departs_on - timedelta(days=1))
    return on


def managers_answer(trip: Trip, closes_at: datetime, later: timedelta) -> datetime:
    """So much later than the call closes, Dutch clock; put off to a working day, not beyond the eve of departure."""
    closes = closes_at.astimezone(clock.HOME)
    by = to_answer_by(closes + later)
    if trip.departs_on and (closes + later).date() < trip.departs_on <= by.date():
        last = last_working_day(closes.date(), trip.departs_on - timedelta(days=1))
        return datetime.combine(last, by.time(), tzinfo=clock.HOME) if last else by
    return by


def answers_move_along(trip: Trip, closes_at: datetime) -> datetime:
    """When managers answer once the call closes at another moment: as long after it as they had, on the Dutch clock."""
    had = trip.endorse_by_at.astimezone(clock.HOME) - trip.closes_at.astimezone(clock.HOME)
    return managers_answer(trip, closes_at, had)


def a_year_after(day: date) -> date:
    """The same day next year; 28 February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def its_day(moment: datetime | None) -> date | None:
    """The Dutch date of a moment that may not be set yet."""
    return clock.day_of(moment) if moment else None


def out_of_order(plan: Trip) -> list[tuple[str, Text]]:
    """Which dates do not follow each other as they must, as (field, sentence)."""
    rules = (
        ("closes_at", plan.opens_at, plan.closes_at, _("The call closes after it opens.")),
        ("endorse_by_at", plan.closes_at, plan.endorse_by_at, _("Managers answer after the call has closed.")),
        ("departs_on", its_day(plan.closes_at), plan.departs_on, _("The call closes before the day of departure.")),
        (
            "departs_on",
            its_day(plan.endorse_by_at),
            plan.departs_on,
            _("Managers answer before the day of departure."),
        ),
        (
            "letters_on",
            its_day(plan.endorse_by_at),
            plan.letters_on,
            _("Applicants hear on a day after the managers have answered."),
        ),
        ("letters_on", plan.letters_on, plan.departs_on, _("Applicants hear before the day of departure.")),
        ("return_meeting_on", plan.returns_on, plan.return_meeting_on, _("The return meeting is after the return.")),
        (
            "follow_up_on",
            plan.return_meeting_on,
            plan.follow_up_on,
            _("The follow-up day is after the return meeting."),
        ),
    )
    found: list[tuple[str, Text]] = [
        (name, text) for name, early, late, text in rules if early and late and early >= late
    ]
    if plan.departs_on and plan.returns_on:
        if plan.returns_on < plan.departs_on:
            found.append(("returns_on", _("The return is not before the departure.")))
        elif (plan.returns_on - plan.departs_on).days >= LONGEST_TRIP:
            found.append(("returns_on", _("A trip takes at most 31 days.")))
    return found
