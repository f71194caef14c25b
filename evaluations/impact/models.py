"""Published editions of a trip's impact report: frozen and numbered."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.fields import Words, one_language, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, Trip


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "EditionQuerySet":
        """Partners and coordinators every edition; participants, lead and companions those of their own trips."""
        if user.is_administrator or user.is_partner or user.coordinates:
            return self
        team = [m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        own = Participation.objects.filter(user=user).values("trip")
        return self.filter(Q(trip__in=team) | Q(trip__in=own))

    def without_figures(self) -> "EditionQuerySet":
        """Without what they store, which is large: evaluations/impact/editions.py has most of it in memory."""
        return self.defer("report")

    def named(self, words: str) -> "EditionQuerySet":
        """Those in whose title or trip these words stand."""
        found = self
        for word in words.split():
            titled = Q(title_nl__icontains=word) | Q(title_en__icontains=word)
            found = found.filter(titled | Q(trip__in=Trip.objects.named(word).values("pk")))
        return found


class Finding(models.Model):
    """A finding in the lead's words, written before an edition is published."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="findings")
    order = models.PositiveSmallIntegerField(default=1)
    text_nl = models.CharField(_("finding (Dutch)"), max_length=300, blank=True)
    text_en = models.CharField(_("finding (English)"), max_length=300, blank=True)
    text = Words()
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["order"]
        constraints = [one_language("text")]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return self.text


class ReportEdition(models.Model):
    """What was published: title, findings and every figure, frozen."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    title_nl = models.CharField(_("title (Dutch)"), max_length=80, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=80, blank=True)
    schema = models.PositiveSmallIntegerField(default=1)
    report = models.JSONField()
    sha256 = models.CharField(max_length=64)
    data_until_at = models.DateTimeField(_("data until"))
    published_at = models.DateTimeField(_("published"))
    published_by = person(null=False, blank=False)
    title = Words()

    objects = EditionQuerySet.as_manager()
    IMPERSONAL = ("report", "sha256")
    PERSONAL = {"published_by": personal.HISTORY}

    class Meta:
        ordering = ["-published_at"]
        indexes = [models.Index(fields=["-published_at", "id"], name="impact_edition_newest")]
        verbose_name = _("report edition")
        verbose_name_plural = _("report editions")
        constraints = [
            one_language("title"),
            models.UniqueConstraint(fields=["trip", "number"], name="impact_edition_number"),
        ]

    def __str__(self) -> str:
        return f"{self.trip} · {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An edition is never edited; publish a new one.")
        super().save(*args, **kwargs)
