"""A trip moves while people withdraw, come late, hold offers or are gone: nobody is forgotten, nobody misled."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications.endorsing.actions import endorse
from applications.endorsing.permissions import can_remind_manager, can_replace_manager
from applications.models import Admission, Endorsement, LateAccess
from applications.reminders import ended_by_departure
from applications.selection.answering import confirm_place, decline, give_back
from applications.writing.actions import reinstate, withdraw
from evaluations.reminders import evenings
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.actions import move_deadline, move_trip, remind
from exchange.trips.models import MeetingKind, Trip
from exchange.trips.moving import move_of
from exchange.trips.owing import REPLIES
from exchange.trips.reminders import meetings_to_answer
from exchange.trips.turns import all_kinds, turns_of
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LATER = {"departs_on": date(2026, 12, 1)}


def move(trip, **dates):
    trip = Trip.objects.get(pk=trip.pk)
    found = move_of(trip, dates or LATER)
    lead = trip.team.get(role="lead").user
    return move_trip(trip=trip, dates=dates or LATER, seen=found.seen, reason="Examens.", by=lead)


def letters(to):
    return [mail.body for mail in OutboxMessage.objects.filter(to=to).order_by("queued_at", "pk")]


@pytest.fixture
def published(cast, at):
    """In preparation, with nobody in it yet."""
    at(world.MOMENTS["preparation"])
    fields = {"published_at": world.home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**fields)
    cast.trip.refresh_from_db()
    return cast


def decided(trip, name, kind):
    sent = world.submitted(trip, world.user(name))
    world.decision(sent, kind, published=True)
    return sent


# --- withdrawn meanwhile ------------------------------------------------------------------------------


@pytest.mark.parametrize("endorsed", [True, False])
def test_who_withdrew_and_comes_back_is_signed_for_the_new_days(cast, at, endorsed):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Wia"), endorsed=endorsed)
    withdraw(application=sent, by=sent.user)
    move(cast.trip)
    sent.refresh_from_db()
    reinstate(application=sent, by=sent.user)
    current = sent.endorsements.current().get()
    assert (current.status, current.generation) == ("asked", 2)
    assert current.signed_content["dates"]["departs_on"] == "2026-12-01"


def test_an_address_that_bounced_is_not_asked_once_more(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Wia"), endorsed=False)
    sent.endorsements.update(bounced_at=clock.now())
    withdraw(application=sent, by=sent.user)
    reinstate(application=sent, by=sent.user)
    assert not OutboxMessage.objects.filter(kind="applications/endorse").exists()


def test_a_second_withdrawal_tells_the_manager_again(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Wia"), endorsed=False)
    for hours in (1, 2):
        at(world.MOMENTS["call"] + timedelta(hours=hours))
        withdraw(application=sent, by=sent.user)
        reinstate(application=sent, by=sent.user)
    assert OutboxMessage.objects.filter(kind="applications/endorse_ended").count() == 2
    assert OutboxMessage.objects.filter(kind="applications/endorse").count() == 2


def test_a_moment_that_goes_to_and_fro_is_told_each_time(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Sil"), endorsed=False)
    for hours, day in enumerate((12, 15, 12, 15), 1):
        at(world.MOMENTS["call"] + timedelta(hours=hours))
        move(cast.trip, endorse_by_at=world.home(2026, 10, day, 17))
    assert OutboxMessage.objects.filter(kind="applications/endorse_by").count() == 4
    for hours, day in enumerate((2, 3, 2), 10):
        at(world.MOMENTS["call"] + timedelta(hours=hours))
        trip = Trip.objects.get(pk=cast.trip.pk)
        closes = world.home(2026, 10, day, 17)
        move_deadline(trip=trip, closes_at=closes, seen=trip.closes_at, reason="Krokus.", by=cast.lead)
    assert OutboxMessage.objects.filter(kind="applications/deadline_moved", to=sent.user.email).count() == 3


# --- who is told --------------------------------------------------------------------------------------


def test_selected_people_whose_offer_lapsed_hear_of_it_and_their_managers_sign_again(published):
    lapsed = decided(published.trip, "Lotte", "select")
    world.offer(lapsed, reply_by=world.home(2026, 10, 20, 17))
    back = decided(published.trip, "Rik", "select")
    world.offer(back, status="retracted")
    move(published.trip)
    for one in (lapsed, back):
        assert len(letters(one.user.email)) == 1
        assert one.endorsements.current().get().status == "asked"


def test_who_declined_gave_back_or_was_not_selected_is_left_alone(published, at):
    no, gone, out = (decided(published.trip, name, "reserve") for name in ("Nel", "Ger", "Oda"))
    decline(offer=world.offer(no, reply_by=world.home(2026, 10, 29, 17)), reason="", by=no.user)
    confirm_place(offer=world.offer(gone, reply_by=world.home(2026, 10, 29, 17)), by=gone.user)
    give_back(participation=gone.user.participations.get(), reason="", by=gone.user)
    out.decision.kind = "not_selected"
    out.decision.save()
    world.settle_all()
    OutboxMessage.objects.all().delete()
    move(published.trip)
    assert not OutboxMessage.objects.exists()
    assert {one.endorsements.current().get().status for one in (no, gone, out)} == {"endorsed"}
    at(world.home(2026, 12, 1, 9))
    assert ended_by_departure(clock.now()) == 0


def test_late_writers_and_who_asked_to_be_admitted_hear_of_it(cast, at):
    at(world.MOMENTS["selection"])
    late, asks, caught = (world.application(cast.trip, world.user(name)) for name in ("Loes", "Ans", "Cas"))
    LateAccess.objects.create(
        trip=cast.trip,
        email=late.user.email.upper(),
        until_at=clock.now() + timedelta(days=3),
        reason="Ziek.",
        given_at=clock.now(),
        given_by=cast.lead,
    )
    Admission.objects.create(application=asks, request="De trein.", asked_at=clock.now())
    world.settle_all()
    move(cast.trip)
    assert len(letters(late.user.email)) == len(letters(asks.user.email)) == 1
    assert letters(caught.user.email) == []


def test_an_erased_traveller_gets_nothing_and_owes_nothing(published, at):
    one = world.participation(published.trip, world.user("Weg"))
    User.objects.filter(pk=one.user_id).update(is_active=False)
    world.settle_all()
    move(published.trip)
    assert not OutboxMessage.objects.exists()
    trip = Trip.objects.prefetch_related("meetings").get(pk=published.trip.pk)
    assert turns_of([trip], published.lead, clock.now()) == {}


# --- what the letters promise -----------------------------------------------------------------------------


def test_the_way_out_that_a_letter_names_exists(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Anna"))
    move(cast.trip)
    assert "Dan kun je je hier terugtrekken" in letters(sent.user.email)[0]
    at(world.MOMENTS["selection"])
    move(cast.trip, departs_on=date(2026, 12, 2))
    assert "Beantwoord dan deze mail" in letters(sent.user.email)[1]


def test_an_offer_ends_before_the_new_departure_and_the_letter_says_so(published, at):
    offered = decided(published.trip, "Otto", "select")
    offer = world.offer(offered, reply_by=world.home(2026, 11, 5, 17))
    move(published.trip, departs_on=date(2026, 11, 3))
    offer.refresh_from_db()
    assert offer.reply_by_at == world.home(2026, 11, 2, 17)
    [letter] = letters(offered.user.email)
    assert "kun je nemen tot maandag 2 november 2026, 17.00 uur" in letter
    assert "Dan kun je de plek hier afslaan" in letter
    type(offer).objects.filter(pk=offer.pk).update(reply_by_at=world.home(2026, 11, 5, 17))
    offer.refresh_from_db()
    world.settle_all()
    offer.application.trip.refresh_from_db()
    at(world.home(2026, 11, 3, 9))
    with pytest.raises(Refused):
        confirm_place(offer=offer, by=offered.user)


def test_after_the_return_nobody_is_told_that_a_place_can_be_given_back(published, at):
    one = world.participation(published.trip, world.user("Anna"))
    at(world.home(2027, 9, 1))
    move(published.trip, follow_up_on=date(2027, 11, 19))
    [letter] = letters(one.user.email)
    assert "plek teruggeven" not in letter


def test_on_the_day_itself_a_meeting_moves_no_more(published, at):
    world.meeting(published.trip, MeetingKind.RETURN)
    at(world.home(2026, 12, 18, 15))
    page = signed_in(published.lead).get(reverse("trips:move", args=[published.trip.slug]))
    assert list(page.context["form"].fields) == ["follow_up_on"]
    found = move_of(published.trip, {"return_meeting_on": date(2027, 1, 8)})
    assert [name for name, _text in found.problems] == ["return_meeting_on"]


def test_after_the_departure_no_applicant_can_send_a_dead_question(published, at):
    one = world.participation(published.trip, world.user("Anna"))
    move(published.trip, departs_on=date(2026, 11, 12))
    application = one.user.applications.select_related("trip").get()
    asked = application.endorsements.current().select_related("application__trip").get()
    at(world.home(2026, 11, 11, 10))
    assert can_remind_manager(one.user, application, asked)
    at(world.home(2026, 11, 12, 10))
    assert not can_remind_manager(one.user, application, asked)
    assert not can_replace_manager(one.user, application, asked)


def test_who_is_asked_on_the_eve_has_until_its_end(published, at):
    one = world.participation(published.trip, world.user("Anna"))
    at(world.home(2026, 10, 26, 18))
    move(published.trip, departs_on=date(2026, 10, 27))
    assert one.user.applications.get().endorsements.current().get().due_at == world.home(2026, 10, 26, 23, 59)


# --- what the page shows ----------------------------------------------------------------------------------


def test_a_shorter_trip_warns_of_what_falls_off(published):
    world.programme(published.trip)
    said = [str(text) for text in move_of(published.trip, {"returns_on": date(2026, 11, 12)}).warnings]
    assert said[0].startswith("1 onderdeel van het programma zou na de terugkomst vallen.")


def test_a_reason_stays_when_the_dates_became_impossible(published):
    url = reverse("trips:move", args=[published.trip.slug])
    data = {"departs_on": "2026-10-01", "reason": "Een lange uitleg.", "seen": "x"}
    page = signed_in(published.lead).post(url, data)
    assert page.status_code == 422
    assert "Een lange uitleg." in page.text
    ahead = signed_in(published.lead).get(url, {"departs_on": "2026-12-01", "reason": "Een lange uitleg."})
    assert "Een lange uitleg." in ahead.text


def test_until_all_dates_are_known_a_meeting_still_follows_the_day_of_the_trip(cast, at):
    at(world.MOMENTS["planning"])
    empty = dict.fromkeys("opens_at closes_at endorse_by_at".split())
    trip = world.trip(lead=cast.lead, announced=False, **empty)
    meeting = world.meeting(trip, MeetingKind.RETURN)
    data = {
        "grace_minutes": "0",
        "departs_on": "2026-11-10",
        "returns_on": "2026-11-13",
        "return_meeting_on": "2026-12-21",
        "follow_up_on": "2027-11-12",
        "time_zone": "Europe/London",
    }
    assert signed_in(cast.lead).post(reverse("trips:dates", args=[trip.slug]), data).status_code == 302
    meeting.refresh_from_db()
    assert meeting.starts_at == world.home(2026, 12, 21, 14)


# --- reminders by hand and by the day -----------------------------------------------------------------


def test_the_daily_reminder_is_not_sent_behind_a_press(published, at):
    world.participation(published.trip, world.user("Anna"))
    world.meeting(published.trip)
    at(world.home(2026, 10, 27, 12))
    assert len(remind(trip=published.trip, owing=REPLIES, by=published.lead)) == 1
    at(world.home(2026, 10, 27, 13))
    assert meetings_to_answer(clock.now()) == 0
    assert OutboxMessage.objects.filter(kind="trips/meeting_reminder").count() == 1


def test_yesterdays_reminder_is_not_tonights(published, at):
    world.participation(published.trip, world.user("Anna"))
    at(world.london(2026, 11, 11, 8))
    assert evenings(clock.now()) == 1
    at(world.london(2026, 11, 11, 21))
    evening = next(one for one in all_kinds() if one.key == "evening")
    assert len(remind(trip=published.trip, owing=evening, by=published.lead)) == 1
    at(world.london(2026, 11, 12, 8))
    assert evenings(clock.now()) == 0


def test_a_manager_of_several_people_gets_a_mail_about_each(published):
    people = [world.participation(published.trip, world.user(f"Persoon {n}")) for n in range(3)]
    Endorsement.objects.filter(application__user__in=[one.user for one in people]).update(
        status="asked", asked_at=world.home(2026, 10, 20), manager_email="baas@school.example"
    )
    world.settle_all()
    managers = next(one for one in all_kinds() if one.key == "managers")
    assert len(remind(trip=published.trip, owing=managers, by=published.lead)) == 3
    assert OutboxMessage.objects.filter(to="baas@school.example").count() == 3


def test_a_manager_who_signed_for_the_new_days_is_asked_no_more(published):
    one = world.participation(published.trip, world.user("Anna"))
    move(published.trip)
    asked = one.user.applications.get().endorsements.current().get()
    values = {"signer_name": "Joke", "hours_released": 40, "cover": "arranged"}
    endorse(endorsement=asked, generation=asked.generation, values=values)
    assert Endorsement.objects.current().get(application__user=one.user).status == "endorsed"
