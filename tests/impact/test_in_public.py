"""What of a finished trip stands in public: counts, a figure if its lead agrees, sentences if their authors do."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluations.afterwards.actions_return import set_consent, set_public
from evaluations.afterwards.forms_return import ReturnForm
from evaluations.afterwards.forms_year import RecallForm
from evaluations.impact import actions
from evaluations.impact.models import ReportEdition, Voice
from evaluations.models import OneWord
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.trips.models import Participation, Trip
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
LATER, OVER = world.home(2027, 11, 10, 10), world.home(2027, 12, 1, 10)
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


# --- the one words --------------------------------------------------------------------------------

YEAR = ["anker", "anker", "Rust", "rust", "qyxmoed", "zwijgen"]


@pytest.fixture
def spoken(over):
    """Six let their word of a year later stand in the report; all of them on the public page too."""
    for who, word in zip(over.went, YEAR, strict=True):
        OneWord.objects.create(
            participation=who, moment="one_year", word=word, consent=True, public=True, written_at=LATER
        )
    return over


def agreed(cast, n):
    return cast.went[n].words.get(moment="one_year")


def test_words_stand_there_whose_authors_agreed_to_the_public_page_of_its_own(spoken, client, at):
    OneWord.objects.filter(word="qyxmoed").update(public=False)
    publish(spoken, at, public=True)
    page = public_page(client, spoken)
    assert "In één woord anker (2 keer) rust (2 keer) zwijgen" in page
    assert "Na een jaar gevraagd, zonder het eerste woord te tonen. n = 5." in page
    assert "qyxmoed" not in page


def test_agreeing_to_the_report_alone_shows_no_word_in_public(spoken, client, at):
    OneWord.objects.update(public=False)
    publish(spoken, at, public=True)
    assert "In één woord" not in public_page(client, spoken)


def test_below_five_who_agreed_none_stands_there(spoken, client, at):
    OneWord.objects.filter(word__in=["qyxmoed", "zwijgen"]).update(public=False)
    publish(spoken, at, public=True)
    assert "In één woord" not in public_page(client, spoken)


def test_words_stand_there_only_while_the_lead_shows_the_report(spoken, client, at):
    edition = publish(spoken, at, public=False)
    assert "anker" not in public_page(client, spoken)
    actions.show_edition(edition=edition, public=True, by=spoken.lead)
    assert "anker" in public_page(client, spoken)


def test_a_word_that_no_lead_read_in_the_edition_is_not_in_public(spoken, client, at):
    """Written or allowed after the edition was made: nobody has read it for what it tells of a student."""
    word = agreed(spoken, 4)
    OneWord.objects.filter(pk=word.pk).update(consent=False, public=False)
    publish(spoken, at, public=True)
    OneWord.objects.filter(pk=word.pk).update(consent=True, public=True)
    page = public_page(client, spoken)
    assert "anker" in page
    assert "qyxmoed" not in page


def test_its_author_takes_it_off_the_public_page_and_the_report_keeps_it(spoken, client, at):
    edition = publish(spoken, at, public=True)
    assert "qyxmoed" in public_page(client, spoken)
    word, author = agreed(spoken, 4), spoken.went[4].user
    press = reverse("evaluations:public", args=[spoken.trip.slug, "one_year"])
    assert signed_in(author).post(press, {"public": "no"}).status_code == 302
    assert "qyxmoed" not in public_page(client, spoken)
    assert "qyxmoed" in str(ReportEdition.objects.get(pk=edition.pk).report)
    word.refresh_from_db()
    assert (word.consent, word.public) == (True, False)
    assert HistoryEntry.objects.filter(verb="word.hide", trip=None).count() == 1
    assert signed_in(author).post(press, {"public": "yes"}).status_code == 302
    assert "qyxmoed" in public_page(client, spoken)


def test_taken_out_of_the_report_it_leaves_the_public_page_and_does_not_come_back(spoken, client, at):
    publish(spoken, at, public=True)
    word, author = agreed(spoken, 4), spoken.went[4].user
    page = signed_in(author).get(reverse("impact:take-back", args=[spoken.trip.slug, "one_year"])).content.decode()
    assert "Het gaat ook meteen van de openbare pagina van de reis af." in page
    set_consent(word=word, consent=False, by=author)
    assert "qyxmoed" not in public_page(client, spoken)
    set_consent(word=word, consent=True, by=author)
    word.refresh_from_db()
    assert word.public is False
    assert "qyxmoed" not in public_page(client, spoken)


def test_a_word_of_no_report_is_not_put_in_public(spoken):
    word = agreed(spoken, 4)
    word.consent = word.public = False
    word.save()
    with pytest.raises(Refused, match="woorden uit het rapport"):
        set_public(word=word, public=True, by=word.participation.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        OneWord.objects.filter(pk=word.pk).update(public=True)


def test_both_are_asked_apart_at_the_return_and_after_a_year(over):
    for form in (ReturnForm(None, goals=[], rows={}, answered=None, said=None), RecallForm()):
        assert not form["consent"].value()
        assert not form["public"].value()
    form = RecallForm({"word": "anker", "recall": "Het gesprek.", "public": "on"})
    assert list(form.errors) == ["public"]
    assert "Kruis ook het rapport aan" in form.errors["public"][0]
    assert list(form.fields) == ["word", "consent", "public", "recall"]
