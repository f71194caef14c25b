"""Who reads which history: administrators all, a lead that of the trip, everybody what concerns them."""

import pytest

from exchange.history.models import HistoryEntry
from exchange.history.views import can_read_history
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db


def entry(verb, **fields):
    return HistoryEntry.objects.create(
        at=world.MOMENTS["call"], verb=verb, about_model="trips.trip", about_id="1", **fields
    )


def verbs(entries):
    return set(entries.values_list("verb", flat=True))


@pytest.fixture
def deeds(cast):
    """Of two people: what one did, what concerns that one, both at once, and neither."""
    cast.one, cast.other = cast.stranger(), cast.applicant()
    entry("did", by=cast.one)
    entry("concerns", by=cast.other, concerns=cast.one.pk)
    entry("both", by=cast.one, concerns=cast.one.pk)
    entry("neither", by=cast.other, concerns=cast.other.pk)
    entry("house")
    return cast


def test_everybody_sees_what_they_did_and_what_concerns_them(deeds):
    assert verbs(HistoryEntry.objects.visible_to(deeds.one)) == {"did", "concerns", "both"}
    assert verbs(HistoryEntry.objects.visible_to(deeds.lead)) == set()
    everything = {"did", "concerns", "both", "neither", "house"}
    assert verbs(HistoryEntry.objects.visible_to(deeds.administrator())) == everything


def test_of_an_account_is_what_concerns_it_and_what_was_taken_or_refused_with_it(deeds):
    for verb in ("export.take", "right.refuse"):
        entry(verb, by=deeds.one)
    mine = {"concerns", "both", "export.take", "right.refuse"}
    assert verbs(HistoryEntry.objects.of_account(deeds.one)) == mine
    assert verbs(HistoryEntry.objects.of_account(deeds.other)) == {"neither"}
    assert verbs(HistoryEntry.objects.of_account(deeds.administrator())) == set()


def test_the_history_of_a_trip_is_for_its_lead(cast):
    only_lead = "403 Alleen de projectleider van deze reis ziet de geschiedenis ervan."
    ada = cast.administrator()
    assert said(can_read_history(cast.lead, cast.trip)) == said(can_read_history(ada, cast.trip)) == YES
    assert said(can_read_history(cast.companion(), cast.trip)) == only_lead
    assert said(can_read_history(cast.lead, world.trip())) == only_lead


def test_all_history_is_for_administrators(cast):
    assert said(can_read_history(cast.administrator())) == YES
    assert said(can_read_history(cast.lead)) == "403 Alleen beheerders zien alle geschiedenis."
