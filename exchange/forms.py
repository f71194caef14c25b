"""How forms are drawn, and the little they share."""

from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from exchange import clock

Day = TypeVar("Day", bound=date)


class Renderer(TemplatesSetting):
    """Our own templates for whole forms and single fields."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"


def status_of(*bound: forms.BaseForm) -> int:
    """200 for a fresh page, 422 when what was typed needs another look."""
    return 422 if any(form.is_bound and not form.is_valid() for form in bound) else 200


class OwnWords(forms.Textarea):
    """A text field for what people write themselves: in the serif, with a count."""

    def __init__(self, rows: int = 4, **attrs: object) -> None:
        super().__init__(attrs={"rows": rows, "class": "own-words", **attrs})


class DayField(forms.DateField):
    """A date, picked with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **options})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return within_reason(day) if day else None


class ClockField(forms.TimeField):
    """A time of day."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(**{"widget": widget, **options})


class MomentField(forms.DateTimeField):
    """A moment on the Dutch clock. Times that a change of the clock skips or repeats are refused with a sentence."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(**{"widget": widget, "help_text": _("Dutch time (Europe/Amsterdam)."), **options})

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment = super().to_python(value)
            return within_reason(moment) if moment else None
        except forms.ValidationError as problem:
            if getattr(problem, "code", "") != "ambiguous_timezone":
                raise
        wall = parse_datetime(str(value).strip())
        if wall is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return dutch_moment(within_reason(wall.date()), wall.time())


def within_reason(day: Day) -> Day:
    """A year that a trip can lie in. Raises ValidationError otherwise."""
    if not 2000 <= day.year <= 2100:
        raise forms.ValidationError(_("Choose a year between 2000 and 2100."), code="year")
    return day


def dutch_moment(day: date, clock_time: time) -> datetime:
    """That time on that day on the Dutch clock. Raises ValidationError when the clock skips or repeats it."""
    moment = datetime.combine(day, clock_time, tzinfo=clock.HOME)
    if moment.astimezone(UTC).astimezone(clock.HOME).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise forms.ValidationError(
            _("That night the clock goes forward: this time does not exist. Choose 03:00 or later."), code="skipped"
        )
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise forms.ValidationError(
            _("That night the clock goes back: this time comes twice. Choose a time before 02:00 or from 03:00 on."),
            code="repeated",
        )
    return moment
