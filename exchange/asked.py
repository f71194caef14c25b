"""What a page asks in words: its own HTML says which question each field answers, and what each choice is called.

So that what was typed can be shown to people as they know it, on a page that knows nothing of forms.
"""

import copy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve, reverse

from exchange.carry_on import COPIED, is_the_same_person, typed
from exchange.verdicts import Refused

SILENT = {"hidden", "submit", "button", "image", "reset", "password", "file"}


@dataclass(slots=True)
class Control:
    """One thing to fill in: under which legend it stands, and what it is called itself."""

    name: str
    kind: str
    id: str
    value: str
    legend: int | None
    label: int | None


@dataclass
class Asked(HTMLParser):
    """The questions of a page."""

    controls: list[Control] = field(default_factory=list)
    #: By the id of what they are for; those around what they are for, by number; and those of groups, by number.
    labels: dict[str, str] = field(default_factory=dict)
    around: list[str] = field(default_factory=list)
    legends: list[str] = field(default_factory=list)
    options: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._groups: list[int] = []
        self._label: tuple[str, int] | None = None
        self._legend = self._optional = False
        self._select = ""
        self._option: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "fieldset":
            self._groups.append(len(self.legends))
            self.legends.append("")
        elif tag == "legend":
            self._legend = True
        elif tag == "label":
            self._label = (told.get("for", ""), len(self.around))
            self.around.append("")
        elif tag == "option":
            self._option = (self._select, told.get("value", ""))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, told)

    def _control(self, tag: str, told: dict[str, str]) -> None:
        kind = told.get("type", "text") if tag == "input" else tag
        self._select = told.get("name", "") if tag == "select" else self._select
        label = self._label[1] if self._label else None
        group = self._groups[-1] if self._groups else None
        made = Control(told.get("name", ""), kind, told.get("id", ""), told.get("value", "on"), group, label)
        self.controls.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset" and self._groups:
            self._groups.pop()
        elif tag == "legend":
            self._legend = False
        elif tag == "label":
            self._label = None
        elif tag == "option":
            self._option = None

    def handle_data(self, data: str) -> None:
        if self._option:
            self.options[self._option] = self.options.get(self._option, "") + data
        elif self._label:
            said, number = self._label
            self.labels[said] = self.labels.get(said, "") + data
            self.around[number] += data
        elif self._legend and self._groups:
            self.legends[self._groups[-1]] += data

    def question(self, name: str) -> str | None:
        """What a field answers; None for what nobody fills in."""
        found = next((one for one in self.controls if one.name == name and one.kind not in SILENT), None)
        if not found:
            return None
        legend = "" if found.legend is None else self.legends[found.legend]
        own = self._own(found)
        return tidy((legend or own) if found.kind in ("radio", "checkbox") else (own or legend))

    def answer(self, name: str, value: str) -> str:
        """What was chosen, in words; or what was typed."""
        boxes = (one for one in self.controls if one.kind in ("radio", "checkbox"))
        chosen = next((one for one in boxes if (one.name, one.value) == (name, value)), None)
        return tidy(self._own(chosen) if chosen else self.options.get((name, value), "")) or value

    def _own(self, one: Control) -> str:
        return self.labels.get(one.id, "") or ("" if one.label is None else self.around[one.label])


def tidy(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())


class Silence(BaseStorage):
    """No messages: those of the reader wait for a page that is shown."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def questions_of(request: HttpRequest, path: str) -> Asked | None:
    """The questions of a page of the house as this reader would get it; None when it is not shown any more."""
    where = urlsplit(path)
    if where.path == reverse("carry_on"):
        return None  # it asks nothing itself
    inner = copy.copy(request)
    inner.method, inner.path, inner.path_info = "GET", where.path, where.path
    inner.GET, inner.POST = QueryDict(where.query), QueryDict()
    inner._messages = Silence(inner)
    try:
        inner.resolver_match = found = resolve(where.path)
        response = found.func(inner, *found.args, **found.kwargs)
        if response.status_code != 200 or response.streaming or "text/html" not in response["Content-Type"]:
            return None
        if hasattr(response, "render"):
            response.render()
    except (Http404, PermissionDenied, Refused):
        return None
    asked = Asked()
    asked.feed(response.content.decode())
    return asked


def questions_left(request: HttpRequest, path: str) -> Asked | None:
    """The same for a page about trouble or a refusal, which makes none of its own: None whatever is wrong with it."""
    try:
        return questions_of(request, path)
    except Exception:  # the answers are shown without the questions
        return None


def typed_in_vain(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody sent that was refused, in words, for the page that says so; nothing to anybody else."""
    found = typed(request) if request.method == "POST" and is_the_same_person(request) else None
    said = in_words(questions_left(request, found["path"]), found["fields"]) if found else []
    # Of a page that is not shown any more the questions are unknown; what is no sentence there was not typed.
    return [(question, answer) for question, answer in said if question or len(answer.split()) > 1]


def in_words(asked: Asked | None, fields: list[list[str]]) -> list[tuple[str, str]]:
    """Questions and answers; of a page that is not shown any more the answers alone."""
    if asked is None:
        return [("", value) for name, value in fields if value.strip() and name != COPIED]
    found = [(asked.question(name), asked.answer(name, value)) for name, value in fields if value.strip()]
    return [(question, said) for question, said in found if question is not None]
