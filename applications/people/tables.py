"""The people around a call as a table and as a spreadsheet."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

import django_tables2 as tables
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.lifecycle import ANSWERED
from applications.models import Line, LineQuerySet
from applications.people.brought import EMAIL, JOB_ROLE, LABELS, LANGUAGE, NAME, SCHOOL
from applications.people.people import MANAGER, STEP_SHAPES, STEPS
from exchange.documents.sheets import MOMENT, NUMBER, TEXT, CellKind, Sheet, headed
from exchange.outbox.lifecycle import FAILED, MESSAGE
from exchange.people.lifecycle import role_of
from exchange.signs import badge
from exchange.tables import Table
from exchange.words import day_short, moment_short


class PeopleTable(Table):
    """Who was invited, started, sent, waits for whom: for the team of a trip, and for the coordinator of a school.

    `links` says where the name of a person leads, `button` makes what reminds one of them; both may give nothing.
    `undelivered` holds the invitations that did not arrive.
    """

    name = tables.Column(verbose_name=_("Name"), order_by=("sort_name", "pk"))
    school_name = tables.Column(verbose_name=_("School"), order_by=("school_name", "sort_name", "pk"))
    job_role = tables.Column(verbose_name=_("Job role"), empty_values=(), order_by=("job_role", "sort_name", "pk"))
    order = tables.Column(verbose_name=_("Where it stands"), empty_values=(), order_by=("standing", "sort_name", "pk"))
    sent_at = tables.Column(verbose_name=_("Sent"), empty_values=(), order_by=("submitted_at", "sort_name", "pk"))
    manager = tables.Column(verbose_name=_("Manager"), empty_values=(), order_by=("answer", "sort_name", "pk"))
    remind = tables.Column(verbose_name=_("Remind"), empty_values=(), orderable=False)

    class Meta:
        empty_text = _("Nobody fits this.")

    def __init__(self, *args: Any, links: Any, button: Any = None, one_school: bool = False, **kwargs: Any) -> None:
        self.links, self.button = links, button
        self.undelivered: Collection[UUID] = ()
        hidden = [] if button else ["remind"]
        hidden += ["school_name"] if one_school else []
        super().__init__(*args, exclude=hidden, **kwargs)

    def order_manager(self, rows: LineQuerySet, is_descending: bool) -> tuple[LineQuerySet, bool]:
        """Not asked, asked, answered; never by what was answered."""
        asked = Case(
            When(Q(backing="") | Q(status="draft"), then=Value(0)),
            When(backing__in=ANSWERED, then=Value(2)),
            default=Value(1),
        )
        return rows.order_by(asked.desc() if is_descending else asked, "sort_name", "pk"), True

    def render_name(self, record: Line) -> str:
        url = self.links(record)
        name = format_html('<a href="{}">{}</a>', url, record.name) if url else record.name
        return format_html('{}<br><span class="muted micro">{}</span>', name, record.email)

    def render_job_role(self, record: Line) -> str:
        return role_of(record.job_role) or "–"

    def render_order(self, record: Line) -> str:
        where = badge(STEP_SHAPES[record.step], STEPS[record.step])
        if record.invitation_id in self.undelivered:
            state = MESSAGE.by_value[FAILED]
            where = format_html("{} {}", where, badge(state.shape, state.label))
        return format_html("{}{}", where, below(since(record)))

    def render_sent_at(self, record: Line) -> str:
        if not record.submission:
            return "–"
        return format_html("{}{}", moment_short(record.submitted_at), below(version(record)))

    def render_manager(self, record: Line) -> str:
        if not record.manager:
            return "–"
        shape, label = MANAGERS["back" if record.came_back else record.manager]
        return format_html("{}{}", badge(shape, label), below(record.signer))

    def render_remind(self, record: Line) -> str:
        return self.button(record) or "–"


MANAGERS = {"asked": ("wait", _("asked")), "back": ("err", _("the mail came back")), "answered": ("ok", _("answered"))}


def below(text: str) -> str:
    """A second line in a cell, smaller."""
    return format_html('<br><span class="muted micro">{}</span>', text) if text else ""


def since(record: Line) -> str:
    """What there is to say about where somebody stands: how far, or since when."""
    if record.parts is not None:
        return str(_("%(parts)s of 6 parts") % {"parts": record.parts})
    if record.step == MANAGER:
        if record.chased_at:
            days = {"asked": day_short(record.asked_at), "again": day_short(record.chased_at)}
            return str(_("asked on %(asked)s, reminded on %(again)s") % days)
        return str(_("asked on %(when)s") % {"when": day_short(record.asked_at)})
    if record.application_id is None:
        return str(_("on %(when)s") % {"when": day_short(record.invited_at)})
    return ""


def version(record: Line) -> str:
    """Which version counts, once there is more than one."""
    number = record.submission.number
    return str(_("version %(number)s") % {"number": number}) if number > 1 else ""


#: Columns of the spreadsheet, in an order that stays. The first five can be read back as they are.
PEOPLE_COLUMNS: tuple[tuple[Any, CellKind, Any, Callable[[Line], Any]], ...] = (
    (LABELS[NAME], TEXT, _("as the person wrote it, else as it stood on the list"), lambda one: one.name),
    (LABELS[EMAIL], TEXT, _("of the account, else of the list"), lambda one: one.email),
    (LABELS[SCHOOL], TEXT, _("on what was sent, else of the account, else of the list"), lambda one: one.school_said),
    (LABELS[JOB_ROLE], TEXT, _("on what was sent, else of the account, else of the list"), lambda one: _role(one)),
    (LABELS[LANGUAGE], TEXT, _("in which the house writes: nl or en"), lambda one: one.writes),
    (_("Invited"), MOMENT, _("empty when nobody put the person on a list"), lambda one: one.invited_at),
    (_("Where it stands"), TEXT, _("now; what is decided shows after the publication"), lambda one: STEPS[one.step]),
    (_("Parts written"), NUMBER, _("of the six of a draft that is not sent"), lambda one: one.parts),
    (_("Sent"), MOMENT, _("the last version"), lambda one: one.submitted_at if one.version else None),
    (_("Version"), NUMBER, _("how often it was sent"), lambda one: one.version),
    (_("Manager"), TEXT, _("asked, the mail came back, or answered; no answer itself"), lambda one: _asked(one)),
    (pgettext_lazy("who answers as manager", "Who"), TEXT, _("who was asked, or signed"), lambda one: _signer(one)),
    (_("Asked"), MOMENT, _("when the manager was asked"), lambda one: one.asked_at if one.manager else None),
    (_("Reminded"), MOMENT, _("when the manager was mailed again"), lambda one: one.chased_at if one.manager else None),
)  # fmt: skip


def _signer(record: Any) -> str:
    return (record.signed_by or record.asked_of) if record.manager else ""


def _role(record: Line) -> str:
    return role_of(record.job_role)


def _asked(record: Any) -> Any:
    if not record.manager:
        return ""
    return MANAGERS["back" if record.manager == "asked" and record.bounced_at else record.manager][1]


def people_sheet(people: LineQuerySet, title: Any) -> Sheet:
    """The same people as the list, all pages of it."""
    columns = [(label, kind) for label, kind, _meaning, _of in PEOPLE_COLUMNS]
    cells = [of for _label, _kind, _meaning, of in PEOPLE_COLUMNS]
    rows = people.only(*SAID_OF_LINE).annotate(**SAID_BESIDE).iterator(chunk_size=500)
    return Sheet(title, columns, ([of(one) for of in cells] for one in rows))


#: What the spreadsheet says of a line, and of what stands beside it: one object a row.
SAID_OF_LINE = """
    name email job_role invited_at parts submitted_at backing status asked_at reminded_at standing sort_name
""".split()
SAID_BESIDE = {
    "school_said": Coalesce("school__name", Value("")),
    "writes": Case(When(application=None, then="invitation__language"), default="user__language"),
    "version": F("submission__number"),
    "signed_by": F("endorsement__signer_name"),
    "asked_of": F("endorsement__manager_name"),
    "bounced_at": F("endorsement__bounced_at"),
}


def with_people(lines: LineQuerySet) -> LineQuerySet:
    """With what a row shows beside the line: the account, the list, the version and the manager."""
    texts = ("submission__content", "endorsement__signed_content", "endorsement__school_use")
    return lines.select_related("submission", "endorsement").defer(*texts)


def codebook() -> Sheet:
    """What each column means."""
    rows = ([headed(label, kind), meaning] for label, kind, meaning, _of in PEOPLE_COLUMNS)
    return Sheet(_("What the columns mean"), [(_("Column"), TEXT), (_("Meaning"), TEXT)], rows)
