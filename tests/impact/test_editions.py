"""Editions are thawed once, and kept by their checksum; lists of them page and are searched."""

import json
import re
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.impact import documents, editions
from evaluations.impact.models import ReportEdition
from evaluations.impact.queries import compute
from evaluations.impact.report import Unreadable, digest, freeze, thaw
from exchange.documents import pdf
from tests import world

PUBLISHED = world.home(2027, 1, 10)


@pytest.fixture
def made(cast):
    """`made(n)`: so many editions of the trip, each of another number of places, the last one the newest."""
    stored = json.loads(json.dumps(freeze(compute(cast.trip))))
    count = iter(range(1, 999))

    def more(n, **fields):
        rows = []
        for _ in range(n):
            number = next(count)
            report = deepcopy(stored)
            report["facts"]["places"] = number
            values = {"report": report, "sha256": digest(report), "title_nl": f"Uitgave {number}"} | fields
            when = PUBLISHED + timedelta(hours=number)
            row = ReportEdition(trip=cast.trip, number=number, data_until_at=when, published_at=when, **values)
            row.published_by = cast.lead
            rows.append(row)
        return ReportEdition.objects.bulk_create(rows)

    return more


@pytest.fixture
def thawings(monkeypatch):
    """How many places the reports had that were thawed."""
    found = []

    def counted(data):
        report = thaw(data)
        found.append(report.facts.places)
        return report

    monkeypatch.setattr(editions, "thaw", counted)
    return found


def asked(client, url):
    """The statements behind a page, but for those of the session and the reader."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in seen]


def with_figures(statements):
    return [sql for sql in statements if re.search(r'"impact_reportedition"."report"', sql)]


def test_an_edition_is_thawed_once_and_its_figures_fetched_once(cast, login, made, thawings):
    [one] = made(1)
    partner, url = login(cast.partner()), reverse("impact:edition", args=[one.pk])
    assert len(with_figures(asked(partner, url))) == 1
    assert with_figures(asked(partner, url)) == []
    assert with_figures(asked(login(cast.administrator()), url)) == []
    assert thawings == [1]
    assert partner.get(url).context["report"] == thaw(one.report)


def test_a_list_fetches_only_what_is_not_known_yet(cast, login, made, thawings):
    made(3)
    partner = login(cast.partner())
    assert len(with_figures(asked(partner, "/reports/"))) == 1
    assert sorted(thawings) == [1, 2, 3]
    made(2)
    assert len(with_figures(asked(partner, "/reports/"))) == 1
    assert sorted(thawings) == [1, 2, 3, 4, 5]
    for url in ("/reports/", "/my/"):
        assert with_figures(asked(partner, url)) == []
    assert len(thawings) == 5


def test_the_preview_names_editions_without_their_figures(cast, login, made):
    """It holds the figures of now against theirs, so they are fetched once, and from then on are in memory."""
    made(2)
    lead, url = login(cast.lead), reverse("impact:team", args=[cast.trip.slug])
    assert len(with_figures(asked(lead, url))) == 1
    assert with_figures(asked(lead, url)) == []


def test_what_does_not_fit_its_checksum_is_read_anew_each_time(cast, login, made, thawings):
    [one] = made(1, sha256="0" * 64)
    partner, url = login(cast.partner()), reverse("impact:edition", args=[one.pk])
    assert partner.get(url).context["report"].facts.places == 1
    ReportEdition.objects.filter(pk=one.pk).update(report=one.report | {"k": 7})
    assert partner.get(url).context["report"].k == 7
    assert len(thawings) == 2


def test_a_new_checksum_is_another_report(made):
    [one] = made(1)
    assert editions.report_of(one).k == 5
    changed = one.report | {"k": 7}
    ReportEdition.objects.filter(pk=one.pk).update(report=changed, sha256=digest(changed))
    one.refresh_from_db()
    assert editions.report_of(one).k == 7


def test_an_edition_nobody_can_read_is_not_kept_and_does_not_hide_the_others(made):
    [good] = made(1)
    [bad] = made(1, report={}, sha256=digest({}))
    assert list(editions.reports_of([good, bad])) == [good.pk]
    for _twice in range(2):
        with pytest.raises(Unreadable):
            editions.report_of(bad)


def test_nobody_changes_what_is_kept(cast, made, login, monkeypatch):
    """Page, paper and sheets leave it as it is; and who does change a report changes the own copy."""
    [one] = made(1)
    monkeypatch.setattr(pdf, "pressed", str.encode)
    for url in ("/reports/", reverse("impact:edition", args=[one.pk])):
        login(cast.partner()).get(url)
    kept = editions.report_of(one)
    shown = documents.context(kept)
    [list(sheet.rows) for sheet in documents._sheets(one, shown)]
    assert kept == thaw(one.report)
    object.__setattr__(kept, "k", 99)
    assert editions.report_of(one).k == 5


def test_memory_is_bounded(settings, made):
    most = settings.CACHES["editions"]["OPTIONS"]["MAX_ENTRIES"]
    editions.reports_of(made(most + 30))
    assert 0 < len(caches["editions"]._cache) <= most


# --- the list ----------------------------------------------------------------------------------------


def titles(page):
    return re.findall(r'<h2><a href="/reports/[^"]+">([^<]+)</a>', page.text)


def test_the_list_pages_newest_first(cast, login, made):
    made(45)
    partner = login(cast.partner())
    assert titles(partner.get("/reports/")) == [f"Uitgave {n}" for n in range(45, 25, -1)]
    last = partner.get("/reports/?page=3")
    assert titles(last) == [f"Uitgave {n}" for n in range(5, 0, -1)]
    assert "41–45 van 45" in " ".join(last.text.split())
    for odd in ("99", "0", "-1", "x", "9" * 5000, "1e3", "%00x"[3:]):
        assert partner.get("/reports/", {"page": odd}).status_code == 200
    assert titles(partner.get("/reports/?page=99")) == titles(last)


def test_the_list_is_searched_by_title_and_trip(cast, login, made):
    made(25)
    partner = login(cast.partner())
    assert titles(partner.get("/reports/", {"q": "uitgave 25"})) == ["Uitgave 25"]
    assert len(titles(partner.get("/reports/", {"q": "londen uitgave"}))) == 20
    nothing = partner.get("/reports/", {"q": "' OR 1=1 -- %"})
    assert titles(nothing) == []
    assert "Geen rapport past hierbij." in nothing.text


def test_a_short_list_has_neither_search_nor_pager(cast, login, made):
    made(2)
    page = login(cast.partner()).get("/reports/").text
    assert ('role="search"' in page, 'class="pager"' in page) == (False, False)


def test_whoever_travelled_sees_the_editions_of_the_own_trip_once_each(cast, login, made):
    made(2)
    traveller = cast.participant()
    other = world.trip(lead=cast.lead)
    world.participation(other, traveller.user)
    assert titles(login(traveller.user).get("/reports/")) == ["Uitgave 2", "Uitgave 1"]
    assert titles(login(cast.stranger()).get("/reports/")) == []
