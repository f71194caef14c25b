"""What happens on a day of the trip."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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
    """Something on the programme of a day, in the time of the destination; until before from is on the next day."""

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
    #: Empty counts the time itself; 0 counts nothing.
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=2, null=True, blank=True)
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

    @property
    def starts_at(self) -> datetime | None:
        """The moment at which it starts, at the destination."""
        return datetime.combine(self.on, self.starts, tzinfo=self.trip.zone) if self.starts else None

    @property
    def past_midnight(self) -> bool:
        """Whether it ends on the day after."""
        return bool(self.starts and self.ends and self.ends < self.starts)

    @property
    def ends_at(self) -> datetime | None:
        """The moment at which it ends; None when nobody said so, or when it would be no later than the start."""
        if not (self.starts_at and self.ends):
            return None
        day = self.on + timedelta(days=1) if self.past_midnight else self.on
        ends_at = datetime.combine(day, self.ends, tzinfo=self.trip.zone)
        return ends_at if ends_at.astimezone(UTC) > self.starts_at.astimezone(UTC) else None

    @property
    def lasts(self) -> int:
        """The minutes between from and until; a night in which the clock changes is as long as it is."""
        if not (self.starts_at and self.ends_at):
            return 0
        return (self.ends_at.astimezone(UTC) - self.starts_at.astimezone(UTC)) // timedelta(minutes=1)

    @property
    def minutes(self) -> int:
        """What counts of it: the hours that somebody filled in, else its time."""
        return self.lasts if self.hours is None else round(self.hours * 60)

    @property
    def counts(self) -> Decimal:
        """The same in hours."""
        return in_hours(self.minutes)


def counted(items: Iterable[ProgrammeItem]) -> Counter[str]:
    """The minutes that count, by kind; every sum of hours is made of this."""
    found: Counter[str] = Counter()
    for item in items:
        found[item.kind] += item.minutes
    return found


def in_hours(minutes: int) -> Decimal:
    """Minutes as hours, to a tenth or a hundredth: always fine enough to read the minute back."""
    return round(Decimal(minutes) / 60, 2 if minutes % 6 else 1)
