"""Who is next: the people who owe something, phase by phase, and the one press that reminds exactly them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications.models import Endorsement
from applications.selection.answering import decline, give_back
from evaluations.models import Action, FollowUp, Presentation, ReturnEvaluation
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import remind
from exchange.trips.models import Attendance, LearningGoal, MeetingReply, Participation, Trip
from exchange.trips.owing import REPLIES
from exchange.trips.permissions import can_remind
from exchange.trips.reminders import meetings_to_answer
from exchange.trips.turns import all_kinds, turns_of
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

LOOKED_BACK = {"grade": 8, "support": 4, "opportunity": 4}

pytestmark = pytest.mark.django_db


@pytest.fixture
def going(cast, at):
    """Published; Anna and Bram travel, and Bram wants no reminders; a meeting on 29 October."""
    fields = {"published_at": world.home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**fields)
    cast.trip.refresh_from_db()
    cast.anna = world.participation(cast.trip, world.user("Anna"), sharpened=False)
    cast.bram = world.participation(cast.trip, world.user("Bram", reminders=False))
    cast.meeting = world.meeting(cast.trip)
    at(world.MOMENTS["preparation"])
    return cast


def next_on(cast, user=None):
    """Who is next, as {kind: (names, how many a reminder reaches)}."""
    trip = Trip.objects.prefetch_related("meetings").get(pk=cast.trip.pk)
    groups = turns_of([trip], user or cast.lead, clock.now()).get(trip.pk, [])
    return {turn.owing.key: (turn.people.rows, turn.free) for group in groups for turn in group.turns}


def kind(key):
    return next(one for one in all_kinds() if one.key == key)


# --- phase by phase -----------------------------------------------------------------------------------


def test_in_preparation_replies_goals_offers_and_managers_asked_again(going):
    held = world.submitted(going.trip, world.user("Carl"))
    world.decision(held, "select", published=True)
    world.offer(held, reply_by=world.home(2026, 10, 29, 17))
    Endorsement.objects.filter(application__user=going.anna.user).update(
        status="asked", manager_name="Joke Mulder", asked_at=world.home(2026, 10, 20)
    )
    world.settle_all()
    assert next_on(going) == {
        "offers": (["Carl"], 1),
        "managers": (["Joke Mulder"], 1),
        "replies": (["Anna", "Bram"], 1),
        "sharpen": (["Anna"], 1),
    }
    # What companions see holds nothing of who applied.
    assert set(next_on(going, going.companion())) == {"replies", "sharpen"}


def test_on_the_way_the_evening(going, at):
    at(world.london(2026, 11, 11, 21))
    assert next_on(going) == {"evening": (["Anna", "Bram"], 1)}


def test_after_the_return_questions_presentation_and_plan(going, at):
    at(world.home(2026, 11, 20))
    MeetingReply.objects.all().delete()
    people = (["Anna", "Bram"], 1)
    assert next_on(going) == {"return": people, "presentation": people, "plan": people}
    ReturnEvaluation.objects.create(participation=going.anna, answered_at=clock.now(), **LOOKED_BACK)
    Presentation.objects.create(participation=going.bram, title="Pauzeronde", changed_at=clock.now())
    Action.objects.create(participation=going.anna, title="Spreekuur", due_on=date(2027, 3, 1), created_at=clock.now())
    assert next_on(going) == {"return": (["Bram"], 0), "presentation": (["Anna"], 1), "plan": (["Bram"], 0)}


def test_a_year_later_the_questions_and_then_nobody(going, at):
    at(world.home(2027, 10, 20))
    assert next_on(going) == {"year": (["Anna", "Bram"], 1)}
    FollowUp.objects.create(participation=going.anna, recalled_at=clock.now())
    FollowUp.objects.create(participation=going.bram, recalled_at=clock.now(), answered_at=clock.now())
    assert next_on(going) == {"year": (["Anna"], 1)}
    Trip.objects.filter(pk=going.trip.pk).update(closed_at=clock.now(), closed_by=going.lead)
    assert next_on(going) == {}


def test_who_gave_the_place_back_owes_nothing(going):
    Participation.objects.filter(pk=going.anna.pk).update(
        status="cancelled", cancelled_at=clock.now(), cancelled_by=going.anna.user
    )
    world.settle_all()
    assert next_on(going) == {"replies": (["Bram"], 0)}


# --- reminding ----------------------------------------------------------------------------------------


def press(going, what="replies", user=None):
    return signed_in(user or going.lead).post(reverse("trips:remind", args=[going.trip.slug, what]), follow=True)


def reminded():
    return sorted(OutboxMessage.objects.filter(kind="trips/meeting_reminder").values_list("to", flat=True))


def test_one_press_reminds_exactly_those_who_owe_it_and_want_it(going):
    third = world.participation(going.trip, world.user("Dina"))
    MeetingReply.objects.create(meeting=going.meeting, participation=third, coming=True, replied_at=clock.now())
    answer = press(going)
    assert reminded() == [going.anna.user.email]
    assert "1 herinnering is onderweg." in answer.text
    entry = HistoryEntry.objects.get(verb="trip.remind")
    assert (entry.by, entry.facts) == (going.lead, {"what": "replies", "people": 1})
    assert OutboxMessage.objects.get(to=going.anna.user.email, kind="trips/meeting_reminder").queued_by == going.lead


def test_not_twice_in_two_days_whoever_presses_and_seen_on_the_page(going, at):
    page = press(going)
    assert "herinnerd" in page.text
    assert "Opnieuw kan vanaf 28 oktober, 12.00 uur." in page.text
    press(going, user=going.companion())
    assert len(reminded()) == 1
    at(world.MOMENTS["preparation"] + timedelta(days=2) - timedelta(seconds=1))
    press(going)
    assert len(reminded()) == 1
    at(world.MOMENTS["preparation"] + timedelta(days=2))
    press(going)
    assert len(reminded()) == 2


def test_the_daily_reminder_counts_too(going, at):
    at(world.home(2026, 10, 27, 9))
    assert meetings_to_answer(clock.now()) == 1
    assert next_on(going)["replies"] == (["Anna", "Bram"], 0)
    press(going)
    assert len(reminded()) == 1


def test_the_mail_is_read_before_it_goes(going):
    page = signed_in(going.lead).get(reverse("trips:remind", args=[going.trip.slug, "replies"]))
    assert "Veilig in Londen: kom je op donderdag 29 oktober?" in page.text
    assert reminded() == []


@pytest.mark.parametrize("what", [one.key for one in all_kinds()])
def test_every_kind_has_a_mail_that_can_be_made(going, at, what):
    moments = {"evening": world.london(2026, 11, 11, 21), "year": world.home(2027, 10, 20)}
    late = dict.fromkeys(("return", "presentation", "plan"), world.home(2026, 11, 20))
    held = world.submitted(going.trip, world.user("Carl"))
    world.decision(held, "select", published=True)
    world.offer(held, reply_by=world.home(2026, 10, 29, 17))
    Endorsement.objects.filter(application__user=going.anna.user).update(
        status="asked", asked_at=world.home(2026, 10, 20)
    )
    world.settle_all()
    at((moments | late).get(what, world.MOMENTS["preparation"]))
    page = signed_in(going.lead).get(reverse("trips:remind", args=[going.trip.slug, what]))
    assert page.status_code == 200
    assert page.context["n"] == 1
    assert len(remind(trip=going.trip, owing=kind(what), by=going.lead)) == 1
    assert {mail.kind for mail in OutboxMessage.objects.all()} == {kind(what).mail}
    assert remind(trip=going.trip, owing=kind(what), by=going.lead) == []


def test_who_may_remind(going):
    url = reverse("trips:remind", args=[going.trip.slug, "offers"])
    assert signed_in(going.companion()).post(url).status_code == 404
    assert signed_in(going.reviewer()).post(url).status_code == 403
    assert signed_in(going.stranger()).post(url).status_code == 404
    # What companions don't see they don't remind of; of what they see they do.
    assert kind("offers").for_lead
    assert not can_remind(going.companion(), going.trip, kind("offers"))
    assert not kind("replies").for_lead
    assert can_remind(going.companion(), going.trip, kind("replies"))
    with pytest.raises(Refused):
        remind(trip=going.trip, owing=REPLIES, by=going.stranger())
    assert not OutboxMessage.objects.exists()
    assert signed_in(going.lead).get(reverse("trips:remind", args=[going.trip.slug, "nothing"])).status_code == 404
    # A kind whose time has not come.
    assert signed_in(going.lead).get(reverse("trips:remind", args=[going.trip.slug, "year"])).status_code == 409


# --- where it stands ----------------------------------------------------------------------------------


def test_home_and_overview_say_the_same(going):
    client = signed_in(going.lead)
    for page in (client.get("/"), client.get("/home/"), client.get(reverse("trips:team", args=[going.trip.slug]))):
        if page.status_code == 200 and "Wie is aan zet" in page.text:
            assert "2 mensen:" in page.text
            assert "Anna, Bram" in page.text
    assert "Wie is aan zet" in client.get(reverse("home")).text
    assert "Wie is aan zet" in client.get(reverse("trips:team", args=[going.trip.slug])).text


def test_presence_that_is_not_noted_waits_at_home_and_on_the_overview(going, at):
    at(world.london(2026, 11, 11, 21))
    for one in (going.anna, going.bram):
        for fields in ({"on": date(2026, 11, 10)}, {"meeting": going.meeting}):
            Attendance.objects.create(participation=one, present=True, ticked_at=clock.now(), **fields)
    pages = reverse("home"), reverse("trips:team", args=[going.trip.slug])
    for url in pages:
        assert "Noteer wie er was" in signed_in(going.lead).get(url).text
    for one in (going.anna, going.bram):
        Attendance.objects.create(participation=one, on=date(2026, 11, 11), present=False, ticked_at=clock.now())
    for url in pages:
        assert "Noteer wie er was" not in signed_in(going.lead).get(url).text


def test_goals_of_somebody_else_are_not_theirs(going):
    LearningGoal.objects.filter(participation=going.anna).update(
        text="x", sharpened_at=clock.now(), sharpened_by=going.anna.user
    )
    assert "sharpen" not in next_on(going)


def test_the_overview_counts_offers_as_the_list_of_those_who_owe_does(going):
    for name in ("Carl", "Dora"):
        held = world.submitted(going.trip, world.user(name))
        world.decision(held, "select", published=True)
        world.offer(held, reply_by=world.home(2026, 10, 29, 17))
    late = world.submitted(going.trip, world.user("Eva"))
    world.decision(late, "select", published=True)
    world.offer(late, reply_by=world.home(2026, 10, 20, 17))
    page = signed_in(going.lead).get(reverse("trips:team", args=[going.trip.slug]))
    assert next_on(going)["offers"] == (["Carl", "Dora"], 2)
    assert '<dt>Open aanbod</dt><dd class="tn">2</dd>' in "".join(
        line.strip() for line in page.text.splitlines()
    ).replace("> <", "><")


# --- what the lead is asked for himself ---------------------------------------------------------------


def waits(going):
    vars(going.lead).pop("teams", None)
    page = signed_in(going.lead).get(reverse("trips:team", args=[going.trip.slug]))
    return [str(todo.title) for todo in page.context["todos"]]


def test_a_manager_who_says_no_after_a_move_stands_with_the_lead(going):
    assert waits(going) == []
    Endorsement.objects.filter(application__user=going.anna.user).update(
        status="refused", asked_at=world.home(2026, 10, 20), answered_at=world.home(2026, 10, 21)
    )
    # Somebody who was refused before the publication was decided about then.
    Endorsement.objects.filter(application__user=going.bram.user).update(status="refused")
    world.settle_all()
    assert waits(going) == ["1 leidinggevende trok de steun in"]
    assert going.anna.user.participations.get().status == "active"


def test_a_reserve_whose_school_nobody_confirmed_stands_with_the_lead(going):
    unsure = world.submitted(going.trip, world.user("Rens"))
    world.decision(unsure, "reserve", published=True)
    type(unsure.user).objects.filter(pk=unsure.user.pk).update(membership_by_domain=False)
    world.settle_all()
    assert "Bevestig waar 1 persoon werkt" in waits(going)


def test_prepared_presentations_without_a_moment_stand_with_the_team(going, at):
    at(world.home(2026, 11, 20))
    Presentation.objects.create(participation=going.bram, title="Pauzeronde", changed_at=clock.now())
    Presentation.objects.create(participation=going.anna, title="", changed_at=clock.now())
    assert "Geef 1 presentatie een moment" in waits(going)
    Presentation.objects.update(starts_at=world.home(2026, 12, 18, 14))
    assert not [title for title in waits(going) if "moment" in title]


def test_the_reason_for_declining_or_giving_back_reaches_the_team_it_was_asked_for(going):
    held = world.submitted(going.trip, world.user("Carl"))
    world.decision(held, "select", published=True)
    decline(offer=world.offer(held, reply_by=world.home(2026, 10, 29, 17)), reason="Mijn moeder.", by=held.user)
    give_back(participation=going.bram, reason="Een nieuwe baan.", by=going.bram.user)
    world.settle_all()
    reserve = reverse("applications:reserve", args=[going.trip.slug])
    page = signed_in(going.lead).get(reserve).text
    assert "Mijn moeder." in page
    assert "Een nieuwe baan." in page
    own = going.bram.user.applications.get()
    for application, why in ((held, "Mijn moeder."), (own, "Een nieuwe baan.")):
        url = reverse("applications:detail", args=[going.trip.slug, application.pk])
        assert why in signed_in(going.lead).get(url).text
        assert why not in signed_in(going.companion()).get(url).text
    assert signed_in(going.companion()).get(reserve).status_code == 403


def test_kinds_with_a_moment_and_kinds_without_stand_in_one_statement(going, at):
    """Two trips in two phases: what one database would call another type after two empty dates."""
    away = world.trip(
        lead=going.lead,
        published=True,
        departs_on=date(2026, 10, 25),
        returns_on=date(2026, 10, 28),
    )
    world.participation(away, world.user("Saar"))
    world.meeting(away)
    trips = list(Trip.objects.prefetch_related("meetings").filter(pk__in=[going.trip.pk, away.pk]))
    found = turns_of(trips, going.lead, clock.now())
    kinds = {pk: [turn.owing.key for group in groups for turn in group.turns] for pk, groups in found.items()}
    assert kinds == {going.trip.pk: ["replies", "sharpen"], away.pk: ["evening", "replies"]}
