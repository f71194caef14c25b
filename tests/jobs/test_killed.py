"""Workers are killed in the middle of what they do: nothing is lost, nothing is done twice.

Each runs as a process of its own (hands.py) on the database of the run, and says where it is; the test kills it there.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as house
from django.db import connection

from tests.outbox.test_commands import database, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall(in_line, tmp_path):
    """Where they work: `hall.open(3)` puts jobs in line, `hall.worker("--hold=making")` starts one."""
    opened = Hall(in_line, tmp_path)
    yield opened
    for process in opened.workers:
        process.kill()
        process.communicate()


class Hall:
    def __init__(self, in_line, folder: Path) -> None:
        self.in_line, self.folder, self.workers = in_line, folder, []

    def open(self, count: int) -> None:
        self.keys = {str(self.in_line(f"job-{n:02}").pk): f"job-{n:02}" for n in range(count)}
        self.address = database(self.folder)

    def worker(self, *words: str) -> subprocess.Popen:
        environment = os.environ | {
            "DATABASE_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(house.ROOT),
            "FILES": str(self.folder / "files"),
        }
        command = [sys.executable, str(Path(__file__).with_name("hands.py")), "work", "--watch", *words]
        pipe = subprocess.PIPE
        made = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)
        self.workers.append(made)
        return made

    def ask(self, sql: str) -> list[tuple]:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.folder / "shared.sqlite3", timeout=20)) as copy:
            return copy.execute(sql).fetchall()

    def statuses(self) -> Counter:
        return Counter(status for (status,) in self.ask("SELECT status FROM jobs_job"))

    def finish(self) -> None:
        """Wait until all is done, then send everybody home."""
        until(lambda: self.statuses() == {"done": len(self.keys)})
        for process in self.workers:
            if process.poll() is None:
                hear(process, "watching")  # told to stop while it still starts, it would die of it
                process.send_signal(signal.SIGTERM)
                assert process.wait(timeout=20) == 0

    def written(self) -> Counter:
        return Counter(v for (v,) in self.ask("SELECT verb FROM history_historyentry WHERE verb LIKE 'noted %'"))

    def files(self) -> dict[str, str]:
        return {
            self.keys.get(path.name, path.name): path.read_text() for path in (self.folder / "files/jobs").iterdir()
        }

    def once_each(self) -> None:
        names = self.keys.values()
        assert self.written() == {f"noted {name}": 1 for name in names}
        assert self.files() == {name: name for name in names}


def hear(process: subprocess.Popen, words: str) -> None:
    """Listen until a worker says that."""
    for line in process.stdout:
        if line.startswith(words):
            return
    raise AssertionError(f"it ended without saying {words}")


def go_on(process: subprocess.Popen) -> None:
    process.stdin.write("go on\n")
    process.stdin.flush()


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


@pytest.mark.parametrize("stage", ["making", "writing"])
def test_a_job_whose_worker_was_killed_is_done_by_the_next_once(hall, stage):
    hall.open(1)
    first = hall.worker(f"--hold={stage}")
    hear(first, f"{stage} job-00")
    kill(first)
    hall.worker()
    hall.finish()
    hall.once_each()
    assert hall.ask("SELECT attempts FROM jobs_job") == [(2,)]


def test_written_and_settled_apart_it_would_be_written_twice(hall):
    hall.open(1)
    first = hall.worker("--apart", "--hold=written")
    hear(first, "written job-00")
    kill(first)
    hall.worker()
    hall.finish()
    assert hall.written() == {"noted job-00": 2}


def test_with_a_lease_that_does_not_run_out_it_would_be_lost(hall):
    hall.open(2)
    first = hall.worker("--hold=making", "--lease=86400")
    hear(first, "making job-00")
    kill(first)
    second = hall.worker()
    hear(second, "making job-01")
    until(lambda: hall.statuses() == {"working": 1, "done": 1})
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=20) == 0
    assert hall.written() == {"noted job-01": 1}


def test_thirty_jobs_survive_two_workers_killed_and_two_at_once(hall):
    hall.open(30)
    for stage, count in (("making", 3), ("writing", 5)):
        process = hall.worker(f"--hold={stage}")
        for _job in range(count - 1):
            hear(process, stage)
            go_on(process)
        hear(process, stage)
        kill(process)
    assert hall.statuses()["done"] == 6
    hall.worker(), hall.worker()
    hall.finish()
    hall.once_each()


def test_a_worker_that_is_told_to_stop_finishes_the_job_in_hand(hall):
    hall.open(2)
    process = hall.worker("--hold=making", "--lease=60")
    hear(process, "making job-00")
    process.send_signal(signal.SIGTERM)
    go_on(process)
    assert process.wait(timeout=20) == 0
    assert hall.statuses() == {"done": 1, "waiting": 1}
    assert hall.written() == {"noted job-00": 1}
