"""Two who change one application at the same moment: the line says what both did. Only where two can write at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from applications.assessing.actions import Given, finish_assessment
from applications.assessing.assigning import assign
from applications.endorsing.actions import endorse
from applications.lines import loads, settling
from applications.models import Application, Assessment, Endorsement, Line, Load
from applications.writing.actions import withdraw
from exchange import clock
from exchange.trips.lifecycle import TeamRole
from tests import world
from tests.applications.walking import SIGNED

pytestmark = pytest.mark.django_db(transaction=True)


def keeps_another_waiting():
    """Whether somebody waits for what this connection holds."""
    with connection.cursor() as cursor:
        # Not pg_stat_activity: a transaction sees there only who was connected when it looked first.
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


class Race:
    """`second` is done when `first` has asked `real` what to write, before it writes that.

    If `second` then has to wait for `first`, it waits.
    """

    def __init__(self, real, first, second, now):
        self.real, self.now = real, now
        self.asked, self.done, self.failed = threading.Event(), threading.Event(), []
        self.first = threading.Thread(target=self.act, args=[first])
        self.second = threading.Thread(target=self.act, args=[lambda: self.asked.wait(10) and second()])

    def asks(self, *about, **more):
        found = list(self.real(*about, **more))
        if threading.current_thread() is self.first and not self.asked.is_set():
            self.asked.set()
            while not self.done.wait(0.05) and not keeps_another_waiting():
                pass
        return iter(found)

    def act(self, deed):
        try:
            with clock.at(self.now):  # a thread has a clock of its own
                deed()
        except Exception as error:  # told by the test
            self.failed.append(error)
        finally:
            if threading.current_thread() is self.second:
                self.done.set()
            connections.close_all()

    def run(self):
        for one in (self.first, self.second):
            one.start()
        for one in (self.first, self.second):
            one.join()


@pytest.fixture
def between(transactional_db, monkeypatch):
    """`between(module, name, first, second)`: a Race of two deeds."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing can race")

    def between(module, name, first, second, now=world.CLOSES - timedelta(hours=1)):
        race = Race(getattr(module, name), first, second, now)
        with monkeypatch.context() as patched:
            patched.setattr(module, name, race.asks)
            race.run()
        assert race.failed == []

    return between


@pytest.fixture
def trip(transactional_db):
    """Two applications, both read by Rik; the manager of the first was not heard of."""
    trip = world.trip()
    world.rubric(trip)
    rik = world.user("Rik Reviewer")
    world.join(trip, rik, TeamRole.REVIEWER)
    for name in ("Anna", "Bram"):
        world.assessment(world.submitted(trip, world.user(name), endorsed=name == "Bram"), rik)
    return trip


def of(model, name):
    return model.objects.get(application__user__name=name)


def finishes(name):
    row = of(Assessment, name)
    given = {one.pk: Given(4, "Concreet.") for one in row.application.trip.criteria.all()}
    finish_assessment(assessment=row, given=given, by=row.reviewer)


def test_a_reader_finishes_while_the_manager_answers(trip, between):
    between(
        settling,
        "derived",
        lambda: finishes("Anna"),
        lambda: endorse(endorsement=of(Endorsement, "Anna"), generation=1, values=SIGNED),
    )
    line = of(Line, "Anna")
    assert (line.backing, line.readers_done, line.score) == ("conditions", 1, 4)


def test_of_two_that_one_reader_reads_one_is_withdrawn_and_the_other_finished(trip, between):
    def withdraws():
        application = Application.objects.get(user__name="Bram")
        withdraw(application=application, by=application.user)

    between(loads, "loads", lambda: finishes("Anna"), withdraws)
    load = Load.objects.get()
    assert (load.to_read, load.finished) == (0, 1)


def test_two_are_given_to_one_who_read_nothing_yet(trip, between):
    rosa = world.user("Rosa Reviewer")
    world.join(trip, rosa, TeamRole.REVIEWER)
    for name in ("Cor", "Dirk"):
        world.submitted(trip, world.user(name))

    def given(name):
        application = Application.objects.get(user__name=name)
        assign(application=application, reviewer=rosa, by=trip.team.get(role=TeamRole.LEAD).user)

    between(loads, "loads", lambda: given("Cor"), lambda: given("Dirk"), world.MOMENTS["selection"])
    load = Load.objects.get(reviewer=rosa)
    assert (load.to_read, load.finished) == (2, 0)
