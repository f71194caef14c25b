"""What of a finished trip stands in public: counts, a figure if its lead agrees, sentences if their authors do."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from evaluations.impact import actions
from evaluations.impact.models import ReportEdition, Voice
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.trips.models import Participation, Trip
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
OVER = world.home(2027, 12, 1, 10)
SENTENCE = "Neem één vraag mee."


@pytest.fixture
def over(cast, at):
    """A trip with six travellers from two schools, an edition, and a year later the end."""
    at(world.MOMENTS["preparation"])
    fields = {"published_at": world.home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**fields)
    cast.trip.refresh_from_db()
    schools = [world.institution("roc Noord"), world.institution("aoc Zuid", kind="aoc")]
    cast.went = []
    for n in range(6):
        place = world.participation(cast.trip, world.user(f"Reiziger {'ABCDEF'[n]}"))
        Participation.objects.filter(pk=place.pk).update(institution=schools[n % 2])
        cast.went.append(Participation.objects.select_related("trip", "user").get(pk=place.pk))
    cast.trip.findings.create(text_nl="Rust begint bij de poort.", text_en="Calm starts at the gate.")
    return cast


def publish(cast, at, *, public):
    at(world.home(2027, 11, 13, 10))
    made = actions.publish_edition(
        trip=Trip.objects.get(pk=cast.trip.pk),
        title_nl="Ze doen het nog.",
        title_en="Still at it.",
        public=public,
        by=cast.lead,
    )
    at(OVER)
    closed(cast)
    return made


def closed(cast):
    Trip.objects.filter(pk=cast.trip.pk).update(closed_at=clock.now(), closed_by=cast.lead)


def said(cast, who, *, text=SENTENCE, placed=True):
    trip = Trip.objects.get(pk=cast.trip.pk)
    who.trip = trip
    voice = actions.give_voice(participation=who, text=text, language="nl", by=who.user)
    return actions.place_voice(voice=voice, text=text, placed=placed, by=cast.lead) if placed else voice


def public_page(client, cast):
    html = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_a_finished_trip_tells_what_came_of_it_and_no_longer_calls(over, client, at):
    before = public_page(client, over)
    assert "Wat we van je vragen" in before
    publish(over, at, public=True)
    page = public_page(client, over)
    assert "Ze doen het nog." in page
    assert "6 mensen van 2 scholen" in page
    for call in ("Wat we van je vragen", "Aanmelden tot", "Hoe we kiezen"):
        assert call not in page


def test_without_the_leads_consent_only_counts_stand_there(over, client, at):
    publish(over, at, public=False)
    page = public_page(client, over)
    assert "Ze doen het nog." not in page
    assert "acties" not in page
    assert "6 mensen van 2 scholen" in page
    assert "6 meldden zich aan, 6 gingen mee" in page


def test_the_lead_puts_it_in_public_later_and_takes_it_off(over, client, at):
    edition = publish(over, at, public=False)
    press = reverse("impact:show", args=[over.trip.slug, edition.pk])
    lead = signed_in(over.lead)
    assert lead.post(press, {"public": "yes"}).status_code == 302
    assert "Ze doen het nog." in public_page(client, over)
    assert lead.post(press, {"public": "no"}).status_code == 302
    assert "Ze doen het nog." not in public_page(client, over)
    assert list(
        HistoryEntry.objects.filter(verb__in=["report.show", "report.hide"])
        .values_list("verb", flat=True)
        .order_by("pk")
    ) == ["report.show", "report.hide"]
    before = ReportEdition.objects.get(pk=edition.pk)
    assert (before.sha256, before.report) == (edition.sha256, edition.report)


def test_an_edition_of_before_this_is_not_public(over, client, at):
    publish(over, at, public=True)
    at(world.home(2027, 12, 2))
    ReportEdition.objects.update(public=False)
    assert "Ze doen het nog." not in public_page(client, over)


def test_a_sentence_stands_there_once_author_and_lead_both_agree(over, client, at):
    at(OVER)
    closed(over)
    mine = over.went[0]
    room = reverse("impact:shown", args=[over.trip.slug])
    give = reverse("impact:voice", args=[over.trip.slug])
    browser = signed_in(mine.user)
    refused = browser.post(give, {"text": SENTENCE})
    assert refused.status_code == 422
    assert SENTENCE in refused.content.decode()
    assert not Voice.objects.exists()
    assert browser.post(give, {"text": SENTENCE, "agree": "on"}).status_code == 302
    assert SENTENCE not in public_page(client, over)
    assert "nog niet op de openbare pagina" in browser.get(room).content.decode()
    voice = Voice.objects.get()
    place = reverse("impact:place", args=[over.trip.slug, voice.pk])
    lead = signed_in(over.lead)
    assert SENTENCE in lead.get(reverse("impact:team", args=[over.trip.slug])).content.decode()
    assert lead.post(place, {"text": SENTENCE, "placed": "yes"}).status_code == 302
    page = public_page(client, over)
    assert SENTENCE in page
    assert mine.printed_name not in page
    assert "Geplaatst met toestemming" in page


def test_whoever_takes_it_back_is_gone_at_once_also_for_visitors_who_were_there(over, client, at):
    at(OVER)
    closed(over)
    said(over, over.went[0])
    assert SENTENCE in public_page(client, over)
    browser = signed_in(over.went[0].user)
    assert browser.post(reverse("impact:voice-back", args=[over.trip.slug])).status_code == 302
    assert SENTENCE not in public_page(client, over)
    assert not Voice.objects.exists()


def test_another_sentence_is_not_placed_until_the_lead_has_read_it(over, client, at):
    at(OVER)
    closed(over)
    voice = said(over, over.went[0])
    said(over, over.went[0], text="Iets anders.", placed=False)
    page = public_page(client, over)
    assert SENTENCE not in page
    assert "Iets anders." not in page
    with pytest.raises(Refused, match="iets anders geschreven"), transaction.atomic():
        actions.place_voice(voice=voice, text=SENTENCE, placed=True, by=over.lead)


def test_three_sentences_are_read_and_who_gave_the_place_back_is_not(over, client, at):
    at(OVER)
    closed(over)
    for n, who in enumerate(over.went):
        at(world.home(2027, 12, 1, 10, n))
        said(over, who, text=f"Zin {n}.")
    page = public_page(client, over)
    assert [f"Zin {n}." in page for n in range(6)] == [True, True, True, False, False, False]
    gone = {"status": "cancelled", "cancelled_at": clock.now(), "cancelled_by": over.lead}
    Participation.objects.filter(pk=over.went[0].pk).update(**gone)
    world.settle_all()
    page = public_page(client, over)
    assert [f"Zin {n}." in page for n in range(6)] == [False, True, True, True, False, False]


def test_nobody_speaks_before_the_return_or_for_somebody_else(over, at):
    at(world.MOMENTS["travelling"])
    mine = over.went[0]
    mine.trip = Trip.objects.get(pk=over.trip.pk)
    with pytest.raises(Refused, match="als de reis terug is"):
        actions.give_voice(participation=mine, text=SENTENCE, language="nl", by=mine.user)
    at(OVER)
    with pytest.raises(Refused):
        actions.give_voice(participation=mine, text=SENTENCE, language="nl", by=over.went[1].user)
    with pytest.raises(Refused):
        actions.give_voice(participation=mine, text=SENTENCE, language="nl", by=over.lead)


def test_the_next_call_shows_one_sentence_of_an_earlier_trip_on_its_theme(over, client, at):
    at(OVER)
    closed(over)
    said(over, over.went[0])
    later = dict.fromkeys(("published_at", "published_by", "closed_at", "closed_by"))
    call = world.trip(
        lead=over.lead,
        on=over.trip.theme,
        slug="later",
        opens_at=world.home(2027, 11, 20),
        closes_at=world.home(2027, 12, 20, 17),
        endorse_by_at=world.home(2027, 12, 27, 17),
        departs_on=world.DEPARTS.replace(year=2028),
        returns_on=world.RETURNS.replace(year=2028),
        return_meeting_on=world.RETURN_MEETING.replace(year=2028),
        follow_up_on=world.FOLLOW_UP.replace(year=2029),
        **later,
    )
    shown = client.get(reverse("trips:detail", args=[call.slug])).content.decode()
    assert SENTENCE in shown
    assert "reis van 2026" in shown
    # Whoever reads English gets a sentence in it, when there is one.
    later = actions.give_voice(
        participation=over.went[1], text="Bring a question.", language="en", by=over.went[1].user
    )
    actions.place_voice(voice=later, text="Bring a question.", placed=True, by=over.lead)
    here = reverse("trips:detail", args=[call.slug])
    assert SENTENCE in client.get(here).content.decode()
    client.cookies["language"] = "en"
    english = client.get(here).content.decode()
    assert "Bring a question." in english
    assert SENTENCE not in english
    del client.cookies["language"]
    # And the finished trip leads to it.
    address = reverse("trips:detail", args=[call.slug])
    assert address in client.get(reverse("trips:detail", args=[over.trip.slug])).content.decode()
    # A call on another theme has no such sentence.
    Trip.objects.filter(pk=call.pk).update(theme=world.theme())
    assert SENTENCE not in client.get(address).content.decode()


def test_who_went_along_is_asked_for_a_sentence_in_their_room_until_they_gave_one(over, at):
    mine = over.went[0]
    room = reverse("trips:mine", args=[over.trip.slug])
    ask = "Wat zou je zeggen tegen een collega die twijfelt?"
    at(world.MOMENTS["travelling"])
    assert ask not in signed_in(mine.user).get(room).content.decode()
    at(world.MOMENTS["return"])
    assert ask in signed_in(mine.user).get(room).content.decode()
    said(over, mine)
    assert ask not in signed_in(mine.user).get(room).content.decode()


def test_an_edition_of_the_return_tells_no_counts_that_were_not_asked(over, client, at):
    """Published weeks after the return: nobody has a certificate yet, and nobody was asked after a year."""
    at(world.home(2026, 12, 20, 10))
    trip = Trip.objects.get(pk=over.trip.pk)
    actions.publish_edition(trip=trip, title_nl="Terug.", title_en="Back.", public=True, by=over.lead)
    at(OVER)
    closed(over)
    page = public_page(client, over)
    assert "6 meldden zich aan, 6 gingen mee" in page
    assert "None" not in page
    assert "antwoorden na een jaar" not in page


def test_what_was_not_measured_is_named(over, client, at):
    publish(over, at, public=True)
    page = public_page(client, over)
    assert "Niet gemeten: " in page
    assert "Was het de moeite waard?" in page
