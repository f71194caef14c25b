"""Every list with a search box finds a name however it was typed, and both databases find the same."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from applications.models import Line
from applications.people.forms import PeopleFilter as AroundCall
from evaluations.impact.models import ReportEdition
from exchange import clock
from exchange.fields import SearchWords, fill_words, words_of
from exchange.folding import plain
from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.history.tables import HistoryFilter
from exchange.outbox.models import OutboxMessage
from exchange.outbox.tables import MailFilter
from exchange.people.models import User
from exchange.people.tables import PeopleFilter
from exchange.trips.models import HostOrganisation, Participation, Trip
from tests import world

#: A name as it is printed, and what else people type for it.
SAME = {
    "Zoë Müller": ("zoe muller", "ZOË MÜLLER", "Zoe\u0308 Mu\u0308ller", "zoë  mu\u00adller", "\u200bZoë\u00a0Müller"),
    "Søren Łukaszewski": ("soren lukaszewski", "SØREN ŁUKASZEWSKI", "Sören Lukaszewski"),
    "Đorđe Ħal-Għaxaq": ("dorde hal-ghaxaq", "Ðorđe Hal Ghaxaq"),
    "Jürgen Groß": ("jurgen gross", "JÜRGEN GROSS", "Jürgen Groẞ", "jürgen groß"),
    "Kjærgård Lœw": ("kjaergard loew", "KJÆRGÅRD LŒW", "Kjaergård Lœw"),
    "Işık İpek": ("isik ipek", "ISIK IPEK", "ışık ipek"),
    "Seán O’Brien": ("sean o'brien", "Sean O`Brien", "SEÁN O´BRIEN", "sean oʼbrien", "Sean OBrien"),
    "Anne-Marie 't Hoen": ("anne‑marie ’t hoen", "Anne‐Marie ‘t Hoen", "Anne−Marie t Hoen", "anne marie 't hoen"),
    "J. de Vries": ("j de vries", "J.\u00a0de\u00a0Vries", "j.de vries"),
    "Ĳsbrand Dijk": ("IJsbrand Dĳk", "ijsbrand dijk"),
    "李 明": ("李 明", "李\u3000明"),
    "Фёдор": ("федор", "ФЁДОР"),
}
#: What looks alike and is somebody else.
OTHER = {
    "Zoë Müller": ("Zoë Mueller", "Zoë", "Müller Zoë", "Zo Müller", ""),
    "J. de Vries": ("Jan de Vries", "J. Vries", "jdevries"),
    "Seán O’Brien": ("Sean Brien", "!!!"),
    "李 明": ("李 鸣",),
}
TYPED = [(name, typed) for name, all_typed in SAME.items() for typed in (name, *all_typed)]


@pytest.mark.once
@pytest.mark.parametrize(("name", "typed"), TYPED)
def test_a_name_typed_on_another_keyboard_is_the_same_name(name: str, typed: str) -> None:
    assert plain(typed) == plain(name)


@pytest.mark.once
@pytest.mark.parametrize(("name", "typed"), [(name, one) for name, typed in OTHER.items() for one in typed])
def test_another_name_is_another_name(name: str, typed: str) -> None:
    assert plain(typed) != plain(name)


# --- the lists ------------------------------------------------------------------------------------

#: Somebody in every list, and a question that must not find them.
NOT_ASKED = "qyx"


def people(words: str) -> set[str]:
    """The people of the alliance."""
    return {one.name for one in PeopleFilter({"q": words}, User.objects.all()).qs}


def travellers(words: str) -> set[str]:
    return {one.printed_name for one in Participation.objects.named(words)}


def their_schools(words: str) -> set[str]:
    """Travellers by their school."""
    return {one.institution.name for one in Participation.objects.named(words)}


def hosts(words: str) -> set[str]:
    return {one.name for one in HostOrganisation.objects.named(words)}


def trips(words: str) -> set[str]:
    return {one.title_nl for one in Trip.objects.named(words)}


def editions(words: str) -> set[str]:
    return {one.title_en for one in ReportEdition.objects.named(words)}


def deeds(words: str) -> set[str]:
    """History, by who did it."""
    return {one.by.name for one in HistoryFilter({"q": words}, HistoryEntry.objects.all(), addresses=False).qs}


def mail(words: str) -> set[str]:
    """Mail by whom it is to."""
    return {one.recipient.name for one in MailFilter({"q": words}, OutboxMessage.objects.all()).qs}


def subjects(words: str) -> set[str]:
    return {one.subject for one in MailFilter({"q": words}, OutboxMessage.objects.all()).qs}


def around(words: str) -> set[str]:
    """Everybody around a call: by whole words, or how they begin."""
    trip = Trip.objects.get()
    form = AroundCall({"q": words}, trip=trip, people=Line.objects.filter(trip=trip), steps=[], one_school=False)
    return {one.name for one in form.found()}


LISTS = (people, travellers, their_schools, hosts, trips, editions, deeds, mail, subjects, around)


@pytest.fixture
def everywhere(db: None) -> Iterator[None]:
    """Each name of the table in each of the lists."""
    with clock.at(world.MOMENTS["call"]):
        lead = world.user("Qyx Leider")
        trip = world.trip(lead=lead)
        for n, name in enumerate(SAME):
            school = world.institution(name)
            person = world.user(name, at=school, email=f"p{n}@elders.example")
            world.participation(trip, person)
            HostOrganisation.objects.create(name=name, place="Ergens", country_nl="Land")
            record(about=trip, verb="trip.change", by=person)
            OutboxMessage.objects.bulk_create([letter(n, name, person)])
            ReportEdition.objects.create(
                trip=trip, number=n, title_en=name, report={}, sha256="0" * 64, data_until_at=clock.now(),
                published_at=clock.now(), published_by=lead,
            )  # fmt: skip
        world.settle_all()
        yield


def letter(n: int, name: str, to: User) -> OutboxMessage:
    return OutboxMessage(
        key=f"k{n}", kind="k", to=to.email, recipient=to, subject=name, queued_at=clock.now(),
        next_attempt_at=clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("found", LISTS)
def test_every_list_finds_a_name_however_it_was_typed(found, everywhere) -> None:
    if found is trips:
        trip = Trip.objects.get()
        for name, typed in TYPED:
            trip.title_nl = name
            trip.save()
            assert (found(typed), found(f"{typed} {NOT_ASKED}")) == ({name}, set())
        return
    for name, typed in TYPED:
        assert (typed, found(typed)) == (typed, {name})
        assert found(f"{typed} {NOT_ASKED}") == set()


def test_words_may_stand_in_any_order_and_be_cut_short(everywhere) -> None:
    assert people("mull zo") == {"Zoë Müller"}
    assert people("ukasz") == {"Søren Łukaszewski"}
    assert travellers("!!!") == set()
    assert people("  ") == {user.name for user in User.objects.all()}


def test_an_address_finds_its_owner_alone(everywhere) -> None:
    assert people("P0@Elders.example") == {"Zoë Müller"}
    assert people("<p1@elders.example>,") == {"Søren Łukaszewski"}
    assert people("p2@") == {"Đorđe Ħal-Għaxaq"}
    assert len(people("@elders.example")) == len(SAME)
    # p1 and p10 and p11
    assert len(people("p1 elders.example")) == 3


# --- the words are those of what stands there -----------------------------------------------------

STORED = [model for model in apps.get_models() if any(isinstance(field, SearchWords) for field in model._meta.fields)]


def test_changing_a_name_changes_what_it_is_found_by(db) -> None:
    person = world.user("Zoë Müller", email="z@elders.example")
    person.name = "Ann O’Hara"
    person.save()
    assert (people("muller"), people("ohara")) == (set(), {"Ann O’Hara"})
    person.email = "ann@elders.example"
    person.save(update_fields=["email"])
    assert people("ann@elders.example") == {"Ann O’Hara"}
    assert people("z@elders.example") == set()


@pytest.mark.parametrize("model", STORED, ids=lambda model: model._meta.label)
def test_rows_from_before_are_given_their_words(model, everywhere) -> None:
    of = model._meta.get_field("search_words").of
    model._base_manager.update(search_words="")
    fill_words(model._meta.app_label, model.__name__)(apps, Editor)
    for row in model._base_manager.all():
        assert row.search_words == words_of(*(getattr(row, name) for name in of)) != ""


class Editor:
    """As a migration has it."""

    class connection:  # noqa: N801 -- what Django calls it
        alias = "default"


def passed_over(code: str) -> list[str]:
    """Where a column that something is found by is written without its words: by update, or in update_fields."""
    sources = {name for model in STORED for name in model._meta.get_field("search_words").of}
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        named = {word.arg for word in node.keywords}
        method = getattr(node.func, "attr", "")
        lists = [word.value for word in node.keywords if word.arg == "update_fields"] + node.args
        texts = {one.value for part in lists for one in ast.walk(part) if isinstance(one, ast.Constant)}
        writes = named if method == "update" else texts if method in ("save", "bulk_update", "bulk_create") else set()
        if writes & sources and "search_words" not in writes:
            found.append(f"{node.lineno}: {sorted(writes & sources)}")
    return found


@pytest.mark.once
@pytest.mark.parametrize("wing", ["exchange", "applications", "evaluations", "demo"])
def test_no_name_is_written_past_its_words(wing: str) -> None:
    root = Path(__file__).parents[2]
    files = [path for path in (root / wing).rglob("*.py") if "migrations" not in path.parts]
    assert {str(path): faults for path in files if (faults := passed_over(path.read_text()))} == {}


@pytest.mark.once
def test_a_name_that_is_written_past_its_words_is_seen() -> None:
    assert passed_over("User.objects.filter(pk=1).update(name='x')") == ["1: ['name']"]
    assert passed_over("one.save(update_fields=['printed_name'])") == ["1: ['printed_name']"]
    assert passed_over("one.save(update_fields=['printed_name', 'search_words'])") == []
