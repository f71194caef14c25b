"""`make drill`: fill, back up under load, destroy, restore, check; told as a table, on both databases.

`python -m benchmarks.drill write JOURNAL` is the load: pairs in one transaction, each noted once it was acknowledged.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NO_SERVER = 69
WRITERS = 2


def write(journal: Path) -> None:
    """Write pairs until told to stop."""
    import django  # noqa: PLC0415 -- the environment first

    django.setup()
    from django.db import transaction  # noqa: PLC0415

    from exchange import clock  # noqa: PLC0415
    from exchange.history.models import HistoryEntry  # noqa: PLC0415

    with journal.open("a") as noted:
        for number in range(10**9):
            with transaction.atomic():
                for verb in ("drill.first", "drill.second"):
                    HistoryEntry.objects.create(at=clock.now(), verb=verb, about_model="drill", about_id=str(number))
            noted.write(f"{number}\n")
            noted.flush()


class Drill:
    """One run on one database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.steps = folder, []
        self.sqlite = "DATABASE_URL" not in os.environ
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "exchange.settings",
            "EXCHANGE_DEMO": "1",
            "EXCHANGE_VAR": str(folder / "var"),
        }
        (folder / "var").mkdir()

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise SystemExit(f"manage.py {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def ask(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def step(self, name: str, do: Callable[[], str]) -> None:
        started = time.monotonic()
        said = do()
        self.steps.append((name, f"{time.monotonic() - started:.1f} s", said))
        print(f"| {name} | {self.steps[-1][1]} | {said} |", flush=True)  # noqa: T201 -- telling is what it is for

    def journals(self) -> list[Path]:
        return [self.folder / f"journal.{number}" for number in range(WRITERS)]

    def noted(self) -> int:
        return sum(len(journal.read_text().splitlines()) for journal in self.journals() if journal.exists())

    def load(self) -> None:
        """Writers, in processes of their own."""
        command = [sys.executable, "-m", "benchmarks.drill", "write"]
        self.writers = [
            subprocess.Popen([*command, str(journal)], cwd=ROOT, env=self.environment)  # noqa: S603 -- ourselves
            for journal in self.journals()
        ]
        while not all(journal.exists() and journal.stat().st_size for journal in self.journals()):
            time.sleep(0.1)

    def back_up(self) -> str:
        self.before = self.noted()
        if self.sqlite:
            shutil.copy(self.folder / "var" / "exchange.sqlite3", self.folder / "copy.sqlite3")
        self.manage("backup", str(self.folder / "kept"))
        return f"{self.before} pairs acknowledged before it, {self.noted() - self.before} while it was made"

    def destroy(self) -> str:
        for writer in self.writers:
            writer.kill()
            writer.wait()
        if self.sqlite:
            shutil.rmtree(self.folder / "var")
            (self.folder / "var").mkdir()
            return "the folder with database and files"
        shutil.rmtree(self.folder / "var" / "media")
        drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        self.ask(f"from django.db import connection as c; c.cursor().execute('{drop}')")
        return "every table, and the files"

    def take_back(self) -> str:
        self.manage("restore", str(self.folder / "kept"))
        self.manage("prepare")
        return "rows and files"

    def compare(self) -> str:
        counted = "from exchange.history.models import HistoryEntry as H; print(*(H.objects.filter(verb=f'drill.{one}')"
        first, second = map(
            int, self.ask(f"{counted}.count() for one in ('first', 'second')))").splitlines()[-1].split()
        )
        if first != second or first < self.before:
            raise SystemExit(f"{first} first and {second} second halves; {self.before} pairs were acknowledged before.")
        return f"{first} pairs, none of them half, none lost"

    def control(self) -> str:
        try:
            with sqlite3.connect(self.folder / "copy.sqlite3") as copy:
                found = copy.execute("SELECT count(*) FROM history_historyentry WHERE verb='drill.first'").fetchone()[0]
        except sqlite3.DatabaseError as problem:
            return f"a plain copy of the file is no database: {problem}"
        return f"a plain copy of the file holds {found} of {self.before} pairs"

    def verify(self) -> str:
        code = (
            "from django.test import Client; from evaluations.certificates.models import Certificate as C;"
            "print(Client(SERVER_NAME='localhost').get(f'/verify/{C.objects.live().first().code}/').status_code)"
        )
        if (status := self.ask(code).splitlines()[-1]) != "200":
            raise SystemExit(f"A certificate answers with {status}.")
        return "a certificate verifies"

    def run(self) -> None:
        """Everything in turn."""
        print(f"\n| {'SQLite' if self.sqlite else 'PostgreSQL'} | | |\n| --- | ---: | --- |")  # noqa: T201
        self.step("fill", lambda: self.manage("prepare") + self.manage("demo") and "the demonstration alliance")
        self.load()
        self.step("back up under load", self.back_up)
        self.step("destroy", self.destroy)
        self.step("restore", self.take_back)
        self.step("compare", self.compare)
        self.step("verify", self.verify)
        self.step(
            "check it aside", lambda: self.manage("restore", str(self.folder / "kept"), "--check").splitlines()[-1]
        )
        if self.sqlite:
            self.step("control", self.control)


def main() -> int:
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]))
    if sys.argv[1:] == ["here"]:
        with tempfile.TemporaryDirectory(prefix="exchange-drill-") as folder:
            Drill(Path(folder)).run()
        return 0
    code = 0
    for database in os.environ.get("DATABASES", "sqlite postgresql").split():
        server = [str(ROOT / "bin" / "cluster")] if database == "postgresql" else []
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [*server, sys.executable, "-m", "benchmarks.drill", "here"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603
        if server and done.returncode == NO_SERVER:
            print("PostgreSQL is not installed or did not start, so it is left out.")  # noqa: T201
        else:
            code = done.returncode or code
    return code


if __name__ == "__main__":
    sys.exit(main())
