"""Who reads which mail: whoever it is for, the lead of its trip, administrators; a sealed one nobody."""

import pytest

from exchange.outbox.models import OutboxMessage
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(cast, post):
    """Mail to somebody and to somebody else, about the own trip, another one and none."""
    aya, trips = cast.applicant(), {"own": cast.trip.pk, "other": world.trip().pk, "none": None}
    for name, trip in trips.items():
        post(key=f"{name} aya", recipient=aya, trip=trip)
        post(key=f"{name} aya withdrawn", recipient=aya, trip=trip, status="cancelled")
        post(key=f"{name} else", trip=trip, status="sent")
        post(key=f"{name} sealed", recipient=aya, trip=trip, sealed=True)
    cast.aya = aya
    return cast


def keys(user):
    return set(OutboxMessage.objects.visible_to(user).values_list("key", flat=True))


def test_whoever_it_is_for_reads_what_was_not_withdrawn(mail):
    assert keys(mail.aya) == {"own aya", "other aya", "none aya"}


def test_a_lead_reads_all_about_the_own_trip(mail):
    assert keys(mail.lead) == {"own aya", "own aya withdrawn", "own else"}
    assert keys(mail.companion()) == set()


def test_administrators_read_all_that_is_not_sealed(mail):
    of_each = ("aya", "aya withdrawn", "else")
    assert keys(mail.administrator()) == {f"{trip} {one}" for trip in ("own", "other", "none") for one in of_each}
