"""Two worlds that differ in one hidden thing look the same to who may not see it, whatever they ask for.

No filter, sort or search of a list may tell what its columns hide: everything that a reader can ask for is asked in
both worlds, also by names that no page offers. The lead, who may see it, is the control: there they differ.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Decision, Endorsement
from applications.people.tables import PeopleTable
from applications.permissions import Sight
from applications.team import tables, views
from tests import world
from tests.conftest import Cast, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # what a page tells follows from what it asks, not from whom

NAMES = ("Aad Anders", "Bram Keizer", "Cor de Wit", "Dirk Élan")
TEAM = ("list", "list-csv", "list-xlsx", "people", "people-csv", "people-xlsx")
SCHOOL = ("school-people", "school-people-csv", "school-people-xlsx")
#: What stands behind columns, and could be tried to order by.
BEHIND = ("seen_score", "score_mean", "standing", "-readers_done", "place", "name", "order")
#: What somebody could try to narrow by.
ASKED = {
    "backing": ("backed", "asked", "refused", "endorsed", "conditions"),
    "decision": ("select", "reserve", "not_selected", "undecided"),
    "decided": ("select", "reserve"),
    "state": ("submitted", "withdrawn"),
    "step": ("invited", "started", "submitted", "endorsed", "backed", "refused", "answered", "asked", "waiting"),
    "score": ("1", "4.9"),
    "q": ("Bram", "Te druk", "Keizer refused"),
}


def queries(name: str) -> list[str]:
    """What is asked of a page. A file is made of the same rows as the page of its name: one of each kind."""
    if "-" in name.removeprefix("school-people"):
        return [
            "",
            "?sort=backing",
            "?sort=-score",
            "?sort=manager",
            "?backing=refused",
            "?decision=select",
            "?step=refused",
        ]
    table = tables.ApplicationTable if name == "list" else PeopleTable
    sorts = [*table.base_columns, *(f"-{name}" for name in table.base_columns)]
    asked = [f"?{name}={value}" for name, values in ASKED.items() for value in values]
    return ["", *(f"?sort={name}" for name in (*sorts, *BEHIND)), *asked]


@pytest.fixture
def twins(cast: Cast, at: Callable) -> Cast:
    """Four who applied, from the school of the coordinator, read and decided on; nothing is published."""
    at(world.MOMENTS["selection"])
    cast.trip.coordinators_read = True
    cast.trip.save(update_fields=["coordinators_read"])
    world.rubric(cast.trip)
    for name in NAMES:
        sent = world.submitted(cast.trip, world.user(name, at=cast.school))
        world.decision(sent, "reserve")
    world.settle_all()
    return cast


def of(name: str) -> Application:
    return Application.objects.get(user__name=name)


def answers(one: str, other: str) -> None:
    """What managers answered: these two refused, whoever else did before endorses."""
    Endorsement.objects.update(status="endorsed", refusal_reason="")
    refused = Endorsement.objects.filter(application__user__name__in=[one, other])
    refused.update(status="refused", refusal_reason="Te druk")


def scores(one: str, other: str) -> None:
    """Two who are read scored best."""
    for name in NAMES:
        mean = Decimal("4.90") if name in (one, other) else Decimal("1.00")
        Application.objects.filter(user__name=name).update(score_mean=mean, score_count=2)


def proposals(one: str, other: str) -> None:
    """Two are to be selected."""
    Decision.objects.update(kind="not_selected")
    Decision.objects.filter(application__user__name__in=[one, other]).update(kind="select")


HIDDEN = (answers, scores, proposals)
PAIRS = (("Aad Anders", "Cor de Wit"), ("Bram Keizer", "Dirk Élan"))
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def seen(client: Client, url: str) -> Any:
    """What somebody gets there, but for what is another at each time."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if ".xlsx" in url:
        book = openpyxl.load_workbook(BytesIO(content))
        return [[[cell.value for cell in row] for row in sheet] for sheet in book]
    return TOKEN.sub("", content.decode())


def differences(twins: Cast, reader: Any, pages: list[str], hidden: tuple[Callable, ...] = HIDDEN) -> list[str]:
    """The addresses at which the two worlds look different to this reader."""
    client, worlds = signed_in(reader), []
    for pair in PAIRS:
        for one in hidden:
            one(*pair)
        world.settle_all()
        worlds.append([seen(client, page) for page in pages])
    return [page for page, one, other in zip(pages, *worlds, strict=True) if one != other]


def asked_of(twins: Cast, *names: str) -> list[str]:
    slug = twins.trip.slug
    return [reverse(f"applications:{name}", args=[slug]) + asked for name in names for asked in queries(name)]


def test_a_companion(twins: Cast) -> None:
    assert differences(twins, twins.companion(), asked_of(twins, *TEAM)) == []


def test_a_coordinator_of_the_school(twins: Cast) -> None:
    assert differences(twins, twins.coordinator(), asked_of(twins, *SCHOOL)) == []


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_lead_sees_it(twins: Cast, hidden: Callable) -> None:
    """The control: the two worlds are not the same ones."""
    page = reverse("applications:list", args=[twins.trip.slug])
    assert differences(twins, twins.lead, [page], (hidden,)) == [page]


LEAKS = {
    "?backing=refused": Sight(scores=False, decisions=False, answers=True),
    "?decision=select": Sight(scores=False, decisions=True, answers=False),
}


@pytest.mark.parametrize("query", LEAKS)
def test_a_filter_that_stays_is_noticed(twins: Cast, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the column is hidden, and by the filter alone it would be told."""

    class Leaky(tables.ApplicationFilter):
        def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
            super().__init__(*args, sight=LEAKS[query], **kwargs)

    monkeypatch.setattr(views, "ApplicationFilter", Leaky)
    page = reverse("applications:list", args=[twins.trip.slug]) + query
    assert differences(twins, twins.companion(), [page]) == [page]


def test_an_order_that_stays_is_noticed(twins: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the words of the column are the same, and the order of rows would tell."""
    real = tables.ApplicationTable.__init__

    def leaky(table: Any, *args: Any, **kwargs: Any) -> None:
        real(table, *args, **kwargs)
        table.columns["backing"].column.orderable = True

    monkeypatch.setattr(tables.ApplicationTable, "__init__", leaky)
    page = reverse("applications:list", args=[twins.trip.slug]) + "?sort=backing"
    assert differences(twins, twins.companion(), [page]) == [page]
