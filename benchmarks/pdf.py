"""How many certificates a processor prints in a second, beside an empty page: the floor of the library.

Run: `python benchmarks/pdf.py [how many]`. Processor time, so that a busy machine tells nearly the same.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings")
os.environ.setdefault("EXCHANGE_DEMO", "1")
django.setup()

from evaluations.certificates import documents  # noqa: E402 -- after the set-up
from evaluations.certificates.models import Certificate  # noqa: E402
from exchange.documents import pdf  # noqa: E402

EMPTY = '<!doctype html><html lang="nl"><head><title>Empty</title></head><body></body></html>'
GOAL = "Ik kan na een conflict een herstelgesprek leiden tussen twee studenten."
FACTS = {
    "base_url": "https://exchange.example",
    "name": "Marit van Doorn",
    "institution": "roc Heidepoort",
    "issuer": "Alliantie De Zeven",
    "signer": "Hanneke Boer",
    "city": "Londen",
    "days": 4,
    "departs_on": "2025-04-08",
    "returns_on": "2025-04-11",
    "issued_on": "2026-04-10",
    "hosts": ["North Bank College", "Riverside Academy"],
    "hours": {
        "total": "64",
        "training": "12",
        "visits": "16",
        "training_title": {"nl": "herstelrecht", "en": "restorative justice"},
    },
    "trip": {"nl": "Safeguarding", "en": "Safeguarding"},
    "country": {"nl": "Verenigd Koninkrijk", "en": "United Kingdom"},
    "job_role": {"nl": "Docent", "en": "Teacher"},
    "outcomes": [{"lang": "nl", "text": GOAL}, {"lang": "nl", "text": GOAL}],
}


def certificate(number: int) -> bytes:
    """One certificate in both languages, with a code of its own."""
    row = Certificate(kind="cycle", code=f"{number:026d}", serial=f"2025-SAF-{number:04d}", facts=FACTS)
    return documents.printed(row, "both")


def seconds(make: Callable[[int], bytes], count: int) -> float:
    """Processor seconds per document, once everything that is read once has been read."""
    make(0)
    start = time.process_time()
    for number in range(1, count + 1):
        make(number)
    return (time.process_time() - start) / count


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    floor, each = seconds(lambda _number: pdf.printed(EMPTY), count), seconds(certificate, count)
    size = len(certificate(1)) / 1000
    print(f"empty page   {floor * 1000:6.1f} ms")  # noqa: T201 -- telling is what it is for
    print(f"certificate  {each * 1000:6.1f} ms  {1 / each:5.1f} per second  {each / floor:4.1f} x empty  {size:.0f} kB")  # noqa: T201


if __name__ == "__main__":
    main()
