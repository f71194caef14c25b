"""What is missing before a draft can be sent."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.endorsing.permissions import manager_problem
from applications.models import Application
from applications.writing.permissions import SECTIONS


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that must be there before sending: in which section, at which field, in words."""

    section: str
    field: str
    text: str | Promise


#: What each field asks for when it is empty.
ASKED = {
    "about": {
        "name": _("Write your name as it must be printed."),
        "job_role": _("Choose your job role."),
        "institution": _("Choose your school."),
        "employment": _("Say how you work there."),
    },
    "motivation": {"motivation": _("Write your motivation.")},
    "initiative": {
        "proactive_past": _("Write what you set in motion yourself."),
        "proactive_plan": _("Write what you will do first after the trip."),
        "school_use": _("Write what your school will do with it."),
    },
    "manager": {
        "can_travel": _("Say whether you can travel on all days."),
        "manager_name": _("Write the name of your manager."),
        "manager_email": _("Write the e-mail address of your manager."),
        "committed": _("Commit yourself to the hours and the days."),
    },
}
#: What the form asks and the profile keeps.
PROFILE = ("name", "job_role", "institution")
GOAL_ASKED = {
    "students_notice": _("Learning goal %(number)s: write what students will notice."),
    "able_to": _("Learning goal %(number)s: write what you want to be able to do."),
    "others_see": _("Learning goal %(number)s: write how others will see it."),
}


def gaps(application: Application, goals: list[dict[str, Any]]) -> list[Gap]:
    """What is missing before this draft can be sent, in the order of the form. `goals` as in applications.content."""
    found = [
        Gap(section, name, text)
        for section, fields in ASKED.items()
        for name, text in fields.items()
        if not getattr(application.user if name in PROFILE else application, name)
    ]
    found += _goal_gaps(goals)
    if application.manager_email and (problem := manager_problem(application.user, application.manager_email)):
        found.append(Gap("manager", "manager_email", problem))
    return sorted(found, key=lambda gap: SECTIONS.index(gap.section))


def _goal_gaps(goals: list[dict[str, Any]]) -> list[Gap]:
    if not goals:
        return [Gap("goals", "goal-0-students_notice", _("Write at least one learning goal."))]
    return [
        Gap("goals", f"goal-{index}-{name}", text % {"number": index + 1})
        for index, goal in enumerate(goals)
        for name, text in GOAL_ASKED.items()
        if not goal[name]
    ]
