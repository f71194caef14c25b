"""A school's applications as its coordinator sees them: the list, its filters, and the same as a spreadsheet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.lifecycle import STAGE_SHAPES, Stage
from applications.lines.words import NAME
from applications.models import LineQuerySet, LineWords
from applications.people.people import SAID
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.school.people import told, waiting
from exchange.addresses import address, row_address
from exchange.documents.sheets import MOMENT, NUMBER, TEXT, Sheet
from exchange.fulltext import Found
from exchange.people.lifecycle import role_of
from exchange.people.models import Institution
from exchange.signs import badge, said
from exchange.tables import Table
from exchange.trips.models import Trip
from exchange.trips.tables import gone_by
from exchange.words import moment_short

#: Whether the letters give a place; silent before them.
HAS_PLACE = {
    Stage.PLACED: _("yes"),
    Stage.GAVE_BACK: _("no"),
    Stage.DECLINED: _("no"),
    Stage.RESERVE: _("no"),
    Stage.NOT_SELECTED: _("no"),
}
MANAGER = {"": ("off", _("not asked")), "asked": ("wait", _("asked")), "answered": ("ok", _("answered"))}
NUMBERS = {"td": {"class": "num"}, "th": {"class": "num"}}


class SchoolFilter(django_filters.FilterSet):
    """Search by name; trip, and whether the manager has answered. The school, for whoever may see several."""

    q = django_filters.CharFilter(label=_("Search in name"), method="of_name", max_length=100)
    school = django_filters.ChoiceFilter(label=_("School"), method="as_it_is", empty_label=None)
    trip = django_filters.ChoiceFilter(label=_("Trip"), field_name="trip__slug", empty_label=_("All"))
    manager = django_filters.ChoiceFilter(
        label=_("Manager"),
        choices=[("waiting", _("no answer yet")), ("answered", _("answered"))],
        method="of_manager",
        empty_label=_("All"),
    )

    def __init__(
        self, data: Any, *, schools: list[Institution], trips: Iterable[Trip], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.now = now
        self.filters["trip"].extra["choices"] = [(trip.slug, str(trip)) for trip in trips]
        self.filters["school"].extra["choices"] = [(str(one.pk), one.name) for one in schools]
        if len(schools) == 1:
            del self.filters["school"]

    def as_it_is(self, found: LineQuerySet, name: str, value: str) -> LineQuerySet:
        """The rows are those of the school already."""
        return found

    def of_name(self, found: LineQuerySet, name: str, value: str) -> LineQuerySet:
        """Whose name has these words, or words that begin so."""
        return found.filter(pk__in=Found(LineWords, value, groups=NAME))

    def of_manager(self, found: LineQuerySet, name: str, value: str) -> LineQuerySet:
        """By whether there is an answer, never by which."""
        return found.filter(waiting(self.now)) if value == "waiting" else found.filter(manager_state="answered")


class SchoolTable(Table):
    """Who of the school applied for what, and what came of it."""

    sent_name = tables.Column(verbose_name=_("Name"), accessor="name", order_by=("sort_name", "pk"))
    trip = tables.Column(verbose_name=_("Trip"), order_by=("trip__departs_on", "sort_name"))
    submitted_at = tables.Column(verbose_name=_("Sent"), order_by=("submitted_at", "pk"))
    manager_state = tables.Column(verbose_name=_("Manager"), empty_values=(), order_by=("manager_state", "sort_name"))
    # Not to be sorted by: there is no order in which a row could stand before its letter.
    stage = tables.Column(verbose_name=_("What they were told"), empty_values=(), orderable=False)
    days_present = tables.Column(verbose_name=_("Days present"), order_by=("days_present", "sort_name"), attrs=NUMBERS)
    meetings_present = tables.Column(
        verbose_name=_("Meetings"), order_by=("meetings_present", "sort_name"), attrs=NUMBERS
    )
    papers = tables.Column(
        verbose_name=_("Certificates"), empty_values=(), order_by=("has_attendance", "has_cycle", "sort_name")
    )

    class Meta:
        empty_text = _("No application fits this.")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def render_sent_name(self, record: Any) -> str:
        person, name = record.user, record.name
        if person.institution_id != record.school_id or person.membership_confirmed:
            return name
        link = format_html('<a href="{}">{}</a>', row_address("people:person", person.pk), name)
        return format_html("{} {}", link, badge("wait", _("unconfirmed")))

    def render_trip(self, value: Trip) -> str:
        url = address("trips:detail", value.slug)
        return format_html('<a href="{}">{} {}</a>', url, said(value.title), value.departs_on.year)

    def render_submitted_at(self, value: Any) -> str:
        return moment_short(value)

    def render_manager_state(self, record: Any) -> str:
        state = badge(*MANAGER[record.manager_state])
        return format_html('{} <span class="muted">{}</span>', state, record.signer) if record.signer else state

    def render_stage(self, record: Any) -> str:
        now_at = told(record, self.now)
        return badge(STAGE_SHAPES[now_at], SAID[now_at])

    def render_days_present(self, record: Any) -> str:
        return part_of(record.days_present, days_so_far(record))

    def render_meetings_present(self, record: Any) -> str:
        return part_of(record.meetings_present, meetings_so_far(record))

    def render_papers(self, record: Any) -> str:
        return papers(record) or "–"


def days_so_far(record: Any) -> int | None:
    """The days of the trip there have been, for whoever travels; nothing for anybody else."""
    return gone_by(record.trip) or None if travels(record) else None


def meetings_so_far(record: Any) -> int | None:
    """The meetings there have been, for whoever travels."""
    return record.meetings_held or None if travels(record) else None


def travels(record: Any) -> bool:
    return record.place == "active" and record.trip.cancelled_at is None


def part_of(part: int, whole: int | None) -> str:
    """So many of so many; a dash while there is nothing to attend."""
    return "–" if whole is None else _("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def papers(record: Any) -> str:
    """The kinds of certificate held."""
    held = ((record.has_attendance, CertificateKind.ATTENDANCE), (record.has_cycle, CertificateKind.CYCLE))
    return ", ".join(str(kind.label) for there, kind in held if there)


def sheet(found: LineQuerySet, title: str, now: datetime) -> Sheet:
    """The same rows as the list, all pages of it."""
    columns = [
        (_("Name"), TEXT),
        (_("Job role"), TEXT),
        (_("Trip"), TEXT),
        (_("Sent"), MOMENT),
        (_("Manager"), TEXT),
        (pgettext_lazy("who answers as manager", "Who"), TEXT),
        (_("What they were told"), TEXT),
        (_("Place on the trip"), TEXT),
        (_("Days present"), NUMBER),
        (_("Days so far"), NUMBER),
        (_("Meetings attended"), NUMBER),
        (_("Meetings so far"), NUMBER),
        (_("Certificates"), TEXT),
    ]
    return Sheet(title, columns, (cells(one, now) for one in found.iterator(chunk_size=500)))


def cells(record: Any, now: datetime) -> list[Any]:
    """One row of the spreadsheet."""
    at, days, meetings = told(record, now), days_so_far(record), meetings_so_far(record)
    return [
        record.name,
        role_of(record.job_role),
        str(record.trip),
        record.submitted_at,
        MANAGER[record.manager_state][1],
        record.signer,
        SAID[at],
        HAS_PLACE.get(at, ""),
        record.days_present if days else None,
        days,
        record.meetings_present if meetings else None,
        meetings,
        papers(record),
    ]
