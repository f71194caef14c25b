"""The hosts of a trip, and the visits beforehand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.fields import person, public_id
from exchange.privacy import declared as personal
from exchange.trips.models.host import HostOrganisation
from exchange.trips.models.trip import Trip


class TripHost(models.Model):
    """A host of a trip, with what the preparatory visit found."""

    id = public_id()
    trip = models.ForeignKey(Trip, models.CASCADE, related_name="trip_hosts")
    host = models.ForeignKey(HostOrganisation, models.PROTECT, related_name="trip_hosts")
    order = models.PositiveSmallIntegerField(default=0)
    PERSONAL: dict[str, personal.Keep] = {}

    class Meta:
        ordering = ["order", "host__name"]
        constraints = [models.UniqueConstraint(fields=["trip", "host"], name="trips_host_once")]

    def __str__(self) -> str:
        return str(self.host)


class PreVisit(models.Model):
    """A preparatory visit to a host: when, by whom, what was found, go or no-go."""

    id = public_id()
    host = models.ForeignKey(HostOrganisation, models.PROTECT, related_name="pre_visits")
    visited_on = models.DateField(_("visited on"))
    visited_by = person(verbose_name=_("visited by"))
    findings = models.TextField(_("findings"), max_length=3000, blank=True)
    go = models.BooleanField(_("go"), default=True)
    OWNER = "visited_by"
    SINCE = {personal.TRIP: ("host__trip_hosts__trip",)}
    PERSONAL = {"visited_by": personal.TRIP, "findings": personal.TRIP}

    class Meta:
        ordering = ["-visited_on"]
        verbose_name = _("preparatory visit")
        verbose_name_plural = _("preparatory visits")

    def __str__(self) -> str:
        return f"{self.host} · {self.visited_on}"
