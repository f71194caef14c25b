"""Levels and outcomes, the return, presentations."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.forms.fields import NO_STUDENT, UNKNOWN, agreed, agreement, initial_level, scale, secure, words
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel, OneWord, Presentation, ReturnEvaluation
from exchange.forms import ClockField, OwnWords
from exchange.trips.models import LearningGoal, Participation


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


class ReturnForm(GoalScores):
    """The return page."""

    word = forms.CharField(
        label=_("The trip in one word"),
        max_length=40,
        required=False,
        help_text=_("At most 40 characters. In a year we ask you again, before you see this one."),
        widget=forms.TextInput(attrs={"class": "own-words", "autocomplete": "off"}),
    )
    consent = forms.BooleanField(
        label=_("This word may stand in the report, without my name"),
        required=False,
        help_text=_("You can take this back at any time."),
    )
    grade = forms.TypedChoiceField(
        label=_("Which grade do you give the trip?"),
        choices=[(str(n), str(n)) for n in range(1, 11)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "grades"}),
        help_text=_("1 is very bad, 10 is excellent."),
    )
    learned = words(_("What did you learn that you did not expect?"), max_length=600, help_text=NO_STUDENT)
    support = agreement(_("I expect my manager to help me use it"))
    opportunity = agreement(_("I expect to get the chance to use it"))

    def __init__(self, *args: Any, answered: ReturnEvaluation | None, said: OneWord | None, **kwargs: Any) -> None:
        start: dict[str, Any] = {}
        if answered:
            start = {"grade": answered.grade, "learned": answered.learned}
        if said:
            start |= {"word": said.word, "consent": said.consent}
        start["support"] = agreed(answered.support if answered else None, bool(answered))
        start["opportunity"] = agreed(answered.opportunity if answered else None, bool(answered))
        super().__init__(*args, initial=start, moment=Moment.RETURN, **kwargs)


class PresentationForm(forms.ModelForm):
    """What somebody presents."""

    link = forms.URLField(
        label=_("Link to your slides"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("Starts with https://. Make sure the team may open it."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    text = words(_("In a few sentences"), max_length=2000, rows=5, help_text=NO_STUDENT)

    class Meta:
        model = Presentation
        fields = ["title", "text", "link"]

    def clean_link(self) -> str:
        return secure(self.cleaned_data["link"])


class SlotsForm(forms.Form):
    """The order of the presentations: a first moment, minutes each, and a number per person."""

    starts = ClockField(label=_("First presentation at"))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=3, max_value=120, initial=10)

    def __init__(self, *args: Any, rows: list[tuple[Participation, Presentation | None]], **kwargs: Any) -> None:
        self.people = [participation for participation, _presentation in rows]
        super().__init__(*args, **kwargs)
        for number, participation in enumerate(self.people, 1):
            self.fields[f"place_{participation.pk}"] = forms.IntegerField(
                label=_("Place of %(name)s") % {"name": participation.printed_name},
                min_value=1,
                max_value=999,
                required=False,
                initial=number,
            )

    def place(self, participation: Participation) -> forms.BoundField:
        """The number of one person."""
        return self[f"place_{participation.pk}"]

    def order(self) -> list[Participation]:
        """In the order asked for; whoever has no number gets no slot."""
        numbered = [(self.cleaned_data[f"place_{p.pk}"], index, p) for index, p in enumerate(self.people)]
        return [person for number, _index, person in sorted(n for n in numbered if n[0])]


class HandBackForm(forms.Form):
    """What the participant is asked to look at again."""

    note = forms.CharField(
        label=_("What should be looked at again?"),
        max_length=300,
        widget=OwnWords(rows=2),
        help_text=_("One sentence; the participant gets it by mail."),
    )
