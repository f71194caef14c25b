"""Who is reminded on which day, and who is not: each of the things that stop a daily mail, one by one."""

from datetime import timedelta

import pytest

from applications.lines import settle
from applications.models import Endorsement, LateAccess, Line, Offer
from applications.people.reminding import Group, group_of, to_remind, with_group
from applications.reminders import caught, drafts, ended_by_departure, managers, offers, silent_managers
from exchange.at_once import at_once
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Trip
from tests import world

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ASKED = world.MOMENTS["call"]


def change(trip, **fields):
    Trip.objects.filter(pk=trip.pk).update(**fields)
    trip.refresh_from_db()


def stop(application, how, by):
    """Something that ends it: for the person, or for the trip."""
    if how == "left":
        world.left(application.user)
    elif how == "quiet":
        application.user.reminders = False
        application.user.save()
    elif how == "cancelled":
        change(application.trip, cancelled_at=ASKED, cancelled_by=by)
    elif how == "published":
        change(application.trip, published_at=world.CLOSES, published_by=by)
    world.settle_all()


# --- drafts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["left", "quiet", "cancelled"])
def test_a_draft_is_not_remembered_when(cast, at, how):
    draft = world.application(cast.trip)
    at(world.CLOSES - timedelta(days=1))
    stop(draft, how, cast.lead)
    assert drafts(world.CLOSES - timedelta(days=1)) == 0


def test_a_trip_taken_back_to_planning_reminds_nobody(cast, at):
    world.application(cast.trip)
    change(cast.trip, announced_at=None, announced_by=None)
    at(world.CLOSES - timedelta(days=1))
    assert drafts(world.CLOSES - timedelta(days=1)) == 0


def test_a_call_that_has_closed_reminds_of_no_draft(cast, at):
    world.application(cast.trip)
    at(world.CLOSES)
    assert drafts(world.CLOSES) == 0


def test_a_draft_says_how_long_it_still_can(cast, at):
    world.application(cast.trip)
    for before in (timedelta(days=3), timedelta(days=1)):
        at(world.CLOSES - before)
        assert drafts(world.CLOSES - before) == 1
    keys = sorted(OutboxMessage.objects.values_list("key", flat=True))
    assert len(set(keys)) == 2


# --- the draft that the deadline caught ---------------------------------------------------------------


@pytest.mark.parametrize("how", ["left", "cancelled", "published"])
def test_a_caught_draft_is_not_told_when(cast, at, how):
    draft = world.application(cast.trip)
    at(world.CLOSES + timedelta(hours=1))
    stop(draft, how, cast.lead)
    assert caught(world.CLOSES + timedelta(hours=1)) == 0


def test_a_caught_draft_is_told_after_the_grace(cast, at):
    world.application(cast.trip)
    world.submitted(cast.trip)
    change(cast.trip, grace_minutes=15)
    for minutes, told in ((0, 0), (14, 0), (15, 1)):
        moment = world.CLOSES + timedelta(minutes=minutes)
        at(moment)
        assert caught(moment) == told, minutes


@pytest.mark.parametrize(
    ("of", "until", "told"),
    [("this", 1, 0), ("this", 0, 1), ("another", 1, 1)],
)
def test_late_access_of_this_trip_that_still_runs_spares_the_mail(cast, at, of, until, told):
    moment = world.CLOSES + timedelta(hours=1)
    draft = world.application(cast.trip)
    on = cast.trip if of == "this" else world.trip(lead=cast.lead)
    LateAccess.objects.create(
        trip=on,
        email=draft.user.email.upper(),
        until_at=moment + until * SECOND,
        reason="Ziek.",
        given_at=ASKED,
        given_by=cast.lead,
    )
    # Somebody else's is not theirs.
    LateAccess.objects.create(
        trip=cast.trip,
        email="a@b.example",
        until_at=moment + SECOND,
        reason="Ziek.",
        given_at=ASKED,
        given_by=cast.lead,
    )
    world.settle_all()
    at(moment)
    assert caught(moment) == told


# --- managers ---------------------------------------------------------------------------------------


@pytest.fixture
def silent(cast):
    """Asked at noon on 15 September."""
    return world.submitted(cast.trip, endorsed=False)


@pytest.mark.parametrize(
    ("moment", "chased"),
    [
        (world.home(2026, 9, 17, 23, 59), 0),
        (world.home(2026, 9, 18, 0, 1), 1),
        (world.home(2026, 9, 20, 23, 59), 1),
        (world.home(2026, 9, 21, 0, 1), 1),  # the sixth day: another mail
    ],
)
def test_managers_are_asked_again_on_the_third_and_the_sixth_day(silent, at, moment, chased):
    at(moment)
    assert managers(moment) == chased
    assert managers(moment) == 0
    assert OutboxMessage.objects.count() == chased


def test_a_manager_who_was_asked_again_is_so_once_more_on_the_sixth_day(silent, at):
    for moment in (world.home(2026, 9, 18, 7), world.home(2026, 9, 19, 7), world.home(2026, 9, 21, 7)):
        at(moment)
        managers(moment)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(("moment", "told"), [(world.home(2026, 9, 22, 23, 59), 0), (world.home(2026, 9, 23, 0, 1), 1)])
def test_applicants_hear_of_a_silent_manager_from_the_eighth_day(silent, at, moment, told):
    at(moment)
    assert silent_managers(moment) == told
    assert silent_managers(moment) == 0
    assert [one.recipient for one in OutboxMessage.objects.all()] == [silent.user] * told


@pytest.mark.parametrize("how", ["left", "cancelled", "bounced", "answered", "departed"])
def test_nobody_is_chased_when(cast, silent, at, how):
    moment = world.home(2026, 9, 24, 7)
    at(moment)
    if how == "bounced":
        Endorsement.objects.update(bounced_at=ASKED)
    elif how == "answered":
        Endorsement.objects.update(status="endorsed", answered_at=ASKED)
    elif how == "departed":
        change(cast.trip, departs_on=world.date(2026, 9, 24))
    stop(silent, how, cast.lead)
    assert (managers(moment), silent_managers(moment)) == (0, 0)


def test_the_eve_of_the_departure_is_the_last_day_managers_are_chased(cast, silent, at):
    moment = world.home(2026, 9, 24, 7)
    at(moment)
    change(cast.trip, departs_on=world.date(2026, 9, 25))
    assert (managers(moment), silent_managers(moment)) == (1, 1)


# --- offers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["left", "quiet", "cancelled"])
def test_an_offer_is_not_remembered_when(cast, at, how):
    application = world.submitted(cast.trip)
    world.decision(application, "select", published=True)
    world.offer(application)
    stop(application, how, cast.lead)
    moment = world.home(2026, 10, 18, 17)
    at(moment)
    assert offers(moment) == 0
    assert Offer.objects.get().status == "open"


# --- the departure ----------------------------------------------------------------------------------


@pytest.fixture
def reserve(cast):
    """Somebody who waits, of a published trip that leaves on 10 November."""
    change(cast.trip, published_at=world.home(2026, 10, 12), published_by=cast.lead)
    waits = world.submitted(cast.trip)
    world.decision(waits, "reserve", published=True)
    return waits


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (world.home(2026, 11, 9, 23, 59), 0),
        (world.home(2026, 11, 10, 0, 1), 1),
        (world.home(2026, 11, 13, 23, 59), 1),
        (world.home(2026, 11, 14, 0, 1), 0),  # after four days it would only surprise
    ],
)
def test_the_departure_is_told_within_four_days(reserve, at, moment, told):
    at(moment)
    assert ended_by_departure(moment) == told


@pytest.mark.parametrize("how", ["left", "cancelled", "withdrawn", "selected", "offered", "travels", "not published"])
def test_the_end_of_the_reserve_is_not_told_when(cast, reserve, at, how):
    if how == "withdrawn":
        type(reserve).objects.filter(pk=reserve.pk).update(status="withdrawn")
    elif how == "selected":
        reserve.decision.kind = "select"
        reserve.decision.save()
    elif how == "offered":
        world.offer(reserve, status="declined")
    elif how == "travels":
        world.Participation.objects.create(
            trip=cast.trip, user=reserve.user, institution=reserve.user.institution, confirmed_at=ASKED
        )
    elif how == "not published":
        change(cast.trip, published_at=None, published_by=None)
    stop(reserve, how, cast.lead)
    moment = world.home(2026, 11, 10, 7)
    at(moment)
    assert ended_by_departure(moment) == 0


def test_a_place_on_another_trip_or_anothers_offer_do_not_end_the_reserve_here(cast, reserve, at):
    world.participation(world.trip(lead=cast.lead), reserve.user)
    other = world.submitted(cast.trip)
    world.decision(other, "reserve", published=True)
    world.offer(other)
    moment = world.home(2026, 11, 10, 7)
    at(moment)
    assert ended_by_departure(moment) == 1
    assert OutboxMessage.objects.get().recipient == reserve.user


# --- by hand, from the list -------------------------------------------------------------------------


def grouped(trip, group, now):
    return set(Line.objects.filter(group_of(group, trip, now), trip=trip).values_list("name", flat=True))


def test_invited_people_can_be_reminded_from_the_day_after_while_the_call_is_open(cast):
    world.invitation(cast.trip, "bea@x.example", "Bea", invited_at=world.home(2026, 9, 14, 23, 59))
    world.invitation(cast.trip, "carl@x.example", "Carl", invited_at=world.home(2026, 9, 15, 0, 1))
    today, tomorrow = world.home(2026, 9, 15, 12), world.home(2026, 9, 16, 12)
    assert grouped(cast.trip, Group.INVITED, today) == {"Bea"}
    assert grouped(cast.trip, Group.INVITED, tomorrow) == {"Bea", "Carl"}
    assert grouped(cast.trip, Group.INVITED, world.CLOSES - SECOND) == {"Bea", "Carl"}
    assert grouped(cast.trip, Group.INVITED, world.CLOSES) == set()


def test_whoever_was_reminded_today_is_so_again_tomorrow(cast):
    for name, moment in (("Bea", world.home(2026, 9, 14, 23, 59)), ("Carl", world.home(2026, 9, 15, 0, 0))):
        world.invitation(cast.trip, f"{name}@x.example", name, reminded_at=moment)
    assert grouped(cast.trip, Group.INVITED, world.home(2026, 9, 15, 12)) == {"Bea"}
    assert grouped(cast.trip, Group.INVITED, world.home(2026, 9, 16, 0, 1)) == {"Bea", "Carl"}


def test_managers_are_chased_by_hand_from_the_day_after_until_the_publication(cast, silent):
    world.submitted(cast.trip)  # endorsed
    name = {silent.user.name}
    assert grouped(cast.trip, Group.MANAGERS, world.home(2026, 9, 15, 23, 59)) == set()
    assert grouped(cast.trip, Group.MANAGERS, world.home(2026, 9, 16, 0, 1)) == name
    change(cast.trip, published_at=world.CLOSES, published_by=cast.lead)
    assert grouped(cast.trip, Group.MANAGERS, world.home(2026, 10, 2)) == set()
    change(cast.trip, published_at=None, published_by=None, cancelled_at=ASKED, cancelled_by=cast.lead)
    assert grouped(cast.trip, Group.MANAGERS, world.home(2026, 10, 2)) == set()


def test_drafts_are_reminded_of_unless_their_author_wants_none(cast):
    draft = world.application(cast.trip)
    world.submitted(cast.trip)
    quiet = world.application(cast.trip, world.user(reminders=False))
    settle(quiet)
    now = world.home(2026, 9, 20)
    assert grouped(cast.trip, Group.DRAFTS, now) == {draft.user.name}
    change(cast.trip, published_at=world.CLOSES, published_by=cast.lead)
    assert grouped(cast.trip, Group.DRAFTS, world.home(2026, 10, 2)) == set()
    change(cast.trip, published_at=None, published_by=None, cancelled_at=ASKED, cancelled_by=cast.lead)
    assert grouped(cast.trip, Group.DRAFTS, now) == set()


def test_whoever_started_is_not_reminded_of_the_invitation(cast):
    draft = world.application(cast.trip)
    world.invitation(cast.trip, draft.user.email, draft.user.name)
    world.settle_all()
    assert grouped(cast.trip, Group.INVITED, world.home(2026, 9, 20)) == set()
    assert grouped(cast.trip, Group.DRAFTS, world.home(2026, 9, 20)) == {draft.user.name}


def test_each_is_told_of_what_they_would_be_reminded(cast, silent):
    draft = world.application(cast.trip)
    sent = world.submitted(cast.trip)
    world.invitation(cast.trip, "bea@x.example", "Bea")
    now = world.home(2026, 9, 20)
    found = with_group(Line.objects.filter(trip=cast.trip), cast.trip, now).values_list("name", "group")
    assert dict(found) == {
        "Bea": "invited",
        draft.user.name: "drafts",
        silent.user.name: "managers",
        sent.user.name: "",
    }
    counts = at_once(cast.trip, to_remind(Line.objects.filter(trip=cast.trip), cast.trip, now))
    assert counts == {"invited": 1, "drafts": 1, "managers": 1}
