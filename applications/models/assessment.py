"""The rubric, and what reviewers gave."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ASSESSMENT
from applications.models.application import Application, Submission
from exchange.fields import Words, moment, one_language, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.models import Trip


class Criterion(models.Model):
    """One line of the rubric, with a weight and five anchors in words."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=30)
    name_nl = models.CharField(_("name (Dutch)"), max_length=80, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), default=20)
    order = models.PositiveSmallIntegerField(default=0)
    name = Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["order"]
        verbose_name = _("criterion")
        verbose_name_plural = _("rubric")
        constraints = [
            one_language("name"),
            models.UniqueConstraint(fields=["trip", "key"], name="applications_criterion_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Anchor(models.Model):
    """What a score of 1 to 5 means for a criterion, in words that also serve as the reason in a letter."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="anchors")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    text_nl = models.CharField(max_length=200, blank=True)
    text_en = models.CharField(max_length=200, blank=True)
    text = Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["criterion__order", "level"]
        constraints = [
            one_language("text"),
            models.UniqueConstraint(fields=["criterion", "level"], name="applications_anchor_level"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.text}"


class AssessmentQuerySet(models.QuerySet):
    def standing(self) -> "AssessmentQuerySet":
        """Assigned or finished, not handed back."""
        return self.exclude(status="recused")

    def visible_to(self, user: User) -> "AssessmentQuerySet":
        """The own until publication; all of the trips one leads, never of the own application; administrators all."""
        if user.is_administrator:
            return self
        own = Q(reviewer=user, application__trip__published_at__isnull=True) & ~Q(status="recused")
        led = Q(application__trip__in=user.leads) & ~Q(application__user=user)
        return self.filter(own | led)


class Assessment(models.Model):
    """One reviewer's reading of one submission: a level and a reason per criterion."""

    id = public_id()
    application = models.ForeignKey(Application, models.PROTECT, related_name="assessments")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assessments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments")
    status = models.CharField(_("status"), max_length=12, choices=ASSESSMENT.choices(), default="assigned")
    assigned_at = models.DateTimeField()
    assigned_by = person()
    finished_at = moment()
    total = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()
    OWNER, ABOUT = "reviewer", "application__user"
    GOES = {personal.SELECTION: Q()}
    PERSONAL = {"reviewer": personal.SELECTION, "assigned_by": personal.HISTORY, "total": personal.SELECTION}

    class Meta:
        ordering = ["assigned_at", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "reviewer"], name="applications_assessment_once")]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.application}"


class Score(models.Model):
    """A level (1 to 5) for one criterion with the reviewer's reason."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.CharField(_("reason, in one sentence"), max_length=400, blank=True)
    OWNER, ABOUT = "assessment__reviewer", "assessment__application__user"
    GOES = {personal.SELECTION: Q()}
    PERSONAL = {"level": personal.SELECTION, "reason": personal.SELECTION}

    class Meta:
        ordering = ["criterion__order"]
        constraints = [models.UniqueConstraint(fields=["assessment", "criterion"], name="applications_score_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


class Recusal(models.Model):
    """Somebody of the team stays out of one application: own school automatically, else declared."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=300)
    declared_at = models.DateTimeField()
    OWNER, ABOUT = "user", "application__user"
    GOES = {personal.SELECTION: Q()}
    PERSONAL = {"user": personal.SELECTION, "reason": personal.SELECTION}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="applications_recusal_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.application}"
