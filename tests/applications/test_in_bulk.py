"""Five hundred letters cost as many statements as five: publishing inserts as much at once as the database takes."""

import uuid

import pytest
from django.db import connection

from applications.models import Application, Decision, Endorsement, Offer, Submission
from applications.selection import publishing
from applications.selection.publishing import publish_selection
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from tests import world
from tests.crowd.costs import counted

pytestmark = pytest.mark.django_db
MONDAY = world.home(2026, 10, 12, 10)
#: The bar, what is asked about the lead included. On PostgreSQL the lines are locked by a statement of their own.
MOST = 20


def many(trip, count, kinds):
    """As many sent and endorsed applications, each with a decision: copies of one, as making each takes a minute."""
    first = world.submitted(trip)
    world.decision(first)
    rows = {model: model.objects.get(application=first) for model in (Submission, Endorsement, Decision)}
    made = {model: [] for model in (User, Application, *rows)}
    for n in range(count - 1):
        user = copy(first.user, email=f"n{n}@duinrand.example", name=f"Naam {n}", calendar_token=uuid.uuid4())
        made[User].append(user)
        application = copy(first, user=user)
        submission = copy(rows[Submission], application=application, receipt=f"VIL26-{n:05d}x", sha256=f"{n:063x}x")
        made[Application].append(application)
        made[Submission].append(submission)
        made[Endorsement].append(copy(rows[Endorsement], application=application, submission=submission))
        made[Decision].append(copy(rows[Decision], application=application, kind=kinds[n % len(kinds)]))
    for model, copies in made.items():
        model.objects.bulk_create(copies)


def copy(row, **fields):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    made = type(row)(**values | {"id": uuid.uuid4()})
    for name, value in fields.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def crowd(cast, at):
    """`crowd(500)`: of each ten the first is selected, the next three reserve; one phrase stands in a letter."""
    at(MONDAY)
    cast.trip.places, cast.trip.max_per_school = 1000, 1000
    cast.trip.save()
    phrase = world.rubric(cast.trip)[0].anchors.first()

    def publish(count):
        many(cast.trip, count, ("reserve", "reserve", "reserve", *("not_selected",) * 6, "select"))
        Decision.objects.first().phrases.add(phrase)
        world.settle_all()
        lead = User.objects.get(pk=cast.lead.pk)
        with counted() as costs:
            publish_selection(trip=cast.trip, by=lead)
        return costs.queries

    return publish


def test_five_hundred_letters_take_twenty_statements(crowd):
    assert crowd(500) <= MOST
    assert OutboxMessage.objects.count() == 500
    assert Offer.objects.count() == 50
    verbs = list(HistoryEntry.objects.values_list("verb", flat=True))
    assert (verbs.count("decision.publish"), verbs.count("offer.make"), len(verbs)) == (500, 50, 551)


def test_as_many_as_five(crowd):
    assert crowd(5) <= MOST
    assert OutboxMessage.objects.count() == 5


def test_one_at_a_time_they_would_be_as_many_as_there_are_letters(crowd, monkeypatch):
    queue_many = publishing.queue_many

    def one_by_one(*, messages):
        for message in messages:
            queue_many(messages=[message])

    monkeypatch.setattr(publishing, "queue_many", one_by_one)
    assert 100 < crowd(100) <= 100 + MOST


def test_with_the_limit_of_an_old_sqlite_they_would_be_more(crowd, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such limit")
    monkeypatch.setattr(type(connection.features), "max_query_params", 999)
    assert crowd(500) > MOST


def test_sqlite_is_asked_what_it_takes():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such limit")
    most = connection.features.max_query_params
    # The library refuses one value more than it says, and takes as many as that.
    with connection.cursor() as cursor:
        marks = ",".join(["?"] * most)
        assert cursor.connection.execute(f"SELECT ? IN ({marks[2:]})", [0] * most).fetchone() == (1,)
        with pytest.raises(connection.Database.OperationalError, match="too many SQL variables"):
            cursor.connection.execute(f"SELECT ? IN ({marks})", [0] * (most + 1))
