"""What is mutated: of each subject its modules, and the tests that are asked of its tables.

A module is a file, or `file::name,name` for what is called so in it. A test is asked of a mutant when it executes the
line; a table is executed by no test, so of tables the tests are asked that execute its file, and those that stand here.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Subject:
    """What is mutated together, and the tests that know of it."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    #: Files that are asked before all others, where half the suite executes a line.
    first: tuple[str, ...] = ()


def subject(modules: str, tests: str, first: str = "") -> Subject:
    return Subject(tuple(modules.split()), tuple(tests.split()), tuple(first.split()))


SUBJECTS = {
    # Who may do and see what: every permissions.py, of every model which rows are whose, and what filters give away.
    "permissions": subject(
        """
        exchange/verdicts.py exchange/jobs/permissions.py exchange/outbox/permissions.py exchange/people/permissions.py
        exchange/privacy/permissions.py exchange/trips/permissions.py
        applications/permissions.py applications/assessing/permissions.py applications/conditions/permissions.py
        applications/endorsing/permissions.py applications/late/permissions.py applications/letters/permissions.py
        applications/people/permissions.py applications/selection/permissions.py applications/writing/permissions.py
        evaluations/permissions.py evaluations/afterwards/permissions.py evaluations/certificates/permissions.py
        evaluations/evenings/permissions.py evaluations/goals/permissions.py evaluations/impact/permissions.py
        evaluations/plans/permissions.py
        exchange/history/models.py::visible_to,of_account exchange/history/views.py::can_read_history
        exchange/jobs/models.py::visible_to exchange/outbox/models.py::visible_to exchange/people/models.py::visible_to
        exchange/trips/models/trip.py::visible_to exchange/trips/models/participation.py::visible_to
        exchange/trips/models/goal.py::visible_to
        applications/models/application.py::visible_to applications/models/assessment.py::visible_to
        applications/models/call.py::visible_to applications/models/decision.py::visible_to
        evaluations/models.py::visible_to evaluations/certificates/models.py::visible_to
        evaluations/impact/models.py::visible_to
        applications/team/tables.py::rows,ApplicationFilter
        """,
        "tests/consistency/test_access.py",
        """
        tests/history/test_verdicts.py tests/applications/test_list_filter.py tests/applications/test_readable.py
        tests/applications/test_writing_permissions.py
        """,
    ),
    # From where to where, by whom.
    "lifecycles": subject(
        """
        exchange/lifecycle.py exchange/transitions.py exchange/jobs/lifecycle.py exchange/outbox/lifecycle.py
        exchange/people/lifecycle.py exchange/trips/lifecycle.py applications/lifecycle.py evaluations/lifecycle.py
        evaluations/certificates/lifecycle.py
        """,
        "tests/consistency/test_lifecycles.py tests/trips/test_phase.py tests/trips/test_lifecycle_page.py",
        "tests/consistency/test_lifecycles.py tests/trips/test_phase.py tests/history/test_transitions.py",
    ),
    # Who can take part.
    "eligibility": subject(
        "applications/conditions/checks.py applications/conditions/actions.py",
        "tests/applications/test_conditions.py",
    ),
    # Who holds a place, and who gets the next one.
    "seats": subject(
        "applications/selection/seats.py applications/selection/placing.py applications/selection/answering.py",
        "tests/applications/test_place.py tests/applications/test_answer.py",
    ),
    # From when until when: the clock, working days, the call and its grace, late access, other days, what is open.
    # When an evening or the questions of a year later are open stands among the life cycles.
    "windows": subject(
        """
        exchange/clock.py exchange/trips/working_days.py exchange/trips/moving.py exchange/trips/timeline.py
        exchange/trips/models/trip.py::accepts_until,days,today,numbers_are_over
        applications/late/actions.py evaluations/owed.py
        """,
        "tests/trips/test_working_days.py",
    ),
    # How long what is personal stays.
    "retention": subject(
        "exchange/privacy/declared.py exchange/privacy/due.py exchange/privacy/purging.py",
        "tests/privacy/test_due.py tests/privacy/test_purge.py tests/privacy/test_promises.py",
    ),
    # What people are asked again, when, and when no more.
    "reminders": subject(
        """
        exchange/trips/reminders.py exchange/trips/actions/reminding.py applications/reminders.py
        applications/people/reminding.py evaluations/reminders.py
        """,
        "tests/applications/test_reminded.py tests/evaluations/test_reminded.py",
    ),
    # What a report may not tell: beside another one, and of who takes back a word. Few are counted in statistics.
    "disclosure": subject(
        "evaluations/impact/differences.py evaluations/impact/redacting.py evaluations/impact/answers.py",
        "tests/impact/test_differences.py tests/impact/test_taken_back.py",
    ),
    # What figures are made of, and of how many people at least.
    "statistics": subject(
        "evaluations/impact/statistics.py evaluations/goals/scoring.py evaluations/goals/levels.py",
        "tests/impact/test_statistics.py tests/evaluations/test_goals.py",
    ),
}

#: What is asked of nothing: it needs a browser or an environment of its own, kills processes, tells the whole
#: demonstration, weighs pages, or is about other things altogether.
APART = tuple(
    f"tests/{name}"
    for name in """
    browser demo setup backups commands leaks look documents unsent mutants journeys/test_killed.py jobs/test_killed.py
    consistency/test_growth.py consistency/test_queries.py
    """.split()
)
