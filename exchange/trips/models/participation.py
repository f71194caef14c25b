"""Who goes along."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import SearchWords, holding, moment, paired, person, public_id
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.trips.lifecycle import PARTICIPATION, TeamRole
from exchange.trips.models.trip import Trip


class ParticipationQuerySet(models.QuerySet):
    def active(self) -> "ParticipationQuerySet":
        """Those who (still) go or went along."""
        return self.filter(status="active")

    def named(self, words: str) -> "ParticipationQuerySet":
        """Those whose name or school holds these words."""
        return self.filter(holding(words, "search_words", "institution__search_words"))

    def visible_to(self, user: User) -> "ParticipationQuerySet":
        """The own ones, and those of trips whose lead or companion one is; administrators all."""
        if user.is_administrator:
            return self
        mine = [m.trip_id for m in user.teams if m.role in (TeamRole.LEAD, TeamRole.COMPANION)]
        return self.filter(Q(user=user) | Q(trip__in=mine))


class Participation(models.Model):
    """Somebody's place on a trip, made only by confirming an offer. School, role and name are copies of that moment."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.PROTECT, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="participations")
    institution = models.ForeignKey("people.Institution", models.PROTECT, related_name="+", verbose_name=_("school"))
    job_role = models.CharField(_("job role"), max_length=30, choices=JobRole.choices)
    printed_name = models.CharField(_("name as printed"), max_length=120)
    status = models.CharField(_("status"), max_length=12, choices=PARTICIPATION.choices(), default="active")
    confirmed_at = models.DateTimeField()
    phone = models.CharField(_("phone on the road"), max_length=30, blank=True)
    cancelled_at, cancelled_by = moment(), person()
    cancel_reason = models.TextField(_("reason"), max_length=1000, blank=True)
    search_words = SearchWords("printed_name")

    objects = ParticipationQuerySet.as_manager()
    OWNER = "user"
    COUNTED = ("institution", "job_role")
    UNLINKED_WITH = "applications.Application"
    LEFT = {"printed_name": personal.NOBODY}
    PERSONAL = {
        "user": personal.TRIP,
        "institution": personal.TRIP,
        "job_role": personal.TRIP,
        "printed_name": personal.TRIP,
        "phone": personal.ROAD,
        "cancelled_by": personal.HISTORY,
        "cancel_reason": personal.TRIP,
        "search_words": personal.TRIP,
    }

    class Meta:
        ordering = ["printed_name"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["trip", "user"], name="trips_participation_once"),
            paired("cancelled"),
            models.CheckConstraint(
                condition=Q(status="active", cancelled_at=None) | Q(status="cancelled", cancelled_at__isnull=False),
                name="trips_participation_cancelled_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name} · {self.trip}"

    @property
    def number(self) -> str:
        """The phone, for as long as it is kept."""
        return "" if self.trip.numbers_are_over else self.phone

    @property
    def cancelled_before_departure(self) -> bool:
        """Whether the place was given back before the day of departure."""
        departs_on = self.trip.departs_on
        # Where people go along there is a day of departure (trips_trip_announced_has_dates).
        return bool(self.cancelled_at and clock.day_of(self.cancelled_at) < departs_on)  # type: ignore[operator]
