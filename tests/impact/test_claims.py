"""Numbers in what the lead writes: shown when no figure says them, refused when the report hides them."""

import pytest
from django.urls import reverse

from evaluations.impact import actions
from evaluations.impact.claims import numbers
from evaluations.impact.differences import publishable
from evaluations.impact.models import Finding, ReportEdition
from evaluations.models import Action, Reach
from exchange.people.lifecycle import JobRole
from exchange.verdicts import Refused
from tests import world
from tests.impact.conftest import score

pytestmark = pytest.mark.django_db
LATER = world.home(2027, 11, 20)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ruim 1.100 euro per persoon", [(1100, False)]),
        ("13,5 uur en 13.5 hours", [(13.5, False), (13.5, False)]),
        ("50%, 50 %, 50 procent en 50 percent", [(50, True)] * 4),
        ("Drie collega’s, één school en twelve goals", [(3, False), (1, False), (12, False)]),
        ("Een school vond het niets", []),
        ("A2-niveau en §3", [(3, False)]),
        ("In 2026, op 12 november, niveau −1.", [(2026, False)]),
        ("5-10 mensen", [(5, False), (10, False)]),
        ("7 decanen, 5 junior docenten en 3 novices", [(7, False), (5, False), (3, False)]),
        ("Op 3 juni, 12 okt. en 1 December", []),
    ],
)
def test_numbers_as_people_write_them(text, found):
    assert sorted(one.said for one in numbers(text)) == sorted((float(value), percent) for value, percent in found)


@pytest.fixture
def hiding(cast, answered, at):
    """Five count three security officers each, one of them ten teachers too: 25, of which neither part may be known."""
    at(LATER)
    Reach.objects.filter(job_role=JobRole.SECURITY_OFFICER).update(people=3)
    Reach.objects.filter(job_role=JobRole.TEACHER).exclude(action__participation=answered[0]).delete()
    return publishable(cast.trip)


def test_figures_of_the_edition_are_carried(cast, answered):
    """Worked out by hand: 50% of 10 goals, 7 of 12 actions (58%; 5 not), 130 colleagues, 13,200 euros, 1,100 each."""
    held = publishable(cast.trip)
    for text in (
        "De helft: 50% van de 10 doelen", "7 van de 12 acties, 58 procent", "5 acties zijn nog niet klaar",
        "130 collega’s", "€ 13.200, dus € 1.100 elk", "12 deelnemers van 2 scholen", "10 van de 12 antwoordden: 83%",
    ):  # fmt: skip
        assert held.alone(text) == [], text


def test_a_number_of_no_figure_is_named(cast, answered):
    held = publishable(cast.trip)
    assert held.alone("43% van de doelen, 7 acties en 250 collega’s") == ["43%", "250"]


def test_a_hidden_number_is_refused_and_any_other_is_not(hiding):
    assert hiding.hidden("Er zijn 25 collega’s bereikt") == []
    assert hiding.hidden("Er zijn 15 beveiligers bereikt") == ["15"]
    why = "dit toont het rapport niet, omdat het iets zou verraden over minder dan 5 mensen. Zeg het zonder het getal."
    assert hiding.refusal("In 15 dagen") == f"“15”: {why}"
    assert hiding.refusal("In 16 dagen") == ""


def test_small_counts_are_refused_where_they_count_people(cast, travellers, at):
    """One of twelve is at -2, merged with the five at -1. "One goal" is hidden, "one more time" is no count."""
    at(LATER)
    for n, who in enumerate(travellers):
        score(who, "return", -2 if n == 0 else -1 if n < 6 else 0)
    held = publishable(cast.trip)
    assert held.hidden("Eén doel bleef ver achter.") == ["Eén"]
    assert held.hidden("1 van de deelnemers kwam niet verder") == ["1"]
    assert held.hidden("Een van ons zei: nog 1 keer!") == []
    assert held.hidden("6 van de 12 doelen") == []


def done_by(travellers, number):
    for n, who in enumerate(travellers):
        Action.objects.create(
            participation=who, title="Delen", due_on=LATER.date(), status="done" if n < number else "begun",
            created_at=LATER, reported_at=LATER,
        )  # fmt: skip


def test_the_field_says_so_and_keeps_what_was_typed(cast, travellers, at, login):
    """Nine of twelve did it, three did not: which is hidden, so is 75%."""
    at(LATER)
    done_by(travellers, 9)
    client, url = login(cast.lead), reverse("impact:findings", args=[cast.trip.slug])
    data = {"findings-TOTAL_FORMS": 5, "findings-INITIAL_FORMS": 0, "findings-0-nl": "Maar liefst 75% is gedaan."}
    page = client.post(url, data)
    assert page.status_code == 422
    assert "Maar liefst 75% is gedaan." in page.text
    assert "“75%”: dit toont het rapport niet" in page.text
    assert not Finding.objects.exists()
    with pytest.raises(Refused, match="9"):
        actions.write_findings(trip=cast.trip, texts=[("9 acties zijn gedaan", "")], by=cast.lead)
    assert not Finding.objects.exists()


def test_a_loose_number_is_shown_to_the_lead_and_does_not_stop_anybody(cast, answered, at, login):
    client = login(cast.lead)
    data = {"findings-TOTAL_FORMS": 5, "findings-INITIAL_FORMS": 0, "findings-0-nl": "Bijna 90% doet het nog."}
    assert client.post(reverse("impact:findings", args=[cast.trip.slug]), data).status_code == 302
    page = client.get(reverse("impact:team", args=[cast.trip.slug])).text
    told = "Bevinding 1 noemt “90%”. Geen cijfer van deze editie zegt dat."
    assert told in page[page.index('id="publish"') :]
    assert client.post(reverse("impact:publish", args=[cast.trip.slug]), {"title_nl": "Wat het gaf"}).status_code == 302


def test_neither_title_nor_an_older_finding_brings_it_in(cast, travellers, at, login):
    """Nine of twelve did it, three did not. A finding that says so was written while it could be shown."""
    at(LATER)
    done_by(travellers, 9)
    client, url = login(cast.lead), reverse("impact:publish", args=[cast.trip.slug])
    Finding.objects.create(trip=cast.trip, text_nl="Het werkt.")
    page = client.post(url, {"title_nl": "75% doet het nog"})
    assert page.status_code == 422
    assert "75% doet het nog" in page.text
    Finding.objects.create(trip=cast.trip, order=2, text_nl="75% deed het.")
    with pytest.raises(Refused, match="75%"):
        actions.publish_edition(trip=cast.trip, title_nl="Wat het gaf", title_en="", by=cast.lead)
    assert (
        "Bevinding 2 kan zo niet worden gepubliceerd" in client.get(reverse("impact:team", args=[cast.trip.slug])).text
    )
    assert not ReportEdition.objects.exists()
