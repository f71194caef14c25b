"""Nobody waits for an answer that never comes: every open request, through every transition that ends it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.late import actions as admitting
from applications.models import Admission, LateAccess
from applications.selection.publishing import cancel_trip, publish_selection
from exchange.outbox.models import OutboxMessage
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
