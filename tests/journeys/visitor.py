"""Somebody at a browser without scripts: opens pages, fills in the forms that stand on them, and presses buttons.

Only what a page shows can be filled in: a field that is not there, or a choice that is not offered, is an error.
"""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    """A form as it stands on the page: what it would send untouched, and what can be chosen."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Every field, checked or not."""
        return {*self.values, *self.choices}


class Reader(HTMLParser):
    """Finds the POST forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.here: Form | None = None
        self.select = self.area = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open_form(given)
            return
        form = self.by_id.get(given["form"]) if given.get("form") else self.here
        put = {"input": self.put_input, "select": self.put_select, "option": self.put_option}.get(tag)
        if form is None or "disabled" in given:
            return
        if put:
            put(form, given)
        elif tag == "textarea":
            self.area, self.text = given.get("name", ""), ""
        elif tag == "button" and given.get("name"):
            form.buttons.append((given["name"], given.get("value", "")))

    def open_form(self, given: dict[str, str]) -> None:
        """A form that sends something; a search changes nothing and is not for here."""
        self.here = None
        if given.get("method", "").lower() == "post":
            self.here = Form(given.get("action", ""))
            self.forms.append(self.here)
            self.by_id[given.get("id", "")] = self.here

    def put_select(self, form: Form, given: dict[str, str]) -> None:
        self.select = given.get("name", "")
        form.choices.setdefault(self.select, [])

    def put_option(self, form: Form, given: dict[str, str]) -> None:
        """The first is chosen until another says it is."""
        form.choices[self.select].append(given.get("value", ""))
        if "selected" in given or len(form.choices[self.select]) == 1:
            form.values[self.select] = [given.get("value", "")]

    def put_input(self, form: Form, given: dict[str, str]) -> None:
        """Checked boxes and radios count; the others can be chosen."""
        name, value = given.get("name", ""), given.get("value", "on")
        if not name:
            return
        if given.get("type") in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif given.get("type") not in ("submit", "button"):
            form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.here = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.area:
            if self.here is not None:
                # A browser drops the line break that opens a text area.
                self.here.values.setdefault(self.area, []).append(self.text.removeprefix("\n"))
            self.area = ""


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    html: str

    @property
    def forms(self) -> list[Form]:
        reader = Reader()
        reader.feed(self.html)
        return reader.forms

    @property
    def words(self) -> str:
        """The text without its tags."""
        body = re.sub(r"(?s)<(script|style|svg).*?</\1>", " ", self.html)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def form(self, *names: str, to: str = "") -> Form:
        """The one form on this page that has these fields or buttons, or goes to an address that ends so."""
        found = [
            form
            for form in self.forms
            if set(names) <= form.names | {name for name, _value in form.buttons}
            and re.split("[?#]", form.action or self.url)[0].endswith(to)
            and "/language/" not in form.action
            and "/logout/" not in form.action
        ]
        assert found, f"no form with {names} to {to!r} on {self.url} ({self.status}): {self.words[:600]}"
        return found[0]

    def link(self, ending: str) -> str:
        """The address of a link on this page that ends so."""
        for address in re.findall(r'href="([^"]+)"', self.html):
            if address.partition("#")[0].endswith(ending):
                return html.unescape(address)
        raise AssertionError(f"no link to {ending} on {self.url}")


class Visitor:
    """A person, or nobody in particular, at a browser."""

    def __init__(self, user: Any = None) -> None:
        self.user, self.client = user, Client()
        if user is not None:
            self.client.force_login(user)

    def open(self, url: str, status: int = 200) -> Page:
        """Go somewhere."""
        parts = urlsplit(url)
        response = self.client.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, follow=True)
        if response.redirect_chain:
            url = response.redirect_chain[-1][0]
        page = Page(url, response.status_code, response.content.decode())
        assert page.status == status, f"{url}: {page.status}: {page.words[:600]}"
        return page

    def fetch(self, url: str) -> bytes:
        """Download something."""
        response = self.client.get(url)
        assert response.status_code == 200, url
        return b"".join(response) if response.streaming else response.content

    def press(self, page: Page, *button: str, to: str = "", status: int = 200, **values: Any) -> Page:
        """Fill in a form of the page and send it, with a button of its own if one is named. 422 is a failure."""
        form = page.form(*values, *(button[:1]), to=to)
        data = {name: list(given) for name, given in form.values.items()}
        for name, value in values.items():
            wanted = [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
            if value is True:
                wanted = form.choices[name]
            if name in form.choices and value is not None and value is not False:
                assert set(wanted) <= set(form.choices[name]), f"{name}: {wanted} of {form.choices[name]}"
            data[name] = [] if value is None or value is False else wanted
        if button:
            name, value = button[0], button[1] if len(button) > 1 else None
            offered = [said for known, said in form.buttons if known == name and value in (None, said)]
            assert offered, f"no button {button} on {page.url}"
            data[name] = offered[:1]
        response = self.client.post(urljoin(page.url, form.action or page.url), data, follow=True)
        url = response.redirect_chain[-1][0] if response.redirect_chain else urljoin(page.url, form.action)
        got = Page(url, response.status_code, response.content.decode())
        assert got.status == status, f"POST {form.action or page.url}: {got.status}: {faults(got)}"
        return got


def faults(page: Page) -> str:
    """What a page says is wrong."""
    marked = re.findall(r'(?s)<(\w+)[^>]*class="[^"]*(?:\berr|error|alert)[^"]*"[^>]*>(.*?)</\1>', page.html)
    said = [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for _tag, text in marked]
    return " | ".join(one for one in said if one) or page.words[:600]
