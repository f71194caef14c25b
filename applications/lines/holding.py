"""Two verbs about one application wait for each other, so that the second derives from what the first did."""

from django.db import connection
from django.db.models import QuerySet


def hold(rows: QuerySet) -> None:
    """Lock these rows until the end of the transaction; on SQLite a transaction holds the whole file."""
    if connection.features.has_select_for_update:
        list(rows.select_for_update().values_list("pk"))
