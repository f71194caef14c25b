"""Decisions, and the places that are offered."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import OFFER, DecisionKind
from applications.models.application import Application
from applications.models.assessment import Anchor
from exchange import clock
from exchange.fields import language, moment, paired, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal


class Decision(models.Model):
    """What is to become of an application. Proposed quietly, published once, together with all others."""

    id = public_id()
    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    kind = models.CharField(_("decision"), max_length=14, choices=DecisionKind.choices)
    phrases = models.ManyToManyField(Anchor, blank=True, related_name="+", verbose_name=_("reason in rubric words"))
    note = models.TextField(_("one sentence more, for the letter"), max_length=600, blank=True)
    note_language = language()
    proposed_at = models.DateTimeField()
    proposed_by = person(null=False, blank=False)
    published_at, published_by = moment(), person()
    OWNER = "application__user"
    SHOWN_WHERE = Q(published_at__isnull=False)
    WITHHELD = ("proposed_at",)
    COUNTED = ("kind",)
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
    def visible_to(self, user: User) -> "OfferQuerySet":
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
