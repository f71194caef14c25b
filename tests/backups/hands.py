"""Runs a command in a process of its own and stops where it is told to: `hands.py --hold=TABLE [--apart] backup TO`.

With `--hold` it says "at TABLE" when it has that table behind it, and waits for a line; `--apart` reads no one moment.
"""

import sys
from contextlib import nullcontext

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    from exchange.backups import rows, taking

    words = [word for word in sys.argv[1:] if not word.startswith(("--hold=", "--apart"))]
    hold = next((word.partition("=")[2] for word in sys.argv if word.startswith("--hold=")), "")

    def at(name: str) -> None:
        if name == hold:
            print(f"at {name}", flush=True)  # noqa: T201 -- the test listens
            sys.stdin.readline()

    reading, loading = rows.lines, rows.load

    def lines(model, using):
        yield from reading(model, using)
        at(model._meta.db_table)

    def load(model, *about):
        loading(model, *about)
        at(model._meta.db_table)

    rows.lines, rows.load = lines, load
    if "--apart" in sys.argv:
        taking.one_moment = lambda using: nullcontext()
    call_command(*words)
