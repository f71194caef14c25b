"""Sharpening a goal."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import words
from evaluations.goals.actions import COLUMNS
from evaluations.models import GoalLevel
from exchange.forms import LevelField
from exchange.trips.models import LearningGoal


class SharpenForm(forms.Form):
    """A goal with five levels. `later` saves an unfinished one; a stale page is told apart by `version`."""

    LABELS = (
        _("−2: much less than expected"),
        _("−1: somewhat less than expected"),
        _("0: as expected"),
        _("+1: somewhat more than expected"),
        _("+2: much more than expected"),
    )
    text = words(_("What do you want to be able to do?"), max_length=300, rows=2)
    # In the order of the page: the summary of mistakes reads from top to bottom.
    level_p2 = words(LABELS[4], max_length=200, rows=2)
    level_p1 = words(LABELS[3], max_length=200, rows=2)
    level_0 = words(
        LABELS[2], max_length=200, rows=2, help_text=_("Realistic: you expect to stand here after the trip.")
    )
    level_m1 = words(LABELS[1], max_length=200, rows=2)
    level_m2 = words(LABELS[0], max_length=200, rows=2)
    baseline = LevelField(label=_("Where do you stand now?"), required=False)
    weight = forms.TypedChoiceField(
        label=_("How much does this goal weigh?"),
        choices=[("1", _("normal")), ("2", _("more")), ("3", _("most"))],
        coerce=int,
        initial="1",
        widget=forms.RadioSelect,
        help_text=_("Only if one of your goals matters more to you than the others."),
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    NEEDED = ("text", *COLUMNS, "baseline")
    all_optional = True  # nothing is marked optional: all of it is needed, though not at once

    def __init__(self, *args: Any, goal: LearningGoal, baseline: GoalLevel | None, **kwargs: Any) -> None:
        self.goal, self.stored = goal, baseline
        start = {column: getattr(goal, column) for column in COLUMNS}
        start |= {"text": goal.words, "weight": str(goal.weight), "version": self.version_of(goal, baseline)}
        super().__init__(*args, **{"initial": start | {"baseline": self._start(baseline)}, **kwargs})
        for name in ("text", *COLUMNS):
            self.fields[name].widget.attrs["lang"] = goal.language

    @staticmethod
    def _start(baseline: GoalLevel | None) -> int | str:
        return "none" if baseline is None or baseline.level is None else baseline.level

    @staticmethod
    def version_of(goal: LearningGoal, baseline: GoalLevel | None) -> str:
        """A short mark of what is stored."""
        parts = [goal.text, *(getattr(goal, column) for column in COLUMNS), goal.weight, goal.sharpened_at]
        parts.append(baseline.level if baseline else None)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def stale(self) -> bool:
        """Whether somebody else saved this goal since the page was opened."""
        return self.data.get("version", "") != self.version_of(self.goal, self.stored)

    @property
    def later(self) -> bool:
        """Whether to save it unfinished."""
        return "later" in self.data and not self.goal.sharpened

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.later:
            for name in self.NEEDED:
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, _("A goal that anybody can measure needs this."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """For the actions."""
        cleaned = self.cleaned_data
        return {
            "text": cleaned["text"],
            "levels": [cleaned[column] for column in COLUMNS],
            "baseline": cleaned["baseline"],
            "weight": cleaned["weight"],
        }
