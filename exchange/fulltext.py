"""A full-text index on either database: the words are made in Python and stored as they are, so both find the same.

`WordsField` holds the words of a row, `IndexWords` in a migration indexes them, and `Found` finds the rows:
`Line.objects.filter(pk__in=Found(LineWords, "jan vri", groups="nt"))`.

A word is stored with the letter of its group in front. Who searches asks in the groups that are open to that reader, so
that nothing else can be found. No parser and no dictionary of a database ever sees what a person typed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Expression

from exchange.folding import MOST_WORDS, asked, words

GROUP = re.compile("[a-z]")

# SQLite: the table holds the words, FTS5 only its index of them. To delete from that it must be told which words they
# were: the triggers know, whoever writes, a cascade and the flush between two tests too.
# PostgreSQL: the function, because the planner would rather unpack the words of every row than ask the index: it counts
# the pages of the table and not those where the words are stored apart. That takes six times as long.
INDEX = {
    "sqlite": (
        """CREATE VIRTUAL TABLE "{index}" USING fts5("{words}", content='{table}', content_rowid='{key}',
        tokenize='ascii', detail=none, columnsize=0, prefix='2 3 4')""",
        """CREATE TRIGGER "{index}_in" AFTER INSERT ON "{table}" BEGIN
        INSERT INTO "{index}" (rowid, "{words}") VALUES (new."{key}", new."{words}"); END""",
        """CREATE TRIGGER "{index}_out" AFTER DELETE ON "{table}" BEGIN
        INSERT INTO "{index}" ("{index}", rowid, "{words}") VALUES ('delete', old."{key}", old."{words}"); END""",
        """CREATE TRIGGER "{index}_over" AFTER UPDATE ON "{table}" BEGIN
        INSERT INTO "{index}" ("{index}", rowid, "{words}") VALUES ('delete', old."{key}", old."{words}");
        INSERT INTO "{index}" (rowid, "{words}") VALUES (new."{key}", new."{words}"); END""",
        """INSERT INTO "{index}" ("{index}") VALUES ('rebuild')""",
    ),
    "postgresql": (
        'CREATE INDEX "{index}" ON "{table}" USING gin ("{words}")',
        """CREATE FUNCTION "{index}_found" (tsquery) RETURNS SETOF "{table}"."{key}"%TYPE LANGUAGE sql STABLE
        SET enable_seqscan = off AS 'SELECT "{key}" FROM "{table}" WHERE "{words}" @@ $1'""",
    ),
}
AWAY = {
    "sqlite": (
        'DROP TRIGGER IF EXISTS "{index}_in"',
        'DROP TRIGGER IF EXISTS "{index}_out"',
        'DROP TRIGGER IF EXISTS "{index}_over"',
        'DROP TABLE IF EXISTS "{index}"',
    ),
    "postgresql": ('DROP FUNCTION IF EXISTS "{index}_found" (tsquery)', 'DROP INDEX IF EXISTS "{index}"'),
}

#: Parts of an index of SQLite made one, without the words that were struck out.
MERGED = """INSERT INTO "{index}" ("{index}") VALUES ('optimize')"""
#: The keys of what is found.
FOUND = {
    "sqlite": '(SELECT rowid FROM "{index}" WHERE "{index}" MATCH %s)',
    "postgresql": '(SELECT * FROM "{index}_found" (%s::tsquery))',
}


def indexed(texts: Mapping[str, str]) -> str:
    """What a row is found by, as `WordsField` stores it: of the text of each group the words; the last are cut off."""
    refuse_others(texts)
    found = [group + word for group, text in texts.items() for word in words(text)]
    return " ".join(sorted(found[:MOST_WORDS]))


def refuse_others(groups: Iterable[str]) -> None:
    """Raises ValueError for what is no group: one small letter."""
    for group in groups:
        if not GROUP.fullmatch(group):
            raise ValueError(f"A group is one small letter, which {group!r} is not.")


class WordsField(models.TextField):
    """The words of a row: what `indexed` says. It stands in a table of its own, with a whole number as its key.

    PostgreSQL indexes every word of a row again when another column of it changes.
    """

    def db_type(self, connection: Any) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """What was split stays as it is: a cast would read quotes and colons."""
        return "array_to_tsvector(string_to_array(%s, ' '))" if connection.vendor == "postgresql" else "%s"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value.replace("'", "") if value and connection.vendor == "postgresql" else value


def names(model: type[models.Model]) -> dict[str, str]:
    """What the table, its key, its words and the index of them are called."""
    told = model._meta
    [field] = (field for field in told.local_fields if isinstance(field, WordsField))
    index = f"{told.db_table}_{field.column}"
    return {"table": told.db_table, "key": told.pk.column, "words": field.column, "index": index}


def drop_gone_words() -> None:
    """Let the indexes forget the words of rows that are gone: FTS5 only strikes them out until it merges its parts.
    PostgreSQL does so by itself.
    """
    if connection.vendor != "sqlite":
        return
    for model in apps.get_models():
        if any(isinstance(field, WordsField) for field in model._meta.local_fields):
            with connection.cursor() as cursor:
                cursor.execute(MERGED.format(**names(model)))


class Found(Expression):
    """The keys of the rows where every word that is asked begins a word of one of these groups: `pk__in=Found(…)`.

    A question without any word finds nothing, nor does a reader to whom no group is open.
    """

    def __init__(self, model: type[models.Model], text: str, *, groups: str) -> None:
        refuse_others(groups)
        self.model, self.text, self.groups = model, text, groups
        super().__init__(output_field=models.BigIntegerField())

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return FOUND["sqlite"].format(**names(self.model)), [self.question('"{}" *', " OR ", " AND ")]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return FOUND["postgresql"].format(**names(self.model)), [self.question("'{}':*", " | ", " & ")]

    def question(self, one: str, either: str, every: str) -> str:
        """In the language of a database. A word is letters and digits, so it can say nothing in that language."""
        ways = [either.join(one.format(group + word) for group in self.groups) for word in asked(self.text)]
        if not (ways and self.groups):
            raise EmptyResultSet
        return every.join(f"({way})" for way in ways)


class IndexWords(Operation):
    """In a migration, after its model: from here on the words of a model are found.

    Once more after each change of its table: SQLite makes one anew to change it, and the triggers go with the old one.
    """

    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The model says nothing of its index."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        vendor = schema_editor.connection.vendor
        self.execute([*AWAY[vendor], *INDEX[vendor]], app_label, schema_editor, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self.execute(AWAY[schema_editor.connection.vendor], app_label, schema_editor, from_state)

    def execute(
        self, statements: Iterable[str], app_label: str, editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> None:
        """All of them, for this model."""
        model = state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(editor.connection.alias, model):
            for statement in statements:
                editor.execute(statement.format(**names(model)), params=None)

    def describe(self) -> str:
        return f"Index the words of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"index_{self.model_name.lower()}"
