"""Published editions of a trip's impact report: frozen and numbered, but for what somebody takes back."""

import re
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluations.models import OneWord
from exchange.fields import SearchWords, Words, holding, language, moment, one_language, paired, person, public_id
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, Trip

#: The beginning of a checksum, as it stands under a PDF, or more of it.
CHECKSUM = re.compile(r"[0-9a-f]{8,64}")


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
        """Those in whose title or trip these words stand, or that have or had a checksum that begins like this."""
        found = self
        for word in words.split():
            meant = holding(word, "search_words", "trip__search_words")
            if CHECKSUM.fullmatch(word.lower()):
                later = Redaction.objects.filter(sha256__startswith=word.lower())
                meant |= Q(sha256__startswith=word.lower()) | Q(pk__in=later.values("edition"))
            found = found.filter(meant)
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
    """What was published: title, findings and every figure, frozen. Only a redaction changes it."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    title_nl = models.CharField(_("title (Dutch)"), max_length=80, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=80, blank=True)
    schema = models.PositiveSmallIntegerField(default=1)
    report = models.JSONField()
    #: Of the report as it was published; what is stored now has `checksum`.
    sha256 = models.CharField(max_length=64)
    redacted_at = moment()
    redacted_sha256 = models.CharField(max_length=64, blank=True)
    data_until_at = models.DateTimeField(_("data until"))
    published_at = models.DateTimeField(_("published"))
    published_by = person(null=False, blank=False)
    #: Whether its title and a figure stand on the public page of the trip.
    public = models.BooleanField(_("public"), default=False)
    search_words = SearchWords("title_nl", "title_en")
    title = Words()

    objects = EditionQuerySet.as_manager()
    IMPERSONAL = ("report", "sha256", "redacted_sha256", "search_words")
    PERSONAL = {"published_by": personal.HISTORY}

    class Meta:
        ordering = ["-published_at"]
        indexes = [models.Index(fields=["-published_at", "id"], name="impact_edition_newest")]
        verbose_name = _("report edition")
        verbose_name_plural = _("report editions")
        constraints = [
            one_language("title"),
            models.UniqueConstraint(fields=["trip", "number"], name="impact_edition_number"),
            models.CheckConstraint(
                condition=Q(redacted_at__isnull=True, redacted_sha256="")
                | (Q(redacted_at__isnull=False) & ~Q(redacted_sha256="")),
                name="impact_edition_redacted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip} · {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An edition is never edited; publish a new one.")
        super().save(*args, **kwargs)

    @property
    def checksum(self) -> str:
        """Of what is stored now."""
        return self.redacted_sha256 or self.sha256


class Redaction(models.Model):
    """Words went out of an edition: when, how many, and the checksum from then on. Neither whose nor which."""

    edition = models.ForeignKey(ReportEdition, models.CASCADE, related_name="redactions")
    at = models.DateTimeField()
    words = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    IMPERSONAL = ("sha256",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")

    def __str__(self) -> str:
        return f"{self.edition} {self.at:%Y-%m-%d}"


class ShownWord(models.Model):
    """An edition counts somebody's word, as it stands now. Whoever takes it back takes it out by this."""

    edition = models.ForeignKey(ReportEdition, models.CASCADE, related_name="shown_words")
    word = models.ForeignKey(OneWord, models.CASCADE, related_name="shown")
    OWNER = "word__participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = {"word": personal.TRIP}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "word"], name="impact_word_shown_once")]
        verbose_name = _("word in a report")
        verbose_name_plural = _("words in reports")

    def __str__(self) -> str:
        return f"{self.edition}: {self.word}"


class VoiceQuerySet(models.QuerySet):
    def standing(self) -> "VoiceQuerySet":
        """Those that the lead placed, of people who went along."""
        went = self.filter(participation__status="active", participation__trip__cancelled_at=None)
        return went.filter(placed_at__isnull=False)


class Voice(models.Model):
    """One sentence of a traveller for whoever comes next: in public once the lead places it, while its author likes."""

    id = public_id()
    participation = models.OneToOneField(Participation, models.PROTECT, related_name="voice")
    text = models.CharField(_("your sentence"), max_length=160)
    language = language()
    written_at = models.DateTimeField()
    placed_at, placed_by = moment(), person()

    objects = VoiceQuerySet.as_manager()
    OWNER = "participation__user"
    GOES = {personal.TRIP: Q()}
    PERSONAL = dict.fromkeys("participation text language placed_by".split(), personal.TRIP)

    class Meta:
        constraints = [paired("placed")]
        verbose_name = _("public sentence")
        verbose_name_plural = _("public sentences")

    def __str__(self) -> str:
        return self.text
