"""Nobody waits for an answer that never comes: every open request, through every transition that ends it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.endorsing.actions import ask_schools
from applications.endorsing.permissions import can_endorse
from applications.late import actions as admitting
from applications.models import Admission, Endorsement, LateAccess
from applications.reminders import caught, ended_by_departure
from applications.selection.publishing import cancel_trip, publish_selection
from applications.writing.actions import reinstate, withdraw
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import close_trip
from exchange.trips.models import Trip
from exchange.trips.requests import CANCEL, PUBLISH, open_requests
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
NOW = world.home(2026, 10, 12, 10)
LATER = NOW + timedelta(days=10)


@pytest.fixture
def trip(cast, at):
    """In selection; one application that is selected, so that there is something to publish."""
    at(NOW)
    chosen = world.submitted(cast.trip, world.user("Anna"))
    world.decision(chosen, "select")
    return cast.trip


def admission(trip):
    """Somebody asked to be admitted."""
    draft = world.application(trip, world.user("Fons"), goals=1)
    return Admission.objects.create(application=draft, request="De trein.", asked_at=NOW)


def late(trip):
    """An address may still write."""
    return LateAccess.objects.create(
        trip=trip, email="late@x.example", until_at=LATER, reason="Ziek.", given_at=NOW, given_by=trip.team.get().user
    )


def silent(trip):
    """A manager has not answered."""
    sent = world.submitted(trip, world.user("Dirk"), endorsed=False)
    world.decision(sent, "not_selected")
    return sent.endorsements.get()


KINDS = {"admission": admission, "late": late, "silent": silent}
#: What becomes of each: "person" answers it first; else the kind of the one letter that the transition sends.
TABLE = [
    ("admission", PUBLISH, "person"),
    ("admission", CANCEL, "applications/admission_declined"),
    ("late", PUBLISH, "applications/late_ended"),
    ("late", CANCEL, "applications/late_ended"),
    ("silent", PUBLISH, "applications/endorse_ended"),
    ("silent", CANCEL, "applications/endorse_ended"),
]


def go(trip, transition):
    lead = trip.team.get().user
    if transition == PUBLISH:
        return publish_selection(trip=trip, by=lead)
    return cancel_trip(trip=trip, reason="Te weinig mensen.", by=lead)


@pytest.mark.parametrize(("kind", "transition", "becomes"), TABLE)
def test_it_is_named_before_and_settled_with_one_letter(trip, kind, transition, becomes):
    KINDS[kind](trip)
    [named] = open_requests(trip, transition)
    assert str(named.text).startswith("1 ")
    assert named.settled is (becomes != "person")
    page = reverse("applications:publish" if transition == PUBLISH else "applications:cancel-trip", args=[trip.slug])
    assert str(named.text) in signed_in(trip.team.get().user).get(page).text
    if becomes == "person":
        with pytest.raises(Refused, match="toegelaten"):
            go(trip, transition)
        trip.refresh_from_db()
        assert trip.published_at is None
        assert not OutboxMessage.objects.exists()
        return
    go(trip, transition)
    assert OutboxMessage.objects.filter(kind=becomes).count() == 1
    if transition == PUBLISH:
        assert open_requests(trip, CANCEL) == []


@pytest.mark.parametrize("transition", [PUBLISH, CANCEL])
def test_nothing_is_named_where_nothing_is_open(trip, transition):
    assert open_requests(trip, transition) == []
    go(trip, transition)
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert kinds == {"applications/letter_selected" if transition == PUBLISH else "applications/letter_cancelled"}


def test_what_was_answered_is_open_no_more(trip, cast):
    asked = admission(trip)
    admitting.decline_admission(admission=asked, answer="Helaas.", by=cast.lead)
    assert open_requests(trip, PUBLISH) == []
    row = late(trip)
    LateAccess.objects.filter(pk=row.pk).update(until_at=NOW - timedelta(seconds=1))
    assert open_requests(trip, PUBLISH) == []


def test_who_has_late_access_and_sent_hears_nothing(trip):
    sent = world.submitted(trip, world.user("Gerda"))
    world.decision(sent, "reserve")
    row = late(trip)
    LateAccess.objects.filter(pk=row.pk).update(email=sent.user.email.upper())
    world.settle_all()
    assert open_requests(trip, PUBLISH) == []


def test_the_publication_ends_and_a_cancellation_after_it_ends_nothing_twice(trip):
    late(trip)
    silent(trip)
    go(trip, PUBLISH)
    go(trip, CANCEL)
    ended = OutboxMessage.objects.filter(kind__in=["applications/late_ended", "applications/endorse_ended"])
    assert ended.count() == 2


def test_the_mails_say_why_in_the_language_of_who_reads(trip):
    asked = silent(trip)
    late(trip)
    go(trip, CANCEL)
    manager = OutboxMessage.objects.get(kind="applications/endorse_ended")
    assert (manager.to, manager.language) == (asked.manager_email, asked.language)
    assert "De reis gaat niet door, dus je antwoord is niet meer nodig." in manager.body
    writer = OutboxMessage.objects.get(kind="applications/late_ended")
    assert "De reis gaat niet door" in writer.body


# --- what ends without anybody pressing, or by the applicant ------------------------------------------


def daily(now):
    return sum(each(now) for each in (ended_by_departure, caught))


def kinds_to(person):
    return sorted(OutboxMessage.objects.filter(to=person.email).values_list("kind", flat=True))


def test_who_withdraws_spares_the_manager_an_answer_and_who_comes_back_asks_again(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Wia"), endorsed=False)
    manager = sent.endorsements.get()
    withdraw(application=sent, by=sent.user)
    [told] = OutboxMessage.objects.filter(to=manager.manager_email)
    assert told.kind == "applications/endorse_ended"
    assert "De aanmelding is ingetrokken, dus je antwoord is niet meer nodig." in told.body
    reinstate(application=sent, by=sent.user)
    again = OutboxMessage.objects.filter(to=manager.manager_email).exclude(pk=told.pk).get()
    assert again.kind == "applications/endorse"
    assert again.links["endorse"] == {"endorsement": str(manager.pk), "generation": 1}


def test_who_had_an_answer_withdraws_without_a_mail_to_the_manager(cast, at):
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user("Wia"))
    withdraw(application=sent, by=sent.user)
    reinstate(application=sent, by=sent.user)
    assert not OutboxMessage.objects.filter(to=sent.manager_email).exists()


def test_the_departure_ends_the_reserve_and_questions_of_after_the_publication(trip, at):
    waits = world.submitted(trip, world.user("Rens"))
    world.decision(waits, "reserve")
    went = world.submitted(trip, world.user("Saar"))
    world.decision(went, "select")
    go(trip, PUBLISH)
    Endorsement.objects.filter(application=went).update(status="asked", asked_at=NOW + timedelta(days=1))
    world.settle_all()
    OutboxMessage.objects.all().delete()
    at(world.home(2026, 11, 9, 23))
    assert daily(clock.now()) == 0
    at(world.home(2026, 11, 10, 1))
    assert daily(clock.now()) == 2
    assert daily(clock.now()) == 0
    assert kinds_to(waits.user) == ["applications/reserve_ended"]
    told = OutboxMessage.objects.get(kind="applications/endorse_ended")
    assert told.to == went.manager_email
    assert "De reis is vertrokken" in told.body


@pytest.mark.parametrize(("days", "told"), [(0, True), (3, True), (4, False)])
def test_a_draft_that_the_deadline_caught_is_told_within_days(cast, at, days, told):
    draft = world.application(cast.trip, world.user("Fons"), goals=1)
    at(world.CLOSES - timedelta(seconds=1))
    assert daily(clock.now()) == 0
    at(world.CLOSES + timedelta(days=days))
    assert daily(clock.now()) == int(told)
    assert kinds_to(draft.user) == (["applications/draft_caught"] if told else [])


def test_who_may_still_write_or_asked_already_is_not_told(cast, at):
    asked = world.application(cast.trip, world.user("Ans"), goals=1)
    Admission.objects.create(application=asked, request="De trein.", asked_at=world.CLOSES)
    writes = world.application(cast.trip, world.user("Loes"), goals=1)
    LateAccess.objects.create(
        trip=cast.trip, email=writes.user.email, until_at=LATER, reason="Ziek.", given_at=NOW, given_by=cast.lead
    )
    world.settle_all()
    at(world.CLOSES + timedelta(hours=1))
    assert daily(clock.now()) == 0


def test_closing_tells_schools_that_were_asked_and_says_so_before(cast, at):
    at(world.home(2027, 11, 20))
    fields = {"published_at": world.home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**fields)
    cast.trip.refresh_from_db()
    went = world.participation(cast.trip, world.user("Saar"))
    [asked] = ask_schools(trip=cast.trip, occasion="one_year", by=cast.lead)
    OutboxMessage.objects.all().delete()
    at(world.home(2028, 2, 20))
    page = signed_in(cast.lead).get(reverse("trips:close", args=[cast.trip.slug])).text
    assert "1 leidinggevende heeft niet geantwoord" in page
    assert "De vragen van een jaar later beantwoorden: 1 persoon" in " ".join(page.split())
    close_trip(trip=cast.trip, by=cast.lead)
    [told] = OutboxMessage.objects.all()
    assert (told.kind, told.to) == ("applications/endorse_ended", asked.manager_email)
    assert "De reis is afgerond" in told.body
    assert not can_endorse(Endorsement.objects.select_related("application__trip").get(pk=asked.pk), 1)
    assert went.status == "active"
