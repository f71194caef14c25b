"""One evening."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.evenings.actions import Answers
from evaluations.fields import NEVER, NO_STUDENT, UNKNOWN, initial_level, scale, words
from evaluations.lifecycle import MOOD_SHAPES, Mood, Verdict
from evaluations.models import DailyEvaluation, GoalLevel
from exchange.privacy.declared import NEED
from exchange.signs import badge
from exchange.trips.models import LearningGoal


def moods() -> list[tuple[int, str]]:
    """The best first, each with its shape."""
    return [(mood.value, badge(MOOD_SHAPES[mood], mood.label)) for mood in reversed(Mood)]


class EveningForm(forms.Form):
    """One evening: the own goals, one insight, how are you, what do you need."""

    insight = words(_("What do you take from today?"), max_length=400, help_text=NO_STUDENT)
    verdict = forms.ChoiceField(
        label=_("Can you use this at home?"), choices=Verdict.choices, required=False, widget=forms.RadioSelect
    )
    mood = forms.TypedChoiceField(
        label=_("How are you?"),
        choices=moods,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    need = words(
        _("What do you need for tomorrow?"),
        max_length=600,
        rows=2,
        help_text=NEED.told(
            _(
                "The companions read this tonight; it is deleted %(time)s after the return. Leave it empty when all is "
                "well."
            )
        ),
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    all_optional = True

    def __init__(
        self,
        *args: Any,
        goals: list[LearningGoal],
        evening: DailyEvaluation | None,
        rows: dict[uuid.UUID, GoalLevel],
        yesterday: dict[uuid.UUID, GoalLevel] | None = None,
        **kwargs: Any,
    ) -> None:
        self.goals, self.yesterday = goals, yesterday or {}
        super().__init__(*args, **{"initial": self._start(evening, rows), **kwargs})
        for goal in goals:
            if goal.sharpened:
                self.fields[f"level_{goal.pk}"] = scale(goal)
            else:
                label = _("What did you do with it today?")
                self.fields[f"words_{goal.pk}"] = words(label, max_length=600, rows=2)

    def _start(self, evening: DailyEvaluation | None, rows: dict[uuid.UUID, GoalLevel]) -> dict[str, Any]:
        if evening is None:
            return {"client_key": uuid.uuid4()}
        insight = getattr(evening, "insight", None)
        start = {
            "insight": insight.text if insight else "",
            "verdict": insight.verdict if insight else "",
            "mood": evening.mood,
            "need": evening.need,
            "client_key": evening.client_key,
            "seen": evening.changed_at.isoformat(),
        }
        for pk, row in rows.items():
            start |= {f"level_{pk}": initial_level(row), f"words_{pk}": row.outcome}
        return start

    def questions(self) -> Iterator[dict[str, Any]]:
        """Each own goal with its field and where it stood the evening before."""
        for goal in self.goals:
            name = f"level_{goal.pk}" if goal.sharpened else f"words_{goal.pk}"
            yield {"goal": goal, "field": self[name], "yesterday": self.yesterday.get(goal.pk)}

    def clean_seen(self) -> datetime | None:
        """When the page that is sent back was built; a broken value counts as a stale page."""
        try:
            seen = datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return NEVER
        return seen if seen is None or seen.tzinfo else NEVER

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [value for name, value in cleaned.items() if name not in ("client_key", "seen")]
        if not self.errors and not any(value not in ("", None) for value in said):
            raise forms.ValidationError(_("Answer at least one question. “I don't know yet” is an answer too."))
        return cleaned

    def answers(self) -> Answers:
        """For the action."""
        cleaned = self.cleaned_data
        levels, texts = {}, {}
        for goal in self.goals:
            level = cleaned.get(f"level_{goal.pk}")
            if level is not None:
                levels[goal.pk] = None if level == UNKNOWN else level
            if text := cleaned.get(f"words_{goal.pk}"):
                texts[goal.pk] = text
        return Answers(
            mood=cleaned["mood"],
            need=cleaned["need"],
            insight=cleaned["insight"],
            verdict=cleaned["verdict"],
            levels=levels,
            words=texts,
        )
