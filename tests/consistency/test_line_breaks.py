"""A line break counts once in every field with a limit: what fits in the browser is taken, and stored with one sign.

Browsers count a break as one character and send two of them, so a form that counts what was sent refuses what fits.
"""

import inspect
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.test import RequestFactory

from exchange import clock
from exchange.admin import ReadOnlyAdmin
from tests.consistency.alliance import Alliance
from tests.consistency.test_access import NOW, address
from tests.consistency.test_bad_input import HAS_PAGE, VERBS, got, sent, who

pytestmark = pytest.mark.django_db

WINGS = ("exchange", "applications", "evaluations")


def form_classes() -> Iterator[type[forms.Form]]:
    """Every form that the wings declare."""
    for wing in WINGS:
        for path in (settings.ROOT / wing).rglob("*.py"):
            if "forms" in path.stem or "forms" in path.parts:
                module = import_module(".".join(path.relative_to(settings.ROOT).with_suffix("").parts))
                for _name, kind in inspect.getmembers(module, inspect.isclass):
                    if issubclass(kind, forms.BaseForm) and kind.__module__ == module.__name__:
                        yield kind


def admin_fields() -> Iterator[tuple[str, Any]]:
    """The texts that can be edited in the admin site."""
    for model, site in admin.site._registry.items():
        if not isinstance(site, ReadOnlyAdmin):
            for field in model._meta.fields:
                if isinstance(field, models.TextField) and field.editable:
                    yield f"admin.{field}", site.formfield_for_dbfield(field, RequestFactory().get("/"))


def long_fields() -> list[tuple[str, forms.CharField]]:
    """Every declared field of several lines with a limit, by its name."""
    found = dict(admin_fields()) | {
        f"{kind.__module__}.{kind.__qualname__}.{name}": field
        for kind in form_classes()
        for name, field in kind.base_fields.items()
        if isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea) and field.max_length
    }
    return sorted(found.items())


def as_browsers_send(text: str) -> str:
    return text.replace("\n", "\r\n")


def filled(most: int) -> str:
    """So many characters as a browser counts them, most of them line breaks; none at either end, which is cut off."""
    return "a" + "\n" * (most - 2) + "b"


@pytest.mark.parametrize(("name", "field"), [pytest.param(*row, id=row[0]) for row in long_fields()])
def test_what_fits_in_the_browser_fits_in_the_field(name: str, field: forms.CharField) -> None:
    text = filled(field.max_length or 0)
    read = field.widget.value_from_datadict({"it": as_browsers_send(text)}, {}, "it")
    assert field.clean(read) == text
    with pytest.raises(ValidationError):
        field.clean(field.widget.value_from_datadict({"it": as_browsers_send(text[:-1] + "\nb")}, {}, "it"))


def test_fields_are_found() -> None:
    assert len(long_fields()) > 30


def test_a_field_that_counts_what_was_sent_is_seen() -> None:
    plain = forms.CharField(max_length=10, widget=forms.Textarea())
    with pytest.raises(ValidationError):
        plain.clean(plain.widget.value_from_datadict({"it": as_browsers_send(filled(10))}, {}, "it"))


# --- and on every page, with the fields that a form only makes when it is asked --------------------


class Long(HTMLParser):
    """What the forms of a page would send, and the fields with a limit."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.limits: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not given.get("name") or tag not in ("input", "textarea"):
            return
        self.sent.setdefault(given["name"], given.get("value", ""))
        if "data-max" in given:
            self.limits[given["name"]] = int(given["data-max"])


@pytest.mark.parametrize(
    ("name", "scene", "letters", "given"),
    [pytest.param(row[0], *row[2:], id=row[0]) for row in VERBS if row[0] in HAS_PAGE],
)
def test_every_page_takes_what_fits(
    house: Alliance, monkeypatch: Any, name: str, scene: str, letters: str, given: dict[str, str]
) -> None:
    refused: list[tuple[int, int]] = []
    counts = MaxLengthValidator.compare

    def compare(self: MaxLengthValidator, length: int, limit: int) -> bool:
        too_long = counts(self, length, limit)
        if too_long:
            refused.append((length, limit))
        return too_long

    monkeypatch.setattr(MaxLengthValidator, "compare", compare)
    persona, url = who(letters), address(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]):
        page = Long()
        page.feed(got(house, persona, url).content.decode())
        texts = {field: as_browsers_send(filled(most)) for field, most in page.limits.items()}
        if texts:
            sent(house, persona, url, urlencode(page.sent | texts).encode())
    assert not refused
