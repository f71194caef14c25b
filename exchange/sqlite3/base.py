"""Django's backend for SQLite, but for one number: how many values one statement may carry."""

import sqlite3

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """What this SQLite can do."""

    @property
    def max_query_params(self) -> int:  # type: ignore[override]
        """What the library at hand takes. Django 5.2 writes 999, the most before SQLite 3.32; later ones ask too."""
        self.connection.ensure_connection()
        return self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that knows it."""

    features_class = DatabaseFeatures
