"""Each job is done once; what goes wrong is tried again and then told."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils.translation import override

from exchange import clock
from exchange.documents import press
from exchange.jobs import actions, worker
from exchange.jobs.models import Job
from exchange.verdicts import Refused, no
from tests import world

pytestmark = pytest.mark.django_db


def row(job):
    job.refresh_from_db()
    return job.status, job.attempts


def test_what_stands_in_line_is_done_once_in_its_order(in_line, noted):
    now = clock.now()
    in_line("second", asked_at=now - timedelta(minutes=1))
    in_line("first", asked_at=now - timedelta(minutes=2))
    out = StringIO()
    call_command("work", stdout=out)
    call_command("work", stdout=out)
    assert noted() == ["noted second", "noted first"]  # the newest line of history first
    assert out.getvalue() == "2 made, 0 to try again, 0 failed.\n0 made, 0 to try again, 0 failed.\n"
    assert set(Job.objects.values_list("status", "attempts")) == {("done", 1)}


def test_the_same_thing_asked_twice_is_one_job(noted):
    for _time in range(2):
        actions.ask(job=actions.job(key="a", kind="test/note", arguments={}))
    actions.ask_many(jobs=[actions.job(key=key, kind="test/note", arguments={}) for key in "ab"])
    worker.work()
    assert sorted(noted()) == ["noted a", "noted b"]


def test_two_workers_do_not_get_the_same_job(in_line):
    job = in_line()
    assert worker.claim(job.pk).pk == job.pk
    assert worker.claim(job.pk) is None
    assert worker.due() is None


def test_a_lease_that_ran_out_is_taken_up_and_its_old_holder_writes_nothing(in_line, noted, at):
    job, start = in_line(), clock.now()
    at(start)
    slow = worker.claim(job.pk)
    at(start + worker.LEASE - timedelta(seconds=1))
    assert worker.claim(job.pk) is None
    at(start + worker.LEASE)
    fresh = worker.claim(job.pk)
    assert (fresh.lease != slow.lease, fresh.attempts) == (True, 2)
    assert worker.make(slow) == "working"
    with pytest.raises(worker.Taken):
        worker.progress(slow, 1, 2)
    assert noted() == []
    assert worker.make(fresh) == "done"
    assert worker.make(slow) == "working"
    assert noted() == ["noted a"]


def test_without_the_mark_of_the_lease_the_old_holder_would_write_too(in_line, noted, at, monkeypatch):
    job, start = in_line(), clock.now()
    at(start)
    slow = worker.claim(job.pk)
    at(start + worker.LEASE)
    fresh = worker.claim(job.pk)
    monkeypatch.setattr(worker, "settle", lambda job, name, **fields: "done")
    assert [worker.make(slow), worker.make(fresh)] == ["done", "done"]
    assert noted() == ["noted a", "noted a"]


def test_progress_is_told_and_keeps_the_lease(in_line, offering, at):
    job, start = in_line(kind="test/long"), clock.now()
    seen = []

    def long(job, progress):
        for step in (1, 2, 3):
            at(start + step * worker.LEASE - timedelta(seconds=1))
            progress(step, 3)
            seen.append((worker.claim(job.pk), *Job.objects.values_list("done", "of").get()))
        return lambda: None

    offering(jobs={"test/long": long})
    at(start)
    worker.work()
    assert seen == [(None, 1, 3), (None, 2, 3), (None, 3, 3)]
    assert row(job) == ("done", 1)


def test_a_document_is_drawn_well_within_a_lease():
    assert worker.LEASE.total_seconds() >= 2 * press.SECONDS


def broken(job, progress):
    raise ValueError("a fault")


def test_a_fault_is_tried_three_times_with_a_pause_and_then_told_in_both_languages(in_line, offering, noted, at):
    offering(jobs={"test/broken": broken})
    job, start = in_line(kind="test/broken"), clock.now()
    for attempt in (1, 2):
        at(start + attempt * worker.PAUSE)
        assert str(worker.work()) == "0 made, 1 to try again, 0 failed"
        assert str(worker.work()) == "0 made, 0 to try again, 0 failed"  # too early
        assert row(job) == ("waiting", attempt)
    at(start + 3 * worker.PAUSE)
    assert str(worker.work()) == "0 made, 0 to try again, 1 failed"
    assert row(job) == ("failed", 3)
    told = []
    for language in ("nl", "en"):
        with override(language):
            told.append(job.problem)
    assert told == [
        "Alle drie de keren dat het werd geprobeerd, ging er iets mis.",
        "Something went wrong each of the three times it was tried.",
    ]


def test_a_fault_does_not_stop_what_stands_behind_it(in_line, offering):
    from tests.jobs.conftest import note

    offering(jobs={"test/broken": broken, "test/note": note})
    in_line("a", kind="test/broken", asked_at=clock.now() - timedelta(minutes=1))
    in_line("b")
    assert str(worker.work()) == "1 made, 1 to try again, 0 failed"


def test_a_refusal_is_told_at_once_and_not_tried_again(in_line, offering):
    def too_long(job, progress):
        raise Refused(no("Te lang."))

    offering(jobs={"test/long": too_long})
    job = in_line(kind="test/long")
    worker.work()
    assert row(job) == ("failed", 1)
    assert (job.problem_nl, job.problem_en) == ("Te lang.", "Te lang.")


def test_a_kind_that_nobody_knows_is_tried_again_as_another_version_may_know_it(in_line, offering):
    offering(jobs={})
    job = in_line(kind="test/new")
    worker.work()
    assert row(job) == ("waiting", 1)


def test_what_was_broken_off_three_times_is_left_to_a_person(in_line, noted, at):
    job, start = in_line(), clock.now()
    for attempt in range(3):
        at(start + attempt * worker.LEASE)
        assert worker.claim(job.pk)
    at(start + 3 * worker.LEASE)
    assert worker.claim(job.pk) is None
    worker.work()
    assert row(job) == ("failed", 3)
    assert job.problem == "Er is drie keer aan begonnen en het is elke keer afgebroken."
    asker = world.user()
    again = actions.ask(job=actions.job(key="a", kind="test/note", arguments={}, by=asker))
    assert (again.pk, again.status, again.attempts, again.problem_nl) == (job.pk, "waiting", 0, "")
    worker.work()
    assert row(job) == ("done", 1)
    assert (job.asked_by, noted()) == (asker, ["noted a"])


def test_what_can_not_be_written_is_not_settled(in_line, offering, noted):
    def half(job, progress):
        def write():
            from tests.jobs.conftest import note

            note(job, progress)()
            raise OSError("disk full")

        return write

    offering(jobs={"test/note": half})
    job = in_line()
    worker.work()
    assert row(job) == ("waiting", 1)
    assert noted() == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_it_is_made(in_line, offering):
    seen = []

    def look(job, progress):
        seen.append(connection.in_atomic_block)
        return lambda: seen.append(connection.in_atomic_block)

    offering(jobs={"test/note": look})
    in_line()
    worker.work()
    assert seen == [False, True]


def test_a_database_that_is_away_is_no_fault_of_the_job(in_line, offering):
    def away(job, progress):
        raise OperationalError("server closed the connection")

    offering(jobs={"test/note": away})
    job = in_line()
    with pytest.raises(OperationalError):
        worker.work()
    assert row(job) == ("working", 1)


# --- the file -------------------------------------------------------------------------------------


def filed(job, progress):
    return lambda: actions.keep_file(job, b"%PDF of " + job.key.encode())


@pytest.fixture
def made(in_line, offering):
    """A job whose file is kept."""
    offering(jobs={"test/file": filed})
    job = in_line(kind="test/file")
    yield job
    default_storage.delete(job.file)


def test_a_file_is_kept_under_a_name_that_nobody_guesses(made):
    assert actions.kept(made) is None
    worker.work()
    assert actions.kept(made) == b"%PDF of a"
    assert made.file == f"jobs/{made.pk}"


def test_what_a_killed_worker_left_behind_is_written_over(made):
    default_storage.save(made.file, actions.ContentFile(b"half a p"))
    worker.work()
    assert actions.kept(made) == b"%PDF of a"
    assert default_storage.listdir("jobs")[1].count(str(made.pk)) == 1


def test_what_is_forgotten_is_gone_and_what_is_being_made_is_thrown_away(made, in_line):
    worker.work()
    other = in_line("b", kind="test/file")
    busy = worker.claim(other.pk)
    assert actions.forget(jobs=Job.objects.all()) == 2
    assert worker.make(busy) == "working"
    assert not Job.objects.exists()
    assert [default_storage.exists(one.file) for one in (made, other)] == [False, False]


def test_a_job_and_its_file_are_removed_when_their_time_is_over(made, at):
    worker.work()
    start = made.asked_at
    at(start + timedelta(days=90))
    call_command("purge", stdout=StringIO())
    assert actions.kept(made)
    at(start + timedelta(days=90, seconds=1))
    out = StringIO()
    call_command("purge", "--dry-run", stdout=out)
    assert actions.kept(made)
    assert "Nothing was deleted" in out.getvalue()
    call_command("purge", stdout=out)
    assert "1 deleted or emptied" in out.getvalue()
    assert (actions.kept(made), Job.objects.count()) == (None, 0)


# --- nobody at work -------------------------------------------------------------------------------


def test_jobs_that_nobody_takes_up_are_noticed_and_no_others(in_line, noted, at):
    start = clock.now()
    at(start)
    assert not Job.objects.unattended()
    in_line("a"), in_line("b")
    at(start + timedelta(minutes=3) - timedelta(seconds=1))
    assert not Job.objects.unattended()
    at(start + timedelta(minutes=3))
    assert Job.objects.unattended()
    claimed = worker.claim(worker.due())
    assert not Job.objects.unattended()  # somebody holds a lease
    worker.make(claimed)
    assert not Job.objects.unattended()  # and settled something just now
    at(start + timedelta(minutes=6))
    assert Job.objects.unattended()
    worker.work()
    at(start + timedelta(minutes=60))
    assert not Job.objects.unattended()  # nothing waits


def test_a_page_looks_again_eagerly_then_patiently_and_in_the_end_no_more(in_line, at):
    job, start = in_line(), clock.now()
    pauses = []
    for seconds in (0, 59, 61, 599, 601, 3599, 3601):
        at(start + timedelta(seconds=seconds))
        pauses.append(job.look_again)
    assert pauses == [2, 2, 10, 10, 60, 60, 0]
    job.status, job.asked_at = "done", clock.now()
    assert job.look_again == 0
