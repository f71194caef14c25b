"""`make simulate`: so many steps on each database, or until a rule breaks; then the shortest story that breaks it.

STEPS=10000, SEED=1, DATABASES="sqlite postgresql"; GUARDS="consent" switches that guard off, GUARDS=all each in turn.
A story that breaks a rule is kept in var/simulate; what is mended goes to tests/simulation/found/.
"""

import logging
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.guards import Guard

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "var" / "simulate"
NO_SERVER = 69
#: Steps of one story at most: two years.
STORY = 2000


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Each database in a process of its own."""
    code = 0
    for database in os.environ.get("DATABASES", "sqlite postgresql").split():
        server = [str(ROOT / "bin" / "cluster")] if database == "postgresql" else []
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        tell(f"== {database}")
        command = [*server, sys.executable, "-m", "tests.simulation", "here"]
        found = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if found == NO_SERVER:
            tell("PostgreSQL is not installed or did not start, so it is left out.")
        else:
            code = found or code
    return code


def here() -> int:
    """On the database of this process."""
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.db import connection
    from django.test.runner import DiscoverRunner
    from django.test.utils import setup_test_environment

    from tests.simulation.guards import GUARDS, Guard

    setup_test_environment()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        asked = os.environ.get("GUARDS", "")
        if not asked:
            return int(told("", Guard(nullcontext)))
        wanted = GUARDS if asked == "all" else [one.strip() for one in asked.split(",")]
        unseen = 0
        for name in wanted:
            guard = GUARDS[name]
            if guard.at_once and connection.vendor != "postgresql":
                tell(f"-- without {name}: one writer only, nothing to see")
                continue
            unseen += not told(name, guard)
        return int(bool(unseen))
    finally:
        runner.teardown_databases(made)


def told(without: str, guard: "Guard") -> bool:
    """Stories until there are steps enough or a rule breaks; whether one broke."""
    from django.core.management import call_command

    from tests.simulation.telling import AT_ONCE, MOSTLY_AT_ONCE, by_seed, keep, numbers, shorten, story

    def empty() -> None:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)

    steps, seed = int(os.environ.get("STEPS", "10000")), int(os.environ.get("SEED", "1"))
    runs, started = [], time.monotonic()
    if without:
        tell(f"-- without {without}")
    at_once = MOSTLY_AT_ONCE if guard.at_once else AT_ONCE
    with guard.off():
        while sum(len(run.steps) for run in runs) < steps:
            runs.append(run := by_seed(seed, STORY, empty, guard.leaning, at_once))
            if run.broken:
                tell(f"seed {seed}, step {len(run.steps)}: {run.broken}")
                if run.broken.__cause__:
                    logging.disable(logging.NOTSET)
                    logging.exception("what went wrong", exc_info=run.broken.__cause__)
                    logging.disable(logging.CRITICAL)
                short = shorten(run, empty)
                TARGET.mkdir(parents=True, exist_ok=True)
                keep(short, TARGET / f"{without.replace(' ', '-') or seed}.json", str(run.broken))
                tell(story(short, seed))
                break
            tell(f"seed {seed}: {len(run.steps)} steps, {run.done[-1].day} days")
            seed += 1
        empty()
    for line in numbers(runs):
        tell(line)
    tell(f"{time.monotonic() - started:.0f} s")
    return bool(runs[-1].broken)


if __name__ == "__main__":
    sys.exit(here() if sys.argv[1:] == ["here"] else main())
