"""Several questions about rows, put to the database in one statement."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Count, Exists, Func, IntegerField, Model, QuerySet, Subquery

Name = TypeVar("Name")


def there(found: QuerySet) -> Exists:
    """Whether there is one."""
    return Exists(found.order_by())


def how_many(found: QuerySet) -> Subquery:
    """How many there are, 0 when there is none."""
    rows = found.order_by().annotate(many=Func("pk", function=Count.function, output_field=IntegerField()))
    return Subquery(rows.values("many"))


def at_once(row: Model, questions: Mapping[Name, Any]) -> dict[Name, Any]:
    """The answers by name. They hang on one row that is there, since a statement asks from somewhere.

    Raises Model.DoesNotExist when the row is gone by now.
    """
    if not questions:
        return {}
    answers = type(row)._base_manager.filter(pk=row.pk).values_list(*questions.values()).get()
    return dict(zip(questions, answers, strict=True))
