"""The list of applications for a trip's team, what it can be narrowed by, and the same as a spreadsheet."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.lifecycle import APPLICATION, BACKED, ENDORSEMENT, KIND_SHAPES, Kind
from applications.lists import EMAIL, JOB_ROLE, LABELS, LANGUAGE, NAME, SCHOOL
from applications.models import Application, Submission
from applications.permissions.team import Sight
from applications.roster import MANAGER, STEP_SHAPES, STEPS, Person
from exchange.documents.sheets import MOMENT, NUMBER, TEXT, Sheet
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.templatetags.house import badge, day_short, moment_short, number

#: Where the words of a submission stand; a goal has three texts and there are at most four goals.
SEARCHED = (
    "motivation",
    "proactive_past",
    "proactive_plan",
    "school_use",
    *(f"goals__{n}__{name}" for n in range(4) for name in ("able_to", "students_notice", "others_see")),
)
ANSWERED = ("endorsed", "conditions", "refused")
UNDECIDED = "none"


def rows(applications: QuerySet, sight: Sight) -> QuerySet:
    """What the list shows, and nothing that its reader may not see: hidden scores are not there to sort by."""
    found = applications.with_sent().with_assessments().order_by("sent_name", "pk")
    if sight.scores:
        found = found.annotate(score=Case(When(unread=True, then=None), default=F("score_mean")))
    if sight.decisions:
        found = found.annotate(decided=F("decision__kind"))
    return found


class ApplicationFilter(django_filters.FilterSet):
    """Search in name, school and words; school, job role, the manager's answer, state and decision."""

    q = django_filters.CharFilter(label=_("Search in name, school and text"), method="search", max_length=100)
    school = django_filters.ModelChoiceFilter(
        label=_("School"), queryset=Institution.objects.none(), method="of_school", empty_label=_("All")
    )
    role = django_filters.ChoiceFilter(
        label=_("Job role"), choices=JobRole.choices, field_name="sent_role", empty_label=_("All")
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
        choices=[*Kind.choices, (UNDECIDED, _("undecided"))],
        method="of_decision",
        empty_label=_("All"),
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, sight: Sight, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = self.queryset.order_by().values("sent_school_id")
        self.filters["school"].queryset = Institution.objects.filter(pk__in=shown)
        # A filter on what one may not see would tell it by what is found.
        if not sight.decisions:
            del self.filters["decision"]
        if not sight.answers:
            del self.filters["backing"]

    def search(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """A part of the name, the school or what was last sent."""
        words = Q()
        for place in SEARCHED:
            words |= Q(**{f"content__{place}__icontains": value})
        said = Submission.objects.filter(words, pk=OuterRef("sent_id"))
        return found.filter(Q(sent_name__icontains=value) | Q(sent_school__icontains=value) | Exists(said))

    def of_school(self, found: QuerySet, name: str, value: Institution) -> QuerySet:
        """By the school on the submission."""
        return found.filter(sent_school_id=value.pk)

    def of_backing(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """By the manager's answer."""
        if value == "backed":
            return found.filter(backing__in=BACKED)
        if value == "refused":
            return found.filter(backing="refused")
        return found.exclude(backing__in=ANSWERED)

    def of_decision(self, found: QuerySet, name: str, value: str) -> QuerySet:
        """By what is proposed or decided."""
        return found.filter(decided__isnull=True) if value == UNDECIDED else found.filter(decided=value)


class ApplicationTable(tables.Table):
    """The applications of a trip."""

    sent_name = tables.Column(verbose_name=_("Name"), order_by=("sent_name", "pk"))
    sent_school = tables.Column(verbose_name=_("School"), order_by=("sent_school", "sent_name"))
    sent_role = tables.Column(verbose_name=_("Job role"), order_by=("sent_role", "sent_name"))
    submitted_at = tables.Column(verbose_name=_("Sent"), order_by=("submitted_at", "pk"))
    backing = tables.Column(verbose_name=_("Endorsement"), empty_values=(), order_by=("backing", "sent_name"))
    read = tables.Column(
        verbose_name=pgettext_lazy("assessments", "Read"), empty_values=(), order_by=("readers_done", "readers", "pk")
    )
    score = tables.Column(
        verbose_name=_("Score"),
        empty_values=(),
        order_by=("score", "sent_name"),
        initial_sort_descending=True,
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )
    decided = tables.Column(verbose_name=_("Decision"), empty_values=(), order_by=("decided", "sent_name"))

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
        score = F("score").desc(nulls_last=True) if is_descending else F("score").asc(nulls_last=True)
        return rows.order_by(score, "sent_name"), True

    def render_sent_name(self, record: Any) -> str:
        url = reverse("applications:detail", args=[self.slug, record.pk])
        link = format_html('<a href="{}">{}</a>', url, record.sent_name)
        if record.status == "withdrawn":
            return format_html("{} {}", link, badge("off", _("withdrawn")))
        return link

    def render_sent_role(self, value: str) -> str:
        return role_of(value)

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
        return number(record.score, 2)

    def render_decided(self, record: Any) -> str:
        if not record.decided:
            return "–"
        return badge(KIND_SHAPES[Kind(record.decided)], Kind(record.decided).label)


def role_of(value: str) -> str:
    """A job role in words."""
    return str(dict(JobRole.choices).get(value, value))


def backing_of(value: str | None, sight: Sight) -> tuple[str, Any]:
    """Shape and words of the manager's answer; only the lead sees which answer it was."""
    if value is None:
        return "off", _("not asked")
    if not sight.answers and value in ANSWERED:
        return "ok", _("answered")
    state = ENDORSEMENT.by_value[value]
    return state.shape, state.label


def sheet(found: QuerySet, sight: Sight, title: str) -> Sheet:
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
        record.sent_name,
        record.sent_school,
        role_of(record.sent_role),
        record.submitted_at,
        APPLICATION.state(record).label,
        backing_of(record.backing, sight)[1],
    ]
    if sight.scores:
        row += [record.readers_done, record.readers, record.score]
    if sight.decisions:
        row.append(Kind(record.decided).label if record.decided else "")
    return row


# --- everybody around a call -----------------------------------------------------------------------


class PeopleTable(tables.Table):
    """Who was invited, started, sent, waits for whom: for the team of a trip, and for the coordinator of a school.

    `links` says where the name of a person leads, `button` makes what reminds one of them; both may give nothing.
    """

    name = tables.Column(verbose_name=_("Name"), order_by=("name", "email"))
    school_name = tables.Column(verbose_name=_("School"), order_by=("school_name", "name"))
    job_role = tables.Column(verbose_name=_("Job role"), empty_values=(), order_by=("job_role", "name"))
    order = tables.Column(verbose_name=_("Where it stands"), order_by=("order", "name"))
    sent_at = tables.Column(verbose_name=_("Sent"), empty_values=(), order_by=("sent_at", "name"))
    manager = tables.Column(verbose_name=_("Manager"), empty_values=(), order_by=("manager", "name"))
    remind = tables.Column(verbose_name=_("Remind"), empty_values=(), orderable=False)

    class Meta:
        empty_text = _("Nobody fits this.")

    def __init__(self, *args: Any, links: Any, button: Any = None, one_school: bool = False, **kwargs: Any) -> None:
        self.links, self.button = links, button
        hidden = [] if button else ["remind"]
        hidden += ["school_name"] if one_school else []
        super().__init__(*args, exclude=hidden, **kwargs)

    def render_name(self, record: Person) -> str:
        url = self.links(record)
        name = format_html('<a href="{}">{}</a>', url, record.name) if url else record.name
        return format_html('{}<br><span class="muted micro">{}</span>', name, record.email)

    def render_job_role(self, record: Person) -> str:
        return role_of(record.job_role) or "–"

    def render_order(self, record: Person) -> str:
        return format_html("{}{}", badge(STEP_SHAPES[record.step], STEPS[record.step]), below(since(record)))

    def render_sent_at(self, record: Person) -> str:
        if not record.submission:
            return "–"
        return format_html("{}{}", moment_short(record.sent_at), below(version(record)))

    def render_manager(self, record: Person) -> str:
        if not record.manager:
            return "–"
        shape, label = MANAGERS[record.manager]
        return format_html("{}{}", badge(shape, label), below(record.signer))

    def render_remind(self, record: Person) -> str:
        return self.button(record) or "–"


MANAGERS = {"asked": ("wait", _("asked")), "answered": ("ok", _("answered"))}


def below(text: str) -> str:
    """A second line in a cell, smaller."""
    return format_html('<br><span class="muted micro">{}</span>', text) if text else ""


def since(record: Person) -> str:
    """What there is to say about where somebody stands: how far, or since when."""
    if record.parts is not None:
        return str(_("%(parts)s of 6 parts") % {"parts": record.parts})
    if record.step == MANAGER:
        if record.chased_at:
            days = {"asked": day_short(record.asked_at), "again": day_short(record.chased_at)}
            return str(_("asked on %(asked)s, reminded on %(again)s") % days)
        return str(_("asked on %(when)s") % {"when": day_short(record.asked_at)})
    if record.application is None:
        return str(_("on %(when)s") % {"when": day_short(record.invited_at)})
    return ""


def version(record: Person) -> str:
    """Which version counts, once there is more than one."""
    number = record.submission.number
    return str(_("version %(number)s") % {"number": number}) if number > 1 else ""


#: Columns of the spreadsheet, in an order that stays. The first five can be read back as they are.
PEOPLE_COLUMNS: tuple[tuple[Any, Any, str, Any], ...] = (
    (LABELS[NAME], TEXT, _("as the person wrote it, else as it stood on the list"), lambda one: one.name),
    (LABELS[EMAIL], TEXT, _("of the account, else of the list"), lambda one: one.email),
    (LABELS[SCHOOL], TEXT, _("on what was sent, else of the account, else of the list"), lambda one: _named(one)),
    (LABELS[JOB_ROLE], TEXT, _("on what was sent, else of the account, else of the list"), lambda one: _role(one)),
    (LABELS[LANGUAGE], TEXT, _("in which the house writes: nl or en"), lambda one: one.language),
    (_("Invited"), MOMENT, _("empty when nobody put the person on a list"), lambda one: one.invited_at),
    (_("Where it stands"), TEXT, _("now; what is decided shows after the publication"), lambda one: STEPS[one.step]),
    (_("Parts written"), NUMBER, _("of the six of a draft that is not sent"), lambda one: one.parts),
    (_("Sent"), MOMENT, _("the last version"), lambda one: one.sent_at),
    (_("Version"), NUMBER, _("how often it was sent"), lambda one: one.submission.number if one.submission else None),
    (_("Manager"), TEXT, _("asked or answered; what was answered stays with the lead"), lambda one: _asked(one)),
    (pgettext_lazy("who answers as manager", "Who"), TEXT, _("who was asked, or signed"), lambda one: one.signer),
    (_("Asked"), MOMENT, _("when the manager was asked"), lambda one: one.asked_at if one.manager else None),
    (_("Reminded"), MOMENT, _("when the manager was mailed again"), lambda one: one.chased_at if one.manager else None),
)  # fmt: skip


def _named(record: Person) -> str:
    return record.school.name if record.school else ""


def _role(record: Person) -> str:
    return role_of(record.job_role)


def _asked(record: Person) -> Any:
    return MANAGERS[record.manager][1] if record.manager else ""


def people_sheet(people: list[Person], title: Any) -> Sheet:
    """The same people as the list, all pages of it."""
    columns = [(label, kind) for label, kind, _meaning, _of in PEOPLE_COLUMNS]
    return Sheet(title, columns, ([of(one) for _label, _kind, _meaning, of in PEOPLE_COLUMNS] for one in people))


def codebook() -> Sheet:
    """What each column means."""
    rows = ([label, meaning] for label, _kind, meaning, _of in PEOPLE_COLUMNS)
    return Sheet(_("What the columns mean"), [(_("Column"), TEXT), (_("Meaning"), TEXT)], rows)
