"""What is being made, what waits and what failed."""

from typing import Any

import django_tables2 as tables
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from exchange.jobs.lifecycle import DONE, FAILED, JOB
from exchange.jobs.models import Job
from exchange.jobs.words import kind_label
from exchange.signs import badge
from exchange.tables import Table
from exchange.words import moment_short


def failures_first(jobs: QuerySet) -> QuerySet:
    """What failed, then what waits, then what was made, newest first."""
    urgency = Case(When(status=FAILED, then=Value(0)), When(status=DONE, then=Value(2)), default=Value(1))
    return jobs.order_by(urgency, "-asked_at", "id")


class JobTable(Table):
    """Jobs of the alliance, or of somebody's trips."""

    kind = tables.Column(verbose_name=_("What"))
    trip = tables.Column(verbose_name=_("Trip"), orderable=False)
    status = tables.Column(verbose_name=_("Status"), empty_values=())
    asked_at = tables.Column(verbose_name=_("Asked for"))
    asked_by = tables.Column(verbose_name=_("By"))
    again = tables.TemplateColumn(
        template_name="jobs/_again.html", verbose_name=_("What helps"), orderable=False, empty_values=()
    )

    class Meta:
        model = Job
        fields = ("kind", "trip", "status", "asked_at", "asked_by", "again")
        default = "–"
        empty_text = _("Nothing was asked for yet. Documents that take a while to make appear here.")

    #: The trips of the rows on the page, by id; who shows the table fills it in.
    trips: dict[Any, Any] = {}

    def render_trip(self, value: Any) -> str:
        return str(self.trips.get(value, "–"))

    def render_kind(self, value: str) -> str:
        return str(kind_label(value))

    def render_status(self, record: Job) -> str:
        state = JOB.state(record)
        return badge(state.shape, state.label)

    def render_asked_at(self, value: Any) -> str:
        return moment_short(value)
