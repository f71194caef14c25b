"""What happens on a day of the trip."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from exchange.fields import Words, one_language, public_id
from exchange.privacy import declared as personal
from exchange.trips.models.host import HostOrganisation
from exchange.trips.models.trip import Trip


class ProgrammeKind(models.TextChoices):
    VISIT = "visit", _("school visit")
    TRAINING = "training", _("training")
    MEETING = "meeting", _("meeting")
    TRAVEL = "travel", _("travel")
    EVENING = "evening", _("evening")


class ProgrammeItemQuerySet(models.QuerySet):
    def on_its_days(self) -> "ProgrammeItemQuerySet":
        """What lies on a day of its trip: only that stands on pages and in calendars, and counts as hours."""
        return self.filter(on__gte=F("trip__departs_on"), on__lte=F("trip__returns_on"))


class ProgrammeItem(models.Model):
    """Something on the programme of a day, in the time of the destination, with its hours by kind."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="programme")
    on = models.DateField(_("day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ProgrammeKind.choices)
    title_nl = models.CharField(_("title (Dutch)"), max_length=160, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    text_nl = models.TextField(_("text (Dutch)"), max_length=1000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=1000, blank=True)
    host = models.ForeignKey(HostOrganisation, models.PROTECT, null=True, blank=True, verbose_name=_("host"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=1, default=0)
    sequence = models.PositiveIntegerField(default=0)
    title, text = Words(), Words()

    objects = ProgrammeItemQuerySet.as_manager()
    IMPERSONAL = ("place",)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["on", F("starts").asc(nulls_first=True), "id"]
        constraints = [one_language("title")]
        verbose_name = _("programme item")
        verbose_name_plural = _("programme")

    def __str__(self) -> str:
        return f"{self.on} {self.title}"
