"""Every list of the house: no filter, sort, search, count or file tells what its reader does not see in a row.

As in test_twins.py there are two worlds that differ in one hidden thing; they look the same to the reader, whatever is
asked. Somebody who may see it is the control. A list that is new stands in no row of the table, and fails here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
import pytest
from django.contrib import admin
from django.urls import resolve, reverse

from applications.people.forms import PeopleFilter as AroundCall
from applications.people.tables import PeopleTable as AroundTable
from applications.team.tables import ApplicationFilter, ApplicationTable
from evaluations.afterwards.tables import OutcomesTable
from evaluations.impact.models import ReportEdition
from evaluations.models import OneWord
from evaluations.school.tables import SchoolFilter, SchoolTable
from exchange.admin import ReadOnlyAdmin
from exchange.gallery import SampleTable
from exchange.history.actions import record
from exchange.history.tables import HistoryFilter, HistoryTable
from exchange.jobs.models import Job
from exchange.jobs.tables import JobTable
from exchange.outbox.models import OutboxMessage
from exchange.outbox.tables import MailFilter, MailTable, OwnMailTable
from exchange.people.models import User
from exchange.people.tables import PeopleFilter, PeopleTable
from exchange.trips.models import Participation, Trip
from exchange.trips.tables import TravellerTable
from tests import world
from tests.conftest import Cast, signed_in
from tests.consistency.asking import ROOT, WINGS
from tests.consistency.test_access import NOW
from tests.consistency.test_tables import heirs
from tests.consistency.test_twins import BEHIND, HIDDEN, scores, seen

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # what a page tells follows from what it asks, not from whom
#: What the two worlds say where they differ.
SECRET = ("Zwaan", "Gans")
LATER = world.home(2026, 11, 16)


@dataclass(frozen=True)
class Twin:
    """One hidden thing on one list."""

    name: str
    #: The list, what narrows it, and the model of its rows.
    table: type | None
    filters: type | None
    reader: Callable[[Cast], Any]
    #: Its pages, and its files.
    pages: Callable[[Cast], list[str]]
    #: Makes the first world (0), and of it the second (1).
    differ: Callable[[Cast, int], object]
    #: Who does see it, and where; None where nobody ever does.
    control: Callable[[Cast], tuple[Any, str]] | None
    now: Any = world.MOMENTS["call"]


def here(cast: Cast, name: str) -> str:
    return reverse(name, args=[cast.trip.slug])


def elsewhere(cast: Cast) -> Trip:
    """A trip of another team."""
    found = Trip.objects.filter(slug="elsewhere").first()
    return found or world.trip(lead=world.user("Olaf Overkant"), slug="elsewhere")


def lead(cast: Cast) -> Any:
    return cast.lead


def once(cast: Cast, name: str) -> Any:
    """The same person of the cast each time."""
    if name not in vars(cast):
        setattr(cast, f"_{name}", getattr(cast, f"_{name}", None) or getattr(cast, name)())
    return getattr(cast, f"_{name}")


# --- what differs ------------------------------------------------------------------------------------


def deed_of_another(cast: Cast, n: int) -> None:
    """Somebody else did something to the same trip, and to an account of their own."""
    other = world.user(f"{SECRET[n]} Anders")
    record(about=cast.trip, verb="trip.change", by=other)
    record(about=other, verb="account.close", by=once(cast, "administrator"), concerns=other.pk, reason=SECRET[n])


def address_of_who_did_it(cast: Cast, n: int) -> None:
    """The name stands in the list, the address does not."""
    stan, ada = once(cast, "stranger"), once(cast, "administrator")
    User.objects.filter(pk=ada.pk).update(
        email=f"{SECRET[n].lower()}@elders.example", search_words=f"ada {SECRET[n].lower()}"
    )
    if not n:
        record(about=stan, verb="role.give", by=ada, concerns=stan.pk)
        record(about=cast.trip, verb="trip.change", by=ada)


def deed_on_another_trip(cast: Cast, n: int) -> None:
    record(about=elsewhere(cast), verb="trip.move", by=world.user(f"{SECRET[n]} Anders"), reason=SECRET[n])


def a_mail(n: int, **fields: Any) -> None:
    """A message that says the secret; in the second world another one."""
    now = world.MOMENTS["call"]
    values = {"key": "twin", "kind": "trips/closed", "to": f"{SECRET[n]}@elders.example", "language": "nl"}
    values |= {"subject": SECRET[n], "body": SECRET[n], "queued_at": now, "next_attempt_at": now, "status": "sent"}
    values |= {"sent_at": now, "search_words": SECRET[n].lower()}
    OutboxMessage.objects.filter(key="twin").delete()
    OutboxMessage.objects.bulk_create([OutboxMessage(**values | fields)])


def mail_about_another_trip(cast: Cast, n: int) -> None:
    a_mail(n, trip=elsewhere(cast).pk, status=("sent", "failed")[n])


def sealed_mail(cast: Cast, n: int) -> None:
    a_mail(n, trip=cast.trip.pk, recipient=cast.lead, sealed=True, status=("sent", "failed")[n])


def withdrawn_mail(cast: Cast, n: int) -> None:
    a_mail(n, trip=cast.trip.pk, recipient=once(cast, "stranger"), status="cancelled", sent_at=None)


def job_of_another_trip(cast: Cast, n: int) -> None:
    now = world.MOMENTS["call"]
    Job.objects.all().delete()
    fields = {"status": "failed", "problem_nl": SECRET[n], "problem_en": SECRET[n], "settled_at": now} if n else {}
    Job.objects.create(
        key=f"twin{n}", kind="impact/paper", arguments={}, trip=elsewhere(cast).pk, asked_at=now, free_at=now,
        asked_by=world.user(SECRET[n]), **fields,
    )  # fmt: skip


def somebody_of_another_school(cast: Cast, n: int) -> None:
    person = world.user(f"{SECRET[n]} Anders", at=cast.other_school, role=("teacher", "manager")[n])
    world.give_role(person, "partner", cast.other_school)
    world.outsider(institution=cast.other_school)


def what_an_account_keeps_to_itself(cast: Cast, n: int) -> None:
    """Of somebody who stands in the list of the school."""
    stan = once(cast, "stranger")
    User.objects.filter(pk=stan.pk).update(
        phone=("0611111111", "0622222222")[n], reminders=bool(n), language=("nl", "en")[n],
        last_login=NOW[("call", "selection")[n]], seen_at=NOW[("call", "selection")[n]],
    )  # fmt: skip


def number_after_the_trip(cast: Cast, n: int) -> None:
    if not n:
        once(cast, "participant")
    Participation.objects.update(phone=("0611111111", "0622222222")[n])


def traveller_of_another_trip(cast: Cast, n: int) -> None:
    one = world.participation(elsewhere(cast), world.user(f"{SECRET[n]} Anders"))
    OneWord.objects.create(participation=one, moment="return", word=SECRET[n], written_at=LATER)
    one.attendance.create(on=cast.trip.days[0], present=True, ticked_at=LATER)


def trip_that_is_not_announced(cast: Cast, n: int) -> None:
    world.trip(
        lead=world.user("Olaf Overkant"), announced=False, title_nl=SECRET[n], title_en=SECRET[n], city_nl=SECRET[n]
    )


def edition_of_another_trip(cast: Cast, n: int) -> None:
    trip = elsewhere(cast)
    ReportEdition.objects.create(
        trip=trip, number=n + 1, title_nl=SECRET[n], report={}, sha256=str(n) * 64, data_until_at=LATER,
        published_at=LATER, published_by=trip.team.get().user,
    )  # fmt: skip


def sent_by_another_school(cast: Cast, n: int) -> None:
    world.submitted(cast.trip, world.user(f"{SECRET[n]} Anders", at=cast.other_school))
    world.settle_all()


def hidden_of_applications(one: Callable) -> Callable[[Cast, int], None]:
    """As in test_twins.py: these two of four from the school of the coordinator, then the other two."""
    names = ("Aad Anders", "Bram Keizer", "Cor de Wit", "Dirk Élan")

    def differ(cast: Cast, n: int) -> None:
        if not n:
            for name in names:
                world.decision(world.submitted(cast.trip, world.user(name, at=cast.school)), "reserve")
        one(*names[n::2])
        world.settle_all()

    differ.__name__ = one.__name__
    return differ


def unread(cast: Cast, n: int) -> None:
    """The lead reads along, and has not finished: the scores of others wait until then."""
    if not n:
        world.rubric(cast.trip)
        for name in ("Aad Anders", "Bram Keizer", "Cor de Wit", "Dirk Élan"):
            world.assessment(world.submitted(cast.trip, world.user(name, at=cast.school)), cast.lead)
    scores(*("Aad Anders", "Bram Keizer", "Cor de Wit", "Dirk Élan")[n::2])
    world.settle_all()


# --- the lists ---------------------------------------------------------------------------------------


def school(cast: Cast) -> list[str]:
    return [reverse(f"school:{name}") for name in ("people", "people-csv", "people-xlsx")]


def team(*names: str) -> Callable[[Cast], list[str]]:
    return lambda cast: [here(cast, name) for name in names]


def one(name: str) -> Callable[[Cast], list[str]]:
    return lambda cast: [reverse(name)]


def person(name: str) -> Callable[[Cast], Any]:
    return lambda cast: once(cast, name)


def sees(who: str, page: str, *, of_trip: Callable[[Cast], Trip] | None = None) -> Callable[[Cast], tuple[Any, str]]:
    """Who sees the difference, and where."""

    def control(cast: Cast) -> tuple[Any, str]:
        reader = cast.lead if who == "lead" else once(cast, who)
        return reader, reverse(page, args=[of_trip(cast).slug] if of_trip else [])

    return control


def own(cast: Cast) -> Trip:
    return cast.trip


def other_lead(page: str) -> Callable[[Cast], tuple[Any, str]]:
    return lambda cast: (elsewhere(cast).team.get().user, reverse(page, args=["elsewhere"]))


APPLIED = sees("lead", "applications:list", of_trip=own)
TEAM_LIST = team("applications:list", "applications:list-csv", "applications:list-xlsx")
AROUND = team("applications:school-people", "applications:school-people-csv", "applications:school-people-xlsx")
TRAVELLERS = team("trips:travellers", "trips:travellers-sheet")
SELECTION = world.MOMENTS["selection"]

#: What companions and coordinators see of applications and of the people around a call: test_twins.py.
TWINS = [
    Twin("what I did", HistoryTable, HistoryFilter, person("stranger"), one("history:mine"), deed_of_another,
         sees("administrator", "history:all")),
    Twin("what I did", HistoryTable, HistoryFilter, person("stranger"), one("history:mine"), address_of_who_did_it,
         lambda cast: (once(cast, "administrator"), reverse("history:all") + f"?q={SECRET[1]}")),
    Twin("what happened on a trip", HistoryTable, HistoryFilter, lead, team("history:trip"), address_of_who_did_it,
         lambda cast: (once(cast, "administrator"), here(cast, "history:trip") + f"?q={SECRET[1]}")),
    Twin("what happened on a trip", HistoryTable, HistoryFilter, lead, team("history:trip"), deed_on_another_trip,
         sees("administrator", "history:all")),
    Twin("mail of a trip", MailTable, MailFilter, lead, team("outbox:list"), mail_about_another_trip,
         sees("administrator", "outbox:all")),
    Twin("mail of a trip", MailTable, MailFilter, lead, team("outbox:list"), sealed_mail, None),
    Twin("all mail", MailTable, MailFilter, person("administrator"), one("outbox:all"), sealed_mail, None),
    Twin("own mail", OwnMailTable, MailFilter, lead, one("outbox:mine"), sealed_mail, None),
    Twin("own mail", OwnMailTable, MailFilter, person("stranger"), one("outbox:mine"), withdrawn_mail,
         sees("lead", "outbox:list", of_trip=own)),
    Twin("work", JobTable, None, lead, one("jobs:list"), job_of_another_trip, sees("administrator", "jobs:list")),
    Twin("people", PeopleTable, PeopleFilter, person("coordinator"), one("people:list"), somebody_of_another_school,
         sees("administrator", "people:list")),
    Twin("people", PeopleTable, PeopleFilter, person("coordinator"), one("people:list"),
         what_an_account_keeps_to_itself, None),
    Twin("travellers", TravellerTable, None, person("companion"), TRAVELLERS, number_after_the_trip, None,
         now=world.home(2027, 6, 1)),
    Twin("travellers", TravellerTable, None, person("companion"), TRAVELLERS, traveller_of_another_trip,
         other_lead("trips:travellers"), now=LATER),
    Twin("presence", None, None, person("companion"), team("trips:attendance"), traveller_of_another_trip,
         other_lead("trips:attendance"), now=LATER),
    Twin("what came of it", OutcomesTable, None, person("companion"), team("evaluations:outcomes"),
         traveller_of_another_trip, other_lead("evaluations:outcomes"), now=LATER),
    Twin("open trips", None, None, person("stranger"), one("trips:open"), trip_that_is_not_announced,
         sees("administrator", "trips:team-list")),
    Twin("my trips", None, None, lead, one("trips:team-list"), trip_that_is_not_announced,
         sees("administrator", "trips:team-list")),
    Twin("reports", None, None, person("companion"), one("impact:editions"), edition_of_another_trip,
         sees("administrator", "impact:editions"), now=LATER),
    Twin("my school", SchoolTable, SchoolFilter, person("coordinator"), school, sent_by_another_school, APPLIED),
    *(Twin("my school", SchoolTable, SchoolFilter, person("coordinator"), school, hidden_of_applications(hidden),
           APPLIED, now=SELECTION) for hidden in HIDDEN),
    Twin("around the call, at a school", AroundTable, AroundCall, person("coordinator"), AROUND, sent_by_another_school,
         APPLIED, now=SELECTION),
    Twin("applications", ApplicationTable, ApplicationFilter, lead, TEAM_LIST, unread,
         sees("administrator", "applications:list", of_trip=own), now=SELECTION),
]  # fmt: skip
#: Lists that hide nothing from anybody who opens them, with the reason.
OPEN = {
    "exchange.gallery.SampleTable": "made up, and shown to who builds",
    "exchange.trips.hosts.views": "hosts are known to every lead",
}


# --- what is asked -----------------------------------------------------------------------------------


def asked(twin: Twin, page: str) -> list[str]:
    """Every sort, filter and search of a list, also by names that no page offers."""
    columns = list(twin.table.base_columns) if twin.table else []
    sorts = [f"?sort={name}" for name in (*columns, *BEHIND, "phone", "last_login", "email", "by__email")]
    found = [f"?q={word}" for word in (*SECRET, "0622222222", "Te druk", "elders.example")]
    found += [f"?{name}={value}" for name, values in narrowing(twin.filters).items() for value in values]
    # A file is made of the same rows as the page of its name: one of each kind.
    is_file = page.endswith((".xlsx", ".csv"))
    return ["", *sorts[:2], *found[:2]] if is_file else ["", *sorts, *(f"?sort=-{name}" for name in columns), *found]


def narrowing(filters: type | None) -> dict[str, list[str]]:
    """What a list can be narrowed by, with every value that is a choice."""
    if filters is None:
        return {}
    if issubclass(filters, django_filters.FilterSet):
        fields = {name: one.extra.get("choices", ()) for name, one in filters.base_filters.items()}
    else:
        fields = dict.fromkeys(filters.base_fields, ())
    # Which verb, kind or job role it is tells nothing: one that is there in both worlds, and one in the second.
    some = {"verb": ["trip.change", "account.close"], "kind": ["trips/closed"], "job_role": ["teacher", "manager"]}
    more = {"step": ["refused", "endorsed", "answered", "select"]}
    return {
        name: some.get(name) or [str(value) for value, _label in choices] + more.get(name, [])
        for name, choices in fields.items()
    }


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.name}, {twin.differ.__name__}")
def test_two_worlds_look_the_same(twin: Twin, cast: Cast, at: Callable) -> None:
    at(twin.now)
    cast.trip.coordinators_read = True
    cast.trip.save(update_fields=["coordinators_read"])
    reader = twin.reader(cast)
    control, page = twin.control(cast) if twin.control else (None, "")
    worlds, controls = [], []
    for n in (0, 1):
        twin.differ(cast, n)
        pages = {url + query: None for url in twin.pages(cast) for query in asked(twin, url)}
        client = signed_in(reader)
        worlds.append([seen(client, url) for url in pages])
        controls.append(seen(signed_in(control), page) if control else n)
    assert [url for url, first, second in zip(pages, *worlds, strict=True) if first != second] == []
    assert controls[0] != controls[1], "the two worlds are one and the same to who may see it, too"


# --- no list is forgotten ----------------------------------------------------------------------------


def test_every_table_stands_here() -> None:
    known = {twin.table for twin in TWINS} - {None}
    assert {table for table in heirs() if f"{table.__module__}.{table.__name__}" not in OPEN} == known
    assert SampleTable in heirs()


def test_every_filter_stands_here() -> None:
    ours = {one for one in django_filters.FilterSet.__subclasses__() if one.__module__.split(".")[0] in WINGS}
    assert {twin.filters for twin in TWINS} - {None, AroundCall} == ours


def test_every_search_without_a_table_stands_here(cast: Cast) -> None:
    """Pages that read `q` themselves."""
    files = [path for wing in WINGS for path in (ROOT / wing).rglob("*.py") if 'GET.get("q"' in path.read_text()]
    search = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files}
    known = {resolve(url).func.__module__ for twin in TWINS for url in twin.pages(cast)}
    assert len(search) > 5
    assert search - known - OPEN.keys() == set()


# --- the administration ------------------------------------------------------------------------------


def hidden_there(page: admin.ModelAdmin) -> set[str]:
    """Columns of a model that its pages in the administration show nowhere."""
    shown = {*page.list_display, *(page.fields or ())}
    every = {field.name for field in page.model._meta.concrete_fields}
    if not page.fields:
        shown |= every - set(page.exclude or ())
    return every - shown - {"id"}


LOOKS = {model._meta.label: model for model, page in admin.site._registry.items() if isinstance(page, ReadOnlyAdmin)}


@pytest.mark.parametrize("label", sorted(LOOKS))
def test_nothing_is_found_there_by_what_is_not_shown(cast: Cast, label: str) -> None:
    """Django narrows by any column that is named in the address, unless it is told not to."""
    model, page = LOOKS[label], admin.site._registry[LOOKS[label]]
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    client = signed_in(once(cast, "administrator"))
    client.post(url, {"reason": "Kijken wat er staat."})
    for name in hidden_there(page):
        for lookup in (name, f"{name}__startswith", f"{name}__isnull"):
            assert client.get(url, {lookup: "1"}).status_code == 400, lookup
    for name in page.list_filter:
        assert client.get(url, {f"{name}__exact": "1"}).status_code != 400, f"{name} is offered"
    if page.date_hierarchy:
        assert client.get(url, {f"{page.date_hierarchy}__year": "2026"}).status_code == 200
    searched = {name.lstrip("^=@").partition("__")[0] for name in page.search_fields}
    assert searched & hidden_there(page) == set()
    assert {str(one) for one in page.list_filter} & hidden_there(page) == set()


def test_something_is_hidden_there() -> None:
    """The control: the test above asks for something."""
    hidden = {model.__name__: hidden_there(page) for model, page in admin.site._registry.items()}
    assert {"password", "calendar_token"} <= hidden["User"]
    assert {"need", "mood"} <= hidden["DailyEvaluation"]
    assert {"motivation", "school_use"} <= hidden["Application"]
