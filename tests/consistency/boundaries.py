"""The rules about a moment or a day, as a table, and the world in which each is asked: see test_boundaries.py."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.test import RequestFactory
from django.urls import reverse

from applications import leaving as applications_leaving
from applications import reminders as of_applications
from applications.assessing.permissions import can_select, can_weigh
from applications.conditions.permissions import can_set_conditions
from applications.endorsing.actions import _due
from applications.endorsing.forms_paper import PaperForm
from applications.endorsing.permissions import can_ask_school, can_endorse, can_remind_manager, silent
from applications.endorsing.views import shown
from applications.late.actions import give_late_access
from applications.late.ending import running
from applications.late.forms import UntilField
from applications.lifecycle import stage
from applications.mine import dashboard as my_home
from applications.models import Application, Endorsement, LateAccess, Line, Offer
from applications.moving import actions as moving_applications
from applications.owing import before_departure
from applications.people.people import people_around, steps_of
from applications.people.permissions import can_invite
from applications.people.reminding import Group, group_of
from applications.people.views_inviting import KEPT, KEY, kept
from applications.permissions import still_taken, window
from applications.selection.permissions import can_answer, can_give_back, can_place
from applications.selection.seats import reply_by
from applications.team import dashboard as team_home
from evaluations import dashboard as evenings_home
from evaluations import reminders as of_evaluations
from evaluations.certificates import dashboard as certificates_home
from evaluations.certificates.permissions import can_issue
from evaluations.certificates.views import _ready
from evaluations.evenings.board import board, proper_day
from evaluations.evenings.permissions import can_answer_evening, is_away
from evaluations.impact.dashboard import overdue
from evaluations.impact.models import ReportEdition
from evaluations.impact.queries import _deeds, _flow
from evaluations.lifecycle import evening_window, follow_up_open, has_departed, has_returned, open_evenings
from evaluations.models import Action, Presentation
from evaluations.owed import all_owed, asks_evenings
from evaluations.owing import presenting
from evaluations.school import people as school_people
from exchange import clock
from exchange.jobs.models import SILENCE, Job
from exchange.outbox import delivery
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution
from exchange.people.second_step import Owed as SecondStep
from exchange.privacy import declared as personal
from exchange.privacy.due import before
from exchange.privacy.permissions import travelling
from exchange.trips import dashboard as trips_home
from exchange.trips import leaving as trips_leaving
from exchange.trips.actions import drop_meeting, save_meeting
from exchange.trips.checklist import _dates, default_dates
from exchange.trips.forms.moving import MoveForm
from exchange.trips.forms.trip import DatesForm, DeadlineForm, called
from exchange.trips.hosts.forms import PreVisitForm
from exchange.trips.lifecycle import Phase, phase, remark
from exchange.trips.models import Participation, Trip
from exchange.trips.moving import last_moment, move_of
from exchange.trips.overview import gaps
from exchange.trips.owing import AHEAD, next_meeting
from exchange.trips.owing import silent as owe_reply
from exchange.trips.permissions import (
    can_cancel,
    can_close,
    can_hang,
    can_move,
    can_reply,
    can_set_dates,
    can_tick_day,
    can_tick_meeting,
)
from exchange.trips.reminders import meetings_to_answer
from exchange.trips.tables import gone_by
from exchange.trips.timeline import countdown, notes
from exchange.trips.turns import PAUSE, pressed, rested, turns_of
from exchange.trips.views.public import next_call
from exchange.unsent import middleware as sent_once
from exchange.unsent.models import Sending
from exchange.verdicts import Refused
from exchange.words import is_past
from tests import world
from tests.conftest import signed_in
from tests.world import CLOSES, OPENS, home

NEW_YORK = ZoneInfo("America/New_York")
STEP = timedelta(microseconds=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SENT = home(2026, 9, 15, 12)
GRACE = CLOSES + timedelta(minutes=30)
REPLY = home(2026, 10, 19, 17)
MEETS = home(2026, 10, 29, 14)
#: A moment on which something of this world is fixed that any rule may be about.
MOMENT = home(2026, 10, 20, 9)


def there(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """A moment in New York."""
    return datetime(year, month, day, hour, tzinfo=NEW_YORK)


# The days of the world, by their first moment at home.
DEPARTURE, AFTER_DEPARTURE = home(2026, 11, 10, 0), home(2026, 11, 11, 0)
AFTER_RETURN = home(2026, 11, 14, 0)
AFTER_MEETING = home(2026, 12, 19, 0)
FOLLOW_UP, AFTER_FOLLOW_UP = home(2027, 11, 12, 0), home(2027, 11, 13, 0)
MONTH_BEFORE = home(2027, 10, 13, 0)


@dataclass
class World:
    """A call with a draft and an application, and a trip that was published, with somebody who goes along."""

    call: Trip
    going: Trip
    lead: Any
    draft: Application
    sent: Application
    asked: Endorsement
    piet: Participation
    carl: Application
    offer: Offer
    meeting: Any
    action: Action


def build() -> World:
    lead, theme = world.user("Hanneke Boer"), world.theme()
    call = world.trip(lead=lead, on=theme, grace_minutes=30)
    world.rubric(call)
    draft = world.application(call, world.user("Anna Draft"))
    sent = world.submitted(call, world.user("Bea Sent"), endorsed=False)
    world.invitation(call, "ivo@thuis.example")
    LateAccess.objects.create(
        trip=call, email="late@thuis.example", until_at=MOMENT, reason="Ziek.", given_at=SENT, given_by=lead
    )
    going = world.trip(lead=lead, on=theme, published=True, time_zone="America/New_York", created_at=SENT)
    piet = world.participation(going, world.user("Piet Gaat"), sharpened=False)
    carl = world.submitted(going, world.user("Carl Wacht"))
    world.decision(carl, "select", published=True)
    action = Action.objects.create(
        participation=piet, language="nl", created_at=world.MOMENTS["return"], title="Spreekuur", means="meeting",
        due_on=date(2027, 2, 1), audience=[],
    )  # fmt: skip
    return World(
        call, going, lead, draft, sent, sent.endorsements.get(), piet, carl, world.offer(carl), world.meeting(going),
        action,
    )  # fmt: skip


@dataclass(frozen=True)
class Edge:
    """A rule about the clock: what it says until `at`, and what from then on. `of`: which comparisons it is made of."""

    of: str
    at: datetime
    says: Callable[[World], Any]
    before: Any
    after: Any


def yes(ask: Callable[[World], Any]) -> Callable[[World], bool]:
    return lambda w: bool(ask(w))


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def from_(of: str, at: datetime, ask: Callable[[World], Any]) -> Edge:
    """Yes from this moment on, and not before."""
    return Edge(of, at, yes(ask), before=False, after=True)


def until(of: str, at: datetime, ask: Callable[[World], Any]) -> Edge:
    """Yes until this moment, and at it no more."""
    return Edge(of, at, yes(ask), before=True, after=False)


# --- what is asked -----------------------------------------------------------------------------------


def offered(w: World, reply_by: datetime) -> Offer:
    """The offer, as if it was to be answered by then."""
    w.offer.reply_by_at = reply_by
    return w.offer


def step(w: World, trip: Trip, application: Application) -> str:
    """On which step of the list around the call somebody stands now."""
    lines = Line.objects.filter(application=application)
    [name] = [name for name, q in steps_of(trip, clock.now()) if lines.filter(q).exists()]
    return name


def at_stage(w: World, application: Application, **more: Any) -> str:
    values = {"decision": None, "offer": None, "participation": None} | more
    return stage(status=application.status, trip=application.trip, now=clock.now(), **values)


def in_group(group: Group, **fields: Any) -> Callable[[World], int]:
    """How many are in it, of lines that say this."""

    def count(w: World) -> int:
        Line.objects.filter(trip=w.call).update(**fields)
        return people_around(w.call, clock.now()).filter(group_of(group, w.call, clock.now())).count()

    return count


def after(change: Callable[[World], object], says: Callable[[World], Any]) -> Callable[[World], Any]:
    """What is said once something in the world is otherwise."""
    return lambda w: (change(w), says(w))[1]


def let_in(until_at: datetime) -> Callable[[World], object]:
    """Whoever has the draft may write until then."""
    return lambda w: give_late_access(
        trip=w.call, email=w.draft.user.email, until_at=until_at, reason="Ziek.", by=w.lead
    )


def with_call(**moments: Callable[[], datetime]) -> Callable[[World], Trip]:
    """The call with these moments; not stored."""

    def trip(w: World) -> Trip:
        one = fresh(w.call)
        for name, moment in moments.items():
            setattr(one, name, moment())
        return one

    return trip


def noted(at: Phase, trip: Callable[[World], Trip]) -> Callable[[World], str]:
    return lambda w: str(notes(trip(w), clock.now())[at])


def another_trip(w: World) -> None:
    """Piet goes along on one of the next year too."""
    days = {"departs_on": date(2027, 5, 10), "returns_on": date(2027, 5, 13)}
    later = {"return_meeting_on": date(2027, 6, 18), "follow_up_on": date(2028, 5, 12)}
    world.participation(world.trip(published=True, **days, **later), w.piet.user)


def on_the_reserve_list(w: World) -> None:
    world.decision(world.submitted(w.going, world.user("Roos Reserve")), "reserve", published=True)


def published_now(w: World) -> bool:
    """Whether a report is still to be published after the return meeting, of a trip of which one is published now."""
    now, by = clock.now(), w.lead
    values = {"report": {}, "sha256": "0" * 64, "data_until_at": now, "published_at": now, "published_by": by}
    ReportEdition.objects.create(trip=w.going, number=1, title_nl="Nu", **values)
    with clock.at(home(2026, 12, 20)):
        return bool(overdue(Trip.objects.filter(pk=w.going.pk)))


def asked_at_night(w: World) -> None:
    """In the first hour of a Dutch day, when it is still yesterday in UTC."""
    Endorsement.objects.filter(pk=w.asked.pk).update(asked_at=home(2026, 9, 15, 0, 30))


def reported_now(w: World) -> bool:
    """Whether an action that is told about now is still to be told about in March."""
    Action.objects.filter(pk=w.action.pk).update(reported_at=clock.now())
    with clock.at(home(2027, 3, 1)):
        return bool(owed(w).unreported)


def tomorrow_at_this_time() -> datetime:
    return clock.now() + DAY


def reminded(job: Callable[[datetime], int]) -> Callable[[World], int]:
    return lambda w: job(clock.now())


def accepts(make: Callable[[World], Any]) -> Callable[[World], bool]:
    """Whether a form, or a field of one, takes it."""

    def taken(w: World) -> bool:
        from django.core.exceptions import ValidationError

        try:
            make(w)
        except (ValidationError, Refused):
            return False
        return True

    return taken


def cleaned(form: type, method: str, **data: Any) -> Callable[[World], Any]:
    """One `clean_…` of a form, with what was filled in."""

    def clean(w: World) -> Any:
        values = {name: value() if callable(value) else value for name, value in data.items()}
        return getattr(form, method)(SimpleNamespace(cleaned_data=values, trip=w.call))

    return clean


def move_fields(w: World) -> set[str]:
    return set(MoveForm(trip=fresh(w.going)).fields)


def frozen(name: str, trip: str) -> Callable[[World], bool]:
    return lambda w: DatesForm(instance=fresh(getattr(w, trip))).fields[name].disabled


def moved_problems(w: World, name: str, **dates: Any) -> bool:
    trip = fresh(w.going)
    trip.published_at = None
    return name in {field for field, _text in move_of(trip, dates).problems}


def places(w: World) -> set[str]:
    """How the place of somebody stands among the duties of who leaves."""
    return {str(duty.when) for duty in trips_leaving.duties(w.piet.user)}


def mails_of_meeting(w: World) -> int:
    before = OutboxMessage.objects.count()
    save_meeting(meeting=fresh(w.meeting), changes={"place": "Elders"}, reason="Verbouwing.", by=w.lead)
    return OutboxMessage.objects.count() - before


def owed(w: World) -> Any:
    return all_owed(Participation.objects.filter(pk=w.piet.pk), clock.now())[0]


def mail(**fields: Any) -> OutboxMessage:
    values = {"key": "edge", "kind": "trips/closed", "to": "a@b.example", "language": "nl", "subject": "x", "body": "x"}
    values |= {"queued_at": SENT, "next_attempt_at": SENT}
    return OutboxMessage.objects.create(**values | fields)


def swept(**fields: Any) -> str:
    one = mail(**fields)
    delivery.sweep()
    return fresh(one).status


def job(**fields: Any) -> Any:
    Job.objects.create(**{"key": "edge", "kind": "x", "arguments": {}, "asked_at": SENT, "free_at": SENT} | fields)
    return Job.objects


def taken_up(sent_at: datetime) -> str:
    """Where a page leads that was sent before and is sent again."""
    Sending.objects.create(sender="s", page="p", sent_at=sent_at, led_to="/there/")
    return sent_once.claim(Sending(sender="s", page="p"))


def kept_list(w: World) -> bool:
    request = RequestFactory().get("/")
    request.session = {
        KEY: {"trip": str(w.call.pk), "school": "", "at": MOMENT.isoformat(), "content": "", "pasted": 1}
    }
    circle = SimpleNamespace(trip=w.call, school=None)
    try:
        return kept(request, circle) is not None
    except Exception:  # the empty list can't be unpacked, which is tried of one that is kept
        return True


def free_to_remind(w: World) -> int:
    """Of who owes a reply, so many can be reminded, of whom was mailed at MOMENT."""
    mail(kind="trips/meeting_reminder", to=w.piet.user.email, trip=w.going.pk, queued_at=MOMENT)
    groups = turns_of([fresh(w.going)], w.lead, clock.now())[w.going.pk]
    return next(turn.free for group in groups for turn in group.turns if turn.owing.key == "replies")


def pressed_lately(w: World) -> int:
    """How many daily reminders go out of a thing for which somebody pressed the button at MOMENT."""
    mail(key=pressed("a", MOMENT), trip=w.going.pk, queued_at=MOMENT)
    return len(rested([OutboxMessage(key="a", trip=w.going.pk)], clock.now()))


def on_the_reserve_page(w: World) -> tuple[int, int]:
    """How many offers wait, and how many lapsed."""
    page = signed_in(w.lead).get(reverse("applications:reserve", args=[w.going.slug])).context
    return len(page["open"].rows), len(page["lapsed"].rows)


def with_travellers(w: World) -> Trip:
    trip = Trip.objects.prefetch_related("meetings").get(pk=w.going.pk)
    trip.travellers = 1
    return trip


def evening(w: World, on: date, stored: Any = None) -> Any:
    return can_answer_evening(w.piet.user, w.piet, on, stored, clock.now())


def school_line(w: World) -> Any:
    return school_people.rows(w.carl.user.institution, clock.now()).get(trip=w.going)


EVENING = date(2026, 11, 11)
PHASE = "exchange.trips.lifecycle.phase exchange.trips.lifecycle._phase_on"
RULES = [
    # --- the trip
    Edge("exchange.trips.lifecycle.phase", OPENS, lambda w: phase(w.call, clock.now()), Phase.PLANNING, Phase.CALL),
    Edge("exchange.trips.lifecycle.phase", CLOSES, lambda w: phase(w.call, clock.now()), Phase.CALL, Phase.SELECTION),
    Edge(PHASE, DEPARTURE, lambda w: phase(w.going, clock.now()), Phase.PREPARATION, Phase.TRAVELLING),
    Edge(PHASE, AFTER_RETURN, lambda w: phase(w.going, clock.now()), Phase.TRAVELLING, Phase.RETURN),
    Edge(PHASE, home(2027, 2, 17, 0), lambda w: phase(w.going, clock.now()), Phase.RETURN, Phase.FOLLOW_UP),
    from_("exchange.trips.lifecycle.remark", DEPARTURE, lambda w: remark(w.call, clock.now())),
    from_("exchange.trips.lifecycle.remark", home(2027, 12, 13, 0), lambda w: remark(w.going, clock.now())),
    until("exchange.trips.permissions.can_cancel", AFTER_DEPARTURE, lambda w: can_cancel(w.lead, w.going)),
    until("exchange.trips.permissions.can_hang", CLOSES, lambda w: can_hang(w.call, clock.now())),
    until("exchange.trips.permissions.can_set_dates", OPENS, lambda w: can_set_dates(w.lead, w.call)),
    from_("exchange.trips.permissions.can_move", OPENS, lambda w: can_move(w.lead, w.call)),
    until("exchange.trips.permissions.can_move", AFTER_FOLLOW_UP, lambda w: can_move(w.lead, w.going)),
    from_("exchange.trips.permissions.can_close", FOLLOW_UP, lambda w: can_close(w.lead, w.going, clock.now())),
    until("exchange.trips.permissions.can_reply", MEETS,
          lambda w: can_reply(w.piet.user, w.piet, w.meeting, clock.now())),
    from_("exchange.trips.permissions.can_tick_day", there(2026, 11, 11), lambda w: can_tick_day(w.going, EVENING)),
    from_("exchange.trips.permissions.can_tick_meeting", MEETS, lambda w: can_tick_meeting(w.meeting, clock.now())),
    Edge("exchange.trips.tables.gone_by", there(2026, 11, 11), lambda w: gone_by(w.going), 1, 2),
    until("exchange.trips.overview.gaps", AFTER_RETURN, lambda w: gaps(SimpleNamespace(
        cancelled_at=None, closed_at=None, returns_on=w.going.returns_on, unvisited=1, companions=1))),
    Edge("exchange.trips.timeline.countdown", there(2026, 11, 10),
         lambda w: "orgen" in countdown(w.going, w.piet.user, clock.now())[0], True, False),
    Edge("exchange.trips.timeline.countdown", there(2026, 11, 14),
         lambda w: "Dag 4" in countdown(w.going, w.piet.user, clock.now())[0], True, False),
    until("exchange.trips.timeline.notes", home(2026, 10, 23, 0),
          lambda w: Phase.SELECTION in notes(w.call, clock.now())),
    from_("exchange.trips.timeline.notes", OPENS, lambda w: "tot" in notes(w.call, clock.now())[Phase.CALL]),
    from_("exchange.trips.views.public.next_call", OPENS, lambda w: next_call(w.going, clock.now())),
    until("exchange.trips.views.public.next_call", CLOSES, lambda w: next_call(w.going, clock.now())),
    from_("exchange.trips.dashboard.waiting_for_lead", home(2027, 12, 13, 0),
          lambda w: w.going in trips_home.waiting_for_lead(w.lead, clock.now())),
    from_("exchange.trips.dashboard.lead_todos", home(2027, 12, 13, 0),
          lambda w: trips_home.lead_todos(w.going, clock.now())),
    from_("exchange.trips.dashboard.presence_todos", there(2026, 11, 10),
          lambda w: "2 " in str(trips_home.presence_todos([with_travellers(w)], clock.now())[0].text)),
    from_("exchange.trips.dashboard.presence_todos", MEETS,
          lambda w: trips_home.presence_todos([with_travellers(w)], clock.now())),
    until("exchange.trips.dashboard.travelling_along", MEETS,
          lambda w: trips_home.travelling_along(w.piet.user, clock.now()).todos),
    until("exchange.trips.forms.moving.MoveForm.__init__", DEPARTURE, lambda w: "departs_on" in move_fields(w)),
    until("exchange.trips.forms.moving.MoveForm.__init__", home(2026, 12, 18, 0),
          lambda w: "return_meeting_on" in move_fields(w)),
    from_("exchange.trips.forms.trip.DatesForm.__init__", OPENS, frozen("departs_on", "call")),
    from_("exchange.trips.forms.trip.DatesForm.__init__", DEPARTURE, frozen("time_zone", "going")),
    from_("exchange.trips.forms.trip.called", OPENS, lambda w: called(w.call)),
    until("exchange.trips.forms.trip.DeadlineForm.clean_closes_at", home(2026, 10, 6),
          accepts(cleaned(DeadlineForm, "clean_closes_at", closes_at=home(2026, 10, 6)))),
    from_("exchange.trips.hosts.forms.PreVisitForm.clean_visited_on", home(2026, 10, 20, 0),
          accepts(cleaned(PreVisitForm, "clean_visited_on", visited_on=date(2026, 10, 20)))),
    Edge("exchange.trips.leaving.duties", AFTER_RETURN, lambda w: len(places(w)) and sorted(places(w))[0], "first",
         "stays"),
    until("exchange.trips.models.participation.Participation.cancelled_before_departure", DEPARTURE,
          lambda w: Participation(trip=w.going, cancelled_at=clock.now()).cancelled_before_departure),
    Edge("exchange.trips.moving.last_moment", home(2026, 10, 13, 0), lambda w: last_moment(w.going, clock.now(), 5),
         home(2026, 10, 19, 17), home(2026, 10, 20, 17)),
    Edge("exchange.trips.moving.last_moment", home(2026, 11, 9, 17), lambda w: last_moment(w.going, clock.now()),
         home(2026, 11, 9, 17), home(2026, 11, 9, 23, 59)),
    from_("exchange.trips.moving._problems", home(2026, 11, 10, 0),
          lambda w: moved_problems(w, "departs_on", departs_on=date(2026, 11, 12))),
    from_("exchange.trips.moving._problems", home(2026, 11, 3, 0),
          lambda w: moved_problems(w, "departs_on", departs_on=date(2026, 11, 3))),
    from_("exchange.trips.moving._meeting", MEETS,
          lambda w: move_of(fresh(w.going), {"departs_on": date(2026, 11, 17)}).stays),
    until("exchange.trips.actions.meetings.drop_meeting", MEETS,
          accepts(lambda w: drop_meeting(meeting=fresh(w.meeting), reason="Verbouwing.", by=w.lead))),
    Edge("exchange.trips.actions.meetings.save_meeting", MEETS + timedelta(hours=3), mails_of_meeting, 1, 0),
    from_("exchange.trips.checklist._dates", CLOSES, lambda w: list(_dates(
        Trip(slug="x", opens_at=OPENS, closes_at=CLOSES, endorse_by_at=CLOSES, letters_on=world.DEPARTS,
             departs_on=world.DEPARTS, returns_on=world.RETURNS, return_meeting_on=world.RETURN_MEETING,
             follow_up_on=world.FOLLOW_UP)))),
    until("exchange.trips.checklist.default_dates", OPENS, lambda w: "letters_on" in default_dates(
        Trip(opens_at=OPENS, closes_at=CLOSES, departs_on=world.DEPARTS, announced_at=SENT, returns_on=world.RETURNS))),
    from_("exchange.trips.owing.next_meeting", MEETS.astimezone(UTC) - AHEAD + STEP,
          lambda w: next_meeting(with_travellers(w), clock.now())),
    until("exchange.trips.owing.next_meeting", MEETS, lambda w: next_meeting(with_travellers(w), clock.now())),
    Edge("exchange.trips.owing.silent", MEETS, lambda w: owe_reply([w.going], clock.now()).count(), 1, 0),
    from_("exchange.trips.owing.silent", MEETS.astimezone(UTC) - AHEAD + STEP,
          lambda w: owe_reply([w.going], clock.now())),
    Edge("exchange.trips.reminders.meetings_to_answer", home(2026, 10, 26, 0), reminded(meetings_to_answer), 0, 1),
    Edge("exchange.trips.reminders.meetings_to_answer", MEETS, reminded(meetings_to_answer), 1, 0),
    Edge("exchange.trips.turns.rested", MOMENT + PAUSE, pressed_lately, 0, 1),
    Edge("exchange.trips.turns.Owing.free", MOMENT + PAUSE, free_to_remind, 0, 1),
    from_("exchange.words.is_past", home(2026, 10, 21, 0), lambda w: is_past(date(2026, 10, 20))),
    # --- people, mail and work
    until("exchange.privacy.permissions.travelling", AFTER_RETURN, lambda w: travelling(w.piet.user)),
    until("exchange.people.models.Institution.is_member", home(2026, 10, 20, 0),
          lambda w: Institution(member=True, left_on=date(2026, 10, 20)).is_member),
    until("exchange.people.models.InstitutionQuerySet.members", home(2026, 10, 20, 0),
          lambda w: Institution.objects.filter(pk=world.institution(left_on=date(2026, 10, 20)).pk).members()),
    from_("exchange.people.second_step.Owed.over", MOMENT, lambda w: SecondStep(MOMENT).over),
    Edge("exchange.outbox.delivery.due", MOMENT,
         lambda w: mail(next_attempt_at=MOMENT).pk in delivery.due(), False, True),
    from_("exchange.outbox.models.OutboxMessage.expired", MOMENT, lambda w: OutboxMessage(expires_at=MOMENT).expired),
    Edge("exchange.outbox.delivery.sweep", MOMENT, lambda w: swept(expires_at=MOMENT), "queued", "cancelled"),
    Edge("exchange.outbox.delivery.sweep", MOMENT + timedelta(minutes=10),
         lambda w: swept(status="sending", claimed_at=MOMENT), "sending", "failed"),
    Edge("exchange.jobs.models.JobQuerySet.free", MOMENT, lambda w: job(free_at=MOMENT).free().count(), 0, 1),
    from_("exchange.jobs.models.JobQuerySet.unattended", MOMENT + SILENCE, lambda w: job(free_at=MOMENT).unattended()),
    Edge("exchange.unsent.middleware.claim", MOMENT + DAY, lambda w: taken_up(MOMENT), "/there/", ""),
    Edge("exchange.unsent.middleware.forget_sent", MOMENT + DAY + STEP,
         lambda w: (Sending.objects.create(sender="s", page="p", sent_at=MOMENT), sent_once.forget_sent())[1], 0, 1),
    from_("exchange.privacy.declared.Keep.over", home(2026, 10, 20, 0) + timedelta(days=personal.WORK.days),
          lambda w: personal.WORK.over(date(2026, 10, 20), clock.today())),
    # --- the call
    from_("applications.permissions.window", OPENS, lambda w: window(w.call, clock.now())),
    until("applications.permissions.window", CLOSES, lambda w: window(w.call, clock.now())),
    until("applications.permissions.still_taken", GRACE, lambda w: still_taken(w.draft.user, w.call, clock.now())),
    until("applications.permissions.still_taken", MOMENT, lambda w: still_taken(
        world.user(email="late@thuis.example"), w.call, clock.now())),
    Edge("applications.lifecycle.stage", GRACE, lambda w: at_stage(w, w.draft), "draft", "caught"),
    Edge("applications.lifecycle.stage", MOMENT, lambda w: at_stage(w, w.draft, late=MOMENT), "draft", "caught"),
    Edge("applications.lifecycle.stage", CLOSES, lambda w: at_stage(w, w.sent), "submitted", "in_selection"),
    Edge("applications.lifecycle.stage", REPLY + STEP,
         lambda w: at_stage(w, w.carl, decision=w.carl.decision, offer=offered(w, REPLY)), "offered", "expired"),
    Edge("applications.people.people.steps_of", GRACE, lambda w: step(w, w.call, w.draft), "draft", "caught"),
    Edge("applications.people.people.steps_of", REPLY + STEP, lambda w: step(w, w.going, w.carl), "offered", "expired"),
    Edge("applications.people.people.steps_of", CLOSES,
         lambda w: "in_selection" in dict(steps_of(w.call, clock.now())), False, True),
    until("applications.assessing.permissions.can_weigh", OPENS, lambda w: can_weigh(w.lead, w.call)),
    from_("applications.assessing.permissions.can_select", CLOSES, lambda w: can_select(w.lead, w.call)),
    until("applications.conditions.permissions.can_set_conditions", OPENS,
          lambda w: can_set_conditions(w.lead, w.call)),
    until("applications.people.permissions.can_invite", CLOSES, lambda w: can_invite(w.lead, None, w.call)),
    Edge("applications.people.reminding.group_of", home(2026, 9, 4, 0), in_group(Group.INVITED), 0, 1),
    Edge("applications.people.reminding.group_of", CLOSES, in_group(Group.INVITED), 1, 0),
    Edge("applications.people.reminding.group_of", home(2026, 9, 16, 0), in_group(Group.MANAGERS), 0, 1),
    Edge("applications.people.views_inviting.kept", MOMENT + KEPT + STEP, kept_list, True, False),
    # --- the manager
    from_("applications.endorsing.permissions.silent", home(2026, 9, 23, 0), lambda w: silent(w.asked)),
    until("applications.endorsing.permissions._waiting", DEPARTURE,
          lambda w: can_remind_manager(w.sent.user, w.sent, w.asked)),
    until("applications.endorsing.permissions.can_endorse", DEPARTURE, lambda w: can_endorse(w.asked, 1)),
    from_("applications.endorsing.permissions.can_ask_school", AFTER_RETURN,
          lambda w: can_ask_school(w.lead, w.going, "return")),
    from_("applications.endorsing.permissions.can_ask_school", MONTH_BEFORE,
          lambda w: can_ask_school(w.lead, w.going, "one_year")),
    until("applications.endorsing.actions._due", CLOSES + WEEK, lambda w: _due(w.call, None) == CLOSES + WEEK),
    from_("applications.endorsing.views.shown", CLOSES + WEEK + STEP, lambda w: shown(w.asked)["late"]),
    from_("applications.endorsing.forms_paper.PaperForm.clean_signed_on", home(2026, 10, 20, 0),
          accepts(cleaned(PaperForm, "clean_signed_on", signed_on=date(2026, 10, 20)))),
    # --- late
    until("applications.late.actions.give_late_access", MOMENT, accepts(lambda w: give_late_access(
        trip=w.call, email="x@thuis.example", until_at=MOMENT, reason="Ziek.", by=w.lead))),
    Edge("applications.late.ending.running", MOMENT, lambda w: running(w.call).count(), 1, 0),
    until("applications.late.forms.UntilField.clean", MOMENT,
          accepts(lambda w: UntilField().clean("2026-10-20T09:00"))),
    # --- after it
    from_("applications.team.dashboard.late", home(2026, 10, 22, 0), lambda w: team_home.late(w.call, clock.now())),
    from_("applications.team.dashboard.leading", CLOSES, lambda w: team_home.leading(w.lead, clock.now())),
    until("applications.team.dashboard.leading", DEPARTURE, lambda w: team_home.leading(w.lead, clock.now())),
    until("applications.team.dashboard.overview", DEPARTURE,
          lambda w: team_home.overview(w.call, w.lead, clock.now())),
    Edge("applications.team.dashboard._count_places", REPLY + STEP,
         lambda w: team_home.with_counts([fresh(w.going)], w.lead, clock.now())[0].lapsed, 0, 1),
    from_("applications.models.decision.Offer.expired", REPLY + STEP,
          lambda w: offered(w, REPLY).expired(clock.now())),
    Edge("applications.models.decision.OfferQuerySet.open", REPLY + STEP, lambda w: Offer.objects.open().count(), 1, 0),
    Edge("applications.selection.views.reserve", REPLY + STEP, on_the_reserve_page, (1, 0), (0, 1)),
    until("applications.selection.permissions.can_answer", REPLY + STEP,
          lambda w: can_answer(w.carl.user, offered(w, REPLY), "confirm")),
    until("applications.selection.permissions.can_answer", DEPARTURE,
          lambda w: can_answer(w.carl.user, offered(w, home(2026, 12, 1)), "confirm")),
    until("applications.selection.permissions.can_give_back", AFTER_RETURN,
          lambda w: can_give_back(w.piet.user, w.piet)),
    until("applications.selection.permissions.can_place", DEPARTURE, lambda w: can_place(w.lead, w.going)),
    Edge("applications.selection.seats.reply_by", home(2026, 10, 13, 0), lambda w: reply_by(w.going, clock.now()),
         home(2026, 10, 19, 17), home(2026, 10, 20, 17)),
    until("applications.owing.before_departure", DEPARTURE, lambda w: before_departure(w.going, clock.now())),
    until("applications.moving.actions.before_departure", DEPARTURE, lambda w: moving_applications.before_departure(
        SimpleNamespace(before={"departs_on": w.going.departs_on}))),
    Edge("applications.moving.actions.waiting", CLOSES, lambda w: moving_applications.waiting(w.call).count(), 2, 1),
    Edge("applications.moving.actions.waiting", DEPARTURE, lambda w: moving_applications.waiting(w.call).count(), 1, 0),
    until("applications.leaving.duties", DEPARTURE, lambda w: list(applications_leaving.duties(w.sent.user))),
    until("applications.mine.dashboard._running", DEPARTURE,
          lambda w: my_home._running(w.sent.user, clock.now())),
    from_("applications.mine.dashboard.calls", OPENS,
          lambda w: my_home.calls(world.outsider(), clock.now()).context["open"]),
    until("applications.mine.dashboard.calls", CLOSES,
          lambda w: my_home.calls(world.outsider(), clock.now()).context["rows"]),
    # --- reminders, each on its day
    Edge("applications.reminders.drafts", CLOSES - 3 * DAY, reminded(of_applications.drafts), 0, 1),
    Edge("applications.reminders.drafts", CLOSES, reminded(of_applications.drafts), 1, 0),
    Edge("applications.reminders._days_left", CLOSES - DAY,
         lambda w: of_applications._days_left(CLOSES, clock.now()), 3, 1),
    Edge("applications.reminders.managers", home(2026, 9, 18, 0), reminded(of_applications.managers), 0, 1),
    Edge("applications.reminders.managers applications.reminders._unanswered", DEPARTURE,
         reminded(of_applications.managers), 1, 0),
    Edge("applications.reminders.silent_managers", home(2026, 9, 23, 0), reminded(of_applications.silent_managers), 0,
         1),
    Edge("applications.reminders.caught", GRACE, reminded(of_applications.caught), 0, 1),
    Edge("applications.reminders.caught", CLOSES + 4 * DAY, reminded(of_applications.caught), 1, 0),
    Edge("applications.reminders.offers", REPLY - 2 * DAY, reminded(of_applications.offers), 0, 1),
    Edge("applications.reminders.offers", REPLY + STEP, reminded(of_applications.offers), 1, 0),
    Edge("evaluations.reminders.goals", home(2026, 11, 3, 0), reminded(of_evaluations.goals), 0, 1),
    Edge("evaluations.reminders.goals", DEPARTURE, reminded(of_evaluations.goals), 1, 0),
    Edge("evaluations.reminders.evenings", there(2026, 11, 11, 5), reminded(of_evaluations.evenings), 0, 1),
    Edge("evaluations.reminders.evenings", there(2026, 11, 12, 12), reminded(of_evaluations.evenings), 2, 1),
    Edge("evaluations.reminders.actions_due", home(2027, 1, 25, 0), reminded(of_evaluations.actions_due), 0, 1),
    Edge("evaluations.reminders.actions_due", home(2027, 2, 1, 0), reminded(of_evaluations.actions_due), 1, 0),
    Edge("evaluations.reminders.actions_passed", home(2027, 2, 15, 0), reminded(of_evaluations.actions_passed), 0, 1),
    Edge("evaluations.reminders.actions_passed", home(2027, 4, 2, 0), reminded(of_evaluations.actions_passed), 1, 0),
    Edge("evaluations.reminders.plans", home(2027, 8, 13, 0), reminded(of_evaluations.plans), 0, 1),
    Edge("evaluations.reminders.plans", FOLLOW_UP, reminded(of_evaluations.plans), 1, 0),
    Edge("evaluations.reminders.follow_ups", MONTH_BEFORE, reminded(of_evaluations.follow_ups), 0, 1),
    Edge("evaluations.reminders.follow_ups", home(2027, 12, 12, 0), reminded(of_evaluations.follow_ups), 1, 0),
    # --- evenings, at the destination
    from_("evaluations.lifecycle.has_departed", there(2026, 11, 10), lambda w: has_departed(w.going, clock.now())),
    from_("evaluations.lifecycle.has_returned", there(2026, 11, 13), lambda w: has_returned(w.going, clock.now())),
    from_("evaluations.evenings.permissions.can_answer_evening", there(2026, 11, 11, 12),
          lambda w: evening(w, EVENING)),
    until("evaluations.evenings.permissions.can_answer_evening", there(2026, 11, 21), lambda w: evening(w, EVENING)),
    until("evaluations.evenings.permissions.can_answer_evening evaluations.lifecycle.EveningWindow.open",
          there(2026, 11, 13, 12), lambda w: evening(w, EVENING, stored=True)),
    from_("evaluations.lifecycle.EveningWindow.late", there(2026, 11, 13, 12),
          lambda w: evening_window(w.going, EVENING).late(clock.now())),
    Edge("evaluations.lifecycle.open_evenings", there(2026, 11, 11, 12),
         lambda w: len(open_evenings(w.going, clock.now())), 1, 2),
    Edge("evaluations.lifecycle.open_evenings", there(2026, 11, 21),
         lambda w: len(open_evenings(w.going, clock.now())), 4, 0),
    from_("evaluations.evenings.board.Board.open", there(2026, 11, 11, 12),
          lambda w: board(w.going, EVENING, clock.now()).open),
    until("evaluations.evenings.board.Board.open", there(2026, 11, 21),
          lambda w: board(w.going, EVENING, clock.now()).open),
    from_("evaluations.evenings.board.Board.begun", there(2026, 11, 11, 12),
          lambda w: board(w.going, EVENING, clock.now()).begun),
    Edge("evaluations.evenings.board.proper_day", there(2026, 11, 11, 12), lambda w: proper_day(w.going, clock.now()),
         date(2026, 11, 10), EVENING),
    Edge("evaluations.dashboard.last_evening", there(2026, 11, 15, 12),
         lambda w: evenings_home.last_evening(w.going, clock.now()), date(2026, 11, 13), None),
    from_("evaluations.evenings.permissions.is_away", DEPARTURE, lambda w: is_away(w.piet.user, clock.now())),
    until("evaluations.evenings.permissions.is_away", home(2026, 11, 21, 0),
          lambda w: is_away(w.piet.user, clock.now())),
    until("evaluations.owed.asks_evenings", there(2026, 11, 21), lambda w: asks_evenings(w.piet, clock.now())),
    # --- after the return
    from_("evaluations.lifecycle.follow_up_open", MONTH_BEFORE, lambda w: follow_up_open(w.going, clock.now())),
    until("evaluations.owed.Owed.owes_presentation", AFTER_MEETING, lambda w: owed(w).owes_presentation),
    from_("evaluations.owed.Owed.unreported", home(2027, 2, 1, 0), lambda w: owed(w).unreported),
    until("evaluations.owing.presenting", AFTER_MEETING, lambda w: presenting(w.going, clock.now())),
    until("evaluations.dashboard._without_slot", AFTER_MEETING, lambda w: (
        Presentation.objects.create(participation=w.piet, title="Herstel", changed_at=MOMENT),
        evenings_home._without_slot([w.going], clock.now()))[1]),
    until("evaluations.dashboard._next_preparation", MEETS,
          lambda w: evenings_home._next_preparation(w.going, clock.now())),
    from_("evaluations.certificates.permissions.can_issue", home(2026, 11, 13, 0),
          lambda w: can_issue(w.lead, w.piet, "attendance", [])),
    from_("evaluations.certificates.permissions.can_issue", FOLLOW_UP,
          lambda w: can_issue(w.lead, w.piet, "cycle", [])),
    from_("evaluations.certificates.dashboard.lead", AFTER_RETURN,
          lambda w: certificates_home.lead(w.lead, clock.now())),
    from_("evaluations.impact.queries._deeds", home(2027, 2, 1, 0), lambda w: _deeds(w.going, [w.piet])[0].asked),
    from_("evaluations.certificates.views._ready", home(2026, 11, 13, 0), lambda w: _ready(w.going, [])[0]["open"]),
    from_("evaluations.impact.queries._flow", FOLLOW_UP, lambda w: _flow(w.going, [], []).certified is not None),
    Edge("evaluations.dashboard._trip_facts", MONTH_BEFORE,
         lambda w: len([*evenings_home._trip_facts(w.going, clock.now(), Counter(), 0)]), 4, 5),
    # --- the school
    until("evaluations.school.people.waiting", DEPARTURE, lambda w: school_people.heads(
        w.sent.user.institution, clock.now()).waiting),
    Edge("evaluations.school.people.rows", MEETS, lambda w: school_line(w).meetings_held, 0, 1),
    Edge("evaluations.school.people._drafts", OPENS,
         lambda w: school_people.heads(w.draft.user.institution, clock.now()).drafts, 0, 1),
    Edge("evaluations.school.people._drafts", CLOSES,
         lambda w: school_people.heads(w.draft.user.institution, clock.now()).drafts, 1, 0),
    Edge("evaluations.school.people._travellers", DEPARTURE,
         lambda w: school_people.heads(w.piet.user.institution, clock.now()).travelled, 0, 1),
    # --- what is compared with a date, on both sides of it
    until("exchange.trips.dashboard.travelling_along", MEETS + timedelta(hours=3),
          lambda w: trips_home.travelling_along(w.piet.user, clock.now()).context["rows"][0]["meeting"]),
    from_("exchange.trips.dashboard.travelling_along", MEETS.astimezone(UTC) - AHEAD + STEP,
          lambda w: trips_home.travelling_along(w.piet.user, clock.now()).todos),
    until("exchange.trips.dashboard.travelling_along", there(2026, 11, 14), after(
        another_trip, lambda w: "Dag 4" in trips_home.travelling_along(w.piet.user, clock.now()).headline)),
    from_("exchange.trips.forms.trip.DeadlineForm.clean_closes_at", OPENS - DAY + STEP,
          accepts(cleaned(DeadlineForm, "clean_closes_at", closes_at=tomorrow_at_this_time))),
    until("exchange.trips.forms.trip.DeadlineForm.clean_closes_at", home(2026, 10, 14, 0),
          accepts(cleaned(DeadlineForm, "clean_closes_at", closes_at=tomorrow_at_this_time))),
    from_("exchange.trips.moving._problems", MOMENT,
          lambda w: moved_problems(w, "endorse_by_at", endorse_by_at=MOMENT)),
    until("exchange.trips.moving._meeting", home(2026, 10, 22, 14),
          lambda w: move_of(fresh(w.going), {"departs_on": date(2026, 11, 3)}).meetings),
    from_("exchange.trips.checklist._dates", home(2026, 11, 9, 0), lambda w: list(_dates(
        Trip(slug="x", opens_at=OPENS, closes_at=tomorrow_at_this_time(), endorse_by_at=CLOSES,
             letters_on=world.DEPARTS, departs_on=world.DEPARTS, returns_on=world.RETURNS,
             return_meeting_on=world.RETURN_MEETING, follow_up_on=world.FOLLOW_UP)))),
    Edge("exchange.trips.checklist.default_dates", home(2026, 10, 2, 0),
         lambda w: default_dates(Trip(closes_at=clock.now(), departs_on=world.DEPARTS))["letters_on"],
         date(2026, 10, 22), date(2026, 10, 23)),
    from_("exchange.jobs.models.JobQuerySet.unattended", MOMENT, lambda w: (
        job(), job(key="held", status="working", lease=uuid4(), free_at=MOMENT))[1].unattended()),
    from_("exchange.jobs.models.JobQuerySet.unattended", MOMENT + SILENCE, lambda w: (
        job(), job(key="made", status="done", settled_at=MOMENT))[1].unattended()),
    Edge("applications.people.people.steps_of", MOMENT,
         after(let_in(MOMENT + DAY), after(
             lambda w: Line.objects.filter(application=w.draft).update(late_until_at=MOMENT),
             lambda w: step(w, w.call, w.draft))), "draft", "caught"),
    Edge("applications.people.reminding.group_of", home(2026, 9, 17, 0),
         in_group(Group.INVITED, invited_at=home(2026, 9, 16, 0)), 0, 1),
    Edge("applications.people.reminding.group_of", home(2026, 9, 17, 0),
         in_group(Group.MANAGERS, asked_at=home(2026, 9, 16, 0)), 0, 1),
    Edge("applications.people.reminding.group_of", home(2026, 9, 17, 0),
         in_group(Group.DRAFTS, reminded_at=home(2026, 9, 16, 0)), 0, 1),
    from_("applications.endorsing.permissions.silent", home(2026, 9, 23, 0),
          lambda w: silent(Endorsement(asked_at=home(2026, 9, 15, 0, 30)))),
    Edge("applications.reminders.managers", home(2026, 9, 18, 0),
         after(asked_at_night, reminded(of_applications.managers)), 0, 1),
    Edge("applications.reminders.silent_managers", home(2026, 9, 23, 0),
         after(asked_at_night, reminded(of_applications.silent_managers)), 0, 1),
    until("applications.endorsing.actions._due", home(2026, 11, 9, 23, 59),
          lambda w: _due(w.call, None) == home(2026, 11, 9, 23, 59)),
    Edge("applications.team.dashboard._count_places", REPLY + STEP,
         lambda w: team_home.with_counts([fresh(w.going)], w.lead, clock.now())[0].offered, 1, 0),
    Edge("applications.selection.seats.reply_by", DEPARTURE, lambda w: reply_by(w.going, clock.now()),
         home(2026, 11, 9, 23, 59), home(2026, 11, 10, 23, 59)),
    Edge("applications.moving.actions.waiting", MOMENT,
         after(let_in(MOMENT + DAY), after(
             lambda w: LateAccess.objects.update(until_at=MOMENT),
             lambda w: moving_applications.waiting(w.call).count())), 2, 1),
    Edge("applications.reminders.caught", CLOSES,
         after(lambda w: Trip.objects.filter(pk=w.call.pk).update(grace_minutes=0), reminded(of_applications.caught)),
         0, 1),
    Edge("applications.reminders.caught", home(2026, 10, 3),
         after(let_in(home(2026, 10, 4)), after(
             lambda w: LateAccess.objects.update(until_at=home(2026, 10, 3)), reminded(of_applications.caught))), 0, 1),
    from_("evaluations.lifecycle.EveningWindow.open", there(2026, 11, 11, 12),
          lambda w: evening_window(w.going, EVENING).open(clock.now())),
    until("evaluations.owed.Owed.unreported", home(2027, 2, 1, 0), reported_now),
    from_("exchange.trips.timeline.notes", home(2026, 10, 2, 0),
          lambda w: " 2 okt" in noted(Phase.CALL, with_call(closes_at=clock.now))(w)),
    from_("exchange.trips.timeline.notes", home(2026, 8, 9, 0),
          lambda w: "10 aug" in noted(Phase.CALL, with_call(opens_at=tomorrow_at_this_time))(w)),
    from_("exchange.trips.timeline.notes", home(2026, 10, 12, 0),
          lambda w: "12 okt" in noted(Phase.SELECTION, with_call(published_at=clock.now))(w)),
    from_("exchange.trips.lifecycle.remark", home(2026, 8, 9, 0),
          lambda w: "10 aug" in str(remark(with_call(opens_at=tomorrow_at_this_time)(w), clock.now()).text)),
    Edge("applications.reminders.ended_by_departure", DEPARTURE,
         after(on_the_reserve_list, reminded(of_applications.ended_by_departure)), 0, 1),
    Edge("applications.reminders.ended_by_departure", AFTER_RETURN,
         after(on_the_reserve_list, reminded(of_applications.ended_by_departure)), 1, 0),
    from_("evaluations.impact.dashboard.overdue", AFTER_MEETING, lambda w: overdue(Trip.objects.filter(pk=w.going.pk))),
    until("evaluations.impact.dashboard.overdue", home(2026, 12, 18, 0), published_now),
    from_("exchange.privacy.due.before", CLOSES + WEEK + STEP,
          lambda w: Trip.objects.filter(before(("closes_at",), clock.now() - WEEK), pk=w.call.pk)),
    from_("exchange.privacy.due.before", home(2026, 11, 17, 0),
          lambda w: Trip.objects.filter(before(("departs_on",), clock.now() - WEEK), pk=w.call.pk)),
]  # fmt: skip
