"""What pages cost with 200 and with 2,000 applications for one trip, beside a bare Django view in the same run.

Run: `python benchmarks/pages.py [how many …]`. Per page: SQL queries, model instances built, bytes, bytes compressed
and processor milliseconds (the median of several visits), and how much they grow. It tells; it asserts nothing.
"""

import gzip
import logging
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

SCRATCH = tempfile.TemporaryDirectory(prefix="exchange-pages-")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "exchange.settings",
    "EXCHANGE_DEMO": "1",
    "EXCHANGE_VAR": SCRATCH.name,
    "DATABASE_URL": f"sqlite:///{SCRATCH.name}/pages.sqlite3",
}
django.setup()

from django.core.management import call_command  # noqa: E402 -- after the set-up
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from applications import content  # noqa: E402
from applications.models import Application, Assessment, Endorsement, Score, Submission  # noqa: E402
from exchange import clock  # noqa: E402
from exchange.people.lifecycle import Role  # noqa: E402
from exchange.people.models import User  # noqa: E402
from exchange.trips.lifecycle import TeamRole  # noqa: E402
from tests import world  # noqa: E402

SIZES, SCHOOLS, REVIEWERS, READERS, VISITS = (200, 2000), 7, 30, 3, 9
TEXT = "Elke maandag tien minuten signalen bespreken met het hele team, ook met wie geen les geeft. " * 12
ROW = "<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
TABLE = Template(f"<table>{{% for row in rows %}}{ROW}{{% endfor %}}</table>")


# --- the floor ------------------------------------------------------------------------------------


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bare")


def bare_table(request: HttpRequest) -> HttpResponse:
    rows = [[f"cell {row} {column}" for column in range(8)] for row in range(50)]
    return HttpResponse(TABLE.render(Context({"rows": rows})))


urlpatterns = [path("bare/", bare), path("bare/table/", bare_table)]


# --- what is in the way ---------------------------------------------------------------------------


class Alliance:
    """Seven schools, a trip in selection with a rubric, a lead and thirty reviewers; applications are poured in."""

    def __init__(self) -> None:
        self.schools = [world.institution(f"roc {n}", domain=f"roc{n}.example") for n in range(SCHOOLS)]
        self.lead = world.user("Hanneke Boer", at=world.institution("roc Buiten", domain="buiten.example"))
        self.trip = world.trip(lead=self.lead, places=16)
        self.criteria = world.rubric(self.trip)
        self.reviewers = [world.user(f"Lezer {n}", at=self.lead.institution) for n in range(REVIEWERS)]
        for reviewer in self.reviewers:
            world.join(self.trip, reviewer, TeamRole.REVIEWER)
        self.coordinator = world.user("Coen Coordinator", at=self.schools[0])
        world.give_role(self.coordinator, Role.COORDINATOR, self.schools[0])
        world.programme(self.trip)

    def pour(self, first: int, last: int) -> None:
        """Applications numbered from `first` up to `last`, sent, endorsed, read by three; in bulk, past the actions."""
        numbers = range(first, last)
        people = User.objects.bulk_create(self.person(n) for n in numbers)
        made = Application.objects.bulk_create(self.application(person) for person in people)
        sent = Submission.objects.bulk_create(self.submission(n, one) for n, one in zip(numbers, made, strict=True))
        Endorsement.objects.bulk_create(self.endorsement(one) for one in sent)
        read = [one for n, sub in zip(numbers, sent, strict=True) for one in self.readings(n, sub)]
        Assessment.objects.bulk_create(read, batch_size=500)
        finished = [one for one in read if one.status == "finished"]
        scores = [
            Score(assessment=one, criterion=criterion, level=4, reason="Concreet en haalbaar.")
            for one in finished
            for criterion in self.criteria
        ]
        Score.objects.bulk_create(scores, batch_size=500)
        connection.cursor().execute("ANALYZE")

    def person(self, n: int) -> User:
        return User(
            email=f"applicant{n}@roc{n % SCHOOLS}.example",
            name=f"Persoon {n:05}",
            password="!",  # noqa: S106 -- nobody signs in with it
            job_role="teacher",
            institution=self.schools[n % SCHOOLS],
            membership_by_domain=True,
            joined_at=world.MOMENTS["planning"],
        )

    def application(self, person: User) -> Application:
        return Application(
            trip=self.trip,
            user=person,
            status="submitted",
            motivation=TEXT,
            proactive_past=TEXT,
            proactive_plan=TEXT,
            school_use=TEXT,
            committed=True,
            manager_name="Joke Mulder",
            manager_email="joke@school.example",
            created_at=world.MOMENTS["call"],
            saved_at=world.MOMENTS["call"],
            submitted_at=world.MOMENTS["call"],
            score_mean=Decimal("4.00"),
            score_count=READERS - 1,
        )

    def submission(self, n: int, one: Application) -> Submission:
        goal = {"able_to": "Een herstelgesprek leiden", "students_notice": "Rust", "others_see": "Rust", "tags": []}
        said = content.of_draft(one) | {"goals": [goal | {"id": str(uuid.uuid4()), "order": order} for order in (1, 2)]}
        return Submission(
            application=one,
            number=1,
            submitted_at=world.MOMENTS["call"],
            schema=content.SCHEMA,
            content=said,
            sha256=content.digest(said),
            institution=one.user.institution,
            job_role=one.user.job_role,
            printed_name=one.user.name,
            receipt=f"VIL26-{n:06}",
        )

    def endorsement(self, sent: Submission) -> Endorsement:
        signed = content.to_sign(sent.content, self.trip)
        return Endorsement(
            application=sent.application,
            submission=sent,
            manager_name="Joke Mulder",
            manager_email="joke@school.example",
            signer_name="Joke Mulder",
            status="endorsed",
            asked_at=world.MOMENTS["call"],
            due_at=self.trip.endorse_by_at,
            answered_at=world.MOMENTS["call"],
            signed_content=signed,
            signed_sha256=content.digest(signed),
        )

    def readings(self, n: int, sent: Submission) -> Iterator[Assessment]:
        """Three readers, the last of whom is not finished."""
        for place in range(READERS):
            done = place < READERS - 1
            yield Assessment(
                application=sent.application,
                submission=sent,
                reviewer=self.reviewers[(n + place) % REVIEWERS],
                status="finished" if done else "assigned",
                assigned_at=world.MOMENTS["selection"],
                finished_at=world.MOMENTS["selection"] if done else None,
                total=Decimal("4.00") if done else None,
            )

    def pages(self) -> list[tuple[str, Any, str, str]]:
        """What is visited: a name, by whom, when, and the address."""
        slug, reviewer = [self.trip.slug], self.reviewers[READERS - 1]
        first = Application.objects.get(user__name=f"Persoon {0:05}")
        to_read = Assessment.objects.filter(reviewer=reviewer, status="assigned").order_by("assigned_at", "pk").first()
        listing = reverse("applications:list", args=slug)
        return [
            ("public call page", None, "call", reverse("trips:detail", args=slug)),
            ("team list, 50 rows", self.lead, "selection", listing),
            ("team list, search", self.lead, "selection", f"{listing}?q=signalen&sort=-score"),
            ("selection board", self.lead, "selection", reverse("applications:selection", args=slug)),
            ("one application", self.lead, "selection", reverse("applications:detail", args=[*slug, first.pk])),
            ("reviewer's next", reviewer, "selection", reverse("applications:assess", args=[to_read.pk])),
            ("reviewer's list", reviewer, "selection", reverse("applications:to-review")),
            ("school, coordinator", self.coordinator, "selection", reverse("school:people")),
        ]


# --- measuring ------------------------------------------------------------------------------------


@contextmanager
def instances() -> Iterator[list[str]]:
    """The names of the models whose rows are built inside the block, one for each row."""
    built: list[str] = []
    original = models.Model.from_db.__func__

    def counted(cls: type[models.Model], *args: Any, **kwargs: Any) -> models.Model:
        built.append(cls.__name__)
        return original(cls, *args, **kwargs)

    models.Model.from_db = classmethod(counted)
    try:
        yield built
    finally:
        models.Model.from_db = classmethod(original)


def body(response: Any) -> bytes:
    if response.status_code != 200:
        sys.exit(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return response.content


def cpu(visit: Callable[[], Any], visits: int = VISITS) -> float:
    """Processor milliseconds of a visit: the median, after one that warms up."""
    visit()
    taken = []
    for _ in range(visits):
        start = time.process_time()
        visit()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def measured(client: Client, url: str) -> dict[str, float]:
    """One page: what it asks, builds, weighs and takes."""
    with CaptureQueriesContext(connection) as queries, instances() as built:
        page = body(client.get(url))
    asked, small = len(queries), gzip.compress(page, 6)  # the log is emptied by the next visit
    taken = cpu(lambda: body(client.get(url)))
    return {"SQL": asked, "rows": len(built), "bytes": len(page), "gzip": len(small), "ms": taken}


def floors() -> dict[str, float]:
    """A view without middleware, and the same with a table of 50 by 8."""
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        client = Client(SERVER_NAME="localhost")
        addresses = {"bare view": "/bare/", "bare table 50 × 8": "/bare/table/"}
        return {name: cpu(lambda url=url: body(client.get(url)), 200) for name, url in addresses.items()}


def round_of(house: Alliance) -> dict[str, dict[str, float]]:
    """Every page once."""
    found = {}
    for name, person, moment, url in house.pages():
        client = Client(SERVER_NAME="localhost")
        if person:
            client.force_login(person)
        with clock.at(world.MOMENTS[moment]):
            found[name] = measured(client, url)
    return found


def tell(sizes: list[int], rounds: list[dict[str, dict[str, float]]], floor: dict[str, float]) -> None:
    """The table: of each page a line per size, with its growth since the first."""
    for name, taken in floor.items():
        say(f"{name:<22}{'':>7}{'':>6}{'':>6}{'':>9}{'':>8}{taken:>9.2f}")
    say()
    say(f"{'page':<22}{'n':>7}{'SQL':>6}{'rows':>6}{'bytes':>9}{'gzip':>8}{'CPU ms':>9}{'× bare':>8}{'growth':>8}")
    for name, first in rounds[0].items():
        for size, found in zip(sizes, (one[name] for one in rounds), strict=True):
            growth = f"{found['ms'] / first['ms']:.2f}" if found is not first else ""
            figures = f"{found['SQL']:>6}{found['rows']:>6}{found['bytes']:>9}{found['gzip']:>8}{found['ms']:>9.1f}"
            say(f"{name:<22}{size:>7}{figures}{found['ms'] / floor['bare view']:>8.0f}{growth:>8}")


def say(line: str = "") -> None:
    print(line)  # noqa: T201 -- telling is what it is for


def main() -> None:
    sizes = sorted(int(word) for word in sys.argv[1:]) or list(SIZES)
    logging.disable(logging.WARNING)
    call_command("prepare")
    house, rounds, poured = Alliance(), [], 0
    for size in sizes:
        house.pour(poured, size)
        poured = size
        rounds.append(round_of(house))
    tell(sizes, rounds, floors())


if __name__ == "__main__":
    main()
