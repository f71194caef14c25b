"""The step of a line, as the database finds it by where the line stands, is the stage that its applicant is told."""

import copy
import uuid
from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest

from applications.lifecycle import ANSWERED, APPLICATION, ENDORSEMENT, OFFER, DecisionKind, Stage, stage
from applications.lines import deriving
from applications.models import Line
from applications.people.people import STEPS, people_around
from exchange.trips.lifecycle import PARTICIPATION
from tests import world

pytestmark = pytest.mark.django_db

ONE = timedelta(microseconds=1)
GRACE = 30
#: Until when the late may send, and until when an offer can be answered.
LATE, REPLY_BY = world.CLOSES + timedelta(days=2), world.home(2026, 10, 19, 17)
#: Decided what, and whether it is published.
DECIDED = [("", False), *product(DecisionKind.values, (False, True))]


def line_of(trip, **said):
    """A line that says this of an application that was never there, standing where it so stands."""
    said = {"place": "", "backing": "", "decided": "", "told": False, "offer": "", "offer_until_at": None} | said
    row = {
        "status": said["status"],
        "placed": said["place"],
        "backing": said["backing"],
        "decision__kind": said["decided"] or None,
        "decision__published_at": True if said["told"] else None,
        "offer_status": said["offer"],
    }
    standing = deriving._standing(row)
    return Line(trip=trip, application_id=uuid.uuid4(), user_id=uuid.uuid4(), standing=standing, **said)


def states(life):
    """Nothing, and each of its states."""
    return ["", *(str(value) for value, _label in life.choices())]


@pytest.fixture
def trip(cast):
    """Of its call every combination that a line can hold; of nothing that they are derived from is there any row."""
    trip = world.trip(lead=cast.lead, grace_minutes=GRACE)
    columns = [
        states(APPLICATION)[1:],
        (None, LATE),
        states(PARTICIPATION),
        states(ENDORSEMENT),
        DECIDED,
        states(OFFER),
    ]
    lines = [
        line_of(
            trip,
            status=status,
            late_until_at=late,
            place=place,
            backing=backing,
            decided=decided,
            told=told,
            offer=offer,
            offer_until_at=REPLY_BY if offer else None,
        )
        for status, late, place, backing, (decided, told), offer in product(*columns)
    ]
    Line.objects.bulk_create([*lines, Line(trip=trip, invitation_id=uuid.uuid4())], batch_size=500)
    yield trip
    # What they point at was never there; the database looks at the end.
    Line.objects.filter(trip=trip).delete()


def expected(line, trip, now):
    """In plain Python, from what the line says."""
    if line.application_id is None:
        return "invited"
    decision = SimpleNamespace(kind=line.decided, published_at=line.told) if line.decided else None
    at = stage(
        status=line.status,
        trip=trip,
        decision=decision,
        offer=SimpleNamespace(status=line.offer, reply_by_at=line.offer_until_at) if line.offer else None,
        participation=SimpleNamespace(status=line.place) if line.place else None,
        now=now,
        late=line.late_until_at,
    )
    waits = line.backing not in ("", *ANSWERED)
    return "manager" if waits and at in (Stage.SUBMITTED, Stage.IN_SELECTION) else at.value


def test_both_say_the_same_at_every_boundary(trip):
    """Three states of an application, two of lateness, three of a place, seven of an answer, seven of a decision, five
    of an offer, and one who was only invited.
    """
    lines = list(trip.lines.all())
    assert len(lines) == 3 * 2 * 3 * 7 * 7 * 5 + 1
    boundaries = (trip.closes_at, trip.accepts_until, LATE, REPLY_BY)
    moments = [boundary + shift for boundary in boundaries for shift in (-ONE, timedelta(0), ONE)]
    cancelled = copy.copy(trip)
    cancelled.cancelled_at = world.MOMENTS["call"]
    seen = set()
    for one, now in [*product([trip], moments), (cancelled, trip.closes_at)]:
        found = dict(people_around(one, now).values_list("pk", "step"))
        for line in lines:
            assert found[line.pk] == expected(line, one, now), (now, vars(line))
        seen |= set(found.values())
    assert seen == STEPS.keys()


@pytest.mark.parametrize(
    ("said", "moment", "step"),
    [
        ({"status": "draft"}, world.CLOSES + timedelta(minutes=GRACE) - ONE, "draft"),
        ({"status": "draft"}, world.CLOSES + timedelta(minutes=GRACE), "caught"),
        ({"status": "draft", "late_until_at": LATE}, LATE - ONE, "draft"),
        ({"status": "draft", "late_until_at": LATE}, LATE, "caught"),
        ({"status": "submitted", "backing": "endorsed"}, world.CLOSES - ONE, "submitted"),
        ({"status": "submitted", "backing": "endorsed"}, world.CLOSES, "in_selection"),
        ({"status": "submitted", "backing": "not_me"}, world.CLOSES, "manager"),
        ({"status": "submitted", "decided": "select", "told": False}, world.CLOSES, "in_selection"),
        ({"status": "submitted", "offer": "open", "offer_until_at": REPLY_BY, "told": True}, REPLY_BY, "offered"),
        ({"status": "submitted", "offer": "open", "offer_until_at": REPLY_BY, "told": True}, REPLY_BY + ONE, "expired"),
    ],
)
def test_boundaries_by_hand(cast, said, moment, step):
    trip = world.trip(lead=cast.lead, grace_minutes=GRACE)
    told = {"decided": "select"} if said.get("told") else {}
    line_of(trip, **told | said).save()
    [line] = people_around(trip, moment)
    assert line.step == step
    line.delete()
