"""Whom an entry is about, for a whole page of entries in one query."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

from exchange.history.models import HistoryEntry


def names_of(entries: Iterable[HistoryEntry]) -> dict[tuple[str, str], str]:
    """(model, id) → name of the person the record belongs to, by the path each model declares."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        wanted[entry.about_model].add(entry.about_id)
    parts = [part for label, ids in sorted(wanted.items()) if (part := _owners(label, ids)) is not None]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return {(label, _plain(pk)): name for label, pk, name in rows}


def with_names(entries: list[HistoryEntry]) -> list[HistoryEntry]:
    """The same entries, each knowing as `whose` the person it is about, unless that is who did it."""
    names = names_of(entries)
    for entry in entries:
        name = names.get((entry.about_model, _plain(entry.about_id)), "")
        entry.whose = "" if entry.by and name == entry.by.name else name
    return entries


def _plain(pk: Any) -> str:
    return str(pk).replace("-", "")


def _owners(label: str, ids: set[str]) -> QuerySet | None:
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    owner = getattr(model, "ABOUT", getattr(model, "OWNER", None))
    if owner is None:
        return None
    path = f"{owner}__name" if owner else "name"
    try:
        keys = [model._meta.pk.to_python(pk) for pk in ids]
    except ValidationError:
        return None
    rows = model._base_manager.filter(pk__in=keys).order_by()
    return rows.annotate(
        _label=Value(label, output_field=models.CharField()),
        _key=Cast("pk", models.CharField(max_length=40)),
        _name=Cast(F(path), models.CharField(max_length=120)),
    ).values_list("_label", "_key", "_name")
