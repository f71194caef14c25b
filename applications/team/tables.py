"""The list of applications for a trip's team, what it can be narrowed by, and the same as a spreadsheet."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, F, QuerySet, When
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.lifecycle import ANSWERED, APPLICATION, BACKED, ENDORSEMENT, KIND_SHAPES, UNDECIDED, DecisionKind
from applications.lines.words import NAME, SCHOOL
from applications.lines.words import TEXT as SAID
from applications.models import Line, LineQuerySet, LineWords
from applications.permissions import Sight
from exchange.addresses import row_address
from exchange.documents.sheets import MOMENT, NUMBER, TEXT, Sheet
from exchange.fulltext import Found
from exchange.people.lifecycle import JobRole, role_of
from exchange.people.models import Institution
from exchange.signs import badge
from exchange.tables import Table
from exchange.words import moment_short, number

BY_NAME = ("sort_name", "pk")


def rows(lines: LineQuerySet, sight: Sight) -> LineQuerySet:
    """What the list shows, and nothing that its reader may not see: hidden scores are not there to sort by."""
    found = lines.order_by(*BY_NAME)
    if sight.scores:
        found = found.annotate(seen_score=Case(When(unread=True, then=None), default=F("score")))
    return found


class ApplicationFilter(django_filters.FilterSet):
    """Search in name, school and words; school, job role, the manager's answer, state and decision."""

    q = django_filters.CharFilter(label=_("Search in name, school and text"), method="search", max_length=100)
    school = django_filters.ModelChoiceFilter(
        label=_("School"), queryset=Institution.objects.none(), method="of_school", empty_label=_("All")
    )
    role = django_filters.ChoiceFilter(
        label=_("Job role"), choices=JobRole.choices, field_name="job_role", empty_label=_("All")
    )
    backing = django_filters.ChoiceFilter(
        label=_("Endorsement"),
        choices=[("backed", _("endorsed")), ("asked", _("no answer yet")), ("refused", _("refused"))],
        method="of_backing",
        empty_label=_("All"),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(s.value, s.label) for s in APPLICATION.states if s.value != "draft"],
        field_name="status",
        empty_label=_("All"),
    )
    decision = django_filters.ChoiceFilter(
        label=_("Decision"),
        choices=[*DecisionKind.choices, (UNDECIDED, _("undecided"))],
        method="of_decision",
        empty_label=_("All"),
    )

    class Meta:
        model = Line
        fields: list[str] = []

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.queryset.order_by().values("school")
        self.filters["school"].queryset = Institution.objects.filter(pk__in=shown)
        # A filter on what one may not see would tell it by what is found.
        if not sight.decisions:
            del self.filters["decision"]
        if not sight.answers:
            del self.filters["backing"]

    def search(self, found: LineQuerySet, name: str, value: str) -> LineQuerySet:
        """Words of the name, the school or what was last sent; each asked word begins one."""
        return found.filter(pk__in=Found(LineWords, value, groups=NAME + SCHOOL + SAID))

    def of_school(self, found: QuerySet, name: str, value: Institution) -> QuerySet:
        """By the school on the submission."""
        return found.filter(school=value)

    def of_backing(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """By the manager's answer."""
        if value == "backed":
            return found.filter(backing__in=BACKED)
        if value == "refused":
            return found.filter(backing="refused")
        return found.exclude(backing__in=ANSWERED)

    def of_decision(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """By what is proposed or decided."""
        return found.filter(decided="" if value == UNDECIDED else value)


class ApplicationTable(Table):
    """The applications of a trip."""

    sent_name = tables.Column(verbose_name=_("Name"), accessor="name", order_by=BY_NAME)
    sent_school = tables.Column(verbose_name=_("School"), accessor="school_name", order_by=("school_name", *BY_NAME))
    sent_role = tables.Column(
        verbose_name=_("Job role"), accessor="job_role", empty_values=(), order_by=("job_role", *BY_NAME)
    )
    submitted_at = tables.Column(verbose_name=_("Sent"), order_by=("submitted_at", "pk"))
    backing = tables.Column(verbose_name=_("Endorsement"), empty_values=(), order_by=("backing", *BY_NAME))
    read = tables.Column(
        verbose_name=pgettext_lazy("assessments", "Read"), empty_values=(), order_by=("readers_done", "readers", "pk")
    )
    score = tables.Column(
        verbose_name=_("Score"),
        empty_values=(),
        initial_sort_descending=True,
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )
    decided = tables.Column(verbose_name=_("Decision"), empty_values=(), order_by=("decided", *BY_NAME))

    class Meta:
        empty_text = _("No application fits this.")

    def __init__(self, *args: Any, sight: Sight, slug: str, **kwargs: Any) -> None:
        self.sight, self.slug = sight, slug
        hidden = [] if sight.scores else ["read", "score"]
        hidden += [] if sight.decisions else ["decided"]
        super().__init__(*args, exclude=hidden, **kwargs)
        # The order of rows would tell which answer a manager gave.
        self.columns["backing"].column.orderable = sight.answers

    def order_score(self, rows: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """Who has no score yet comes last, whichever way round."""
        # For who hides no score from themselves the column as it stands, which has an index.
        seen = F("seen_score" if rows.filter(unread=True).exists() else "score")
        score = seen.desc(nulls_last=True) if is_descending else seen.asc(nulls_last=True)
        return rows.order_by(score, *BY_NAME), True

    def render_sent_name(self, record: Any) -> str:
        url = row_address("applications:detail", self.slug, record.application_id)
        link = format_html('<a href="{}">{}</a>', url, record.name)
        if record.status == "withdrawn":
            return format_html("{} {}", link, badge("off", _("withdrawn")))
        return link

    def render_sent_role(self, record: Any) -> str:
        return role_of(record.job_role)

    def render_submitted_at(self, value: Any) -> str:
        return moment_short(value)

    def render_backing(self, record: Any) -> str:
        shape, label = backing_of(record.backing, self.sight)
        return badge(shape, label)

    def render_read(self, record: Any) -> str:
        return f"{record.readers_done}/{record.readers}"

    def render_score(self, record: Any) -> str:
        if record.unread:
            return format_html('<span class="shut">{}</span>', _("after yours"))
        return number(record.seen_score, 2)

    def render_decided(self, record: Any) -> str:
        if not record.decided:
            return "–"
        return badge(KIND_SHAPES[DecisionKind(record.decided)], DecisionKind(record.decided).label)


def backing_of(value: str, sight: Sight) -> tuple[str, Any]:
    """Shape and words of the manager's answer; only the lead sees which answer it was."""
    if not value:
        return "off", _("not asked")
    if not sight.answers and value in ANSWERED:
        return "ok", _("answered")
    state = ENDORSEMENT.by_value[value]
    return state.shape, state.label


def sheet(found: LineQuerySet, sight: Sight, title: str) -> Sheet:
    """The same rows and columns as the list, all pages of it."""
    columns: list[tuple[Any, Any]] = [
        (_("Name"), TEXT),
        (_("School"), TEXT),
        (_("Job role"), TEXT),
        (_("Sent"), MOMENT),
        (_("State"), TEXT),
        (_("Endorsement"), TEXT),
    ]
    if sight.scores:
        columns += [(_("Assessments finished"), NUMBER), (_("Assessments"), NUMBER), (_("Score"), NUMBER)]
    if sight.decisions:
        columns.append((_("Decision"), TEXT))
    return Sheet(title, columns, (cells(one, sight) for one in found.iterator(chunk_size=500)))


def cells(record: Any, sight: Sight) -> list[Any]:
    """One row of the spreadsheet."""
    row = [
        record.name,
        record.school_name,
        role_of(record.job_role),
        record.submitted_at,
        APPLICATION.state(record).label,
        backing_of(record.backing, sight)[1],
    ]
    if sight.scores:
        row += [record.readers_done, record.readers, record.seen_score]
    if sight.decisions:
        row.append(DecisionKind(record.decided).label if record.decided else "")
    return row
