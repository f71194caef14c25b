"""The few shapes our model fields come in."""

import uuid
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from exchange import folding


class Said(str):
    """A text that knows the language it is in."""

    lang: str

    def __new__(cls, text: str, lang: str) -> "Said":
        said = super().__new__(cls, text)
        said.lang = lang
        return said


class Words:
    """`title = Words()` reads `title_nl` or `title_en`: the reader's language, else the other, with its `lang`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        if obj is None:
            return self
        return either(getattr(obj, f"{self.name}_nl"), getattr(obj, f"{self.name}_en"))


def either(nl: str, en: str) -> Said:
    """The text in the active language, else in the other one."""
    texts = {"nl": nl, "en": en}
    wanted = "en" if (get_language() or "nl").startswith("en") else "nl"
    lang = wanted if texts[wanted] else {"nl": "en", "en": "nl"}[wanted]
    return Said(texts[lang], lang)


def one_language(name: str) -> models.CheckConstraint:
    """At least one of `name_nl` and `name_en` is filled."""
    return models.CheckConstraint(
        condition=~Q(**{f"{name}_nl": ""}) | ~Q(**{f"{name}_en": ""}), name=f"%(app_label)s_%(class)s_{name}_said"
    )


def paired(name: str) -> models.CheckConstraint:
    """`name_at` and `name_by` are both set or both empty."""
    at, by = f"{name}_at__isnull", f"{name}_by__isnull"
    return models.CheckConstraint(
        condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False}), name=f"%(app_label)s_%(class)s_{name}_paired"
    )


def public_id() -> models.UUIDField:
    """A random primary key that may stand in an address."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def person(**options: Any) -> models.ForeignKey:
    """Somebody who did something; kept as long as the deed is."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **{"null": True, "blank": True, **options}
    )


def moment(**options: Any) -> models.DateTimeField:
    """A moment, in UTC; empty until it happens."""
    return models.DateTimeField(**{"null": True, "blank": True, **options})


def language() -> models.CharField:
    """The language somebody wrote in."""
    return models.CharField(max_length=2, choices=[("nl", "Nederlands"), ("en", "English")], default="nl")


class SearchWords(models.TextField):
    """The words of some other columns (exchange/folding.py), by which a row of a list is found; written as it is saved.

    They are made in Python, so both databases find the same. Whoever writes such a column by `update`, or names it in
    `update_fields`, writes this one too (tests/search/test_stored_words.py).
    """

    def __init__(self, *of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"editable": False, "default": "", **options})

    def deconstruct(self) -> Any:
        name, path, _args, options = super().deconstruct()
        return name, path, self.of, options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = words_of(*(getattr(model_instance, name) for name in self.of))
        setattr(model_instance, self.attname, words)
        return words


def words_of(*texts: str) -> str:
    """What some texts are found by: their words, and each address as a whole."""
    whole = [folding.squeezed(part) for text in texts for part in text.split() if "@" in part]
    return " ".join(dict.fromkeys([*folding.words("\n".join(texts)), *whole]))


def holding(text: str, *columns: str) -> Q:
    """Rows in which every word that is asked stands, each in one of these columns of words, if only inside a word.

    Of nothing asked all rows, of a text without any word none. An address is asked as a whole, or as much as is typed.
    """
    if not text.strip():
        return Q()
    ways = [reduce(or_, (Q(**{f"{column}__contains": word}) for column in columns)) for word in asked_words(text)]
    return reduce(and_, ways) if ways else Q(pk__in=[])


def asked_words(text: str) -> list[str]:
    """The words that are asked, and each address as a whole."""
    parts = text[: folding.LONGEST_ASKED].split()
    whole = [folding.squeezed(part) for part in parts if "@" in part]
    return [*folding.asked(" ".join(part for part in parts if "@" not in part)), *filter(None, whole)]


def fill_words(app: str, *models_of_it: str) -> Callable[[Any, Any], None]:
    """For a migration that adds such a column: the words of the rows there are."""

    def fill(apps: Any, editor: Any) -> None:
        for name in models_of_it:
            model = apps.get_model(app, name)
            rows = model._base_manager.using(editor.connection.alias).only("pk", "search_words", *_field(model).of)
            batch = []
            for row in rows.order_by("pk").iterator(chunk_size=500):
                row.search_words = words_of(*(getattr(row, source) for source in _field(model).of))
                batch.append(row)
                if len(batch) == 500:
                    model._base_manager.bulk_update(batch, ["search_words"])
                    batch = []
            model._base_manager.bulk_update(batch, ["search_words"])

    return fill


def _field(model: Any) -> Any:
    return model._meta.get_field("search_words")
