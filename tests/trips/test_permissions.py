"""Who may do what with a trip: each question asked of who may and who may not, and at its moment and just before."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest

from exchange.lifecycle import Hat
from exchange.trips import permissions
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import TeamMember
from exchange.trips.owing import REPLIES
from exchange.trips.permissions import (
    can_announce,
    can_cancel,
    can_change,
    can_close,
    can_copy_framework,
    can_create,
    can_give_team_role,
    can_hang,
    can_move,
    can_move_deadline,
    can_remind,
    can_reply,
    can_set_dates,
    can_set_phone,
    can_take_lead,
    can_take_role,
    can_take_team_role,
    can_tick_day,
    can_tick_meeting,
    looking_hats,
    participation_hats,
    team_hats,
)
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
THEN = world.MOMENTS["preparation"]
LEAD_ONLY = "403 Alleen de projectleider van deze reis doet dit."
NOT_YOURS = "403 Dit is voor het projectteam van de reis."
NOTHING_FOR_YOU = "403 Dit kun jij niet doen."
CANCELLED = "409 Deze reis is geannuleerd."
COMPLETED = "409 Deze reis is afgerond."


def utc(moment):
    """As the clock of the house tells it: a day begins by the clock of where it is meant."""
    return moment.astimezone(UTC)


@pytest.fixture
def people(cast):
    """Everybody who has something to do with a trip, and two who have only with another one."""
    elsewhere = world.trip(lead=world.user("Els Elders"))
    return {
        "lead": cast.lead,
        "companion": cast.companion(),
        "reviewer": cast.reviewer(),
        "administrator": cast.administrator(),
        "stranger": cast.stranger(),
        "lead elsewhere": elsewhere.team.get().user,
    }


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "who", "refusal"),
    [
        ("can_lead", ["lead"], LEAD_ONLY),
        ("can_accompany", ["lead", "companion"], NOT_YOURS),
        ("can_look_as_lead", ["lead", "administrator"], LEAD_ONLY),
        ("can_look_along", ["lead", "companion", "administrator"], NOT_YOURS),
        ("can_look", ["lead", "companion", "reviewer", "administrator"], NOT_YOURS),
        ("can_give_team_role", ["lead", "administrator"], LEAD_ONLY),
        ("can_change", ["lead"], LEAD_ONLY),
        ("can_cancel", ["lead"], NOTHING_FOR_YOU),
        ("can_move_deadline", ["lead"], LEAD_ONLY),
        ("can_set_dates", ["lead"], LEAD_ONLY),
    ],
)
def test_who_may_what(cast, people, at, question, who, refusal):
    at(world.MOMENTS["planning"])
    answers = {name: said(getattr(permissions, question)(person, cast.trip)) for name, person in people.items()}
    assert answers == {name: YES if name in who else refusal for name in people}


@pytest.mark.parametrize(
    ("question", "who", "refusal"),
    [
        (can_create, ["lead", "administrator", "lead elsewhere"], "Alleen projectleiders en beheerders beginnen"),
        (can_copy_framework, ["administrator"], "Alleen beheerders wijzigen thema's"),
    ],
)
def test_what_concerns_no_trip_in_particular(people, question, who, refusal):
    answers = {name: said(question(person)) for name, person in people.items()}
    assert [name for name, answer in answers.items() if answer == YES] == who
    assert answers["stranger"].startswith(f"403 {refusal}")


def test_hats_are_of_this_trip_only(cast, people):
    hats = {name: team_hats(person, cast.trip) for name, person in people.items()}
    assert hats == {
        "lead": {Hat.LEAD},
        "companion": {Hat.COMPANION},
        "reviewer": {Hat.REVIEWER},
        "administrator": set(),
        "stranger": set(),
        "lead elsewhere": set(),
    }
    assert {name: looking_hats(person, cast.trip) for name, person in people.items()} == {
        **hats,
        "administrator": {Hat.ADMINISTRATOR},
    }


def test_a_traveller_of_the_team_wears_both_hats(cast):
    companion = cast.companion()
    place = world.participation(cast.trip, companion)
    assert participation_hats(companion, place) == {Hat.COMPANION, Hat.OWNER}
    assert participation_hats(cast.lead, place) == {Hat.LEAD}
    assert participation_hats(cast.stranger(), place) == set()


# --- the team -----------------------------------------------------------------------------------------


def test_only_an_administrator_who_does_not_lead_it_takes_the_lead(cast):
    ada = cast.administrator()
    assert said(can_take_lead(cast.lead, cast.trip)) == (
        "403 Alleen beheerders worden uit zichzelf projectleider van een reis."
    )
    world.join(cast.trip, ada, TeamRole.REVIEWER)
    world.join(world.trip(), ada, TeamRole.LEAD)
    assert said(can_take_lead(ada, cast.trip)) == YES
    world.join(cast.trip, ada, TeamRole.LEAD)
    assert said(can_take_lead(ada, cast.trip)) == "409 Je bent al projectleider van deze reis."


def test_whoever_does_not_lead_gives_no_role_to_themselves(cast):
    ada, somebody = cast.administrator(), cast.stranger()
    itself = "403 Je kunt jezelf geen rol geven. Wie moet ingrijpen wordt projectleider, met een reden."
    assert said(can_give_team_role(ada, cast.trip, ada)) == itself
    assert said(can_give_team_role(ada, cast.trip, somebody)) == YES
    assert said(can_give_team_role(cast.lead, cast.trip, cast.lead)) == YES
    assert said(can_give_team_role(somebody, cast.trip, ada)) == LEAD_ONLY


def taken(cast, user, given_by, role=TeamRole.LEAD):
    """A role of the trip, given by somebody."""
    member = world.join(cast.trip, user, role)
    member.given_by = given_by
    return member


def test_only_who_took_the_lead_gives_it_back_of_a_trip_that_is_over(cast):
    ada, eve = cast.administrator(), world.user("Eve")
    world.give_role(eve, "administrator")
    stepped_in, given = taken(cast, ada, ada), taken(cast, eve, ada)
    along = taken(cast, ada, ada, TeamRole.COMPANION)
    for member in (stepped_in, given, along):
        assert said(can_take_team_role(cast.lead, member)) == YES
    cast.trip.closed_at = THEN
    assert said(can_take_team_role(ada, stepped_in)) == YES
    assert said(can_take_team_role(cast.lead, stepped_in)) == COMPLETED, "the lead of somebody else"
    assert said(can_take_team_role(ada, given)) == COMPLETED, "who gave it does not hold it"
    assert said(can_take_team_role(eve, given)) == COMPLETED, "who holds it did not take it"
    assert said(can_take_team_role(ada, along)) == COMPLETED, "no lead"


def test_a_trip_keeps_a_lead(cast):
    [only] = cast.trip.team.all()
    companion = world.join(cast.trip, cast.stranger(), TeamRole.COMPANION)
    world.trip()
    assert said(can_take_role(only)) == (
        "409 Een reis houdt ten minste één projectleider. Geef eerst iemand anders die rol."
    )
    assert said(can_take_role(companion)) == YES
    second = world.join(cast.trip, companion.user, TeamRole.LEAD)
    assert said(can_take_role(only)) == said(can_take_role(second)) == YES
    TeamMember.objects.filter(role=TeamRole.LEAD).delete()
    assert said(can_take_role(companion)) == YES


def test_everybody_gives_the_own_number_for_two_weeks_after_the_return(cast, at):
    companion = cast.companion()
    for holder in (world.participation(cast.trip, cast.stranger()), cast.trip.team.get(user=companion)):
        holder.trip = cast.trip
        cast.trip.cancelled_at = None
        at(world.home(2026, 11, 26, 23, 59))
        assert said(can_set_phone(holder.user, holder)) == YES
        assert said(can_set_phone(cast.lead, holder)) == NOTHING_FOR_YOU
        cast.trip.cancelled_at = THEN
        assert said(can_set_phone(holder.user, holder)) == CANCELLED
        at(world.home(2026, 11, 27, 0))
        over = "409 De reis is voorbij: nummers worden niet meer bewaard."
        assert said(can_set_phone(holder.user, holder)) == over


# --- the trip and its dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "who"),
    [(can_change, "lead"), (can_give_team_role, "lead"), (can_give_team_role, "administrator")],
)
def test_what_is_over_stays_as_it_is(cast, people, question, who):
    assert said(question(people[who], cast.trip)) == YES
    cast.trip.closed_at = THEN
    assert said(question(people[who], cast.trip)) == COMPLETED
    cast.trip.cancelled_at, cast.trip.closed_at = THEN, None
    assert said(question(people[who], cast.trip)) == CANCELLED
    # Who may not is told that, and not how the trip stands.
    assert said(question(people["companion"], cast.trip)) == LEAD_ONLY


def test_a_trip_is_cancelled_until_the_day_of_departure(cast, at):
    next_day = utc(world.home(2026, 11, 11, 0))
    at(next_day - INSTANT)
    assert said(can_cancel(cast.lead, cast.trip)) == YES
    at(next_day)
    assert said(can_cancel(cast.lead, cast.trip)) == "409 De reis is vertrokken en kan niet meer geannuleerd worden."
    assert said(can_cancel(cast.companion(), cast.trip)) == NOTHING_FOR_YOU
    cast.trip.closed_at = THEN
    assert said(can_cancel(cast.lead, cast.trip)) == "409 Dit kan nu niet: het staat op ‘afgerond’."


def test_a_plan_without_dates_is_cancelled_and_announced(cast, people):
    plan = world.trip(lead=cast.lead, announced=False, opens_at=None, closes_at=None, departs_on=None, returns_on=None)
    assert said(can_cancel(cast.lead, plan)) == YES
    assert said(can_announce(cast.lead, plan)) == YES
    assert said(can_announce(people["companion"], plan)) == NOTHING_FOR_YOU
    assert said(can_announce(cast.lead, cast.trip)) == "409 Dit kan nu niet: het staat op ‘aangekondigd’."


def test_the_poster_hangs_from_the_announcement_until_the_call_closes(cast):
    closes = world.CLOSES
    assert said(can_hang(cast.trip, closes - INSTANT)) == YES
    assert said(can_hang(cast.trip, closes)) == "409 De oproep is gesloten, dus er is geen poster meer."
    cast.trip.cancelled_at = THEN
    assert said(can_hang(cast.trip, closes - INSTANT)) == CANCELLED
    cast.trip.announced_at = None
    assert said(can_hang(cast.trip, closes - INSTANT)) == "409 De poster is er zodra de reis is aangekondigd."


def test_the_deadline_moves_between_the_announcement_and_the_publication(cast):
    assert said(can_move_deadline(cast.lead, cast.trip)) == YES
    cast.trip.published_at = THEN
    assert said(can_move_deadline(cast.lead, cast.trip)) == (
        "409 De selectie is bekendgemaakt; de oproep blijft gesloten."
    )
    assert said(can_move_deadline(cast.companion(), cast.trip)) == LEAD_ONLY
    cast.trip.announced_at = None
    assert said(can_move_deadline(cast.lead, cast.trip)).startswith(
        "409 Zolang de reis niet is aangekondigd, wijzig je het sluitmoment bij de andere data"
    )


def test_dates_are_free_until_the_call_opens_and_then_the_trip_is_moved(cast, at):
    companion, plan = cast.companion(), world.trip(lead=cast.lead, announced=False)
    agreed = "409 De oproep is open en mensen hebben ja gezegd tegen deze datums. Verplaats de reis."
    not_yet = "409 Tot de oproep opengaat verander je de datums bij de andere gegevens."
    at(world.OPENS - INSTANT)
    assert said(can_set_dates(cast.lead, cast.trip)) == YES
    assert said(can_move(cast.lead, cast.trip)) == not_yet
    assert said(can_move(companion, cast.trip)) == LEAD_ONLY
    at(world.OPENS)
    assert said(can_set_dates(cast.lead, cast.trip)) == agreed
    assert said(can_move(cast.lead, cast.trip)) == YES
    assert said(can_set_dates(companion, cast.trip)) == said(can_move(companion, cast.trip)) == LEAD_ONLY
    # Nobody agreed to the dates of a plan, whatever they are.
    assert said(can_set_dates(cast.lead, plan)) == YES
    assert said(can_move(cast.lead, plan)) == not_yet
    plan.opens_at = None
    assert said(can_set_dates(cast.lead, plan)) == YES
    assert said(can_move(cast.lead, plan)) == not_yet


def test_a_trip_moves_until_its_follow_up_day(cast, at):
    next_day = utc(world.home(2027, 11, 13, 0))
    at(next_day - INSTANT)
    assert said(can_move(cast.lead, cast.trip)) == YES
    at(next_day)
    assert said(can_move(cast.lead, cast.trip)) == ("409 De terugkomdag is geweest; er valt niets meer te verplaatsen.")


def test_a_trip_is_completed_from_its_follow_up_day_on(cast):
    trip = cast.trip
    trip.published_at = THEN
    too_early, not_yet = (
        "409 Een reis rond je af in de fase borging, niet eerder.",
        "409 De terugkomdag is nog niet geweest.",
    )
    # Sixty days after the return meeting the follow-up begins.
    begins, day = utc(world.home(2027, 2, 17, 0)), utc(world.home(2027, 11, 12, 0))
    assert said(can_close(cast.lead, trip, begins - INSTANT)) == too_early
    assert said(can_close(cast.lead, trip, begins)) == not_yet
    assert said(can_close(cast.lead, trip, day - INSTANT)) == not_yet
    assert said(can_close(cast.lead, trip, day)) == YES
    assert said(can_close(cast.companion(), trip, day)) == NOTHING_FOR_YOU
    trip.closed_at = THEN
    assert said(can_close(cast.lead, trip, day)) == "409 Dit kan nu niet: het staat op ‘afgerond’."


# --- reminding ----------------------------------------------------------------------------------------


def owing(*, for_lead=False, is_open=True):
    """Something that people owe, asked of them now or not."""
    return replace(REPLIES, for_lead=for_lead, open=lambda trip, now: is_open)


def test_the_team_that_goes_along_reminds_of_what_it_sees(cast, people):
    reminded = {
        for_lead: [name for name, who in people.items() if can_remind(who, cast.trip, owing(for_lead=for_lead))]
        for for_lead in (True, False)
    }
    assert reminded == {True: ["lead"], False: ["lead", "companion"]}
    assert said(can_remind(people["companion"], cast.trip, owing(for_lead=True))) == LEAD_ONLY
    assert said(can_remind(people["reviewer"], cast.trip, owing())) == NOT_YOURS


def test_nobody_is_reminded_of_what_is_not_asked_or_of_a_trip_that_is_over(cast):
    reviewer, trip = cast.reviewer(), cast.trip
    assert said(can_remind(cast.lead, trip, owing(is_open=False))) == "409 Dit wordt nu aan niemand gevraagd."
    assert said(can_remind(reviewer, trip, owing(is_open=False))) == NOT_YOURS
    trip.cancelled_at = THEN
    assert said(can_remind(cast.lead, trip, owing())) == CANCELLED
    assert said(can_remind(reviewer, trip, owing())) == NOT_YOURS
    trip.cancelled_at, trip.closed_at = None, THEN
    assert said(can_remind(cast.lead, trip, owing())) == COMPLETED
    assert said(can_remind(reviewer, trip, owing())) == NOT_YOURS


# --- meetings and presence ----------------------------------------------------------------------------


def test_a_traveller_answers_until_the_meeting_starts(cast):
    meeting, place = world.meeting(cast.trip), world.participation(cast.trip)
    starts, traveller = meeting.starts_at, place.user
    assert said(can_reply(traveller, place, meeting, starts - INSTANT)) == YES
    assert said(can_reply(traveller, place, meeting, starts)) == (
        "409 De bijeenkomst is begonnen. Het team noteert wie er is."
    )
    assert said(can_reply(cast.lead, place, meeting, starts - INSTANT)) == "403 Dit doet alleen de deelnemer zelf."
    cast.trip.cancelled_at = THEN
    assert said(can_reply(traveller, place, meeting, starts - INSTANT)) == CANCELLED
    place.status = "cancelled"
    assert said(can_reply(traveller, place, meeting, starts - INSTANT)) == "409 Je gaat niet meer mee op deze reis."


@pytest.mark.parametrize("on", [date(2026, 11, 10), date(2026, 11, 13)])
def test_presence_is_noted_from_the_day_on_at_the_destination(cast, at, on):
    begins = utc(world.london(on.year, on.month, on.day, 0))
    at(begins - INSTANT)
    assert said(can_tick_day(cast.trip, on)) == "409 Die dag moet nog komen. Er kan nog niemand geweest zijn."
    at(begins)
    assert said(can_tick_day(cast.trip, on)) == YES


@pytest.mark.parametrize("on", [date(2026, 11, 9), date(2026, 11, 14)])
def test_no_presence_on_a_day_beside_the_trip(cast, at, on):
    at(world.MOMENTS["return"])
    assert said(can_tick_day(cast.trip, on)) == "409 Dat is geen dag van deze reis."


def test_presence_at_a_meeting_is_noted_from_its_start_on(cast):
    meeting = world.meeting(cast.trip)
    assert said(can_tick_meeting(meeting, meeting.starts_at)) == YES
    assert said(can_tick_meeting(meeting, meeting.starts_at - INSTANT)) == (
        "409 De bijeenkomst is nog niet begonnen. Er kan nog niemand geweest zijn."
    )


def test_the_books_of_a_trip_that_is_over_are_closed(cast, at):
    at(world.MOMENTS["return"])
    meeting = world.meeting(cast.trip)
    for field, refusal in (("closed_at", COMPLETED), ("cancelled_at", CANCELLED)):
        setattr(cast.trip, field, THEN)
        assert said(can_tick_day(cast.trip, world.DEPARTS)) == refusal
        assert said(can_tick_meeting(meeting, meeting.starts_at)) == refusal
        setattr(cast.trip, field, None)
