"""Roles across the alliance, each with a sentence that an auditor can read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    PARTNER = "partner", _("partner")
    ADMINISTRATOR = "administrator", _("administrator")


ROLE_SENTENCES = {
    Role.COORDINATOR: _(
        "Confirms who works at the own school and follows its applications; reads them where a trip lets coordinators."
    ),
    Role.PARTNER: _("Reads published impact reports: the own school by name, the others in totals."),
    Role.ADMINISTRATOR: _("Keeps schools, roles and frameworks, and can look everything up."),
}


class JobRole(models.TextChoices):
    TEACHER = "teacher", _("teacher")
    INSTRUCTOR = "instructor", _("instructor")
    CARE_COACH = "care_coach", _("care coach")
    POLICY_OFFICER = "policy_officer", _("policy officer")
    MANAGER = "manager", _("manager")
    DIRECTOR = "director", _("director")
    EXECUTIVE_BOARD = "executive_board", _("executive board")
    CARETAKER = "caretaker", _("caretaker")
    SECURITY_OFFICER = "security_officer", _("security officer")
    FRONT_DESK = "front_desk", _("front-desk staff")
    VOLUNTEER = "volunteer", _("volunteer")
    OTHER = "other", _("other")


JOB_ROLES = dict(JobRole.choices)


def role_of(value: str) -> str:
    """A job role in words."""
    return str(JOB_ROLES.get(value, value))
