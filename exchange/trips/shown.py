"""What the public page of a trip is made of, read in one go: while none of it differs, the page does not either."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from exchange import clock, visitors, wings
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole, phase, remark
from exchange.trips.models import HostOrganisation, Meeting, PreVisit, ProgrammeItem, TeamMember, Trip, TripHost

#: Stands for the trip in a statement that is written once.
ANY_TRIP = UUID("00000000-0000-4000-8000-000000000000")


def shown(trip: Trip, now: datetime) -> list[Any]:
    """The trip and its theme, every row around it, and what the clock makes of them."""
    told = remark(trip, now)
    calendar = [phase(trip, now), told and str(told.text), clock.day_of(now)]
    return [visitors.values(trip), visitors.values(trip.theme), *calendar, *rows_around(trip)]


def rows_around(trip: Trip) -> list[str]:
    """Every field of every row that the public page may read beside trip and theme; one query."""
    sql, values = statement()
    stand_in, pk = (Trip._meta.pk.get_db_prep_value(one, connection) for one in (ANY_TRIP, trip.pk))
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk if value == stand_in else value for value in values])
        return sorted(str(row) for (row,) in cursor.fetchall())


@cache
def statement() -> tuple[str, tuple[Any, ...]]:
    """The rows that the wings name, as one statement. Written once: to write it takes longer than to ask it."""
    found = [rows for each in wings.each(lambda wing: wing.public_rows) for rows in each(ANY_TRIP)]
    first, *more = [rows.order_by().values_list(JSONObject(**fields_of(rows))) for rows in found]
    return first.union(*more, all=True).query.sql_with_params()


def fields_of(rows: QuerySet) -> dict[str, str]:
    """Every column of a model by its name; of rows that are read in part (`only`) these columns."""
    columns = [field.attname for field in rows.model._meta.concrete_fields]
    named, all_but = rows.query.deferred_loading
    return {column: column for column in columns if all_but or column in named}


def rows_of_call(trip: Any) -> Iterator[QuerySet]:
    """Programme, hosts, what was found there, meetings, and who answers questions."""
    programme, hosts = ProgrammeItem.objects.filter(trip=trip), TripHost.objects.filter(trip=trip)
    yield programme
    yield hosts
    yield HostOrganisation.objects.filter(Q(pk__in=hosts.values("host")) | Q(pk__in=programme.values("host")))
    yield PreVisit.objects.filter(host__in=hosts.values("host"))
    yield Meeting.objects.filter(trip=trip)
    leads = TeamMember.objects.filter(trip=trip, role=TeamRole.LEAD)
    yield leads
    yield User.objects.filter(pk__in=leads.values("user")).only("id", "name", "email", "is_active")
