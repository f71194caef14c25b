"""A shelf of books in the place of what the house searches: tables of its own, made as a migration makes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from exchange.fulltext import Found, IndexWords, WordsField, indexed

#: The words in a table of their own, as PostgreSQL wants it, and deleted with the book.
OPERATIONS = (
    migrations.CreateModel("Book", [("id", models.BigAutoField(primary_key=True)), ("title", models.TextField())]),
    migrations.CreateModel(
        "Said",
        [
            ("book", models.OneToOneField("shelf.Book", models.CASCADE, primary_key=True, serialize=False)),
            ("words", WordsField()),
        ],
    ),
    IndexWords("Said"),
)


class Shelf:
    """Its models, and what is written to and found in them."""

    def __init__(self, state: ProjectState) -> None:
        self.state = state
        self.Book, self.Said = (state.apps.get_model("shelf", name) for name in ("Book", "Said"))

    def put(self, books: Mapping[int, Mapping[str, str]]) -> None:
        """Books by their number, each with its text by group, whatever stood under that number."""
        self.Book.objects.bulk_create([self.Book(pk=pk, title="") for pk in books], ignore_conflicts=True)
        said = [self.Said(book_id=pk, words=indexed(texts)) for pk, texts in books.items()]
        self.Said.objects.bulk_create(said, update_conflicts=True, unique_fields=["book"], update_fields=["words"])

    def found(self, text: str, groups: str) -> list[int]:
        """The numbers of the books in which it stands."""
        rows = self.Book.objects.filter(pk__in=Found(self.Said, text, groups=groups))
        return list(rows.order_by("pk").values_list("pk", flat=True))


def migrate(operations: Iterable[Any], state: ProjectState) -> ProjectState:
    """The state after these operations, which are done."""
    for operation in operations:
        before, state = state, state.clone()
        operation.state_forwards("shelf", state)
        with connection.schema_editor() as editor:
            operation.database_forwards("shelf", editor, before, state)
    return state


def unmake(operations: Sequence[Any]) -> None:
    """Undo them, the last one first."""
    states = [ProjectState()]
    for operation in operations:
        states.append(states[-1].clone())
        operation.state_forwards("shelf", states[-1])
    for operation, before, after in reversed(list(zip(operations, states, states[1:], strict=False))):
        with connection.schema_editor() as editor:
            operation.database_backwards("shelf", editor, after, before)


@pytest.fixture(scope="module")
def shelf(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Shelf]:
    """The tables of the shelf, for the tests of one module. Each test finds them empty."""
    with django_db_blocker.unblock():
        state = migrate(OPERATIONS, ProjectState())
    yield Shelf(state)
    with django_db_blocker.unblock():
        unmake(OPERATIONS)
