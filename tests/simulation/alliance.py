"""The alliance of a simulation: its database, its clock, the mail outside, and how somebody takes a step in it."""

import itertools
import os
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from unittest import mock

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model, QuerySet

from applications.models import Offer
from applications.people.actions import Changed
from exchange import clock
from exchange.people.lifecycle import Role
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Meeting, MeetingKind, Trip
from exchange.verdicts import Refused
from tests import world
from tests.simulation.interleaving import AT_ONCE, deadlock, interleaved
from tests.simulation.personas import PERSONAS, SCHOOLS, Persona, who_do
from tests.simulation.post import PostOffice

START = world.home(2026, 8, 31, 9)
#: What a verb may answer; whatever else it raises is a fault.
REFUSALS = (Refused, Changed)
#: What comes between (see Step.trouble).
TROUBLES = ("", "stale", "twice", "wrong", "dies", "opens")


class Nothing(Exception):
    """There is nothing this verb could be about now."""


class Gone(Exception):
    """The page is there no more: what it was about is deleted."""


class Died(BaseException):
    """The process fell over between two statements."""


class Broken(Exception):
    """A rule does not hold."""

    def __init__(self, rule: str, how: str) -> None:
        super().__init__(f"{rule}: {how}")
        self.rule, self.how = rule, how


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody tries.

    `minute` counts from the start. `pick` chooses among what is there. `trouble`: a form opened earlier is sent
    ("stale"), sent twice, about any record by its id ("wrong"), only opened ("opens"), or the process dies before a
    `statement`, counted from 1.
    """

    verb: str
    who: str
    minute: int = 0
    pick: tuple[int, ...] = ()
    trouble: str = ""
    statement: int = 0
    #: What somebody else does at the same moment: verb, who, and pick; and by which seed the two take turns.
    beside: tuple[Any, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As it is kept in a file: what differs from a bare step."""
        bare = asdict(Step(self.verb, self.who))
        return {name: value for name, value in asdict(self).items() if name in ("verb", "who") or value != bare[name]}


class Pick:
    """The choices of a step."""

    def __init__(self, numbers: tuple[int, ...], *, anything: bool = False) -> None:
        self.numbers, self.anything = itertools.chain(numbers, itertools.repeat(0)), anything
        #: Whether there was no likely row where one was looked for.
        self.unlikely = False

    def number(self, below: int) -> int:
        return next(self.numbers) % below

    def one(self, options: Any) -> Any:
        """One of these; raises Nothing when there is none."""
        found = list(options)
        if not found:
            raise Nothing
        return found[self.number(len(found))]

    def row(self, rows: QuerySet, **likely: Any) -> Any:
        """One of these rows, mostly a `likely` one if there is any; of a wrong id any row of the table."""
        if self.anything:
            return self.one(rows.model._base_manager.order_by("pk"))
        best = rows.filter(**likely).order_by("pk")
        wants = bool(likely) and not self.yes(6)
        self.unlikely |= wants and not best.exists()
        return self.one(best if wants and not self.unlikely else rows.order_by("pk"))

    def yes(self, of: int = 2) -> bool:
        """True once in so many."""
        return self.number(of) == 0


@dataclass
class Deed:
    """An action with what it is given. Records are read anew when it is done, as a request does; the rest is as seen.

    `about` is what it is done to, for the rule that asks whose it is.
    """

    act: Callable[..., Any]
    given: dict[str, Any]
    about: Any = None

    def __init__(self, act: Callable[..., Any], about: Any = None, **given: Any) -> None:
        self.act, self.given, self.about = act, given, about

    def do(self, by: User | None, *, house: bool = False) -> Any:
        given = {name: afresh(value) for name, value in self.given.items()}
        return self.act(**given) if by is None or house else self.act(**given, by=by)


def afresh(value: Any) -> Any:
    """The same records as they stand now. Raises Gone when one is deleted."""
    if isinstance(value, Model):
        if value._state.adding:
            return value
        try:
            return type(value)._base_manager.get(pk=value.pk)
        except ObjectDoesNotExist:
            raise Gone from None
    if isinstance(value, list | tuple) and any(isinstance(one, Model) for one in value):
        return [afresh(one) for one in value]
    if isinstance(value, dict):
        return {afresh(key): afresh(one) for key, one in value.items()}
    return value


@dataclass(frozen=True)
class Verb:
    """Something people try. `by`: the sorts of personas; `when`: the phases in which they mostly do; `whose`: to whom
    it is left, told apart from the product's own permissions (rules.py). `pieces`: done in several transactions.
    """

    name: str
    says: str
    look: Callable[["Alliance", Any, Pick], Deed]
    by: str
    when: str
    whose: str
    weight: int
    pieces: bool = False
    repeats: bool = False


@dataclass
class Done:
    """What came of a step, and the tables that it wrote in (kept or not)."""

    outcome: str
    day: int
    about: str = ""
    wrote: frozenset[str] = frozenset()


@dataclass
class Alliance:
    """Schools, people and two trips; nothing has happened yet."""

    verbs: dict[str, Verb]
    now: datetime = START
    office: PostOffice = field(default_factory=PostOffice)
    #: Forms that were opened and may be sent once more, by who and what.
    forms: dict[tuple[str, str], Deed] = field(default_factory=dict)
    #: The tables in which the step of now wrote.
    wrote: set[str] = field(default_factory=set)
    #: What rules remember between steps.
    memory: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with clock.at(self.now):
            self._schools_and_people()
            self._trips()

    # --- how it begins -----------------------------------------------------------------------------

    def _schools_and_people(self) -> None:
        self.schools = {key: world.institution(name, domain=domain) for key, (name, domain) in SCHOOLS.items()}
        self.accounts: dict[str, Any] = {}
        for one in PERSONAS.values():
            if one.does in ("manager", "house"):
                continue
            made = User.objects.create_user(
                one.email, None, name=one.name, job_role=one.role, institution=self.schools.get(one.school)
            )
            made.emailaddress_set.create(email=one.email, verified=True, primary=True)
            self.accounts[one.key] = made.pk
        roles = {"coordinator": Role.COORDINATOR, "partner": Role.PARTNER, "administrator": Role.ADMINISTRATOR}
        for one in who_do(" ".join(roles)):
            role = roles[one.does]
            school = None if role == Role.ADMINISTRATOR else self.schools[one.school]
            world.give_role(self.account(one), role, school)

    def _trips(self) -> None:
        theme = world.theme()
        shared: dict[str, Any] = {"on": theme, "places": 7, "max_per_school": 3, "reviewers_each": 2}
        hanneke, olaf = (self.account(PERSONAS[key]) for key in ("hanneke", "olaf"))
        london = world.trip(lead=hanneke, slug="london", grace_minutes=30, **shared)
        dublin = world.trip(
            lead=olaf,
            slug="dublin",
            code="DUB",
            opens_at=world.home(2027, 2, 1, 9),
            closes_at=world.home(2027, 3, 1, 17),
            endorse_by_at=world.home(2027, 3, 8, 17),
            departs_on=date(2027, 5, 18),
            returns_on=date(2027, 5, 20),
            return_meeting_on=date(2027, 6, 25),
            follow_up_on=date(2028, 5, 19),
            **shared,
        )
        for trip, first in ((london, world.home(2026, 10, 29, 14)), (dublin, world.home(2027, 4, 22, 14))):
            world.rubric(trip)
            world.programme(trip)
            world.meeting(trip, starts=first)
            for kind, day in ((MeetingKind.RETURN, trip.return_meeting_on), (MeetingKind.FOLLOW_UP, trip.follow_up_on)):
                world.meeting(trip, kind, datetime.combine(day, first.astimezone(world.HOME).time(), world.HOME))
            for one in who_do("reviewer"):
                world.join(trip, self.account(one), TeamRole.REVIEWER)
            world.join(trip, self.account(PERSONAS["carla"]), TeamRole.COMPANION)
        world.join(dublin, hanneke, TeamRole.COMPANION)

    # --- looking -----------------------------------------------------------------------------------

    @property
    def day(self) -> int:
        """Which day of the simulation it is, from 1."""
        return (clock.day_of(self.now) - clock.day_of(START)).days + 1

    def account(self, who: Persona) -> Any:
        """The account as it stands now; None for who has none."""
        return User.objects.filter(pk=self.accounts[who.key]).first() if who.key in self.accounts else None

    def trips(self) -> list[Trip]:
        return list(Trip.objects.order_by("created_at", "opens_at", "slug"))

    def marks(self) -> list[datetime]:
        """The moments that matter, of every trip that is not over."""
        found: list[datetime] = []
        for trip in self.trips():
            if trip.cancelled_at or trip.closed_at:
                continue
            found += [trip.opens_at, trip.closes_at, trip.endorse_by_at]
            days = [trip.letters_on, trip.departs_on, trip.returns_on, trip.return_meeting_on, trip.follow_up_on]
            days += [trip.return_meeting_on - timedelta(days=10), trip.follow_up_on - timedelta(days=30)]
            found += [datetime.combine(day, world.time(7), world.HOME) for day in days if day]
            found += [datetime.combine(day, world.time(21), trip.zone) for day in trip.days]
            found += [datetime.combine(trip.days[-1] + timedelta(days=2), world.time(12), trip.zone)]
            found += [one.starts_at for one in Meeting.objects.filter(trip=trip)]
            found += [one.reply_by_at for one in Offer.objects.filter(application__trip=trip, status="open")]
        return sorted(found)

    def later(self, minutes: int, *, mark: bool) -> int:
        """Minutes from the start: so many from now, or from the next moment that matters; never in the past."""
        start = self.now
        if mark:
            start = next((one for one in self.marks() if one > self.now), self.now + timedelta(days=30))
        return (max(self.now, start + timedelta(minutes=minutes)) - START) // timedelta(minutes=1)

    def possible(self, step: Step, *, likely: bool = False) -> bool:
        """Whether there is anything this could be about, or anything likely."""
        pick = Pick(step.pick, anything=step.trouble == "wrong")
        with clock.at(self.now):
            try:
                self._look(step, pick)
            except Nothing:
                return False
        return not (likely and pick.unlikely)

    # --- doing -------------------------------------------------------------------------------------

    def take(self, step: Step) -> Done:
        """Take a step; what the verb refuses is an answer too. Raises Broken, and whatever is no refusal."""
        self.now = max(self.now, START + timedelta(minutes=step.minute))
        verb, who = self.verbs[step.verb], PERSONAS[step.who]
        with clock.at(self.now):
            try:
                deed = self._deed(step, verb, who)
            except Nothing:
                return Done("nothing", self.day)
            if step.trouble == "opens":
                return Done("opened", self.day, named(deed.about))
            self.wrote.clear()
            outcome = self._do(step, verb, who, deed)
            if step.trouble == "twice" and outcome == "done":
                self._again(verb, who, deed)
            return Done(outcome, self.day, named(deed.about), frozenset(self.wrote))

    def _deed(self, step: Step, verb: Verb, who: Persona) -> Deed:
        self.forms[who.key, verb.name] = deed = self._look(step)
        return deed

    def _look(self, step: Step, pick: Pick | None = None) -> Deed:
        """What the person sees and would do."""
        if step.trouble == "stale":
            if (step.who, step.verb) not in self.forms:
                raise Nothing
            return self.forms[step.who, step.verb]
        pick = pick or Pick(step.pick, anything=step.trouble == "wrong")
        return self.verbs[step.verb].look(self, self.account(PERSONAS[step.who]), pick)

    def _do(self, step: Step, verb: Verb, who: Persona, deed: Deed) -> str:
        self.office.chance.seed(repr(step.pick))
        with self.office.open():
            if step.beside:
                return self._at_once(step, deed)
            act = self._act(verb, who, deed)
            with dies(step.statement) if step.trouble == "dies" else nullcontext():
                return self._tried(act)

    def _act(self, verb: Verb, who: Persona, deed: Deed) -> Callable[[], Any]:
        """What is done; who is asked for beforehand, as whose it was when it was done."""
        from tests.simulation.rules import is_theirs

        by = self.account(who)
        theirs = is_theirs(self, verb, by, deed)

        def act() -> None:
            if by is not None and not by.is_active:
                raise Gone  # nobody signs in to a closed account
            with written(self.wrote):
                deed.do(by, house=who.does == "house")
            if not theirs:
                raise Broken("Ieder doet alleen wat het zijne is", f"{who.name} {verb.says}: {named(deed.about)}")

        return act

    def _tried(self, act: Callable[[], Any]) -> str:
        try:
            act()
        except Died:
            return "died"
        except (*REFUSALS, Gone) as refused:
            return refusal(refused)
        return "done"

    def _at_once(self, step: Step, deed: Deed) -> str:
        """Two at the same moment; where only one can write, one after the other."""
        name, key, pick = step.beside
        other = Step(name, key, step.minute, tuple(pick))
        try:
            second = self._look(other)
        except Nothing:
            second = None
        pairs = [(self.verbs[step.verb], PERSONAS[step.who], deed)]
        if second:
            pairs.append((self.verbs[name], PERSONAS[key], second))
        acts = tuple(self._act(*pair) for pair in pairs)
        if connection.vendor != "postgresql" or not second:
            outcomes = [self._tried(act) for act in acts]
        else:
            chance = random.Random(repr(step.beside))  # noqa: S311 -- repeats itself, by design
            outcomes = [came(error) for error in interleaved(acts, chance, self.now)]
        return "done" if "done" in outcomes else outcomes[0]

    def _again(self, verb: Verb, who: Persona, deed: Deed) -> None:
        """The second of two clicks: refused, or harmless."""
        from tests.simulation.rules import mails

        before = mails()
        try:
            with self.office.open(), written(self.wrote):
                deed.do(self.account(who), house=who.does == "house")
        except (*REFUSALS, Gone):
            return
        if mails() != before and not verb.repeats:
            raise Broken("Twee keer klikken is één keer doen", f"{who.name} {verb.says}, en er ging nog een brief uit")


def phase(trip: Any, now: Any) -> str:
    """Roughly what a trip is at; it only tells which verbs are likely."""
    today = clock.day_of(now)
    if trip.cancelled_at or trip.closed_at:
        return "over"
    if now < trip.opens_at:
        return "planning"
    if now < trip.closes_at:
        return "call"
    if not trip.published_at:
        return "selection" if today < trip.departs_on else "over"
    if today < trip.departs_on:
        return "offered"
    if today <= trip.returns_on + timedelta(days=2):
        return "abroad"
    return "year" if today >= trip.follow_up_on - timedelta(days=30) else "back"


def refusal(said: Exception) -> str:
    """A refusal is a sentence."""
    if re.search(r"\bNone\b|%\(|\{\{", str(said)):
        raise Broken("Wie geweigerd wordt, leest een zin", str(said)) from said
    return "refused"


def came(error: Exception | None) -> str:
    """What came of one of two at once. Raises what is no refusal."""
    if error is None:
        return "done"
    if deadlock(error):
        return "deadlock"
    if isinstance(error, (*REFUSALS, Gone)):
        return refusal(error)
    raise error


def named(about: Any) -> str:
    """Of whom or what a step was."""
    for path in ("printed_name", "user", "application", "participation", "goal", "name", "slug", "title"):
        found = getattr(about, path, None)
        if isinstance(found, Model):
            return named(found)
        if isinstance(found, str) and found:
            return found
    return str(about or "")


@contextmanager
def dies(before: int) -> Iterator[None]:
    """The process falls over before this statement, counted from 1."""
    count = itertools.count(1)

    def execute(run: Any, *args: Any) -> Any:
        if next(count) == before:
            raise Died
        return run(*args)

    with connection.execute_wrapper(execute):
        yield


WRITES = re.compile(r'^(?:INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"')


@contextmanager
def written(tables: set[str]) -> Iterator[None]:
    """Note the tables that this thread writes in."""

    def execute(run: Any, sql: str, *args: Any) -> Any:
        if found := WRITES.match(sql):
            tables.add(found[1])
        return run(sql, *args)

    with connection.execute_wrapper(execute):
        yield


@contextmanager
def repeatable() -> Iterator[None]:
    """The same steps make the same alliance: ids follow one another instead of falling by chance.

    Two who act at once have a row each, as nobody says which of them computes first between two statements.
    """
    rows = {name: itertools.count((number << 40) + 1) for number, name in enumerate(("", *AT_ONCE))}

    def in_a_row(size: int) -> bytes:
        number = next(rows.get(threading.current_thread().name, rows[""]))
        # What stands in the middle of an id of version 4 is partly overwritten; its first six bytes are not.
        return (number.to_bytes(6, "big") + number.to_bytes(10, "big"))[:size].ljust(size, b"\0")

    with mock.patch.object(os, "urandom", in_a_row):
        yield
