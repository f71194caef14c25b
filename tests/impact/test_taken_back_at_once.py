"""A word is taken back while somebody publishes, takes back or asks for a paper. Only where two can write at once."""

import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet

from evaluations.afterwards.actions_return import set_consent
from evaluations.impact import actions, papers, redacting
from evaluations.impact.models import Finding, ReportEdition
from evaluations.models import OneWord
from exchange import clock
from exchange.jobs.models import Job
from exchange.trips.models import Trip
from tests import world
from tests.applications.test_at_once import Race, keeps_another_waiting

pytestmark = pytest.mark.django_db(transaction=True)
LATER = world.home(2027, 11, 20)


class Pause(Race):
    """`second` is done when `first` has called `real`, before `first` goes on."""

    def asks(self, *about, **more):
        found = self.real(*about, **more)
        if threading.current_thread() is self.first and not self.asked.is_set():
            self.asked.set()
            while not self.done.wait(0.05) and not keeps_another_waiting():
                pass
        return found


@pytest.fixture
def race(transactional_db, monkeypatch):
    """`race(module, name, first, second)`; with `locked=False` as if nobody locked anything."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing can race")

    def race(module, name, first, second, locked):
        pause = Pause(getattr(module, name), first, second, LATER)
        with monkeypatch.context() as patched:
            patched.setattr(module, name, pause.asks)
            if not locked:
                patched.setattr(QuerySet, "select_for_update", lambda rows, **options: rows)
            pause.run()
        assert pause.failed == []

    return race


@pytest.fixture
def trip(transactional_db):
    """Seven let their word be shown, each another one; the report can be published."""
    lead = world.user("Hanneke Boer")
    trip = world.trip(lead=lead, published=True)
    for n in range(7):
        who = world.participation(trip, world.user(f"Reiziger {n}"))
        OneWord.objects.create(participation=who, moment="return", word=f"woord{n}", consent=True, written_at=LATER)
    Finding.objects.create(trip=trip, text_nl="Ze doen het nog.")
    yield trip
    for job in Job.objects.all():
        default_storage.delete(job.file)


def publish(trip):
    lead = trip.team.get(role="lead").user
    return actions.publish_edition(trip=Trip.objects.get(pk=trip.pk), title_nl="Later", title_en="", by=lead)


def published(trip):
    with clock.at(LATER):
        return publish(trip)


def take_back(n):
    word = OneWord.objects.get(word=f"woord{n}")
    set_consent(word=word, consent=False, by=word.participation.user)


def words():
    return {one["word"] for one in ReportEdition.objects.get().report["words_return"]["words"]}


ALL = {f"woord{n}" for n in range(7)}


@pytest.mark.parametrize("locked", [True, False])
def test_two_take_back_their_word_at_once(trip, race, locked):
    published(trip)
    race(redacting, "salted", lambda: take_back(0), lambda: take_back(1), locked)
    # Without the lock the second is lost: it was written over by the first.
    assert words() == (ALL - {"woord0", "woord1"} if locked else ALL - {"woord0"})


@pytest.mark.parametrize("locked", [True, False])
def test_a_word_is_taken_back_while_an_edition_is_made_of_it(trip, race, locked):
    race(actions, "given", lambda: publish(trip), lambda: take_back(0), locked)
    # Without the lock nobody knows of the edition yet from which it should go.
    assert words() == (ALL - {"woord0"} if locked else ALL)


def test_an_edition_is_made_while_a_word_is_taken_back(trip, race):
    published(trip)
    race(redacting, "salted", lambda: take_back(0), lambda: publish(trip), locked=True)
    for edition in ReportEdition.objects.all():
        assert {one["word"] for one in edition.report["words_return"]["words"]} == ALL - {"woord0"}


@pytest.mark.parametrize("locked", [True, False])
def test_a_paper_is_asked_for_while_a_word_is_taken_back(trip, race, locked):
    edition = published(trip)
    before = papers.key(edition, (), "nl")
    lead = trip.team.get(role="lead").user
    race(
        papers,
        "forget",
        lambda: take_back(0),
        lambda: actions.ask_for_paper(edition=edition, language="nl", by=lead),
        locked,
    )
    # Without the lock it is asked for as it was, and a worker may draw it so.
    assert Job.objects.filter(key=before).exists() is not locked
    assert Job.objects.filter(key=papers.key(ReportEdition.objects.get(), (), "nl")).exists()
