"""What a wing adds to pages, mails and rules below it: one `offers.py` each, found through its app configuration.

Imports go down only. What must reach upward is declared above and asked for here.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from exchange.dashboard import Section

T = TypeVar("T")
Words = Mapping[str, str | Promise]
#: Parts of a page, by their place on it. Each is called with what the page is about and may have nothing to say.
Parts = Mapping[int, Callable[..., Section | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Everything one wing offers; nothing, unless it says so."""

    #: The home page: called with (user, now).
    home: Parts = field(default_factory=dict)
    #: A trip's overview for its team, and its public page: called with (trip, user, now).
    team_page: Parts = field(default_factory=dict)
    public_page: Parts = field(default_factory=dict)
    #: What came of a trip, on its public page once it is over: called with (trip, user, now).
    public_result: Parts = field(default_factory=dict)
    #: A sentence of somebody who went along earlier: called with (trip), returns text, its language and whose, or None.
    voices: Iterable[Callable[[Any], tuple[str, str, str] | None]] = ()
    #: The rows behind its parts of the public page: called with (trip id), returns querysets.
    public_rows: Iterable[Callable[[Any], Iterable[QuerySet]]] = ()
    #: The room of somebody who travels: called with (participation, now).
    traveller_page: Parts = field(default_factory=dict)
    #: Run every day with (now); each returns how many messages it queued.
    reminders: Iterable[Callable[[datetime], int]] = ()
    #: Links in mail, made at delivery: called with (message, data); None when the message must not be sent any more.
    links: Mapping[str, Callable[[Any, Any], str | None]] = field(default_factory=dict)
    #: Whether somebody is away with a trip, so that a session outlasts a day: called with (user, now).
    away: Iterable[Callable[[Any, datetime], bool]] = ()
    #: What somebody still has to do: called with (person), yields exchange.people.leaving.Duty; and what ends of it
    #: when their account closes: called with (person=, by=), in the transaction.
    duties: Iterable[Callable[[Any], Iterable[Any]]] = ()
    leave: Iterable[Callable[..., object]] = ()
    #: Who answers questions about a trip: called with (trip id), returns a name (or "") and an address, or None.
    contacts: Iterable[Callable[[Any], tuple[str, str] | None]] = ()
    #: By kind of message: called with (message) when it can't be delivered.
    mail_returned: Mapping[str, Callable[[Any], object]] = field(default_factory=dict)
    #: By kind of job: called with (job, progress) outside any transaction; `progress(done, of)` also renews the lease.
    #: Returns what writes the result, called in the transaction that settles the job.
    jobs: Mapping[str, Callable[..., Callable[[], object]]] = field(default_factory=dict)
    #: What must stand before a trip is announced: called with (trip), yields exchange.trips.checklist.Missing.
    before_announcing: Iterable[Callable[[Any], Iterable[Any]]] = ()
    #: What a transition of a trip ("publish", "cancel", "close") would leave without an answer: called with (trip,
    #: transition), yields exchange.trips.requests.Open; and what settles that: called with (trip, transition, by), in
    #: the transaction, yields the letters.
    open_requests: Iterable[Callable[[Any, str], Iterable[Any]]] = ()
    end_requests: Iterable[Callable[..., Iterable[Any]]] = ()
    #: Places that are held: called with (trip), returns how many of each school.
    places_held: Iterable[Callable[[Any], Mapping[Any, int]]] = ()
    #: Who hears of another closing moment: called with (trip), yields exchange.trips.moving.Told; and what tells them:
    #: called with (trip=, before=, endorse_before=, reason=, by=).
    told_of_deadline: Iterable[Callable[[Any], Iterable[Any]]] = ()
    deadline_moved: Iterable[Callable[..., object]] = ()
    #: What people owe a trip, by its name in addresses, as exchange.trips.turns.Owing.
    owing: Mapping[str, Any] = field(default_factory=dict)
    #: Who hears that a trip moves to other days: called with (exchange.trips.moving.Move, by), yields Told; and what
    #: tells them: called with (move=, reason=, by=) in the transaction, returns the letters.
    told_of_move: Iterable[Callable[[Any, Any], Iterable[Any]]] = ()
    trip_moved: Iterable[Callable[..., Iterable[Any]]] = ()
    #: Called with (people) when an account says something else about somebody: name, school, address, reminders.
    account_changed: Iterable[Callable[[Any], object]] = ()
    #: Called with (school) when a school is called otherwise.
    school_renamed: Iterable[Callable[[Any], object]] = ()
    #: Called with (rows) that the purge or an erasure is about to let go of or empty; returns what lets derived rows
    #: follow afterwards, in the same transaction.
    letting_go: Iterable[Callable[[QuerySet], Callable[[], object]]] = ()
    #: Called with (rows) that somebody takes back or changes, or that an erasure is about to let go of: what was
    #: published of them goes first, in the same transaction.
    taken_back: Iterable[Callable[[QuerySet], object]] = ()
    #: What is derived and kept, or sealed: called with nothing, writes it again where it is not what it ought to be.
    mend: Iterable[Callable[[], object]] = ()
    #: What is frozen and must never read otherwise, by what it is called: called with (the name of a database), yields
    #: a mark of each and whether it holds. A backup keeps them, and whoever restores it compares.
    frozen: Mapping[str, Callable[[str], Iterable[tuple[str, bool]]]] = field(default_factory=dict)
    #: Where the reports of trips can be read: called with (trips, user), returns {trip id: address}.
    report_addresses: Iterable[Callable[[Any, Any], Mapping[Any, str]]] = ()
    #: What its kinds of mail and of jobs are called, and what its verbs say in history.
    mails: Words = field(default_factory=dict)
    job_names: Words = field(default_factory=dict)
    history: Words = field(default_factory=dict)
    #: Own data: what others did with what somebody wrote; called with (user), yields exchange.privacy.held.Holding.
    held_beside: Iterable[Callable[[Any], Iterable[Any]]] = ()
    #: Own data: titles of its records ("app.Model"), and names of fields that have none for people.
    own_titles: Words = field(default_factory=dict)
    own_fields: Words = field(default_factory=dict)


@cache
def offered() -> tuple[Offers, ...]:
    """What each wing offers, in the order of time."""
    wings = [config for config in apps.get_app_configs() if module_has_submodule(config.module, "offers")]
    return tuple(import_module(f"{config.name}.offers").OFFERS for config in wings)


def each(pick: Callable[[Offers], Iterable[T]]) -> Iterator[T]:
    """Everything of one sort, wing by wing."""
    for wing in offered():
        yield from pick(wing)


def named(pick: Callable[[Offers], Any]) -> Mapping[str, Any]:
    """Everything of one sort by its name, wing by wing; seen through, as lists ask it for a name in each row."""
    return ChainMap(*(pick(wing) for wing in reversed(offered())))


def parts(pick: Callable[[Offers], Parts], *about: Any) -> list[Section]:
    """The parts of a page that have something to say about this, in their order."""
    placed = sorted(((place, part) for wing in offered() for place, part in pick(wing).items()), key=lambda row: row[0])
    return [section for _place, part in placed if (section := part(*about))]
