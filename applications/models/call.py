"""Around a call: its conditions, who is invited, and who is let in after closing."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ADMISSION
from applications.models.application import Application
from exchange.fields import language, moment, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Trip


class AdmissionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "AdmissionQuerySet":
        """Who leads or accompanies the trip, and administrators: the author asked them to read."""
        if user.is_administrator:
            return self
        return self.filter(
            application__trip__in=[m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        )


class Admission(models.Model):
    """The author of a draft that the deadline caught asks the team to read it and to let it in."""

    id = public_id()
    application = models.OneToOneField(Application, models.CASCADE, related_name="admission")
    status = models.CharField(_("status"), max_length=12, choices=ADMISSION.choices(), default="asked")
    request = models.TextField(_("what happened"), max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.TextField(_("your answer"), max_length=1000, blank=True)
    answered_at, answered_by = moment(), person()

    objects = AdmissionQuerySet.as_manager()
    OWNER = "application__user"
    GOES = {personal.SELECTION: models.Q()}
    PERSONAL = {"request": personal.SELECTION, "answer": personal.SELECTION, "answered_by": personal.HISTORY}

    class Meta:
        ordering = ["asked_at"]
        constraints = [paired("answered")]
        verbose_name = _("request to be admitted")
        verbose_name_plural = _("requests to be admitted")

    def __str__(self) -> str:
        return f"{self.application}: {self.get_status_display()}"


class LateAccess(models.Model):
    """One address may write and send after closing, until a moment the lead names."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="late_access")
    email = models.EmailField(_("e-mail address"))
    until_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    given_at = models.DateTimeField()
    given_by = person(null=False, blank=False)
    ADDRESS, SHOWN = "email", ("email", "until_at", "given_at")
    GOES = {personal.SELECTION: models.Q()}
    PERSONAL = {"email": personal.SELECTION, "reason": personal.SELECTION, "given_by": personal.HISTORY}

    class Meta:
        ordering = ["-until_at"]
        constraints = [models.UniqueConstraint("trip", Lower("email"), name="applications_late_access_once")]
        verbose_name = _("late access")
        verbose_name_plural = _("late access")

    def __str__(self) -> str:
        return self.email


class Invitation(models.Model):
    """Somebody whom a school or the team asked to apply, from the list they keep."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    institution = models.ForeignKey(
        "people.Institution", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("school")
    )
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices, blank=True)
    language = language()
    invited_at = models.DateTimeField()
    invited_by = person(null=False, blank=False)
    reminded_at = moment()
    ADDRESS = "email"
    GOES = {personal.SELECTION: models.Q()}
    PERSONAL = dict.fromkeys("email name institution job_role language".split(), personal.SELECTION) | {
        "invited_by": personal.HISTORY
    }

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("trip", Lower("email"), name="applications_invitation_once")]
        indexes = [models.Index(fields=["trip", "email"], name="invitation_by_address")]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.name


class Eligibility(models.Model):
    """Which conditions a trip sets. They are shown while somebody writes; people decide."""

    trip = models.OneToOneField(Trip, models.CASCADE, related_name="eligibility")
    member_school = models.BooleanField(_("works at a member school"), default=True)
    works_there = models.BooleanField(_("is employed there or volunteers"), default=True)
    can_travel = models.BooleanField(_("can travel on all days"), default=True)
    committed = models.BooleanField(_("accepts the commitment"), default=True)
    earlier_at_most = models.PositiveSmallIntegerField(
        _("went on at most so many earlier trips"), null=True, blank=True, validators=[MaxValueValidator(20)]
    )
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        verbose_name = _("conditions")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return str(self.trip)
