"""Levels of goals, as part of the pages of the return and of one year later; and what is handed back."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, UNKNOWN, initial_level, scale, words
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel
from exchange.forms import OwnWords
from exchange.trips.models import LearningGoal


class GoalScores(forms.Form):
    """For each goal a level (if it was sharpened) and the outcome in words. What was confirmed is not asked again."""

    def __init__(
        self, *args: Any, goals: list[LearningGoal], rows: dict[uuid.UUID, GoalLevel], moment: Moment, **kwargs: Any
    ) -> None:
        self.goals, self.rows = goals, rows
        super().__init__(*args, **kwargs)
        outcome = _("What became of it, in your own words?")
        for goal in self.open_goals():
            row = rows.get(goal.pk)
            if goal.sharpened:
                self.fields[f"level_{goal.pk}"] = scale(goal)
                self.initial[f"level_{goal.pk}"] = initial_level(row)
            self.fields[f"outcome_{goal.pk}"] = words(outcome, max_length=600, help_text=NO_STUDENT)
            self.initial[f"outcome_{goal.pk}"] = row.outcome if row else ""

    def open_goals(self) -> list[LearningGoal]:
        """Goals whose level was not confirmed yet."""
        return [goal for goal in self.goals if not (goal.pk in self.rows and self.rows[goal.pk].confirmed_at)]

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each goal with its fields and what stands."""
        names = self.fields
        for goal in self.goals:
            level, outcome = f"level_{goal.pk}", f"outcome_{goal.pk}"
            yield {
                "goal": goal,
                "row": self.rows.get(goal.pk),
                "level": self[level] if level in names else None,
                "outcome": self[outcome] if outcome in names else None,
            }

    def scores(self) -> dict[uuid.UUID, tuple[int | None, str]]:
        """For the actions: what was answered about goals that can still be answered."""
        found = {}
        for goal in self.open_goals():
            level = self.cleaned_data.get(f"level_{goal.pk}")
            outcome = self.cleaned_data[f"outcome_{goal.pk}"]
            if level is not None or outcome or goal.pk in self.rows:
                found[goal.pk] = (None if level == UNKNOWN else level, outcome)
        return found


class HandBackForm(forms.Form):
    """What the participant is asked to look at again."""

    note = forms.CharField(
        label=_("What should be looked at again?"),
        max_length=300,
        widget=OwnWords(rows=2),
        help_text=_("One sentence; the participant gets it by mail."),
    )
