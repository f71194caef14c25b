"""Hosts of a trip come, go and are visited beforehand."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import HostOrganisation, PreVisit, Trip, TripHost
from exchange.trips.permissions import can_change
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def add_host(*, trip: Trip, host: HostOrganisation, by: User) -> TripHost:
    """A host joins a trip; one that was just typed in is stored first."""
    require(can_change(by, trip))
    if host._state.adding:
        host.save()
    order = trip.trip_hosts.count() + 1
    row, _made = TripHost.objects.get_or_create(trip=trip, host=host, defaults={"order": order})
    record(about=row, verb="host.add", by=by, facts={"host": host.name})
    return row


@transaction.atomic
def change_host(*, row: TripHost, host: HostOrganisation, by: User) -> HostOrganisation:
    """Change what is known of a host of the trip. Whoever visits it later reads the same."""
    require(can_change(by, row.trip))
    if host.pk != row.host_id:
        raise ValueError(f"{host} is not the host of {row}")
    host.save()
    record(about=row, verb="host.change", by=by, facts={"host": host.name})
    return host


@transaction.atomic
def remove_host(*, row: TripHost, by: User) -> TripHost:
    """A host leaves a trip, unless the programme still counts on it."""
    require(can_change(by, row.trip))
    if row.trip.programme.filter(host=row.host).exists():
        raise Refused(no(_("This host still stands in the programme. Change the programme first."), CONFLICT))
    record(about=row, verb="host.remove", by=by, facts={"host": row.host.name})
    row.delete()
    return row


@transaction.atomic
def note_visit(*, visit: PreVisit, trip: Trip, by: User) -> PreVisit:
    """Write down a preparatory visit."""
    require(can_change(by, trip))
    if not trip.trip_hosts.filter(host=visit.host).exists():
        raise ValueError(f"{visit.host} is no host of {trip}")
    visit.save()
    record(about=visit, verb="host.visit", by=by, trip=trip, facts={"host": visit.host.name, "go": visit.go})
    return visit
