"""Who sees live figures and publishes them, who reads editions, and who says a sentence in public."""

import pytest

from evaluations.impact.models import ReportEdition, Voice
from evaluations.impact.permissions import (
    can_find,
    can_place,
    can_preview,
    can_publish,
    can_read,
    can_show,
    can_speak,
)
from tests import world
from tests.evaluations.asked import CANCELLED, NOT_THE_LEAD, TICK, YES, cancel, close, everybody, said, who
from tests.world import home

pytestmark = pytest.mark.django_db
AFTER_RETURN, FOLLOW_UP_PHASE = home(2026, 11, 14, 0), home(2027, 2, 17, 0)
NOT_BACK = (409, "Een rapport kan verschijnen als de reis terug is.")
NOT_ASKED_YET = (409, "Dit vragen we als de reis terug is.")
NOT_OURS = (403, "Dit is niet van jou.")


@pytest.fixture
def trip(cast):
    """Its selection was published, and one finding is written."""
    cast.trip.published_at, cast.trip.published_by = home(2026, 10, 12), cast.lead
    cast.trip.save()
    cast.trip.findings.create(text_nl="Rust begint bij de poort.")
    return cast.trip


@pytest.fixture
def piet(cast, trip):
    return cast.participant()


def edition(trip, by):
    return ReportEdition.objects.create(
        trip=trip, number=1, title_nl="Wat het bracht", report={}, sha256="0" * 64,
        data_until_at=FOLLOW_UP_PHASE, published_at=FOLLOW_UP_PHASE, published_by=by,
    )  # fmt: skip


# --- what the lead does -----------------------------------------------------------------------------


def test_lead_and_administrators_see_live_figures(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_preview(user, cast.trip)) == {"lead", "administrator"}


def test_only_the_lead_writes_findings_publishes_and_chooses_what_is_public(cast, piet, at):
    at(AFTER_RETURN)
    people = everybody(cast) | {"participant": piet.user}
    shown, placed = ReportEdition(trip=cast.trip), Voice(participation=piet)
    for ask in (
        lambda user: can_find(user, cast.trip),
        lambda user: can_publish(user, cast.trip),
        lambda user: can_place(user, placed),
        lambda user: can_show(user, shown),
    ):
        assert who(people, ask) == {"lead"}
        assert said(ask(people["companion"])) == NOT_THE_LEAD


@pytest.mark.parametrize(
    ("now", "publish", "speak"),
    [
        (AFTER_RETURN - TICK, NOT_BACK, NOT_ASKED_YET),
        (AFTER_RETURN, YES, YES),
        (FOLLOW_UP_PHASE - TICK, YES, YES),  # sixty days after the return meeting, the last of the return
        (FOLLOW_UP_PHASE, YES, YES),
    ],
)
def test_reports_and_voices_are_of_a_trip_that_came_home(cast, piet, at, now, publish, speak):
    at(now)
    assert said(can_publish(cast.lead, cast.trip)) == publish
    assert said(can_speak(piet.user, piet)) == speak


def test_a_completed_trip_is_reported_on_and_spoken_of(cast, piet, at):
    at(FOLLOW_UP_PHASE)
    close(cast.trip)
    assert said(can_publish(cast.lead, cast.trip)) == said(can_speak(piet.user, piet)) == YES


def test_a_cancelled_trip_has_neither_report_nor_voices(cast, piet, at):
    at(FOLLOW_UP_PHASE)
    cancel(cast.trip)
    assert said(can_publish(cast.lead, cast.trip)) == CANCELLED
    assert said(can_speak(piet.user, piet)) == NOT_ASKED_YET


def test_a_trip_whose_selection_was_never_published_did_not_come_home(cast, piet, at):
    at(AFTER_RETURN)
    cast.trip.published_at = cast.trip.published_by = None
    assert said(can_publish(cast.lead, cast.trip)) == NOT_BACK
    assert said(can_speak(piet.user, piet)) == NOT_ASKED_YET


def test_a_report_says_at_least_one_finding(cast, trip, at):
    at(AFTER_RETURN)
    trip.findings.all().delete()
    world.trip(lead=cast.lead).findings.create(text_nl="Elders.")
    refusal = (409, "Schrijf eerst ten minste één bevinding: cijfers alleen overtuigen niemand.")
    assert said(can_publish(cast.lead, trip)) == refusal


def test_only_who_went_along_says_a_sentence_in_public(cast, piet, at):
    at(AFTER_RETURN)
    people = everybody(cast) | {"participant": piet.user, "other": world.participation(cast.trip).user}
    assert who(people, lambda user: can_speak(user, piet)) == {"participant"}
    assert said(can_speak(cast.lead, piet)) == NOT_OURS
    piet.status = "cancelled"
    assert said(can_speak(piet.user, piet)) == NOT_OURS
    assert said(can_speak(cast.lead, piet)) == NOT_OURS


# --- editions ---------------------------------------------------------------------------------------


def test_editions_are_found_by_who_was_on_the_trip_and_all_of_them_by_who_looks_from_above(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    other = world.trip()
    here, elsewhere = edition(cast.trip, cast.lead), edition(other, cast.lead)
    both = world.user("Bo Beide", at=cast.school)
    world.join(cast.trip, both, "companion")
    world.participation(other, both)
    found = {name: set(ReportEdition.objects.visible_to(person)) for name, person in (people | {"both": both}).items()}
    assert found == {
        "lead": {here},
        "companion": {here},
        "participant": {here},
        "both": {here, elsewhere},
        "administrator": {here, elsewhere},
        "coordinator": {here, elsewhere},
        "partner": {here, elsewhere},
        "funder": {here, elsewhere},
        "reviewer": set(),
        "stranger": set(),
    }


def test_who_finds_an_edition_may_have_it_on_paper_and_no_other(cast, piet):
    here, elsewhere = edition(cast.trip, cast.lead), edition(world.trip(), cast.lead)
    partner = cast.partner()
    assert [said(can_read(partner, one)) for one in (here, elsewhere)] == [YES, YES]
    refusal = (403, "Deze editie is niet voor jou om te lezen.")
    for person in (piet.user, cast.lead, cast.companion()):
        assert [said(can_read(person, one)) for one in (here, elsewhere)] == [YES, refusal]
    assert [said(can_read(cast.stranger(), one)) for one in (here, elsewhere)] == [refusal, refusal]
