"""Races for the locks of the trip, of people and of what works for them."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.core.files.storage import default_storage

from exchange.history.models import HistoryEntry
from exchange.jobs import actions as jobs
from exchange.jobs import worker
from exchange.jobs.models import Job
from exchange.outbox.models import OutboxMessage
from exchange.people import actions as people
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.privacy.actions import erase
from exchange.trips.actions import (
    copy_framework,
    create_trip,
    give_team_role,
    move_trip,
    remind,
    save_meeting,
    take_team_role,
    tick_attendance,
)
from exchange.trips.actions.trip import leave_teams
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Attendance, Meeting, TeamMember, Trip
from exchange.trips.moving import move_of
from exchange.trips.owing import REPLIES
from exchange.unsent.middleware import claim
from exchange.unsent.models import Sending
from tests import world
from tests.consistency.races import Deeds, race

CALL, PREPARATION = world.MOMENTS["call"], world.MOMENTS["preparation"]
WHY = "De school in Londen heeft dan examens."


def mails(kind: str) -> int:
    return OutboxMessage.objects.filter(kind=kind).count()


def deeds(verb: str) -> int:
    return HistoryEntry.objects.filter(verb=verb).count()


# --- the trip ----------------------------------------------------------------------------------------


def two_leads() -> tuple[Trip, TeamMember, TeamMember]:
    trip = world.trip()
    other = world.join(trip, world.user("Lara Leider"), TeamRole.LEAD)
    return trip, trip.team.order_by("given_at").first(), other


@race(
    "exchange.trips.actions.trip.take_team_role: _take_off",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 0),
)
def two_leads_leave_the_team() -> Deeds:
    trip, one, other = two_leads()
    return (
        lambda: take_team_role(member=one, by=one.user),
        lambda: take_team_role(member=other, by=other.user),
        trip.team.filter(role=TeamRole.LEAD).count,
    )


@race(
    "exchange.trips.actions.trip.leave_teams: _take_off",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 0),
)
def two_leads_are_taken_off_as_their_accounts_close() -> Deeds:
    trip, one, other = two_leads()
    ada, bo = (administrator(name) for name in ("Ada", "Bo"))
    return (
        lambda: leave_teams(person=one.user, by=ada),
        lambda: leave_teams(person=other.user, by=bo),
        trip.team.filter(role=TeamRole.LEAD).count,
    )


@race(
    "exchange.trips.actions.travellers.tick_attendance",
    now=world.MOMENTS["travelling"],
    right=("done", "done", False),
    wrong=("IntegrityError", "done", False),
)
def two_companions_tick_one_who_was_there() -> Deeds:
    trip = world.trip(published=True)
    piet, lead, day = world.participation(trip), trip.team.get().user, trip.days[0]

    def ticks(there: bool) -> None:
        tick_attendance(trip=trip, present={piet.pk: there}, on=day, by=lead)

    return lambda: ticks(True), lambda: ticks(False), lambda: Attendance.objects.get().present


@race(
    "exchange.trips.actions.reminding.remind",
    now=PREPARATION,
    right=("done", "done", 1),
    wrong=("done", "done", 2),
)
def two_press_to_remind() -> Deeds:
    trip = world.trip(published=True)
    world.participation(trip)
    world.meeting(trip)
    lead = trip.team.get().user

    def press() -> None:
        remind(trip=trip, owing=REPLIES, by=lead)

    return press, press, lambda: mails("trips/meeting_reminder")


@race(
    "exchange.trips.actions.moving.move_trip",
    now=CALL,
    right=("done", "Refused", (1, "2026-11-24")),
    wrong=("done", "done", (2, "2026-11-24")),
)
def two_move_the_trip() -> Deeds:
    trip = world.trip()
    lead = trip.team.get().user
    old = Trip.objects.get(pk=trip.pk)

    def moves(days: int) -> None:
        dates = {"departs_on": world.DEPARTS.replace(day=days), "returns_on": world.RETURNS.replace(day=days + 3)}
        dates = {**{name: getattr(old, name) for name in ("return_meeting_on", "follow_up_on")}, **dates}
        move_trip(trip=trip, dates=dates, seen=move_of(old, dates).seen, reason=WHY, by=lead)

    return (
        lambda: moves(24),
        lambda: moves(25),
        lambda: (deeds("trip.move"), str(Trip.objects.get().departs_on)),
    )


@race("exchange.trips.actions.trip.create_trip: IntegrityError", now=CALL, right=("Refused", "done", 1))
def two_start_a_trip_at_one_address() -> Deeds:
    lead, on = world.trip().team.get().user, world.theme()

    def starts() -> None:
        create_trip(trip=Trip(theme=on, slug="londen", title_nl="Londen", code="LON"), by=lead)

    return starts, starts, Trip.objects.filter(slug="londen").count


@race("exchange.trips.actions.meetings.save_meeting: IntegrityError", now=CALL, right=("Refused", "done", 1))
def two_plan_the_return_meeting() -> Deeds:
    trip = world.trip()
    lead, starts = trip.team.get().user, world.home(2026, 12, 18, 14)

    def plans() -> None:
        meeting = Meeting(trip=trip, kind="return")
        changes = {"starts_at": starts, "ends_at": starts + timedelta(hours=3), "place": "Utrecht"}
        save_meeting(meeting=meeting, changes=changes, by=lead)

    return plans, plans, Meeting.objects.count


@race(
    "exchange.trips.actions.trip.copy_framework",
    now=CALL,
    right=("done", "done", [1, 2, 3]),
    wrong=("IntegrityError", "done", [1, 2]),
)
def two_make_a_new_version_of_a_framework() -> Deeds:
    ada, framework = administrator("Ada"), world.theme().frameworks.get()

    def copies() -> None:
        copy_framework(framework=framework, by=ada)

    return copies, copies, lambda: sorted(framework.theme.frameworks.values_list("version", flat=True))


# --- people ------------------------------------------------------------------------------------------


def administrator(name: str) -> User:
    person = world.user(name)
    world.give_role(person, Role.ADMINISTRATOR)
    return person


def administrators() -> int:
    current = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR)
    return current.filter(user__is_active=True, user__erased_at=None).count()


def again(person: User) -> User:
    """As another page has them."""
    return User.objects.get(pk=person.pk)


@race(
    "exchange.people.actions.take_role: hold_administrators",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 0),
)
def two_administrators_give_up_their_role() -> Deeds:
    ada, bo = administrator("Ada"), administrator("Bo")

    def gives_up(person: User) -> None:
        people.take_role(assignment=RoleAssignment.objects.get(user=person), by=person)

    return lambda: gives_up(ada), lambda: gives_up(bo), administrators


@race(
    "exchange.people.actions.close_account: hold_administrators",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 0),
)
def an_administrator_goes_who_closes_the_account_of_the_other() -> Deeds:
    ada, bo = administrator("Ada"), administrator("Bo")
    return (
        lambda: people.close_account(person=bo, reason="Weg.", by=ada),
        lambda: erase(person=ada, by=ada),
        administrators,
    )


@race(
    "exchange.privacy.actions.erase: hold_administrators",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 0),
)
def two_administrators_erase_themselves() -> Deeds:
    ada, bo = administrator("Ada"), administrator("Bo")
    return lambda: erase(person=ada, by=ada), lambda: erase(person=bo, by=bo), administrators


def closed() -> tuple[User, User]:
    """Somebody whose account is closed, and an administrator."""
    return world.left(world.user("Wim Weg")), administrator("Ada")


@race(
    "exchange.privacy.actions.erase",
    now=CALL,
    before='UPDATE "people_user"',
    right=("done", "Refused", 0),
    wrong=("done", "done", 1),
)
def an_account_is_opened_while_it_is_erased() -> Deeds:
    wim, ada = closed()
    address = wim.email
    return (
        lambda: erase(person=again(wim), by=ada),
        lambda: people.open_account(person=again(wim), reason="Terug.", by=ada),
        # What is mailed to somebody who was erased keeps their address.
        lambda: OutboxMessage.objects.filter(to=address, kind="people/opened").count(),
    )


@race(
    "exchange.people.actions._give",
    now=CALL,
    before='UPDATE "people_user"',
    right=("done", "Refused", 0),
    wrong=("done", "done", 1),
)
@race(
    "exchange.people.actions.close_account",
    now=CALL,
    before='UPDATE "people_user"',
    right=("done", "Refused", 0),
    wrong=("done", "done", 1),
)
def a_role_is_given_to_somebody_whose_account_is_closed() -> Deeds:
    wim, ada = world.user("Wim Weg"), administrator("Ada")
    return (
        lambda: people.close_account(person=again(wim), reason="Weg.", by=ada),
        lambda: people.give_role(user=again(wim), role=Role.PARTNER, institution=None, by=ada),
        RoleAssignment.objects.current().filter(user=wim).count,
    )


@race(
    "exchange.trips.actions.trip.give_team_role",
    now=CALL,
    before='UPDATE "people_user"',
    right=("done", "Refused", 0),
    wrong=("done", "done", 1),
)
def the_lead_is_given_to_somebody_whose_account_is_closed() -> Deeds:
    wim, ada, trip = world.user("Wim Weg"), administrator("Ada"), world.trip()
    lead = trip.team.get().user
    return (
        lambda: people.close_account(person=again(wim), reason="Weg.", by=ada),
        lambda: give_team_role(trip=trip, user=again(wim), role=TeamRole.LEAD, by=lead),
        trip.team.filter(user=wim).count,
    )


@race(
    "exchange.people.actions._give",
    now=CALL,
    right=("done", "done", 1),
    wrong=("IntegrityError", "done", 1),
)
def two_give_the_same_role() -> Deeds:
    wim, ada = world.user("Wim Wissel"), administrator("Ada")

    def gives() -> None:
        people.give_role(user=again(wim), role=Role.PARTNER, institution=None, by=ada)

    return gives, gives, RoleAssignment.objects.current().filter(user=wim).count


@race(
    "exchange.people.actions.open_account",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 2),
)
def two_open_an_account() -> Deeds:
    wim, ada = closed()

    def opens() -> None:
        people.open_account(person=again(wim), reason="Terug.", by=ada)

    return opens, opens, lambda: mails("people/opened")


@race(
    "exchange.people.actions.reset_second_step",
    now=CALL,
    right=("done", "Refused", 1),
    wrong=("done", "done", 2),
)
def two_reset_a_second_step() -> Deeds:
    wim, ada = world.user("Wim Wissel"), administrator("Ada")
    Authenticator.objects.create(user=wim, type=Authenticator.Type.TOTP, data={})

    def resets() -> None:
        people.reset_second_step(person=again(wim), reason="Telefoon weg.", by=ada)

    return resets, resets, lambda: mails("people/second_step_reset")


# --- what works for them -----------------------------------------------------------------------------


def job(status: str) -> Job:
    made = jobs.job(key="a", kind="test/note", arguments={})
    made.status, made.problem_nl, made.problem_en = status, "Het ging mis.", "It went wrong."
    made.settled_at = CALL if status == "failed" else None
    made.save()
    return made


@race(
    "exchange.jobs.actions.ask",
    now=CALL,
    before='UPDATE "jobs_job"',
    right=("done", "done", 1),
    wrong=("Moved", "done", 1),
)
def two_ask_again_for_what_failed() -> Deeds:
    job("failed")

    def asks() -> None:
        jobs.ask(job=jobs.job(key="a", kind="test/note", arguments={}))

    return asks, asks, lambda: deeds("job.again")


@race(
    "exchange.jobs.actions.forget",
    now=CALL,
    before="DELETE",
    right=("done", "Taken", False),
    wrong=("done", "done", True),
)
def a_job_is_forgotten_while_a_worker_brings_it_to_an_end() -> Deeds:
    job("waiting")
    mine = worker.claim(Job.objects.get().pk)
    default_storage.delete(mine.file)
    return (
        lambda: jobs.forget(jobs=Job.objects.filter(key="a")),
        lambda: worker.finish(mine, lambda: jobs.keep_file(mine, b"bladzijde")),
        # A file without its row would be there for good.
        lambda: default_storage.exists(mine.file),
    )


@race(
    "exchange.unsent.middleware.claim",
    now=CALL,
    right=("done", "done", ["", "/there/"]),
    wrong=("done", "done", ["", ""]),
)
def a_page_is_sent_twice() -> Deeds:
    """To an address to which another page was sent before."""
    Sending.objects.create(sender="s", page="before", sent_at=CALL, led_to="/before/")
    led = []

    def sends() -> None:
        one = Sending(sender="s", page="p")
        led.append(claim(one))
        if not led[-1]:
            Sending.objects.filter(sender="s", page="p").update(led_to="/there/")

    return sends, sends, lambda: sorted(led)
