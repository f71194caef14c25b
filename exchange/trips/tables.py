"""The list of travellers, on the page and as a spreadsheet."""

from collections.abc import Iterable, Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import Count, Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.documents.sheets import NUMBER, TEXT, Sheet
from exchange.people.lifecycle import role_of
from exchange.signs import badge
from exchange.tables import Table
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import Participation, ParticipationQuerySet, Trip
from exchange.words import dialled


def with_counts(rows: ParticipationQuerySet, trip: Trip) -> ParticipationQuerySet:
    """Travellers with their replies to meetings and the days and meetings they were at, in one query."""
    return rows.select_related("institution", "user").annotate(
        replies_given=Count("replies", distinct=True),
        days_present=Count(
            "attendance", filter=Q(attendance__present=True, attendance__on__isnull=False), distinct=True
        ),
        meetings_present=Count(
            "attendance", filter=Q(attendance__present=True, attendance__meeting__isnull=False), distinct=True
        ),
    )


def gone_by(trip: Trip) -> int:
    """How many days of the trip there have been."""
    return sum(day <= trip.today for day in trip.days)


class TravellerTable(Table):
    """Who goes along."""

    printed_name = tables.Column(verbose_name=gettext_lazy("name"))
    institution = tables.Column(verbose_name=gettext_lazy("school"), order_by="institution__name")
    job_role = tables.Column(verbose_name=gettext_lazy("job role"), empty_values=())
    phone = tables.Column(verbose_name=gettext_lazy("phone"), orderable=False)
    replies_given = tables.Column(verbose_name=gettext_lazy("replies to meetings"))
    days_present = tables.Column(verbose_name=gettext_lazy("days present"))
    meetings_present = tables.Column(verbose_name=gettext_lazy("meetings attended"))
    status = tables.Column(verbose_name=gettext_lazy("status"), empty_values=())

    class Meta:
        order_by = "printed_name"
        empty_text = gettext_lazy("Nobody yet. Whoever confirms a place appears here.")
        attrs = {"class": "stack"}

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caption = _("Travellers")
        self.meetings, self.days = trip.meetings.count(), gone_by(trip)
        self.numbers = not trip.numbers_are_over

    def render_institution(self, record: Participation) -> str:
        return record.institution.short_name

    def render_job_role(self, record: Participation) -> str:
        return role_of(record.job_role)

    def render_phone(self, value: str) -> str:
        return format_html('<a href="tel:{}">{}</a>', dialled(value), value) if self.numbers else "–"

    def render_replies_given(self, value: int) -> str:
        return _("%(part)s of %(whole)s") % {"part": value, "whole": self.meetings}

    def render_days_present(self, value: int) -> str:
        return _("%(part)s of %(whole)s") % {"part": value, "whole": self.days}

    def render_status(self, record: Participation) -> str:
        state = PARTICIPATION.state(record)
        return badge(state.shape, state.label)


def sheet(rows: Iterable[Participation], trip: Trip) -> Sheet:
    """The same list for a spreadsheet."""
    columns = [
        (_("name"), TEXT),
        (_("school"), TEXT),
        (_("job role"), TEXT),
        (_("e-mail address"), TEXT),
        (_("phone"), TEXT),
        (_("replies to meetings"), NUMBER),
        (_("days present"), NUMBER),
        (_("meetings attended"), NUMBER),
        (_("status"), TEXT),
    ]
    return Sheet(title=_("Travellers"), columns=columns, rows=lines(rows, numbers=not trip.numbers_are_over))


def lines(rows: Iterable[Participation], *, numbers: bool) -> Iterator[list[Any]]:
    """One line for each traveller."""
    for one in rows:
        yield [
            one.printed_name,
            one.institution.name,
            one.get_job_role_display(),
            one.user.email,
            one.phone if numbers else "",
            one.replies_given,
            one.days_present,
            one.meetings_present,
            one.get_status_display(),
        ]
