"""The index of the words: made by a migration, made anew after a change of its table, taken away."""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from exchange.fulltext import IndexWords, WordsField, names
from tests.search.conftest import OPERATIONS, Shelf, migrate, unmake


def unindexed(searched: Iterable[type[models.Model]]) -> list[str]:
    """The models with words that are written and never found."""
    return [model._meta.label for model in searched if parts(**names(model)) != "in out over found".split()]


def parts(index: str, table: str, **more: str) -> list[str]:
    """What keeps an index there: its triggers, its function. A database has one or the other."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT proname FROM pg_proc WHERE proname = %s", [f"{index}_found"])
            return [*"in out over".split(), *("found" for _row in cursor.fetchall())]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY name", [table])
        return [*(name.removeprefix(f"{index}_") for (name,) in cursor.fetchall()), "found"]


@pytest.fixture
def bare() -> Iterator[ProjectState]:
    """The tables of a shelf without an index."""
    state = migrate(OPERATIONS[:2], ProjectState())
    yield state
    unmake(OPERATIONS[:2])


@pytest.mark.django_db
def test_the_words_of_every_model_are_indexed() -> None:
    """Fails after a migration that changes a table with words and does not end with IndexWords."""
    searched = [one for one in apps.get_models() if any(isinstance(f, WordsField) for f in one._meta.local_fields)]
    assert unindexed(searched) == []


@pytest.mark.django_db(transaction=True)
def test_what_stood_there_before_the_index_is_found(bare) -> None:
    Shelf(bare).put({1: {"n": "Jan"}, 2: {"n": "Piet"}})
    state = migrate(OPERATIONS[2:], bare)
    assert Shelf(state).found("jan", "n") == [1]
    with connection.schema_editor() as editor:
        OPERATIONS[2].database_backwards("shelf", editor, state, state)
    assert unindexed([Shelf(state).Said]) == ["shelf.Said"]
    Shelf(state).put({3: {"n": "Klaas"}})
    assert Shelf(state).Said.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_changed_table_is_indexed_anew(bare) -> None:
    """SQLite makes a table anew to give it a column that is never empty."""
    state = migrate(OPERATIONS[2:], bare)
    shelf = Shelf(state)
    shelf.put({1: {"n": "Jan"}, 2: {"n": "Jan"}})
    assert unindexed([shelf.Said]) == []
    state = migrate([migrations.AddField("Said", "length", models.IntegerField(default=0))], state)
    shelf = Shelf(state)
    shelf.Book.objects.filter(pk=2).delete()
    shelf.put({3: {"n": "Piet"}})
    if connection.vendor == "sqlite":
        # The control: what is lost without it.
        assert unindexed([shelf.Said]) == ["shelf.Said"]
        assert shelf.found("piet", "n") == []
    migrate([IndexWords("Said")], state)
    assert unindexed([shelf.Said]) == []
    assert shelf.found("piet", "n") == [3]
    assert shelf.found("jan", "n") == [1]
    with connection.schema_editor() as editor:
        OPERATIONS[2].database_backwards("shelf", editor, state, state)
