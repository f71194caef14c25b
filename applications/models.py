"""Applications and everything that decides about them."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from applications.content import thaw
from applications.lifecycle import ADMISSION, APPLICATION, ASSESSMENT, ENDORSEMENT, OFFER, Kind
from exchange import clock, personal
from exchange.fields import Words, language, moment, one_language, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Tag, Trip


class ApplicationQuerySet(models.QuerySet):
    def submitted(self) -> "ApplicationQuerySet":
        """Those that stand: sent and not withdrawn."""
        return self.filter(status="submitted")

    def of(self, user: Any) -> "ApplicationQuerySet":
        """The own applications."""
        return self.filter(user=user)

    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """The own ones; those sent as lead or administrator; those assigned, as reviewer, until publication."""
        sent = ~Q(status="draft")
        if user.is_administrator:
            return self.filter(sent | Q(user=user))
        leads = [m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        read = Assessment.objects.standing().filter(reviewer=user).values("application")
        assigned = Q(pk__in=read, trip__published_at__isnull=True)
        return self.filter(Q(user=user) | (sent & (Q(trip__in=leads) | assigned)))

    def with_sent(self) -> "ApplicationQuerySet":
        """Annotate what was last sent (id, name, school, job role) and the state of the manager's answer."""
        last = Submission.objects.filter(application=OuterRef("pk")).order_by("-number")
        answer = Endorsement.objects.current().filter(application=OuterRef("pk"))
        return self.annotate(
            sent_id=Subquery(last.values("pk")[:1]),
            sent_name=Subquery(last.values("printed_name")[:1]),
            sent_school_id=Subquery(last.values("institution")[:1], output_field=models.UUIDField()),
            sent_school=Subquery(last.values("institution__short_name")[:1]),
            sent_role=Subquery(last.values("job_role")[:1]),
            backing=Subquery(answer.values("status")[:1]),
        )

    def with_assessments(self) -> "ApplicationQuerySet":
        """Annotate how many read it, and how many of them are finished."""
        rows = Assessment.objects.filter(application=OuterRef("pk")).order_by().values("application")
        count = rows.annotate(n=Count("pk")).values("n")
        return self.annotate(
            readers=Coalesce(Subquery(count.exclude(status="recused")), 0),
            readers_done=Coalesce(Subquery(count.filter(status="finished")), 0),
        )


class Employment(models.TextChoices):
    EMPLOYED = "employed", _("I am employed there")
    VOLUNTEER = "volunteer", _("I volunteer there")
    NEITHER = "neither", _("Neither")


class CanTravel(models.TextChoices):
    YES = "yes", _("Yes, on all days")
    UNSURE = "unsure", _("I don't know yet")
    NO = "no", _("No, not on all days")


class Ruling(models.TextChoices):
    ELIGIBLE = "eligible", _("can take part")
    NOT_ELIGIBLE = "not_eligible", _("can't take part")


class Application(models.Model):
    """Somebody's application for a trip. The live row is only ever the draft; what counts are its submissions."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="applications")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications")
    status = models.CharField(_("status"), max_length=12, choices=APPLICATION.choices(), default="draft")
    version = models.PositiveIntegerField(default=1)
    language = language()
    motivation = models.TextField(_("motivation"), max_length=4000, blank=True)
    proactive_past = models.TextField(_("what you set in motion yourself"), max_length=2000, blank=True)
    proactive_plan = models.TextField(_("what you will do first after the trip"), max_length=2000, blank=True)
    school_use = models.TextField(_("what your school will do with it"), max_length=2000, blank=True)
    heard_from = models.CharField(_("how you heard of this trip"), max_length=120, blank=True)
    employment = models.CharField(_("how you work there"), max_length=12, choices=Employment.choices, blank=True)
    can_travel = models.CharField(_("whether you can travel"), max_length=12, choices=CanTravel.choices, blank=True)
    earlier_trips = models.CharField(_("earlier study trips"), max_length=200, blank=True)
    manager_name = models.CharField(_("name of your manager"), max_length=120, blank=True)
    manager_email = models.EmailField(_("e-mail of your manager"), blank=True)
    committed = models.BooleanField(_("I commit myself"), default=False)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = moment()
    withdrawn_at = moment()
    ruling = models.CharField(_("decision on the conditions"), max_length=14, choices=Ruling.choices, blank=True)
    ruling_reason = models.CharField(_("reason"), max_length=300, blank=True)
    ruled_at, ruled_by = moment(), person()
    # Kept on the row, written with each finished assessment, so that lists sort by them without aggregation.
    score_mean = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True, db_index=True)
    score_count = models.PositiveSmallIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()
    OWNER = "user"
    WITHHELD = ("score_mean", "score_count", "ruling", "ruling_reason", "ruled_at", "ruled_by")
    PERSONAL = dict.fromkeys(
        (
            "user motivation proactive_past proactive_plan school_use heard_from manager_name manager_email "
            "employment can_travel earlier_trips committed score_mean language ruling ruling_reason"
        ).split(),
        personal.SELECTION,
    ) | {"ruled_by": personal.HISTORY}

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
    students_notice = models.CharField(_("what will students notice?"), max_length=300, blank=True)
    able_to = models.CharField(_("what do you want to be able to do?"), max_length=300, blank=True)
    others_see = models.CharField(_("how will others see it?"), max_length=300, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    OWNER = "application__user"
    PERSONAL = dict.fromkeys("students_notice able_to others_see".split(), personal.SELECTION)

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
    institution = models.ForeignKey("people.Institution", models.PROTECT, related_name="+", verbose_name=_("school"))
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices)
    printed_name = models.CharField(_("name as printed"), max_length=120)
    receipt = models.CharField(_("receipt number"), max_length=20, unique=True)
    OWNER = "application__user"
    PERSONAL = dict.fromkeys("content institution job_role printed_name receipt sha256".split(), personal.SELECTION)

    class Meta:
        ordering = ["application", "-number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="applications_submission_number")]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return self.receipt

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A submission is never edited.")
        super().save(*args, **kwargs)

    @property
    def said(self) -> dict[str, Any]:
        """What was sent, in today's schema, whichever it was stored in. Raises content.Unreadable."""
        return thaw(self.content, self.schema)


class AdmissionQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "AdmissionQuerySet":
        """Who leads or accompanies the trip, and administrators: the author asked them to read."""
        if user.is_administrator:
            return self
        return self.filter(application__trip__in=[m.trip_id for m in user.teams if m.role != TeamRole.REVIEWER])


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
    ADDRESS = "email"
    PERSONAL = dict.fromkeys("email name institution job_role language".split(), personal.SELECTION) | {
        "invited_by": personal.HISTORY
    }

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("trip", Lower("email"), name="applications_invitation_once")]
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


class Occasion(models.TextChoices):
    """When a manager is asked: for the application, and again to see what became of the promise."""

    APPLICATION = "application", _("with the application")
    RETURN = "return", _("after the return")
    ONE_YEAR = "one_year", _("after one year")


class EndorsementQuerySet(models.QuerySet):
    def current(self) -> "EndorsementQuerySet":
        """The request that counts, for the application."""
        return self.filter(occasion=Occasion.APPLICATION).exclude(status="replaced")


class Cover(models.TextChoices):
    ARRANGED = "arranged", _("arranged")
    WILL_BE = "will_be", _("will be arranged before departure")
    NOT_NEEDED = "not_needed", _("not needed")


class Endorsement(models.Model):
    """The manager's answer, asked by a mailed link, bound to a hash of exactly what is signed."""

    id = public_id()
    application = models.ForeignKey(Application, models.PROTECT, related_name="endorsements")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="endorsements")
    manager_name = models.CharField(_("manager"), max_length=120)
    manager_email = models.EmailField(_("e-mail of the manager"))
    language = language()
    occasion = models.CharField(max_length=12, choices=Occasion.choices, default=Occasion.APPLICATION)
    status = models.CharField(_("status"), max_length=12, choices=ENDORSEMENT.choices(), default="asked")
    generation = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_content = models.JSONField()
    signed_sha256 = models.CharField(max_length=64)
    answered_at = moment()
    signer_name = models.CharField(_("your name"), max_length=120, blank=True)
    signer_function = models.CharField(_("your function"), max_length=120, blank=True)
    hours_released = models.PositiveSmallIntegerField(_("hours released"), null=True, blank=True)
    cover = models.CharField(_("cover during the trip"), max_length=12, choices=Cover.choices, blank=True)
    cover_by = models.CharField(_("who takes over"), max_length=200, blank=True)
    costs = models.CharField(_("how the costs are paid"), max_length=300, blank=True)
    school_use = models.TextField(_("what the school will do with the results"), max_length=2000, blank=True)
    policy = models.CharField(_("which plan or policy it joins"), max_length=300, blank=True)
    contact_name = models.CharField(_("contact after the return"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)
    conditions = models.TextField(_("conditions"), max_length=1000, blank=True)
    refusal_reason = models.TextField(_("reason, for the project team only"), max_length=1000, blank=True)
    other_name = models.CharField(_("name of the right person"), max_length=120, blank=True)
    other_email = models.EmailField(_("e-mail of the right person"), blank=True)
    bounced_at = moment()
    recorded_at, recorded_by = moment(), person()
    recorded_reason = models.TextField(_("why on paper"), max_length=500, blank=True)

    objects = EndorsementQuerySet.as_manager()
    OWNER = "application__user"
    # What the manager answered is for the project team; a refusal is never shown.
    SHOWN = ("manager_name", "manager_email", "asked_at", "due_at")
    PERSONAL = dict.fromkeys(
        (
            "manager_name manager_email signed_content signed_sha256 signer_name signer_function cover_by school_use "
            "conditions refusal_reason other_name other_email hours_released cover language costs policy contact_name "
            "contact_email"
        ).split(),
        personal.SELECTION,
    ) | {"recorded_by": personal.HISTORY, "recorded_reason": personal.HISTORY}

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("manager's endorsement")
        verbose_name_plural = _("managers' endorsements")
        constraints = [
            paired("recorded"),
            models.UniqueConstraint(
                fields=["application", "occasion"],
                condition=~Q(status="replaced"),
                name="applications_one_current_endorsement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manager_name}: {self.get_status_display()}"


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

    def visible_to(self, user: Any) -> "AssessmentQuerySet":
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
    PERSONAL = {"user": personal.SELECTION, "reason": personal.SELECTION}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="applications_recusal_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.application}"


class Decision(models.Model):
    """What is to become of an application. Proposed quietly, published once, together with all others."""

    id = public_id()
    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    kind = models.CharField(_("decision"), max_length=14, choices=Kind.choices)
    phrases = models.ManyToManyField(Anchor, blank=True, related_name="+", verbose_name=_("reason in rubric words"))
    note = models.TextField(_("one sentence more, for the letter"), max_length=600, blank=True)
    note_language = language()
    proposed_at = models.DateTimeField()
    proposed_by = person(null=False, blank=False)
    published_at, published_by = moment(), person()
    OWNER = "application__user"
    SHOWN_WHERE = Q(published_at__isnull=False)
    WITHHELD = ("proposed_at",)
    PERSONAL = {
        "kind": personal.SELECTION,
        "note": personal.SELECTION,
        "note_language": personal.SELECTION,
        "proposed_by": personal.HISTORY,
        "published_by": personal.HISTORY,
    }

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [paired("published")]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_kind_display()}"


class OfferQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "OfferQuerySet":
        """Whoever may see the application."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def open(self, now: Any = None) -> "OfferQuerySet":
        """Offers that still hold a place: open and not expired."""
        return self.filter(status="open", reply_by_at__gte=now or clock.now())


class Offer(models.Model):
    """A place held for somebody until a date."""

    id = public_id()
    application = models.ForeignKey(Application, models.PROTECT, related_name="offers")
    status = models.CharField(_("status"), max_length=12, choices=OFFER.choices(), default="open")
    made_at = models.DateTimeField()
    made_by = person()
    reply_by_at = models.DateTimeField(_("answer by"))
    answered_at = moment()
    decline_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    from_reserve = models.BooleanField(default=False)

    objects = OfferQuerySet.as_manager()
    OWNER = "application__user"
    PERSONAL = {"decline_reason": personal.SELECTION, "made_by": personal.HISTORY}

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(status="open"), name="applications_one_open_offer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_status_display()}"

    def expired(self, now: Any) -> bool:
        """Whether nobody answered in time."""
        return self.status == "open" and now > self.reply_by_at
