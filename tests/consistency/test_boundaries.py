"""Every rule about a moment or a day, on both sides: a microsecond before it turns, and when it has turned.

A day begins at midnight, Dutch time or at the destination, and never in UTC: the trip of this world goes to New York,
where it is five or six hours earlier. Each comparison with the clock in the source belongs to a rule of the table, or
to a test that has both sides already, or says what it is instead; one that is new fails here until it does.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from django.db import transaction

from exchange import clock
from tests import world
from tests.consistency.asking import ROOT, WINGS
from tests.consistency.boundaries import RULES, STEP, Edge, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def years(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once; what a rule writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = build()
        world.prove("the world of the boundaries was made")
        yield built
        transaction.set_rollback(True)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.of} {rule.at:%Y-%m-%d %H:%M}")
def test_a_rule_on_both_sides(years: World, rule: Edge) -> None:
    said = []
    for now in (rule.at - STEP, rule.at):
        with transaction.atomic(), clock.at(now.astimezone(UTC)):
            said.append(rule.says(years))
            transaction.set_rollback(True)
    assert said == [rule.before, rule.after]


# --- no comparison is forgotten ------------------------------------------------------------------------

#: Both sides of these stand in a test of their own.
ELSEWHERE = {
    "exchange.people.again.signed_in_just_now": (
        "tests/privacy/test_download_again.py",
        "test_after_five_minutes_it_is_asked_anew",
    ),
    "exchange.people.sessions.used": (
        "tests/people/test_sitting_still.py",
        "test_a_session_is_written_now_and_then_and_not_each_time",
    ),
    "exchange.trips.lifecycle.by_phase": (
        "tests/trips/test_phase.py",
        "test_both_agree_at_every_boundary_whatever_was_decided",
    ),
    "applications.moving.actions.answer_before_departure": (
        "tests/trips/test_moving_edges.py",
        "test_an_offer_ends_before_the_new_departure_and_the_letter_says_so",
    ),
}
#: These decide nothing: what a page or a mail says of a moment, or in which order rows stand.
SAID = {
    "exchange.trips.mail.moved_letter": "how to give the place back, while can_give_back says so",
    "exchange.trips.models.trip.TripQuerySet.in_public_order": "the order of a list",
    "exchange.trips.poster.facts": "a line on a poster",
    "exchange.trips.turns._turn": "whether something that is owed is marked as late",
    "exchange.trips.views.room.room": "days that have been stand below",
    "applications.mine.dashboard.row": "asks for late access only where it can count; stage decides",
    "applications.mine.views.mine": "asks for late access only where it can count; stage decides",
    "applications.moving.mail.moved": "which way to step back a letter names",
    "applications.people.views.school_trips": "the order of a list",
    "evaluations.certificates.views._line": "as _ready, in the line of one person; can_issue decides",
    "evaluations.dashboard.companions": "which trips are looked at, a day early; what is asked of each decides",
    "evaluations.evenings.views.page": "the wording above an evening that has been",
    "evaluations.goals.life._points": "which points of a goal's life are drawn as planned",
    "evaluations.goals.life._journey": "the wording of an empty stop in a goal's life",
}
#: These compare something else than a moment with the clock.
NO_CLOCK = {
    "exchange.privacy.purging._batches",
    "exchange.serving.Worker.murder_pending",
    "exchange.trips.forms.trip.DeadlineForm.clean",
    "exchange.trips.models.holiday.HolidayQuerySet.between",
    "exchange.trips.moving._outside",
}
ASKS_THE_CLOCK = re.compile(r"\b(now|today|clock|cutoff|soon|tomorrow|moment|last)\b")
LOOKUPS = ("__lt", "__lte", "__gt", "__gte")
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def compared() -> set[str]:
    """Every function of the house that compares something with the clock, by operator or by lookup."""
    files = [path for wing in WINGS for path in (ROOT / wing).rglob("*.py") if "migrations" not in path.parts]
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    return {name for module, path in modules.items() for name in comparing(ast.parse(path.read_text()), module)}


def comparing(node: ast.AST, name: str) -> Iterator[str]:
    for part in ast.iter_child_nodes(node):
        inside = isinstance(part, ast.FunctionDef | ast.ClassDef)
        here = f"{name}.{part.name}" if inside else name
        if ASKS_THE_CLOCK.search(comparison(part)):
            yield here
        yield from comparing(part, here)


def comparison(part: ast.AST) -> str:
    """What is compared by order, as it stands in the source."""
    if isinstance(part, ast.Compare) and any(isinstance(one, ORDERS) for one in part.ops):
        return ast.unparse(part)
    if isinstance(part, ast.keyword) and (part.arg or "").endswith(LOOKUPS):
        return ast.unparse(part.value)
    if isinstance(part, ast.Dict):
        keys = [ast.unparse(key).strip("\"'") if key else "" for key in part.keys]
        return " ".join(
            ast.unparse(value) for key, value in zip(keys, part.values, strict=True) if key.endswith(LOOKUPS)
        )
    return ""


def test_every_comparison_with_the_clock_stands_here() -> None:
    ruled = {name for rule in RULES for name in rule.of.split()}
    known = [ruled, set(ELSEWHERE), set(SAID), NO_CLOCK]
    assert set().union(*known) == compared()
    assert sum(map(len, known)) == len(set().union(*known)), "in one place each"


def test_what_stands_elsewhere_is_there() -> None:
    for path, name in ELSEWHERE.values():
        assert f"def {name}(" in (ROOT / path).read_text()
