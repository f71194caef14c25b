"""One run on one database: pours, measures, and leaves what it found as JSON. `python -m benchmarks.run FILE SIZE…`"""

import gzip
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.start import start

start(os.environ.get("DATABASE_URL", ""))

from django.core.management import call_command  # noqa: E402 -- after the set-up
from django.test import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from benchmarks.deeds import CERTIFICATES, deeds, in_bulk  # noqa: E402
from benchmarks.pages import pages  # noqa: E402
from benchmarks.paper import steps  # noqa: E402
from benchmarks.units import measured  # noqa: E402
from tests import world  # noqa: E402
from tests.crowd import Crowd, gather  # noqa: E402
from tests.crowd.costs import counted  # noqa: E402

QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def pour(crowd: Crowd, size: int) -> None:
    """A crowd of this size: trips beside it in proportion, hosts and travellers as many as trips have."""
    with QUICK:
        crowd.pour(size)
        crowd.travel(CERTIFICATES)
        crowd.beside(max(9, size // 20))
        crowd.host(12)
    crowd.analyse()


def line(what: Any) -> dict[str, Any]:
    """What one page or deed costs."""
    client = what.client()
    with counted() as costs:
        answer = what.visit(client)
    body = getattr(answer, "content", b"")
    packed = getattr(answer, "headers", {}).get("Content-Encoding") == "gzip"
    found = measured(lambda: what.visit(client))
    return {
        "bar": asdict(what.bar),
        "queries": costs.queries,
        "fetched": costs.fetched,
        "built": costs.built,
        "bytes": len(gzip.decompress(body) if packed else body) if body else answer if isinstance(answer, int) else 0,
        "gzip": len(body) if packed else 0,
        "memory": memory([what])[1] if getattr(what, "data", ...) is None else 0.0,
        "each": getattr(what, "each", 0),
        "ms": round(found.here * 1000, 2),
        "database ms": round(found.there * 1000, 2),
        "unit": round(found.unit * 1000, 3),
        "units": round(found.units, 2),
    }


def memory(things: list[Any]) -> tuple[float, float]:
    """Of a fresh process that was asked for the first page and then for these: its memory, and the most in between."""
    first = ("", world.MOMENTS["selection"].isoformat(), reverse("trips:open"))
    seen = [(str(one.reader.pk) if one.reader else "", one.moment.isoformat(), one.url) for one in things]
    command = [sys.executable, "-m", "benchmarks.worker"]
    told = json.dumps([first, *seen])
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=True)  # noqa: S603
    resident, more = done.stdout.split()[-2:]
    return float(resident), float(more)


def everything(crowd: Crowd, size: int) -> list[Any]:
    """Every page, and every file."""
    return [*pages(crowd), *(one for one in deeds(crowd, size) if one.data is None)]


def papers(crowd: Crowd) -> list[dict[str, Any]]:
    return [
        {"name": name, "ms": found.here * 1000, "units": found.units, "a second": 1 / found.here, "said": said}
        for name, found, said in steps(crowd.travelled)
    ]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 -- telling is what it is for


def main(target: Path, sizes: list[int]) -> None:
    call_command("prepare", verbosity=0)
    with QUICK:
        crowd = gather()
    told: dict[str, Any] = {"sizes": {}}
    for size in sizes:
        begun = time.monotonic()
        pour(crowd, size)
        say(f"{size}: poured in {time.monotonic() - begun:.0f} s")
        found = told["sizes"][size] = {}
        whole = size == sizes[0]
        with QUICK:
            things = [*pages(crowd), *deeds(crowd, size), *(in_bulk(crowd) if whole else ())]
        for what in things:
            found[what.name] = line(what)
            target.write_text(json.dumps(told))
        say(f"{size}: measured in {time.monotonic() - begun:.0f} s")
    told |= {"worker": memory(everything(crowd, sizes[-1]))[0], "papers": papers(crowd)}
    target.write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sorted(int(word) for word in sys.argv[2:]))
