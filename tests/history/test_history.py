"""History only grows, and says in words what happened."""

import ast
import importlib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.history.words import sentence, sentences
from exchange.lifecycle import Lifecycle
from tests import world


def lifecycles():
    """Every table of every `<app>.lifecycle`."""
    for config in apps.get_app_configs():
        name = f"{config.name}.lifecycle"
        if importlib.util.find_spec(name):
            yield from (value for value in vars(importlib.import_module(name)).values() if isinstance(value, Lifecycle))


def test_every_transition_has_a_sentence():
    verbs = {f"{life.name}.{transition.name}" for life in lifecycles() for transition in life.transitions}
    assert len(verbs) > 30
    assert verbs - sentences().keys() == set(), "no sentence under `history` in the offers.py of their wing"


def spoken(tree):
    """The verbs that stand as text after `verb=`, in a call or in an assignment."""
    for node in ast.walk(tree):
        values = [keyword.value for keyword in getattr(node, "keywords", []) if keyword.arg == "verb"]
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "verb" for target in node.targets):
            values.append(node.value)
        texts = [text.value for value in values for text in ast.walk(value) if isinstance(text, ast.Constant)]
        yield from (text for text in texts if "." in str(text))


def test_every_recorded_verb_has_a_sentence():
    verbs = set()
    for wing in ("exchange", "applications", "evaluations", "demo"):
        for path in Path(settings.ROOT, wing).rglob("*.py"):
            verbs.update(spoken(ast.parse(path.read_text())))
    assert len(verbs) > 15
    unsaid = {verb for verb in verbs if not verb.startswith(".")} - sentences().keys()
    assert unsaid == set(), "no sentence under `history` in the offers.py of their wing"


def test_an_unknown_verb_still_reads():
    assert str(sentence("spaceship.launch")) == "deed iets"


@pytest.mark.django_db
def test_an_entry_is_never_edited_or_deleted(cast):
    entry = record(about=cast.trip, verb="trip.change", by=cast.lead)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        HistoryEntry.objects.all().delete()
    with pytest.raises(TypeError):
        HistoryEntry.objects.filter(pk=entry.pk).update(verb="trip.close")
    with pytest.raises(TypeError):
        HistoryEntry.objects.bulk_update([entry], ["verb"])


@pytest.mark.django_db
def test_the_database_refuses_too(cast):
    entry = record(about=cast.trip, verb="trip.change", by=cast.lead)
    statements = ["UPDATE history_historyentry SET verb = 'trip.close' WHERE id = %s"]
    if connection.vendor == "postgresql":
        statements.append("DELETE FROM history_historyentry WHERE id = %s")
    for statement in statements:
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])
    entry.refresh_from_db()
    assert entry.verb == "trip.change"


@pytest.mark.django_db
def test_the_page_of_a_trip_says_who_did_what_about_whom_and_why(cast, login):
    place = cast.participant()
    record(about=place, verb="participation.cancel", by=cast.lead, reason="Ziek geworden")
    record(about=cast.trip, verb="trip.publish", by=cast.lead)
    record(about=world.trip(), verb="trip.cancel", by=cast.lead)
    page = login(cast.lead).get(reverse("history:trip", args=[cast.trip.slug])).content.decode()
    for words in ("gaf een plek terug", "Piet Participant", "Ziek geworden", "publiceerde de selectie", "Hanneke Boer"):
        assert words in page
    rows = login(cast.lead).get(reverse("history:trip", args=[cast.trip.slug])).context["table"].rows
    assert len(rows) == 2
    assert "participation.cancel" not in page.partition("<tbody>")[2]


@pytest.mark.django_db
def test_filters_by_person_and_verb(cast, login):
    client = login(cast.lead)
    ada = cast.administrator()
    record(about=cast.trip, verb="trip.change", by=cast.lead)
    record(about=cast.trip, verb="trip.change", by=ada)
    record(about=cast.trip, verb="trip.publish", by=None)

    def found(**query):
        table = client.get(reverse("history:trip", args=[cast.trip.slug]), query).context["table"]
        return [(row.record.verb, row.get_cell("by")) for row in table.paginated_rows]

    assert found(q="ada") == [("trip.change", "Ada Administrator")]
    assert found(verb="trip.publish") == [("trip.publish", "Exchange")]
    assert len(found(verb="nonsense", page="x")) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("persona", "trip", "everything"),
    [
        ("administrator", 200, 200),
        ("lead", 200, 403),
        ("companion", 403, 403),
        ("reviewer", 403, 403),
        ("coordinator", 404, 403),
        ("partner", 404, 403),
        ("stranger", 404, 403),
    ],
)
def test_who_reads_it(cast, login, persona, trip, everything):
    someone = getattr(cast, persona)
    client = login(someone() if callable(someone) else someone)
    assert client.get(reverse("history:trip", args=[cast.trip.slug])).status_code == trip
    assert client.get(reverse("history:all")).status_code == everything


@pytest.mark.django_db
def test_it_costs_the_same_for_one_and_for_many(cast, login):
    client = login(cast.lead)
    url = reverse("history:trip", args=[cast.trip.slug])

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    def happen():
        place = world.participation(cast.trip, world.user())
        record(about=place, verb="participation.cancel", by=place.user)
        record(about=place.goals.get(), verb="trip.change", by=cast.lead, trip=cast.trip)
        record(about=place.user.applications.get(), verb="application.submit", by=place.user)
        record(about=place.user, verb="membership.confirm", by=cast.lead, trip=cast.trip)

    happen()
    few = count()
    for _ in range(10):
        happen()
    assert count() == few
    assert few <= 12
