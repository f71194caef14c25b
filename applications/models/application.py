"""An application: the draft, its goals, and what was sent."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from applications.content import GONE, Unreadable, thaw, unchanged
from applications.lifecycle import APPLICATION
from applications.questions import GOAL_QUESTIONS, QUESTION, QUESTIONS, AnswerKind
from exchange.fields import language, moment, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Tag, Trip


class ApplicationQuerySet(models.QuerySet):
    def submitted(self) -> "ApplicationQuerySet":
        """Those that stand: sent and not withdrawn."""
        return self.filter(status="submitted")

    def of(self, user: User) -> "ApplicationQuerySet":
        """The own applications."""
        return self.filter(user=user)

    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """The own ones; those sent as lead or administrator; those assigned, as reviewer, until publication."""
        sent = ~Q(status="draft")
        if user.is_administrator:
            return self.filter(sent | Q(user=user))
        leads = [m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        read = (
            apps.get_model("applications", "Assessment").objects.standing().filter(reviewer=user).values("application")
        )
        assigned = Q(pk__in=read, trip__published_at__isnull=True)
        return self.filter(Q(user=user) | (sent & (Q(trip__in=leads) | assigned)))

    def with_sent(self) -> "ApplicationQuerySet":
        """Annotate what was last sent (id, name, school, job role) and the state of the manager's answer."""
        last = Submission.objects.filter(application=OuterRef("pk")).order_by("-number")
        answer = apps.get_model("applications", "Endorsement").objects.current().filter(application=OuterRef("pk"))
        return self.annotate(
            sent_id=Subquery(last.values("pk")[:1]),
            sent_name=Subquery(last.values("printed_name")[:1]),
            sent_school_id=Subquery(last.values("institution")[:1], output_field=models.UUIDField()),
            sent_school=Subquery(last.values("institution__short_name")[:1]),
            sent_role=Subquery(last.values("job_role")[:1]),
            backing=Subquery(answer.values("status")[:1]),
        )


class Ruling(models.TextChoices):
    ELIGIBLE = "eligible", _("can take part")
    NOT_ELIGIBLE = "not_eligible", _("can't take part")


def answer(name: str) -> Any:
    """The column of a question of the form."""
    asked = QUESTION[name]
    title: Any = asked.title  # a lazy text, which the types of Django know by a private name only
    if asked.kind is AnswerKind.TICK:
        return models.BooleanField(title, default=False)
    if asked.kind is AnswerKind.TEXT:
        return models.TextField(title, max_length=asked.longest, blank=True)
    if asked.kind is AnswerKind.EMAIL:
        return models.EmailField(title, blank=True)
    choices = asked.choices.choices if asked.choices else None
    return models.CharField(title, max_length=asked.longest, choices=choices, blank=True)


class Application(models.Model):
    """Somebody's application for a trip. The live row is only ever the draft; what counts are its submissions."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="applications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications")
    status = models.CharField(_("status"), max_length=12, choices=APPLICATION.choices(), default="draft")
    version = models.PositiveIntegerField(default=1)
    language = language()
    employment = answer("employment")
    earlier_trips = answer("earlier_trips")
    heard_from = answer("heard_from")
    motivation = answer("motivation")
    proactive_past = answer("proactive_past")
    proactive_plan = answer("proactive_plan")
    school_use = answer("school_use")
    can_travel = answer("can_travel")
    committed = answer("committed")
    manager_name = answer("manager_name")
    manager_email = answer("manager_email")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = moment()
    withdrawn_at = moment()
    #: When school or team last reminded the author of the draft.
    reminded_at = moment()
    ruling = models.CharField(_("decision on the conditions"), max_length=14, choices=Ruling.choices, blank=True)
    ruling_reason = models.CharField(_("reason"), max_length=300, blank=True)
    ruled_at, ruled_by = moment(), person()
    # Kept on the row, written with each finished assessment, so that lists sort by them without aggregation.
    score_mean = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True, db_index=True)
    score_count = models.PositiveSmallIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()
    OWNER = "user"
    WITHHELD = ("score_mean", "score_count", "ruling", "ruling_reason", "ruled_at", "ruled_by")
    # What was sent stays, to be counted; a draft is nothing but words.
    GOES = {personal.SELECTION: Q(status="draft", submissions=None)}
    PERSONAL = {
        **dict.fromkeys("user score_mean score_count language ruling ruling_reason".split(), personal.SELECTION),
        **{asked.name: asked.keep for asked in QUESTIONS},
        "ruled_by": personal.HISTORY,
    }

    class Meta:
        ordering = ["-submitted_at", "created_at"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(fields=["trip", "user"], name="applications_once"),
            paired("ruled"),
        ]
        indexes = [models.Index(fields=["trip", "status"])]

    def __str__(self) -> str:
        return f"{self.user} → {self.trip}"


class ProposedGoal(models.Model):
    """A learning goal in the draft. Its id becomes the id of the LearningGoal."""

    id = public_id()
    application = models.ForeignKey(Application, models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(default=1)
    students_notice = answer("students_notice")
    able_to = answer("able_to")
    others_see = answer("others_see")
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    OWNER = "application__user"
    GOES = {personal.SELECTION: Q()}
    PERSONAL = {asked.name: asked.keep for asked in GOAL_QUESTIONS}

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("proposed learning goal")
        verbose_name_plural = _("proposed learning goals")

    def __str__(self) -> str:
        return self.able_to


class Submission(models.Model):
    """What was sent, frozen: numbered, hashed, with copies of school, job role and name."""

    id = public_id()
    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField()
    schema = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    #: How much there is to read.
    words = models.PositiveIntegerField(default=0)
    institution = models.ForeignKey("people.Institution", models.PROTECT, related_name="+", verbose_name=_("school"))
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices)
    printed_name = models.CharField(_("name as printed"), max_length=120)
    #: Empty when nobody can show it any more.
    receipt = models.CharField(_("receipt number"), max_length=20, unique=True, null=True)
    OWNER = "application__user"
    COUNTED = ("institution", "job_role")
    LEFT = {"printed_name": personal.NOBODY, "content": GONE}
    PERSONAL = dict.fromkeys("content institution job_role printed_name receipt sha256".split(), personal.SELECTION)

    class Meta:
        ordering = ["application", "-number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="applications_submission_number")]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.receipt or personal.NOBODY

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A submission is never edited.")
        super().save(*args, **kwargs)

    @property
    def answers(self) -> dict[str, Any]:
        """What was sent, in today's schema, whichever it was stored in. Raises content.Unreadable."""
        return thaw(self.content, self.schema)

    def says(self, draft: dict[str, Any]) -> bool:
        """Whether a draft says the same, whichever schema this was stored in; what cannot be read, something else."""
        try:
            return unchanged(self.answers, draft)
        except Unreadable:
            return False
