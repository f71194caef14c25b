"""What is sent: a draft saved, an application sent, a decision, an assessment; letters and certificates in bulk; files.

Each is taken back, so that the next finds what the one before found.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from applications.models import Application, Assessment, Decision
from applications.selection.rows import told_of
from benchmarks import bars
from evaluations.certificates.models import Certificate
from exchange import clock
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world
from tests.crowd import Crowd
from tests.crowd.words import Writer

LETTERS, CERTIFICATES = 500, 100


class Form(HTMLParser):
    """What a page would send of the form that holds a certain field."""

    def __init__(self, holds: str) -> None:
        super().__init__()
        self.holds, self.now, self.found = holds, {}, {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type")
        if tag == "form":
            self.now = {}
        elif tag == "textarea":
            self.area = name
            self.now[name] = ""
        elif tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in given):
            self.now[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.now[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        if tag == "form" and self.holds in self.now:
            self.found = self.found or self.now


@dataclass(frozen=True)
class Deed:
    """Something sent to one address by one person at one moment; or, with nothing to send, a file that is asked for."""

    name: str
    reader: User
    when: str
    url: str
    data: dict[str, Any] | None = None
    bar: bars.Bar = bars.NONE
    #: How many rows or letters come of it, to tell what each takes.
    each: int = 0
    before: Callable[[], Any] = field(default=lambda: None)

    @property
    def moment(self) -> datetime:
        return world.MOMENTS[self.when]

    def client(self) -> Client:
        client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")
        client.force_login(self.reader)
        return client

    def visit(self, client: Client) -> Any:
        """Do it and take it back."""
        with clock.at(self.moment), transaction.atomic():
            self.before()
            response = client.get(self.url) if self.data is None else client.post(self.url, self.data)
            length = sum(map(len, response.streaming_content)) if response.streaming else len(response.content)
            transaction.set_rollback(True)
        if response.status_code != (200 if self.data is None else 302):
            raise SystemExit(f"{self.url} answered {response.status_code}")
        return response if not response.streaming else length


def form(by: User, when: str, url: str, holds: str) -> dict[str, Any]:
    """What the form on a page would send."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(by)
    with clock.at(world.MOMENTS[when]):
        page = client.get(url)
    parser = Form(holds)
    parser.feed(page.content.decode())
    if not parser.found:
        raise SystemExit(f"{url} has no form with {holds}")
    return {name: value for name, value in parser.found.items() if name != "csrfmiddlewaretoken"}


def deeds(crowd: Crowd, size: int) -> Iterator[Deed]:
    """All of them, for a crowd as it stands."""
    yield from applying(crowd)
    yield from deciding(crowd)
    for kind in ("csv", "xlsx"):
        rows = crowd.trip.applications.exclude(status="draft").count()
        url = reverse(f"applications:list-{kind}", args=[crowd.trip.slug])
        yield Deed(f"{kind.upper()} of the list", crowd.lead, "selection", url, bar=bars.EXPORT, each=rows)
    yield Deed(
        "CSV of the roster", crowd.lead, "selection", reverse("applications:people-csv", args=[crowd.trip.slug]),
        bar=bars.EXPORT, each=size,
    )  # fmt: skip


def applying(crowd: Crowd) -> Iterator[Deed]:
    """Somebody writes while the call is open."""
    slug, writer = crowd.trip.slug, Writer(77_000_000, "nl")
    person = User.objects.filter(email__startswith="late-writer").first() or world.user(
        "Lies Laat", at=crowd.schools[1], email=f"late-writer@{crowd.schools[1].domains.first().domain}"
    )
    draft = Application.objects.filter(trip=crowd.trip, user=person).first() or world.application(
        crowd.trip, person, goals=2, employment="employed", can_travel="yes"
    )
    page = reverse("applications:section", args=[slug, "motivation"])
    said = form(person, "call", page, "motivation") | {"motivation": writer.text(150, 200), "do": "later"}
    yield Deed("save a draft", person, "call", page, said)
    send = reverse("applications:send", args=[slug])
    yield Deed("send", person, "call", send, {"version": str(draft.version)})


def deciding(crowd: Crowd) -> Iterator[Deed]:
    """The team decides and reads."""
    slug, lead = crowd.trip.slug, crowd.lead
    one = crowd.trip.applications.submitted().filter(decision=None).order_by("submitted_at", "pk").first()
    chosen = {"kind": "not_selected", "note": "Nog niet concreet.", "note_language": "nl"}
    yield Deed("propose", lead, "selection", reverse("applications:propose", args=[slug, one.pk]), chosen)
    board = reverse("applications:selection", args=[slug])
    yield Deed("propose on the board", lead, "selection", board, {"one": f"{told_of(one.line)}:reserve"})
    reader = crowd.reviewers[0]
    reading = Assessment.objects.filter(reviewer=reader, status="assigned", application__status="submitted")
    page = reverse("applications:assess", args=[reading.filter(application__trip=crowd.trip).order_by("pk").first().pk])
    said = form(reader, "selection", page, "submission") | {"finish": "1"}
    for criterion in crowd.trip.criteria.all():
        said |= {f"level-{criterion.pk}": "4", f"reason-{criterion.pk}": "Concreet en haalbaar."}
    yield Deed("finish an assessment", reader, "selection", page, said)


def in_bulk(crowd: Crowd) -> Iterator[Deed]:
    """Once in a run, as their number is their own: letters to all of one trip, certificates for all of another."""
    trip = Trip.objects.filter(slug="letters").first() or to_publish(crowd)
    publish = reverse("applications:publish", args=["letters"])
    bar = bars.FEW_STATEMENTS
    yield Deed(
        f"publish {LETTERS} letters",
        crowd.lead,
        "selection",
        publish,
        {},
        bar,
        each=trip.applications.submitted().count(),
    )
    issue = reverse("certificates:issue-all", args=[crowd.travelled.slug, "attendance"])
    given = Certificate.objects.filter(participation__trip=crowd.travelled)
    yield Deed(
        f"issue {CERTIFICATES} certificates", crowd.lead, "return", issue, {}, bars.CERTIFICATES, CERTIFICATES,
        before=lambda: given.delete(),
    )  # fmt: skip


def to_publish(crowd: Crowd) -> Trip:
    """A trip with a decision about everybody, ready to be published: reserves and those who are not selected."""
    trip = world.trip(lead=crowd.lead, on=crowd.trip.theme, slug="letters")
    world.rubric(trip)
    crowd.pour(LETTERS, trip)
    Decision.objects.filter(application__trip=trip).delete()
    anchors = [anchor for one in trip.criteria.all() for anchor in one.anchors.all()]
    made = Decision.objects.bulk_create(
        Decision(
            application=one,
            kind="reserve" if n % 5 == 0 else "not_selected",
            note=Writer(n, "nl").line(),
            proposed_at=world.MOMENTS["selection"],
            proposed_by=crowd.lead,
        )
        for n, one in enumerate(trip.applications.submitted())
    )
    ties = Decision.phrases.through
    ties.objects.bulk_create(
        ties(decision_id=one.pk, anchor_id=anchors[n % len(anchors)].pk) for n, one in enumerate(made)
    )
    return trip
