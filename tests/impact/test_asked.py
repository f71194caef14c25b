"""A figure knows whether its question was asked: what nobody was asked yet is "not measured", never a zero."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from evaluations.impact import actions, documents
from evaluations.impact.differences import publishable
from evaluations.impact.models import Finding
from evaluations.models import Action, FollowUp
from tests import world

pytestmark = pytest.mark.django_db
#: Back on 13 November 2026; the questions of one year later open on 13 October 2027, the follow-up day is 12 November.
BACK, BEFORE, OPEN, LATER = (
    world.home(2026, 12, 20), world.home(2027, 10, 12), world.home(2027, 10, 13), world.home(2027, 11, 20),
)  # fmt: skip


def plan(who, due_on, **fields):
    return Action.objects.create(participation=who, title="Delen", due_on=due_on, created_at=BACK, **fields)


def told(trip):
    """Every stage of the flow and every line of evidence, as page, paper and sheet have them."""
    shown = documents.context(publishable(trip).report)
    flow = {str(stage.label): str(stage.count) for stage in shown["flow"].stages}
    lines = dict(line.split(": ", 1) for level in shown["evidence"] for line in level.lines)
    return flow, lines, shown["headlines"]


@pytest.fixture
def planned(travellers):
    """Twelve plan something for a day in January 2028, after the follow-up day."""
    return [plan(who, world.home(2028, 1, 10).date()) for who in travellers]


@pytest.mark.parametrize(
    ("now", "answered", "certificate", "done"),
    [
        (BACK, "niet gemeten", "niet gemeten", "niet gemeten"),
        (BEFORE, "niet gemeten", "niet gemeten", "niet gemeten"),
        (OPEN, "0", "niet gemeten", "0 van 12"),
        (LATER, "0", "0", "0 van 12"),
    ],
    ids=["back", "the day before", "open", "after the follow-up day"],
)
def test_a_zero_stands_only_where_somebody_was_asked(cast, planned, at, now, answered, certificate, done):
    at(now)
    flow, lines, headlines = told(cast.trip)
    assert (flow["antwoord na één jaar"], flow["certificaat"]) == (answered, certificate)
    assert lines["acties uitgevoerd"] == done
    first = ("12", "0 van 12")[done != "niet gemeten"]
    assert headlines[1].figure == first


def test_an_action_is_asked_about_from_its_day_on(cast, travellers, at):
    """Six are due in January, six in June. In March six have been asked, all of whom did it: six of six, not of 12."""
    for n, who in enumerate(travellers):
        plan(who, world.home(2027, 1 if n < 6 else 6, 10).date(), status="done" if n < 6 else "planned")
    at(world.home(2027, 3, 1))
    assert told(cast.trip)[1]["acties uitgevoerd"] == "6 van 6"
    at(world.home(2027, 7, 1))
    assert told(cast.trip)[1]["acties uitgevoerd"] == "6 van 12"


def test_who_told_unasked_was_asked(cast, travellers, at):
    for who in travellers:
        plan(who, world.home(2028, 1, 10).date(), status="done", rung=3, reported_at=BACK)
    at(BACK)
    assert told(cast.trip)[1]["acties uitgevoerd"] == "12 van 12"


def test_before_departure_nobody_travelled_and_before_publication_nobody_is_selected(cast, travellers, at):
    at(world.home(2026, 11, 1))
    assert told(cast.trip)[0]["gereisd"] == "niet gemeten"
    cast.trip.published_at = cast.trip.published_by = None
    cast.trip.save()
    assert told(cast.trip)[0]["geplaatst"] == "niet gemeten"
    at(BACK)
    assert told(cast.trip)[0]["gereisd"] == "12"


@pytest.mark.parametrize(("language", "word"), [("nl", "niet gemeten"), ("en", "not measured")])
def test_page_paper_and_sheet_use_one_word(cast, planned, at, login, monkeypatch, language, word):
    monkeypatch.setattr(documents.pdf, "pressed", str.encode)
    at(BACK)
    Finding.objects.create(trip=cast.trip, text_nl="Ze zijn net terug.")
    edition = actions.publish_edition(trip=cast.trip, title_nl="Net terug", title_en="", by=cast.lead)
    client = login(cast.partner())
    client.cookies["language"] = language
    page = client.get(reverse("impact:edition", args=[edition.pk])).text
    paper = documents.paper(edition, own=(), language=language).decode()
    for text in (page, paper):
        words = " ".join(re.sub(r"<[^>]+>", " ", text).split()).lower()
        assert "0 van 12" not in words
        assert "0 of 12" not in words
        assert words.count(word) > 8
    with translation.override(language):
        shown = documents.context(publishable(cast.trip).report)
        rows = [[str(cell) for cell in row] for sheet in documents._sheets(edition, shown) for row in sheet.rows]
    assert [row[1] for row in rows if row[0] in ("antwoord na één jaar", "answered after a year")] == [word]


# --- a hidden share is not another headline -------------------------------------------------------


def test_a_hidden_share_stays_the_headline_and_says_why(cast, travellers, at):
    """Ten of twelve did it: hidden, since the two who did not would be known. It does not turn into "12 planned"."""
    for n, who in enumerate(travellers):
        plan(who, BACK.date(), status="done" if n < 10 else "begun", reported_at=BACK)
    at(LATER)
    headline = told(cast.trip)[2][1]
    assert (headline.figure, headline.text) == ("afgeschermd", "acties zijn uitgevoerd op de eigen school")
    assert "minder dan 5 mensen" in headline.source
    assert "12 acties" in headline.source


def test_a_silent_year_does_not_pass_for_the_return(cast, answered, at):
    FollowUp.objects.all().delete()
    for who in answered:
        for goal in who.goals.all():
            goal.goal_levels.filter(moment="one_year").delete()
    headline = told(cast.trip)[2][0]
    assert headline.text == "van de leerdoelen was bij terugkomst gehaald"
    assert "na één jaar heeft nog niemand ze gescoord" in headline.source
