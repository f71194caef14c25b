"""How forms are drawn, and the little they share."""

from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from exchange import clock

Day = TypeVar("Day", bound=date)


#: A page that is read and sent: with a form on it.
form_page = require_http_methods(["GET", "HEAD", "POST"])


class Renderer(TemplatesSetting):
    """Our own templates for whole forms and single fields; a field for one language is marked with it."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> Any:
        widget = context.get("widget", {})
        if (lang := widget.get("name", "")[-3:]) in ("_nl", "_en"):
            widget["attrs"] = {"lang": lang[1:], **widget["attrs"]}
        return super().render(template_name, context, request)


def status_of(*bound: forms.BaseForm) -> int:
    """200 for a fresh page, 422 when what was typed needs another look."""
    return 422 if any(form.is_bound and not form.is_valid() for form in bound) else 200


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, also when it is nothing; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


def as_key(text: str) -> UUID | None:
    """An id as a form sends it; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


class LongText(forms.Textarea):
    """A text field of some lines, with a count."""

    def __init__(self, rows: int = 3, **attrs: object) -> None:
        super().__init__(attrs={"rows": rows, **attrs})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A line break counts once, as it does for the writer; browsers send two characters."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class OwnWords(LongText):
    """A text field for what people write themselves: in the serif, with a count."""

    def __init__(self, rows: int = 4, **attrs: object) -> None:
        super().__init__(rows, **{"class": "own-words", **attrs})


LEVELS = [("-2", "−2"), ("-1", "−1"), ("0", "0"), ("1", "+1"), ("2", "+2")]


class LevelScale(forms.RadioSelect):
    """The five levels in a row, with what the chosen one means below; "I don't know yet" stands apart."""

    template_name = "components/level_scale.html"

    def __init__(self, words: list[str] | None = None, lang: str = "", **attrs: object) -> None:
        super().__init__(attrs=attrs)
        self.words, self.lang = words or [], lang

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [option for _group, group, _index in context["widget"]["optgroups"] for option in group]
        labels = [label for _value, label in LEVELS]
        context["widget"]["levels"] = [option for option in options if option["value"] != ""]
        context["widget"]["unknown"] = [option for option in options if option["value"] == ""]
        context["widget"]["words"] = list(zip(labels, self.words, strict=False))
        context["widget"]["lang"] = self.lang
        return context


class LevelField(forms.TypedChoiceField):
    """A goal level, −2 … +2; with `unknown` also None for "I don't know yet". `words` are those of its levels."""

    def __init__(
        self, *, words: list[str] | None = None, lang: str = "", unknown: bool = False, **options: Any
    ) -> None:
        choices = [*LEVELS, ("", _("I don't know yet"))] if unknown else LEVELS
        given = {"choices": choices, "coerce": int, "empty_value": None, "required": not unknown}
        super().__init__(**{**given, "widget": LevelScale(words, lang), **options})


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
