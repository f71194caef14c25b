"""The trips beside the call of a crowd: one that travelled and was told to the end, and many in every phase."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from evaluations.certificates import actions as certificates
from evaluations.impact.models import Finding, ReportEdition
from evaluations.impact.queries import compute
from evaluations.impact.report import SCHEMA, freeze
from evaluations.models import (
    Action,
    DailyEvaluation,
    FollowUp,
    GoalLevel,
    Insight,
    OneWord,
    Presentation,
    Reach,
    ReturnEvaluation,
)
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.trips.lifecycle import Phase, TeamRole
from exchange.trips.models import (
    Attendance,
    HostOrganisation,
    LearningGoal,
    MeetingReply,
    Participation,
    PreVisit,
    TeamMember,
    Trip,
    TripHost,
)
from tests import world
from tests.crowd.call import TEXTS, Rows, domain_of, mail
from tests.crowd.words import Writer

#: Numbers of those who travelled start here; nobody of the call has them.
TRAVELLERS = 5_000_000
#: What became of those who were not taken along, in turn: the decision, and the offer.
OTHERS = (
    ("select", "open"),
    ("select", "declined"),
    ("reserve", ""),
    ("not_selected", ""),
    ("reserve", "retracted"),
    ("not_selected", ""),
)
LETTERS = {"select": "letter_selected", "reserve": "letter_reserve", "not_selected": "letter_not_selected"}


# --- the one that travelled -----------------------------------------------------------------------


def travel(trip: Trip, schools: list[Any], lead: User, size: int) -> None:
    """Travellers until there are so many, and beside each somebody who was not taken along."""
    for n in range(trip.participations.filter(user__email__startswith="t").count(), size):
        school = schools[n % len(schools)]
        traveller(trip, Writer(TRAVELLERS + n, "nl"), school, lead)
        kind, offer = OTHERS[n % len(OTHERS)]
        other = applied(trip, Writer(2 * TRAVELLERS + n, "nl"), school, kind)
        if offer:
            world.offer(other, status=offer)


def applied(trip: Trip, writer: Writer, school: Any, kind: str) -> Any:
    """An application with a published decision, and the letter about it."""
    role = list(JobRole.values)[writer.number % 8]
    email = f"t{writer.number}-{trip.slug}@{domain_of(school)}"
    person = world.user(writer.name(), at=school, role=role, email=email)
    texts = {name: writer.text(*size) for name, size in TEXTS.items()}
    made = world.submitted(trip, person, goals=2, language="nl", **texts)
    world.decision(made, kind, published=True)
    mail(made, LETTERS[kind], person.email, person, writer, world.home(2026, 10, 12)).save()
    return made


def traveller(trip: Trip, writer: Writer, school: Any, lead: User) -> None:
    """Somebody's whole way, from the offer to the day after a year."""
    sent = applied(trip, writer, school, "select")
    world.offer(sent, status="confirmed")
    person = sent.user
    place = Participation.objects.create(
        trip=trip, user=person, institution=school, job_role=person.job_role, printed_name=person.name,
        confirmed_at=world.home(2026, 10, 14),
    )  # fmt: skip
    rows = Rows()
    for proposed in sent.goals.all():
        goal(place, proposed, writer, rows)
    evenings(trip, place, writer, rows)
    afterwards(place, writer, rows)
    rows.write()
    with clock.at(world.MOMENTS["return"]):
        certificates.issue(participation=place, kind="attendance", by=lead, overrule=writer.line(200))


def goal(place: Participation, proposed: Any, writer: Writer, rows: Rows) -> None:
    levels = {name: writer.line(150) for name in ("level_m2", "level_m1", "level_0", "level_p1", "level_p2")}
    made = LearningGoal(
        id=proposed.pk, participation=place, order=proposed.order, proposed_text=proposed.able_to, text=writer.line(),
        proposed_at=world.MOMENTS["call"], sharpened_at=world.home(2026, 10, 29), sharpened_by=place.user, **levels,
    )  # fmt: skip
    rows.add(made)
    for moment, at in (("baseline", "travelling"), ("return", "return"), ("one_year", "follow_up")):
        level, said = writer.dice.randint(-2, 2), writer.line()
        when = world.MOMENTS[at]
        rows.add(GoalLevel(goal=made, moment=moment, level=level, outcome=said, scored_at=when, scored_by=place.user))


def evenings(trip: Trip, place: Participation, writer: Writer, rows: Rows) -> None:
    """An evening on every day, and who was there and comes."""
    for day in trip.days:
        at = world.london(day.year, day.month, day.day, 20)
        mood, need = writer.dice.randint(1, 5), writer.line()
        evening = DailyEvaluation(participation=place, on=day, mood=mood, need=need, answered_at=at, changed_at=at)
        rows.add(evening, Insight(evening=evening, text=writer.line(), verdict="keep"))
        rows.add(Attendance(participation=place, on=day, present=True, ticked_at=at))
    for meeting in trip.meetings.all():
        at = world.MOMENTS["preparation"]
        rows.add(MeetingReply(meeting=meeting, participation=place, coming=writer.number % 3 > 0, replied_at=at))


def afterwards(place: Participation, writer: Writer, rows: Rows) -> None:
    back, year = world.MOMENTS["return"], world.MOMENTS["follow_up"]
    rows.add(ReturnEvaluation(participation=place, grade=writer.dice.randint(5, 10), support=4, answered_at=back))
    rows.add(Presentation(participation=place, title=writer.line(100), text=writer.text(20, 60), changed_at=back))
    action = Action(
        participation=place, title=writer.line(100), text=writer.text(10, 40), due_on=back.date() + timedelta(45),
        status="done" if writer.number % 2 else "planned", rung=1 + writer.number % 5, created_at=back,
    )  # fmt: skip
    rows.add(action, Reach(action=action, job_role="teacher", people=writer.dice.randint(3, 30)))
    for moment, at in (("return", back), ("one_year", year)):
        word = writer.dice.choice(writer.words)
        rows.add(OneWord(participation=place, moment=moment, word=word, consent=True, written_at=at))
    rows.add(FollowUp(participation=place, recall=writer.text(10, 40), recalled_at=year, support=3, answered_at=year))


# --- the many -------------------------------------------------------------------------------------


def beside(base: Trip, told: Trip, lead: User, size: int) -> None:
    """Trips like `base` in every phase at the moment of the selection, with editions like the report on `told`."""
    known = Trip.objects.filter(slug__startswith="beside-").count()
    report, rows = freeze(compute(told)), Rows()
    for n in range(known, size):
        at = list(Phase)[n % len(Phase)]
        trip = another(base, n, at, lead)
        host = HostOrganisation(name=f"College {n}", place="London", country_en="United Kingdom")
        rows.add(trip, host, TripHost(trip=trip, host=host))
        given = world.MOMENTS["planning"]
        rows.add(TeamMember(trip=trip, user=lead, role=TeamRole.LEAD, given_at=given))
        rows.add(OutboxMessage(
            key=f"beside:{n}", kind="trips/announced", to=lead.email, recipient=lead, trip=trip.pk,
            subject=f"Reis {n}", body=Writer(n, "nl").text(20, 60), status="sent", queued_at=given,
            next_attempt_at=given,
        ))  # fmt: skip
        numbers = {Phase.CLOSED: (1, 2), Phase.FOLLOW_UP: (1,), Phase.RETURN: (1,)}.get(at, ())
        for number in numbers:
            rows.add(edition(trip, number, report, lead), Finding(trip=trip, text_nl=f"Rust {n}.{number}."))
    rows.write()


def another(base: Trip, n: int, at: Phase, lead: User) -> Trip:
    """A trip like the one of the call, at other dates, so that it is in this phase when that one is being read."""
    now = world.MOMENTS["selection"]
    told = "follow_up" if at in (Phase.CLOSED, Phase.CANCELLED) else at.value
    shift = timedelta((now - world.MOMENTS[told]).days - (400 if at is Phase.CLOSED else 0))
    values = {each.attname: getattr(base, each.attname) for each in Trip._meta.concrete_fields if each.name != "id"}
    values |= {"slug": f"beside-{n}", "title_nl": f"Studiereis nummer {n}", "title_en": f"Study trip number {n}"}
    for name in ("opens_at", "closes_at", "endorse_by_at", *DAYS):
        values[name] += shift
    trip = Trip(**values)
    trip.announced_at, trip.announced_by = trip.opens_at - timedelta(20), lead
    if at not in (Phase.PLANNING, Phase.CALL, Phase.SELECTION, Phase.CANCELLED):
        trip.published_at, trip.published_by = trip.closes_at + timedelta(11), lead
    if at is Phase.CLOSED:
        trip.closed_at, trip.closed_by = now - timedelta(20), lead
    if at is Phase.CANCELLED:
        trip.cancelled_at, trip.cancelled_by = now - timedelta(20), lead
    return trip


DAYS = ("departs_on", "returns_on", "return_meeting_on", "follow_up_on")


def edition(trip: Trip, number: int, report: dict[str, Any], by: Any) -> ReportEdition:
    """A published edition; each tells other figures."""
    told = {"nl": trip.title_nl, "en": trip.title_en}
    applied = sum(map(ord, trip.slug)) + number
    said = json.loads(json.dumps(report))
    said["facts"]["title"], said["flow"]["applied"] = told, applied
    at = world.MOMENTS["planning"] - timedelta(days=applied % 300, minutes=number)
    return ReportEdition(
        trip=trip, number=number, title_nl=f"Wat het bracht {number}", schema=SCHEMA, report=said, data_until_at=at,
        sha256=hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        published_at=at, published_by=by,
    )  # fmt: skip


def host(trip: Trip, size: int) -> None:
    """Hosts of one trip."""
    rows = Rows()
    for n in range(trip.trip_hosts.count(), size):
        made = HostOrganisation(name=f"Host College {n}", place="London", country_en="United Kingdom")
        rows.add(made, TripHost(trip=trip, host=made, order=n))
        if n % 5:
            rows.add(PreVisit(host=made, visited_on=world.MOMENTS["planning"].date(), findings=Writer(n, "en").line()))
    rows.write()
