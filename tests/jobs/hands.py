"""Run apart by test_killed.py: a worker whose jobs say where they are, and wait there for a word when told to hold.

`hands.py work [--watch] --hold=making,writing --lease=SECONDS --apart` (written and settled in two transactions).
"""

import os
import sys
from datetime import timedelta

import django

from tests import settings

settings.STORAGES["default"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": os.environ["FILES"]},
}
django.setup()

from django.core.management import call_command  # noqa: E402 -- after the set-up
from django.db import transaction  # noqa: E402

from exchange import clock, wings  # noqa: E402
from exchange.history.models import HistoryEntry  # noqa: E402
from exchange.jobs import actions, worker  # noqa: E402

told = dict(word.removeprefix("--").partition("=")[::2] for word in sys.argv[1:] if "=" in word)
hold = told.get("hold", "").split(",")


def say(stage, job):
    print(stage, job.key, flush=True)  # noqa: T201 -- to the test
    if stage in hold:
        sys.stdin.readline()


def note(job, progress):
    say("making", job)
    progress(1, 2)

    def write():
        HistoryEntry.objects.create(at=clock.now(), verb=f"noted {job.key}", about_model="x", about_id="x")
        actions.keep_file(job, job.key.encode())
        say("writing", job)

    return write


def apart(job, write):
    with transaction.atomic():
        write()
    say("written", job)
    with transaction.atomic():
        return worker.settle(job, "finish")


def watch(stop):
    print("watching", flush=True)  # noqa: T201 -- from here on it hears when it is told to stop
    keep_watch(stop)


keep_watch, worker.watch = worker.watch, watch
wings.offered = lambda: (wings.Offers(jobs={"test/note": note}),)
worker.LEASE = timedelta(seconds=float(told.get("lease", "1")))
if "--apart" in sys.argv:
    worker.finish = apart
call_command("work", *(word for word in sys.argv[2:] if word == "--watch"))
