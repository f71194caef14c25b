"""The few shapes our model fields come in."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language


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
