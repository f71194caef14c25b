"""Long lists of mail: each message on one page, whatever it is sorted by, and found by index."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from exchange.outbox.models import OutboxMessage
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def mail(cast):
    """A hundred messages of one moment; three failed, five wait, one more is sealed."""
    return OutboxMessage.objects.bulk_create(
        OutboxMessage(
            key=f"mail-{n}",
            kind="applications/receipt",
            to="iemand@school.example",
            recipient=cast.lead,
            trip=cast.trip.pk,
            subject=f"Bericht {n:03}",
            body="Tekst.",
            sealed=n == 100,
            status="failed" if n < 3 else "queued" if n < 8 else "sent",
            queued_at=world.MOMENTS["call"],
            next_attempt_at=world.MOMENTS["call"] + timedelta(minutes=n),
        )
        for n in range(101)
    )


def shown(client, url, **query):
    """The subjects on every page of a list."""
    found, number = [], 1
    while True:
        page = client.get(url, {**query, "page": number}).text
        found.append(re.findall(r"Bericht \d+", page))
        if 'rel="next"' not in page:
            return found
        number += 1


@pytest.mark.parametrize("sort", ["", "subject", "-subject", "status", "-queued_at", "kind", "to", "sent_at"])
def test_each_message_stands_on_one_page_however_sorted(cast, mail, sort):
    for person, url in (
        (cast.lead, reverse("outbox:list", args=[cast.trip.slug])),
        (cast.administrator(), reverse("outbox:all")),
        (cast.lead, reverse("outbox:mine")),
    ):
        if "mine" in url and sort not in ("", "subject", "-subject", "status", "-queued_at"):
            continue
        found = shown(signed_in(person), url, **({"sort": sort} if sort else {}))
        assert [len(page) for page in found] == [30, 30, 30, 10]
        assert sorted(sum(found, [])) == [f"Bericht {n:03}" for n in range(100)]


def test_what_failed_stands_first_and_what_waits_next(cast, mail):
    first, *_ = shown(signed_in(cast.lead), reverse("outbox:list", args=[cast.trip.slug]))
    assert sorted(first[:3]) == ["Bericht 000", "Bericht 001", "Bericht 002"]
    assert sorted(first[3:8]) == [f"Bericht {n:03}" for n in range(3, 8)]


def test_the_failures_of_a_trip_are_counted_by_index(cast, mail):
    if connection.vendor != "sqlite":
        pytest.skip("a small table is read whole")
    failed = OutboxMessage.objects.of_trip(cast.trip.pk).filter(status="failed")
    assert "outbox_of_trip" in failed.values("queued_at").explain()
    kinds = OutboxMessage.objects.of_trip(cast.trip.pk).order_by().values("kind").distinct()
    assert "outbox_kinds" in kinds.explain()
