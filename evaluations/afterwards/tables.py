"""Lists of the team."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import Moment, Rung
from evaluations.owed import Owed
from exchange.signs import badge
from exchange.tables import Table
from exchange.words import level


class OutcomesTable(Table):
    """What each participant brought home, and what is still owed."""

    name = tables.Column(verbose_name=_("Participant"), accessor="participation__printed_name", orderable=False)
    words = tables.Column(verbose_name=_("One word"), empty_values=(), orderable=False)
    goals = tables.Column(verbose_name=_("Goals: start, return, a year"), empty_values=(), orderable=False)
    actions = tables.Column(verbose_name=_("Actions"), empty_values=(), orderable=False)
    rung = tables.Column(verbose_name=_("Anchored"), accessor="reached_rung", orderable=False)
    owed = tables.Column(verbose_name=_("Still to come"), empty_values=(), orderable=False)

    class Meta:
        empty_text = _("Nobody has a place on this trip yet.")
        caption = _("What each participant brought home")

    def __init__(self, *args: Any, year: bool = False, **kwargs: Any) -> None:
        self.year = year
        super().__init__(*args, **kwargs)

    def render_name(self, record: Owed) -> str:
        one = record.participation
        return format_html('{}<br><span class="small muted">{}</span>', one.printed_name, one.institution)

    def render_words(self, record: Owed) -> str:
        said = {word.moment: word for word in record.participation.words.all()}
        found = [said[moment] for moment in (Moment.RETURN, Moment.ONE_YEAR) if moment in said]
        return (
            format_html_join(" → ", '<span class="own" lang="{}">{}</span>', ((w.language, w.word) for w in found))
            or "–"
        )

    def render_goals(self, record: Owed) -> str:
        return format_html_join("", "<div>{}</div>", ((self.path(goal),) for goal in record.goals)) or "–"

    @staticmethod
    def path(goal: Any) -> str:
        """−1 → 0 → +1; what was never sharpened is not measured."""
        if not goal.sharpened:
            return gettext("not measured")
        return " → ".join(level(value) for value in (goal.baseline, goal.at_return, goal.after_year))

    def render_actions(self, record: Owed) -> str:
        if not record.actions:
            return "–"
        told = sum(1 for action in record.actions if action.reported_at)
        return gettext("%(count)s planned, %(told)s told about") % {"count": len(record.actions), "told": told}

    def render_rung(self, value: int) -> str:
        return f"{value}: {Rung(value).label}" if value else "–"

    def render_owed(self, record: Owed) -> str:
        owed = [label for name, label in OWED if getattr(record, name)]
        return format_html_join("", "<div>{}</div>", ((badge("wait", label),) for label in owed)) or "–"


OWED = (
    ("raw_goals", _("sharpen a goal")),
    ("missing_evenings", _("an evening")),
    ("owes_return", _("the return questions")),
    ("owes_presentation", _("a presentation")),
    ("owes_plan", _("a plan")),
    ("handed_back", _("a level handed back")),
    ("unreported", _("tell about an action")),
    ("owes_recall", _("the one-year questions")),
    ("owes_year", _("the second half of the one-year questions")),
)
