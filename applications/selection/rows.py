"""The rows of the board. Made here and not in a template: there are many on one page, each with three buttons."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.http import base36_to_int, int_to_base36
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from applications.lifecycle import BACKED, DecisionKind
from applications.models import Line
from exchange.addresses import row_address
from exchange.signs import badge
from exchange.trips.models import Trip
from exchange.words import number

#: What a form sends of a row: the key of its line, and the moment of the proposal that stood there, if any.
TOLD = re.compile(r"([0-9]{1,18})(?:\.([0-9a-z]{1,11}))?\Z")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def told_of(line: Line) -> str:
    """What a form sends of a row."""
    if not line.decided:
        return str(line.pk)
    proposed = line.application.decision.proposed_at - EPOCH
    return f"{line.pk}.{int_to_base36(proposed // timedelta(microseconds=1))}"


def read(text: str) -> tuple[int, datetime | None] | None:
    """The line and the proposal that was seen, of what a form sent; None for anything else."""
    found = TOLD.match(text)
    if not found:
        return None
    seen = EPOCH + timedelta(microseconds=base36_to_int(found[2])) if found[2] else None
    return int(found[1]), seen


@dataclass(slots=True)
class BoardRows:
    """The rows of one column; `ticks` says whether the reader may propose."""

    trip: Trip
    here: str
    ticks: bool

    def __call__(self, lines: Iterable[Line]) -> SafeString:
        """The rows, one after the other."""
        return format_html_join("\n", "{}", ((self.row(line),) for line in lines))

    def row(self, line: Line) -> SafeString:
        """One application: who, the score, what stands in the way, and what can be proposed."""
        sent = told_of(line)
        return format_html(
            '<li class="pc"><span class="pn">{}<a href="{}">{}</a></span><span class="ps num">{}</span>'
            '<span class="pm muted">{}, {}{}</span>{}</li>',
            self.tick(line, sent),
            row_address("applications:detail", self.trip.slug, line.application_id),
            line.name,
            self.score(line),
            line.get_job_role_display(),
            line.school_name,
            waits(line),
            self.buttons(line, sent),
        )

    def tick(self, line: Line, sent: str) -> str:
        """The box for proposing several at once."""
        if not self.ticks:
            return ""
        label = _("Tick %(name)s") % {"name": line.name}
        return format_html('<input type="checkbox" name="pick" value="{}" aria-label="{}">', sent, label)

    def score(self, line: Any) -> str:
        """The score, with how many have read while not all have; nothing before the reader's own assessment."""
        if line.unread:
            return format_html('<span class="shut">{}</span>', _("after yours"))
        if line.readers_done >= self.trip.reviewers_each:
            return number(line.score, 2)
        return format_html(
            '{} <span class="micro muted">({}/{})</span>', number(line.score, 2), line.readers_done, line.readers
        )

    def buttons(self, line: Line, sent: str) -> str:
        """One press for each other kind."""
        if not self.ticks:
            return ""
        made = format_html_join(
            "",
            '<button name="one" value="{}:{}" aria-label="{}: {}">{}</button>',
            ((sent, kind, line.name, said, capfirst(said)) for kind, said in DecisionKind.choices if kind != self.here),
        )
        return format_html('<span class="pk">{}</span>', made)


def waits(line: Line) -> str:
    """What still stands in the way of a place."""
    found = []
    if line.backing not in BACKED:
        refused = line.backing == "refused"
        found.append(badge("err", _("refused")) if refused else badge("wait", _("waits for endorsement")))
    if line.user and not line.user.membership_confirmed:
        found.append(badge("wait", _("unconfirmed")))
    return format_html_join("", " {}", ((one,) for one in found))
