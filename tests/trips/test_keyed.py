"""Any page of a list is the page it would be by counting from the first row, whichever way it is sought."""

import random
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext

from applications.models import Line
from exchange.keyed import KeyedRows, rows_between
from tests import world

pytestmark = pytest.mark.django_db

ORDERS = {
    "by name": ("sort_name", "pk"),
    "the other way round": ("-sort_name", "-pk"),
    "best first, none last": (F("score").desc(nulls_last=True), "sort_name", "pk"),
    "worst first, none last": (F("score").asc(nulls_last=True), "sort_name", "pk"),
    "two columns and two directions": ("-decided", "sort_name", "pk"),
    "a number": ("-readers", "pk"),
    "empty ones where the database likes": ("submitted_at", "pk"),
    "an expression": (Length("name"), "pk"),
}
PAGE = 4


@pytest.fixture
def lines():
    """Thirty-seven lines with many equals: of names, scores and decisions, a third without a score."""
    trip, chance = world.trip(), random.Random(7)  # noqa: S311 -- not a secret
    for n in range(37):
        invited = world.invitation(trip, f"a{n}@thuis.example", name=chance.choice(["Jan", "Anna", "Zoë", "Bo"]))
        score = chance.choice([None, Decimal("3.20"), Decimal("4.00")])
        decided, readers = chance.choice(["", "select", "reserve"]), chance.randrange(3)
        Line.objects.filter(invitation=invited).update(score=score, decided=decided, readers=readers)
    return Line.objects.filter(trip=trip)


@pytest.mark.by_hand("scores without an application, to have something to sort")
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_every_page_from_everywhere(lines, order):
    rows = lines.order_by(*order)
    whole = list(rows)
    for start in range(0, 37, PAGE):
        ought = whole[start : start + PAGE]
        for place in (None, *range(0, 37, 3)):
            known = None if place is None else (place, whole[place].pk)
            assert rows_between(rows, start, min(start + PAGE, 37), 37, known) == ought, (start, place)


def asked(rows, page, told=""):
    """The page as a table asks for it, and the statement that fetched it."""
    data = KeyedRows(rows, told=told, per_page=PAGE)
    data._length = rows.count()
    with CaptureQueriesContext(connection) as queries:
        found = data[(page - 1) * PAGE : page * PAGE]
    return list(found), queries.captured_queries[-1]["sql"]


@pytest.mark.by_hand("scores without an application, to have something to sort")
def test_the_next_page_is_not_counted_from_the_first(lines):
    rows = lines.order_by("sort_name", "pk")
    fifth, by_number = asked(rows, 5)
    assert "OFFSET 16" in by_number
    found, by_key = asked(rows, 5, f"4.{list(rows)[12].pk}")
    assert found == fifth
    assert "OFFSET 4" in by_key
    last, from_the_end = asked(rows, 10)
    assert last == list(rows)[36:]
    assert "OFFSET" not in from_the_end


@pytest.mark.by_hand("scores without an application, to have something to sort")
@pytest.mark.parametrize(
    "told", ["", "4", "4.x", "0.1", "-4.1", "4.99999999", "9" * 40 + ".1", "4.1.1", "٤.1", "4.\x00"]
)
def test_nonsense_costs_a_little_time_only(lines, told):
    rows = lines.order_by("sort_name", "pk")
    assert asked(rows, 5, told)[0] == list(rows)[16:20]
