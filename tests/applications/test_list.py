"""The team's list: what is seen, by whom, with how many queries, and the same as a spreadsheet."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.lines import settle
from exchange.trips.lifecycle import TeamRole
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _selection(at):
    at(world.MOMENTS["selection"])


def page(name, *args):
    return reverse(f"applications:{name}", args=args)


def scored(trip, name="", mean="3.20", **fields):
    person = world.user(name) if name else world.user()
    made = world.submitted(trip, person, **fields)
    made.score_mean, made.score_count = Decimal(mean), 2
    made.save()
    settle(made)
    return made


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(url)
    assert response.status_code == 200
    return len(seen)


def test_what_the_lead_sees(cast, login):
    one = scored(cast.trip, "Bram Keizer")
    world.decision(one, "reserve")
    world.application(cast.trip)
    html = login(cast.lead).get(page("list", cast.trip.slug)).content.decode()
    assert "Bram Keizer" in html
    assert "3,20" in html
    assert "reserve" in html
    assert "0/0" in html
    assert "6 van 6" in html


def test_companions_see_neither_scores_nor_proposals(cast, login):
    one = scored(cast.trip, "Bram Keizer", endorsed=True)
    world.decision(one, "not_selected")
    one.endorsements.update(status="refused", refusal_reason="Te druk")
    world.settle_all()
    companion = cast.companion()
    for url in (page("list", cast.trip.slug), page("detail", cast.trip.slug, one.pk)):
        html = login(companion).get(url).content.decode()
        assert "Bram Keizer" in html
        for secret in ("3,20", "niet geplaatst", "Niet geplaatst", "Te druk", "geweigerd"):
            assert secret not in html
    # Neither by filter nor by sort nor by export.
    for query in ("decision=not_selected", "backing=refused"):
        assert "Bram Keizer" in login(companion).get(page("list", cast.trip.slug) + f"?{query}").content.decode()
    other = scored(cast.trip, "Aad Anders", mean="1.00")
    html = login(companion).get(page("list", cast.trip.slug) + "?sort=score").content.decode()
    assert html.index("Aad Anders") < html.index("Bram Keizer")
    html = login(companion).get(page("list", cast.trip.slug) + "?sort=-score").content.decode()
    assert html.index("Aad Anders") < html.index("Bram Keizer")
    # Nor by the order of the managers' answers: refused would come last.
    other.endorsements.update(status="endorsed")
    world.settle_all()
    for sort in ("backing", "-backing"):
        html = login(companion).get(page("list", cast.trip.slug) + f"?sort={sort}").content.decode()
        assert html.index("Aad Anders") < html.index("Bram Keizer")


def test_reviewers_and_strangers(cast, login):
    one = scored(cast.trip)
    reviewer, stranger = cast.reviewer(), cast.stranger()
    for name, args in (("list", []), ("detail", [one.pk]), ("list-xlsx", []), ("selection", []), ("reserve", [])):
        assert login(reviewer).get(page(name, cast.trip.slug, *args)).status_code == 403
        assert login(stranger).get(page(name, cast.trip.slug, *args)).status_code == 404
        assert login(one.user).get(page(name, cast.trip.slug, *args)).status_code == 404


def test_own_application_is_hidden_and_said(cast, login):
    mine = scored(cast.trip, "Zelf Meedoen")
    world.join(cast.trip, mine.user, TeamRole.LEAD)
    client = login(mine.user)
    html = client.get(page("list", cast.trip.slug)).content.decode()
    assert "Zelf Meedoen" not in html.replace("Account van Zelf Meedoen", "").replace('small muted">Zelf Meedoen', "")
    assert "verborgen" in html
    assert client.get(page("detail", cast.trip.slug, mine.pk)).status_code == 404
    assert client.post(page("propose", cast.trip.slug, mine.pk), {"kind": "select"}).status_code == 404
    assert mine.pk.hex not in html.replace("-", "")


def test_score_waits_until_the_own_assessment_is_finished(cast, login):
    one = scored(cast.trip, "Bram Keizer", mean="4.90")
    scored(cast.trip, "Aad Anders", mean="1.00")
    world.rubric(cast.trip)
    world.join(cast.trip, cast.lead, TeamRole.REVIEWER)
    world.assessment(one, cast.lead)
    client = login(cast.lead)
    for url in (
        page("list", cast.trip.slug),
        page("detail", cast.trip.slug, one.pk),
        page("selection", cast.trip.slug),
    ):
        assert "4,90" not in client.get(url).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(page("list-xlsx", cast.trip.slug)).content))
    assert "4.9" not in str(list(book.active.values))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=keizer", {"Bram Keizer"}),
        ("q=stempel", {"Aad Anders"}),
        ("q=caf%C3%A9", {"Bram Keizer"}),
        ("q=herstelgesprek", {"Bram Keizer", "Aad Anders"}),
        ("role=caretaker", {"Aad Anders"}),
        ("backing=asked", {"Aad Anders"}),
        ("backing=backed", {"Bram Keizer"}),
        ("decision=none", {"Aad Anders"}),
        ("decision=select", {"Bram Keizer"}),
        ("state=withdrawn", set()),
        ("q=nergens", set()),
        ("school=bogus", {"Bram Keizer", "Aad Anders"}),
    ],
)
def test_search_and_filters(cast, login, query, found):
    one = world.submitted(cast.trip, world.user("Bram Keizer"), motivation="Naar het café met de wijkagent.")
    world.decision(one, "select")
    two = world.user("Aad Anders", role="caretaker")
    world.submitted(cast.trip, two, endorsed=False, motivation="Een stempel.")
    html = login(cast.lead).get(page("list", cast.trip.slug) + f"?{query}").content.decode()
    assert {name for name in ("Bram Keizer", "Aad Anders") if name in html} == found


@pytest.mark.parametrize(
    ("sort", "names"), [("score", ["Laag", "Hoog", "Nog Niet"]), ("-score", ["Hoog", "Laag", "Nog Niet"])]
)
def test_without_a_score_comes_last(cast, login, sort, names):
    scored(cast.trip, "Hoog", mean="4.50")
    world.submitted(cast.trip, world.user("Nog Niet"))
    scored(cast.trip, "Laag", mean="1.50")
    html = login(cast.lead).get(page("list", cast.trip.slug) + f"?sort={sort}").content.decode()
    assert sorted(names, key=html.index) == names


def test_the_sheet_is_what_is_seen(cast, login):
    scored(cast.trip, "=Som+1", mean="4.00")
    scored(cast.trip, "Bram Keizer", mean="2.00")
    client = login(cast.lead)
    book = openpyxl.load_workbook(io.BytesIO(client.get(page("list-xlsx", cast.trip.slug) + "?sort=-score").content))
    rows = list(book.active.values)
    assert [row[0] for row in rows[1:]] == ["=Som+1", "Bram Keizer"]
    assert book.active["A2"].data_type == "s"
    assert [row[8] for row in rows[1:]] == [4, 2]
    text = b"".join(client.get(page("list-csv", cast.trip.slug) + "?q=%3Dsom").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'=Som+1"]


def test_queries_do_not_grow(cast, login):
    world.rubric(cast.trip)
    reviewer = cast.reviewer()
    client = login(cast.lead)
    urls = {
        name: page(name, cast.trip.slug)
        for name in ("list", "selection", "reviewers", "letters", "list-xlsx", "publish")
    }
    for n in range(3):
        one = scored(cast.trip)
        world.decision(one, ("reserve", "not_selected", "select")[n])
        world.assessment(one, reviewer, 4, 4)
    before = {name: queries(client, url) for name, url in urls.items()}
    for n in range(27):
        one = scored(cast.trip)
        world.decision(one, ("reserve", "not_selected", "select")[n % 3])
        world.assessment(one, reviewer, 4, 4)
    assert {name: queries(client, url) for name, url in urls.items()} == before
    assert max(before.values()) <= 15, before


def test_detail_queries(cast, login):
    world.rubric(cast.trip)
    one = scored(cast.trip)
    client = login(cast.lead)
    url = page("detail", cast.trip.slug, one.pk)
    assert queries(client, url) <= 20


def test_versions_side_by_side(cast, login):
    one = scored(cast.trip, "Bram Keizer")
    first = one.submissions.get()
    one.submissions.create(
        number=2,
        submitted_at=world.MOMENTS["call"],
        schema=first.schema,
        content=first.content | {"motivation": "Anders gezegd."},
        sha256="x" * 64,
        institution=one.user.institution,
        job_role="teacher",
        printed_name="Bram Keizer",
        receipt="R2",
    )
    settle(one)
    html = login(cast.lead).get(page("detail", cast.trip.slug, one.pk)).content.decode()
    assert "Anders gezegd." in html
    assert "<del>" in html


def test_the_best_score_comes_first_and_no_score_last(cast, login):
    """One press on the heading sorts from high to low."""
    for name, mean in (("Bram Keizer", "3.20"), ("Aad Anders", "1.00")):
        scored(cast.trip, name, mean=mean)
    world.submitted(cast.trip, world.user("Zonder Score"))
    client = login(cast.lead)
    names = ["Bram Keizer", "Aad Anders", "Zonder Score"]
    assert "?sort=-score" in client.get(page("list", cast.trip.slug)).content.decode()
    for sort, wanted in (("-score", names), ("score", [names[1], names[0], names[2]])):
        html = client.get(page("list", cast.trip.slug) + f"?sort={sort}").content.decode()
        assert sorted(names, key=html.index) == wanted
