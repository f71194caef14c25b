"""What is missing before a draft can be sent."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.endorsing.permissions import manager_problem
from applications.models import Application
from applications.questions import GOAL_QUESTIONS, QUESTIONS, SECTIONS


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that must be there before sending: in which section, at which field, in words."""

    section: str
    field: str
    text: str | Promise


#: What the form asks and the profile keeps.
PROFILE = {
    "name": _("Write your name as it must be printed."),
    "job_role": _("Choose your job role."),
    "institution": _("Choose your school."),
}


def gaps(application: Application, goals: list[dict[str, Any]]) -> list[Gap]:
    """What is missing before this draft can be sent, in the order of the form. `goals` as in applications.content."""
    found = [Gap("about", name, text) for name, text in PROFILE.items() if not getattr(application.user, name)]
    found += [
        Gap(one.section, one.name, one.missing)
        for one in QUESTIONS
        if one.missing and not getattr(application, one.name)
    ]
    found += _goal_gaps(goals)
    if application.manager_email and (problem := manager_problem(application.user, application.manager_email)):
        found.append(Gap("manager", "manager_email", problem))
    order = list(SECTIONS)
    return sorted(found, key=lambda gap: order.index(gap.section))


def _goal_gaps(goals: list[dict[str, Any]]) -> list[Gap]:
    if not goals:
        return [Gap("goals", "goal-0-students_notice", _("Write at least one learning goal."))]
    return [
        Gap("goals", f"goal-{index}-{one.name}", one.missing % {"number": index + 1})
        for index, goal in enumerate(goals)
        for one in GOAL_QUESTIONS
        if one.missing and not goal[one.name]
    ]
