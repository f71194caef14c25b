"""Who answers an offer, gives a place back, decides and offers places: at the last moment and just after it."""

from datetime import UTC, timedelta

import pytest

from applications.models import Recusal
from applications.selection.permissions import can_answer, can_decide, can_give_back, can_place, can_retract
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
THEN = world.MOMENTS["preparation"]
#: The day of departure begins by the Dutch clock; the house counts in UTC.
DEPARTS = world.home(2026, 11, 10, 0).astimezone(UTC)
NOT_YOURS = "403 Dit kun jij niet doen."
LEAD_ONLY = "403 Alleen de projectleider van deze reis doet dit."
CANCELLED = "409 Deze reis is geannuleerd."


@pytest.fixture
def held(cast):
    """An offer to Aya, to answer by 19 October 17:00."""
    cast.trip.published_at = world.home(2026, 10, 12)
    cast.sent = world.submitted(cast.trip, cast.applicant())
    cast.offer, cast.aya = world.offer(cast.sent), cast.sent.user
    return cast


# --- answering ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["confirm", "decline"])
def test_an_offer_is_answered_by_whom_it_is_for_up_to_its_moment(held, at, name):
    ends = held.offer.reply_by_at
    at(ends)
    assert said(can_answer(held.aya, held.offer, name)) == YES
    assert said(can_answer(held.lead, held.offer, name)) == NOT_YOURS
    at(ends + INSTANT)
    assert said(can_answer(held.aya, held.offer, name)) == (
        "410 Je kon antwoorden tot maandag 19 oktober 2026, 17.00 uur (Nederlandse tijd)."
    )


def test_on_the_day_of_departure_no_offer_is_answered_any_more(held, at):
    held.offer.reply_by_at = world.home(2026, 11, 20)
    at(DEPARTS - INSTANT)
    assert said(can_answer(held.aya, held.offer, "confirm")) == YES
    at(DEPARTS)
    assert said(can_answer(held.aya, held.offer, "confirm")).startswith("410 Je kon antwoorden tot")


def test_an_offer_is_answered_once_and_of_a_trip_that_goes_on(held, at):
    at(world.home(2026, 10, 13))
    held.trip.cancelled_at = THEN
    assert said(can_answer(held.aya, held.offer, "confirm")) == CANCELLED
    held.offer.status = "confirmed"
    assert said(can_answer(held.aya, held.offer, "decline")) == "409 Dit kan nu niet: het staat op ‘bevestigd’."


def test_a_lead_takes_back_what_nobody_answered(held):
    assert said(can_retract(held.lead, held.offer)) == YES
    assert said(can_retract(held.companion(), held.offer)) == LEAD_ONLY
    held.offer.status = "declined"
    verdict = can_retract(held.lead, held.offer)
    assert said(verdict) == "409 Dit aanbod is al beantwoord of teruggenomen."
    assert verdict.tried.names == ("retract",)
    assert said(can_retract(held.reviewer(), held.offer)) == LEAD_ONLY


# --- giving back --------------------------------------------------------------------------------------


def test_a_place_is_given_back_by_its_traveller_until_the_day_of_return(cast, at):
    place = cast.participant()
    next_day = world.home(2026, 11, 14, 0).astimezone(UTC)
    at(next_day - INSTANT)
    assert said(can_give_back(place.user, place)) == YES
    assert said(can_give_back(cast.lead, place)) == NOT_YOURS
    at(next_day)
    assert said(can_give_back(place.user, place)) == (
        "410 De reis is voorbij. Een plaats kan worden teruggegeven tot en met de dag van terugkomst."
    )
    cast.trip.cancelled_at = THEN
    assert said(can_give_back(place.user, place)) == CANCELLED
    place.status = "cancelled"
    assert said(can_give_back(place.user, place)) == "409 Dit kan nu niet: het staat op ‘geannuleerd’."


# --- deciding -----------------------------------------------------------------------------------------


def test_the_lead_decides_once_the_call_has_closed(cast, at):
    sent = world.submitted(cast.trip)
    at(world.CLOSES - INSTANT)
    assert said(can_decide(cast.lead, sent)).startswith("409 De oproep is nog niet gesloten.")
    at(world.CLOSES)
    assert said(can_decide(cast.lead, sent)) == YES
    assert said(can_decide(cast.companion(), sent)) == LEAD_ONLY


def test_nobody_decides_on_the_own_application(cast, at):
    at(world.MOMENTS["selection"])
    second = world.user("Tweede Trekker")
    world.join(cast.trip, second, "lead")
    own = world.submitted(cast.trip, cast.lead)
    assert said(can_decide(cast.lead, own)) == "403 Dit is je eigen aanmelding."
    assert said(can_decide(second, own)) == YES


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_only_an_application_that_stands_is_decided_on(cast, at, status):
    at(world.MOMENTS["selection"])
    sent = world.submitted(cast.trip)
    sent.status = status
    assert said(can_decide(cast.lead, sent)) == (
        "409 Alleen over een aanmelding die staat wordt besloten: deze is niet verstuurd, of ingetrokken."
    )


def test_who_stays_out_decides_nothing_and_others_do(cast, at):
    at(world.MOMENTS["selection"])
    one, other = world.submitted(cast.trip), world.submitted(cast.trip)
    for sent, who in ((one, cast.lead), (other, cast.reviewer())):
        Recusal.objects.create(application=sent, user=who, reason="Buren.", declared_at=THEN)
    assert said(can_decide(cast.lead, one)) == "403 Je blijft buiten deze aanmelding, dus iemand anders beslist."
    assert said(can_decide(cast.lead, other)) == YES


# --- places -------------------------------------------------------------------------------------------


def test_places_are_offered_from_the_publication_until_the_day_of_departure(cast, at):
    companion = cast.companion()
    at(DEPARTS - INSTANT)
    assert said(can_place(cast.lead, cast.trip)) == "409 Plaatsen worden aangeboden bij de bekendmaking, niet eerder."
    assert said(can_place(companion, cast.trip)) == LEAD_ONLY
    cast.trip.published_at = world.home(2026, 10, 12)
    assert said(can_place(cast.lead, cast.trip)) == YES
    assert said(can_place(companion, cast.trip)) == LEAD_ONLY
    at(DEPARTS)
    assert said(can_place(cast.lead, cast.trip)) == (
        "409 De reis vertrekt vandaag of is vertrokken. Er kunnen geen plaatsen meer worden aangeboden."
    )
    cast.trip.cancelled_at = THEN
    assert said(can_place(cast.lead, cast.trip)) == CANCELLED
