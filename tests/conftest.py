"""One client per persona, in a small world (tests/world.py). Tests move the clock with `at`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.template import engines
from django.test import Client
from django.utils import translation

from exchange import clock, wings
from exchange.outbox import actions as outbox
from exchange.outbox.mail import MARKER, compose
from exchange.people.lifecycle import JobRole, Role
from exchange.people.sessions import USED
from exchange.trips.lifecycle import TeamRole
from tests import world
from tests.languages import in_the_other_language


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    """Rate limits, kept pages and the language of one test do not reach the next."""
    for name in settings.CACHES:
        caches[name].clear()
    with translation.override("nl"):
        yield


#: Fixtures with which a test reaches the database, and those of many tests together: whoever makes these proves them.
DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}
TOGETHER = {"house", "story", "told", "years"}


@pytest.fixture(autouse=True)
def _every_line_is_true(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever verbs a test used, every line and load is what it is derived from: else one forgot to settle."""
    names = set(request.fixturenames)
    reaches = DATABASE & names or request.node.get_closest_marker("django_db")
    if not reaches or TOGETHER & names or request.node.get_closest_marker("by_hand"):
        yield
        return
    request.getfixturevalue("db")
    yield
    if not connection.needs_rollback:
        world.prove()


#: What a mail says when a value was forgotten.
GAP = "\u27e6%s\u27e7"
LEFTOVERS = ("\u27e6", "None", "{{", "{%", "%(", "[]", "Undefined")


@pytest.fixture(autouse=True)
def _mail_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever mail a test causes is composed in both languages, without gaps, leftovers or markers of no link."""
    engine = engines["mail"].engine

    def whole(kind: str, *, language: str, context: dict[str, Any]) -> tuple[str, str]:
        for each in ("nl", "en"):
            with monkeypatch.context() as strict:
                strict.setattr(engine, "string_if_invalid", GAP)
                subject, body = compose(kind, language=each, context=context)
            assert subject, f"{kind} has no subject"
            assert len(subject) <= 250, f"{kind}: {subject}"
            assert body.strip(), f"{kind} has no text"
            said = MARKER.sub("", f"{subject}\n{body}")
            left = [mark for mark in LEFTOVERS if mark in said]
            assert not left, f"{kind} ({each}) holds {left}: {said}"
            # What a mail names was looked up in the language of its reader, so in that one only all of it is.
            foreign = in_the_other_language(said, each) if each == language else []
            assert not foreign, f"{kind} ({each}) says {foreign}: {said}"
        return compose(kind, language=language, context=context)

    monkeypatch.setattr(outbox, "compose", whole)


@pytest.fixture
def offering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`offering(links={…})`: these in the place of what the wings offer by those names; nothing else changes."""

    def instead(**offers: Any) -> None:
        bare = wings.Offers()
        kept = [replace(wing, **{name: getattr(bare, name) for name in offers}) for wing in wings.offered()]
        monkeypatch.setattr(wings, "offered", lambda: (*kept, wings.Offers(**offers)))

    return instead


@pytest.fixture
def at() -> Iterator[Callable[[datetime], Any]]:
    """Move the clock for the rest of the test: `at(moment)`, as often as you like."""
    contexts = []

    def move(moment: datetime) -> None:
        context = clock.at(moment)
        context.__enter__()
        contexts.append(context)

    yield move
    for context in reversed(contexts):
        context.__exit__(None, None, None)


def signed_in(user: Any) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[USED] = clock.now().timestamp()  # as the answer to a sign-in writes; a page that is counted does not
    session.save()
    return client


class Cast:
    """Everybody of SECURITY's access matrix around one trip, made when first asked for."""

    def __init__(self) -> None:
        self.school = world.institution("roc Duinrand", domain="duinrand.example")
        self.other_school = world.institution("aoc Groenlinde", domain="groenlinde.example", kind="aoc")
        self.lead = world.user("Hanneke Boer", at=self.school)
        self.trip = world.trip(lead=self.lead)

    def member(self, role: str, name: str) -> Any:
        person = world.user(name, at=self.other_school)
        world.join(self.trip, person, role)
        return person

    def holder(self, role: Role, name: str, school: Any = None) -> Any:
        person = world.user(name, at=self.school)
        world.give_role(person, role, school)
        return person

    def reviewer(self) -> Any:
        return self.member(TeamRole.REVIEWER, "Rik Reviewer")

    def companion(self) -> Any:
        return self.member(TeamRole.COMPANION, "Carla Companion")

    def coordinator(self) -> Any:
        return self.holder(Role.COORDINATOR, "Coen Coordinator", self.school)

    def partner(self) -> Any:
        return self.holder(Role.PARTNER, "Petra Partner", self.school)

    def funder(self) -> Any:
        person = world.outsider()
        world.give_role(person, Role.PARTNER)
        return person

    def administrator(self) -> Any:
        return self.holder(Role.ADMINISTRATOR, "Ada Administrator")

    def stranger(self) -> Any:
        return world.user("Stan Stranger", at=self.school)

    def applicant(self) -> Any:
        return world.user("Aya Applicant", at=self.school, role=JobRole.CARETAKER)

    def participant(self, **fields: Any) -> Any:
        return world.participation(self.trip, world.user("Piet Participant", at=self.school), **fields)


@pytest.fixture
def cast(db: Any) -> Cast:
    """The trip of this world and whoever a test asks for."""
    return Cast()


@pytest.fixture
def login() -> Callable[[Any], Client]:
    """`login(user)` gives a signed-in client."""
    return signed_in
