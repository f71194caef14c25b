"""`make bench`: every page, deed and document at some sizes on both databases; told, and left in var/bench.

A run that was broken off is told as far as it came: `python -m benchmarks tell`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.table import document

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "var" / "bench"
NO_SERVER = 69


def run(database: str, sizes: list[str]) -> int:
    """One run in a process of its own."""
    found = TARGET / f"{database}.json"
    found.unlink(missing_ok=True)
    server = [str(ROOT / "bin" / "cluster")] if database == "postgresql" else []
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [*server, sys.executable, "-m", "benchmarks.run", str(found), *sizes]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603
    if code == NO_SERVER:
        print("PostgreSQL is not installed or did not start, so it is left out.")  # noqa: T201 -- telling is what it is for
        return 0
    return code


def main() -> int:
    sizes = os.environ.get("SIZES", "200 2000").split()
    TARGET.mkdir(parents=True, exist_ok=True)
    code = 0
    for database in os.environ.get("DATABASES", "sqlite postgresql").split():
        if sys.argv[1:] != ["tell"]:
            code = run(database, sizes) or code
        found = TARGET / f"{database}.json"
        if found.exists():
            told = json.loads(found.read_text())
            text = document(told, f"{database}, {', '.join(told['sizes'])} applications")
            (TARGET / f"{database}.md").write_text(text)
            print(text)  # noqa: T201 -- telling is what it is for
    return code


if __name__ == "__main__":
    sys.exit(main())
