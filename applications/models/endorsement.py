"""The manager's answer."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ANSWERED, BACKED, ENDORSEMENT
from applications.models.application import Application, Submission
from exchange.fields import language, moment, paired, person, public_id
from exchange.privacy import declared as personal


class Occasion(models.TextChoices):
    """When a manager is asked: for the application, and again to see what became of the promise."""

    APPLICATION = "application", _("with the application")
    RETURN = "return", _("after the return")
    ONE_YEAR = "one_year", _("after one year")


#: Requests that were answered, but for those that were passed on to somebody else.
BY_THE_RIGHT_PERSON = Q(answered_at__isnull=False, other_email="") & ~Q(status="not_me")


class EndorsementQuerySet(models.QuerySet):
    def current(self) -> "EndorsementQuerySet":
        """The request that counts, for the application."""
        return self.filter(occasion=Occasion.APPLICATION).exclude(status="replaced")

    def to_answer(self) -> "EndorsementQuerySet":
        """Requests that wait, of people who sent: the publication ended those of before it, a move asks after it."""
        published_at = F("application__trip__published_at")
        alive = Q(application__trip__published_at=None) | Q(asked_at__gt=published_at)
        return self.current().filter(alive, status="asked", application__status="submitted")

    def asked_later(self) -> "EndorsementQuerySet":
        """Schools that were asked again after the return or after a year, and have not answered."""
        return self.filter(occasion__in=(Occasion.RETURN, Occasion.ONE_YEAR), status="asked")

    def promised(self) -> "EndorsementQuerySet":
        """What the schools stand by: the newest answer per application, where it backs. A manager who was asked again
        since the trip moved, and kept silent, took nothing back.
        """
        said = Endorsement.objects.filter(BY_THE_RIGHT_PERSON, occasion=Occasion.APPLICATION)
        newest = said.filter(application=OuterRef("application")).order_by("-generation").values("pk")[:1]
        gave_way = Q(status="replaced") & (Q(hours_released__isnull=False) | Q(recorded_at__isnull=False))
        return self.filter(Q(status__in=BACKED) | gave_way, pk=Subquery(newest))

    def before(self, later: "Endorsement") -> "EndorsementQuerySet":
        """What the same address was asked earlier, newest first: what it answered is nobody else's to read."""
        same = {name: getattr(later, name) for name in ("application_id", "occasion", "manager_email")}
        return self.filter(generation__lt=later.generation, **same).order_by("-generation")


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
    #: When the same question was last mailed again.
    reminded_at = moment()
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

    @property
    def said(self) -> str:
        """What was answered by the link, as one of ANSWERED, also when a newer request took its place; else empty."""
        if not self.answered_at or self.recorded_at or self.other_email:
            return ""
        if self.status in ANSWERED:
            return self.status
        if self.hours_released is not None:
            return "conditions" if self.conditions else "endorsed"
        # Whoever refuses leaves a name and nothing that a school promises.
        promised = self.signer_function or self.cover or self.school_use
        return "refused" if self.signer_name and not promised else ""
