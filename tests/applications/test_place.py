"""Places and the maximum per school hold on every path that gives a place; also when many ask at once."""

import threading

import pytest
from django.db import connection, connections
from django.urls import reverse

from applications.models import Offer
from applications.selection import placing
from applications.selection.answering import confirm_place, decline, give_back
from applications.selection.placing import (
    give_place,
    give_places,
    hold_places,
    offer_place,
    ready_for_place,
    retract_offer,
)
from applications.selection.seats import Seats, reply_by, seats_of
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import change_trip
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
TUESDAY = world.home(2026, 10, 13, 9)


@pytest.fixture
def trip(cast, at):
    """Published yesterday: four places, two per school."""
    at(TUESDAY)
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    return cast.trip


def waiting(trip, kind="reserve", **fields):
    made = world.submitted(trip, world.user(**fields))
    world.decision(made, kind, published=True)
    return made


def held(trip, **fields):
    made = waiting(trip, "select", **fields)
    return world.offer(made)


# --- fewer places ---------------------------------------------------------------------------------


def test_a_trip_never_has_fewer_places_than_are_held(cast, trip, login):
    """Four places, two per school: two go along, of one school, and one may still answer."""
    school = world.institution()
    for _one in range(2):
        world.participation(trip, world.user(at=school))
    held(trip)
    for changes, said in (
        ({"places": 2}, "3 plaatsen zijn bezet, door wie meegaat of nog kan antwoorden."),
        ({"max_per_school": 1}, "Een school heeft al 2 plaatsen."),
        ({"places": 2, "max_per_school": 2}, "3 plaatsen zijn bezet, door wie meegaat of nog kan antwoorden."),
    ):
        with pytest.raises(Refused, match=said):
            change_trip(trip=type(trip).objects.get(pk=trip.pk), changes=changes, by=cast.lead)
    trip.refresh_from_db()
    assert (trip.places, trip.max_per_school) == (4, 2)
    page, browser = reverse("trips:asked", args=[trip.slug]), login(cast.lead)
    form = browser.get(page).context["form"]
    typed = {name: value for name, value in form.initial.items() if value not in (None, False)} | {"places": 2}
    response = browser.post(page, typed | {"max_per_school": 1})
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "places": ["3 plaatsen zijn bezet, door wie meegaat of nog kan antwoorden."],
        "max_per_school": ["Een school heeft al 2 plaatsen."],
    }
    assert browser.post(page, typed | {"places": 3, "max_per_school": 2}).status_code == 302


# --- counting --------------------------------------------------------------------------------------


def test_places_taken_are_open_offers_and_active_participations(cast, trip):
    school = world.institution()
    held(trip, at=school)
    world.offer(waiting(trip, "select", at=school), reply_by=world.home(2026, 10, 12, 17))  # expired
    world.offer(waiting(trip, "select", at=school), status="declined")
    world.participation(trip, world.user(at=school))
    gone = world.participation(
        trip, world.user(at=school), cancelled_at=TUESDAY, cancelled_by=cast.lead, status="cancelled"
    )
    seats = seats_of(trip)
    assert (seats.taken, seats.free, seats.schools[school.pk], seats.room_for(school.pk)) == (2, 2, 2, False)
    assert gone.status == "cancelled"


def test_places_of_other_trips_are_not_counted(cast, trip):
    other = world.trip(lead=cast.lead, published=True)
    held(other)
    traveller = world.participation(other).user
    north, south = world.institution(), world.institution()
    for school in (north, south):
        held(trip, at=school)
    seats = seats_of(trip)
    assert (seats.taken, seats.free, seats.schools) == (2, 2, {north.pk: 1, south.pk: 1})
    assert traveller.pk not in seats.people


def test_places_are_counted_on_while_they_are_given():
    seats = Seats(places=3, most=2)
    left = []
    for school in ("north", "north", "south", "south"):
        left.append((seats.free, seats.room_for(school)))
        seats.take(school)
    assert left == [(3, True), (2, True), (1, True), (0, True)]
    assert (seats.taken, seats.free, seats.room_for("north"), seats.room_for("south")) == (4, 0, False, False)


@pytest.mark.parametrize(
    ("made", "until"),
    [
        (world.home(2026, 11, 10, 10), world.home(2026, 11, 10, 23, 59)),  # on the day itself, or later
        (world.home(2026, 10, 12, 10), world.home(2026, 10, 19, 17)),  # Monday
        (world.home(2026, 10, 16, 10), world.home(2026, 10, 23, 17)),  # Friday
        (world.home(2026, 10, 17, 10), world.home(2026, 10, 23, 17)),  # Saturday
        (world.home(2026, 10, 23, 10), world.home(2026, 10, 30, 17)),  # over the change of the clock
        (world.home(2026, 11, 5, 10), world.home(2026, 11, 9, 17)),  # not beyond the eve of departure
        (world.home(2026, 11, 9, 18), world.home(2026, 11, 9, 23, 59)),
    ],
)
def test_answers_are_due_after_working_days(cast, made, until):
    assert reply_by(cast.trip, made) == until


# --- the guard -------------------------------------------------------------------------------------


def test_offering_a_free_place(cast, trip):
    one = waiting(trip)
    offer = offer_place(application=one, by=cast.lead)
    assert (offer.reply_by_at, offer.from_reserve) == (world.home(2026, 10, 20, 17), True)
    letter = OutboxMessage.objects.get()
    assert (letter.recipient, letter.kind) == (one.user, "applications/letter_offer")


def test_full_is_full(cast, trip):
    for _ in range(4):
        held(trip)
    with pytest.raises(Refused, match="Alle 4 plaatsen zijn bezet"):
        offer_place(application=waiting(trip), by=cast.lead)
    assert not OutboxMessage.objects.exists()


def test_the_maximum_per_school_by_the_copies(cast, trip):
    school = world.institution("roc Vol")
    held(trip, at=school)
    traveller = world.user(at=school)
    world.participation(trip, traveller)
    moved = waiting(trip, at=school)
    # Whoever moved to another school since still counts by what was sent, and so do those who have a place.
    for person in (moved.user, traveller):
        person.institution = world.institution()
        person.save()
    with pytest.raises(Refused, match="roc Vol heeft het maximum van 2"):
        offer_place(application=moved, by=cast.lead)


def test_a_declined_or_expired_offer_or_a_place_given_back_is_free_again(cast, trip, at):
    offers = [held(trip) for _ in range(4)]
    decline(offer=offers[0], reason="Ziek.", by=offers[0].application.user)
    offer_place(application=waiting(trip), by=cast.lead)
    participation = confirm_place(offer=offers[1], by=offers[1].application.user)
    give_back(participation=participation, reason="Ander werk.", by=participation.user)
    offer_place(application=waiting(trip), by=cast.lead)
    with pytest.raises(Refused):
        offer_place(application=waiting(trip), by=cast.lead)
    at(world.home(2026, 10, 19, 17, 0, 1))  # two of the first four have expired
    offer_place(application=waiting(trip), by=cast.lead)
    offer_place(application=waiting(trip), by=cast.lead)
    with pytest.raises(Refused):
        offer_place(application=waiting(trip), by=cast.lead)


def test_who_cannot_get_a_place(cast, trip):
    unbacked = waiting(trip)
    unbacked.endorsements.update(status="asked")
    unknown = waiting(trip)
    unknown.user.membership_by_domain = False
    unknown.user.save()
    passed = waiting(trip, "not_selected")
    quiet = world.submitted(trip)
    world.decision(quiet, "reserve")  # not published
    gone = waiting(trip)
    gone.status = "withdrawn"
    gone.save()
    world.settle_all()
    has = held(trip).application
    back = held(trip)
    give_back(
        participation=confirm_place(offer=back, by=back.application.user), reason="Ziek.", by=back.application.user
    )
    for application in (unbacked, unknown, passed, quiet, gone, has, back.application):
        with pytest.raises(Refused):
            give_place(trip=trip, application=application, by=cast.lead)
    assert Offer.objects.count() == 2


def test_who_sent_nothing_is_told_of_by_name(cast, trip):
    """By the number of a draft; no page offers it."""
    draft = world.application(trip, world.user("Anna de Wit"))
    world.decision(draft, "reserve", published=True)
    with pytest.raises(Refused, match="^Anna de Wit heeft niets ingestuurd.$"):
        give_place(trip=trip, application=draft, by=cast.lead)


def test_an_expired_offer_is_replaced(cast, trip, at):
    old = held(trip)
    at(world.home(2026, 10, 20))
    new = offer_place(application=old.application, by=cast.lead)
    old.refresh_from_db()
    assert (old.status, new.status, new.from_reserve) == ("retracted", "open", False)


def test_an_offer_says_how_it_was_made_and_what_it_replaced(cast, trip, at):
    waiting(trip)  # somebody else is on the reserve list
    old = held(trip)
    at(world.home(2026, 10, 20, 9))
    new = offer_place(application=old.application, by=cast.lead)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, old.answered_at) == ("retracted", world.home(2026, 10, 20, 9))
    assert (new.made_at, new.made_by, new.from_reserve) == (world.home(2026, 10, 20, 9), cast.lead, False)
    entries = HistoryEntry.objects.filter(verb__startswith="offer.").values_list(
        "verb", "by", "trip", "source", "target", "about_id"
    )
    assert sorted(entries) == [
        ("offer.make", cast.lead.pk, trip.pk, "", "open", str(new.pk)),
        ("offer.retract", None, trip.pk, "open", "retracted", str(old.pk)),
    ]


def test_a_place_comes_from_the_reserve_list_only_when_that_is_said(cast, trip):
    one, two, three = (waiting(trip, "select") for _ in range(3))
    assert not give_place(trip=trip, application=one, by=cast.lead).from_reserve
    assert not give_places(trip=trip, applications=[two], by=cast.lead)[0].from_reserve
    assert not hold_places(trip=trip, wanted=ready_for_place(trip, [three.pk]), by=cast.lead)[0].from_reserve
    world.settle_all()


def test_who_has_a_place_and_who_gave_it_back_are_told_apart(cast, trip):
    has, back = (held(trip) for _ in range(2))
    for offer in (has, back):
        confirm_place(offer=offer, by=offer.application.user)
    give_back(participation=back.application.user.participations.get(), reason="Ziek.", by=back.application.user)
    for offer, said in ((has, "heeft al een plaats"), (back, "heeft de plaats teruggegeven")):
        with pytest.raises(Refused, match=said) as refusal:
            give_place(trip=trip, application=offer.application, by=cast.lead)
        assert refusal.value.verdict.status == 409


def test_not_on_a_cancelled_trip_nor_of_another_trip(cast, trip):
    other = world.trip(lead=cast.lead, published=True)
    stranger = waiting(other)
    with pytest.raises(Refused):
        give_place(trip=trip, application=stranger, by=cast.lead)
    one = waiting(trip)
    trip.cancelled_at, trip.cancelled_by = TUESDAY, cast.lead
    trip.save()
    with pytest.raises(Refused):
        give_place(trip=trip, application=one, by=cast.lead)


def test_only_the_lead_after_publication_before_departure(cast, trip, at):
    one = waiting(trip)
    for person in (cast.reviewer(), cast.companion(), one.user):
        with pytest.raises(Refused):
            offer_place(application=one, by=person)
    at(world.london(2026, 11, 10, 12))
    with pytest.raises(Refused):
        offer_place(application=one, by=cast.lead)


# --- the page --------------------------------------------------------------------------------------


def test_the_reserve_by_name_says_who_fits(cast, trip, login):
    full = world.institution("roc Vol")
    held(trip, at=full)
    held(trip, at=full)
    zoe = waiting(trip, name="Zoë")
    waiting(trip, name="Aad", at=full)
    client = login(cast.lead)
    html = client.get(reverse("applications:reserve", args=[trip.slug])).content.decode()
    assert html.index("Aad") < html.index("Zoë")
    assert "gaat over het maximum per school" in html
    assert html.count("De plaats aanbieden") == 1
    assert client.post(reverse("applications:offer-place", args=[trip.slug, zoe.pk])).status_code == 302
    assert Offer.objects.get(application=zoe).made_by == cast.lead


def test_taking_back_an_offer(cast, trip, login):
    offer = held(trip)
    url = reverse("applications:retract", args=[trip.slug, offer.pk])
    client = login(cast.lead)
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Dubbel aangeboden."}).status_code == 302
    offer.refresh_from_db()
    assert (offer.status, offer.answered_at) == ("retracted", TUESDAY)
    entry = HistoryEntry.objects.get(verb="offer.retract")
    assert (entry.by, entry.trip, entry.reason) == (cast.lead, trip.pk, "Dubbel aangeboden.")
    letter = OutboxMessage.objects.get()
    assert ("Dubbel aangeboden." in letter.body, letter.recipient) == (True, offer.application.user)
    with pytest.raises(Refused):
        retract_offer(offer=offer, reason="Nog eens.", by=cast.lead)


# --- many at once ----------------------------------------------------------------------------------


def race(trip, by, applications) -> list[bool]:
    """Give a place to each in a thread of its own; who got one."""
    start, results = threading.Barrier(len(applications)), []

    def one(application):
        try:
            with clock.at(TUESDAY):
                start.wait()
                give_place(trip=trip, application=application, by=by)
            results.append(True)
        except Refused:
            results.append(False)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[application]) for application in applications]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def crowd(transactional_db):
    """Ten reserves of ten schools for four places."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing can race")
    lead = world.user("Hanneke Boer")
    trip = world.trip(lead=lead, published=True)
    return trip, lead, [waiting(trip) for _ in range(10)]


@pytest.mark.django_db(transaction=True)
def test_ten_ask_for_four_places(crowd):
    trip, lead, applications = crowd
    assert sorted(race(trip, lead, applications)) == [False] * 6 + [True] * 4
    assert Offer.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_there_would_be_too_many(crowd, monkeypatch):
    trip, lead, applications = crowd
    together = threading.Barrier(len(applications))

    def no_lock(of):
        return type(of).objects.get(pk=of.pk)

    def count_then_wait(*args):
        seats = seats_of(*args)
        together.wait()
        return seats

    monkeypatch.setattr(placing, "lock", no_lock)
    monkeypatch.setattr(placing, "seats_of", count_then_wait)
    assert race(trip, lead, applications).count(True) == 10
