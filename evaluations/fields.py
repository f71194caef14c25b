"""The fields that several forms share."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import Agreement
from evaluations.models import GoalLevel
from exchange.forms import LevelField, LevelScale, OwnWords
from exchange.trips.models import LearningGoal

NO_STUDENT = _("Write nothing that identifies a student.")
UNKNOWN = "unknown"
DONT_KNOW = _("I don't know")
NEVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def words(
    label: Any, *, max_length: int, rows: int = 3, required: bool = False, help_text: Any = ""
) -> forms.CharField:
    """A text in somebody's own words."""
    return forms.CharField(
        label=label, max_length=max_length, required=required, help_text=help_text, widget=OwnWords(rows=rows)
    )


def agreement(label: Any) -> forms.TypedChoiceField:
    """Five steps of agreement, or not known."""
    return forms.TypedChoiceField(
        label=label,
        choices=[*((str(value), text) for value, text in Agreement.choices), (UNKNOWN, DONT_KNOW)],
        coerce=lambda value: None if value == UNKNOWN else int(value),
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


def agreed(value: int | None, answered: bool) -> str:
    """What to preselect: a step, "I don't know" once that was said, else nothing."""
    return str(value) if value else UNKNOWN if answered else "none"


class WordShown(forms.Form):
    """Where the one word may stand, each with a consent of its own."""

    consent = forms.BooleanField(
        label=_("This word may stand in the report, without my name"),
        required=False,
        help_text=_("You can take this back at any time; then it goes out of published editions too."),
    )
    public = forms.BooleanField(
        label=_("It may also stand on the public page of the trip, for everybody to read"),
        required=False,
        help_text=_("Among the words of others who agreed to it. You can take this back at any time."),
    )

    def clean_public(self) -> bool:
        """Words of the report stand in public: the lead has read them there."""
        public: bool = self.cleaned_data["public"]
        if public and not self.cleaned_data.get("consent"):
            raise forms.ValidationError(
                _("On the public page stand words of the report. Tick the report as well, or leave this one out.")
            )
        return public


class EveningLevelField(LevelField):
    """A level, "I don't know yet", or nothing at all: whether a goal was touched is told apart from not knowing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.choices = [*self.choices, (UNKNOWN, _("I don't know yet"))]  # type: ignore[misc]  # given as a list
        self.coerce = lambda value: value if value == UNKNOWN else int(value)
        self.widget = Scale(self.widget.words, self.widget.lang)
        self.widget.choices = self.choices

    def prepare_value(self, value: Any) -> Any:
        """Nothing preselected before a first answer."""
        return "none" if value is None else value


class Scale(LevelScale):
    """The level scale with "I don't know yet" as an answer of its own."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = context["widget"]["levels"]
        context["widget"]["levels"] = [option for option in options if option["value"] != UNKNOWN]
        context["widget"]["unknown"] = [option for option in options if option["value"] == UNKNOWN]
        return context


def scale(goal: LearningGoal) -> EveningLevelField:
    """The scale of one goal, with its owner's words."""
    return EveningLevelField(
        label=_("Where are you now?"), words=[text for _level, text in goal.levels], lang=goal.language
    )


def initial_level(row: GoalLevel | None) -> int | str | None:
    """What to preselect for a stored level."""
    if row is None:
        return None
    return UNKNOWN if row.level is None else row.level


def secure(link: str) -> str:
    """Links are https only."""
    if link and not link.startswith("https://"):
        raise forms.ValidationError(_("Use a link that starts with https://."))
    return link
