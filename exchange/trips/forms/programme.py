"""What stands on the programme of a day."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from exchange.forms import ClockField
from exchange.trips.forms.trip import PartForm
from exchange.trips.models import ProgrammeItem, Trip


class ProgrammeItemForm(PartForm):
    """Something on the programme of a day."""

    either = ("title_nl", "title_en")
    on = forms.TypedChoiceField(label=_("day"), coerce=date.fromisoformat)
    starts = ClockField(label=_("from"), required=False)
    ends = ClockField(label=_("until"), required=False)
    hours = forms.DecimalField(
        label=_("hours"),
        required=False,
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
        help_text=_("These count for the certificate. Left empty: the time between from and until."),
    )

    class Meta:
        model = ProgrammeItem
        fields = "on starts ends kind host title_nl title_en text_nl text_en place hours".split()
        widgets = dict.fromkeys(("text_nl", "text_en"), forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = [(day.isoformat(), date_format(day, "l j F")) for day in trip.days]
        self.fields["host"].queryset = trip.hosts.order_by("name")
        self.fields["host"].help_text = _("Add a host on the page Hosts first.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.one_of("title")
        starts, ends = data.get("starts"), data.get("ends")
        if ends and not starts:
            self.add_error("starts", _("Say when it starts, too."))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("It ends after it starts."))
        if data.get("hours") is None and "hours" not in self.errors:
            data["hours"] = between(starts, ends)
        return data


def between(starts: Any, ends: Any) -> Decimal:
    """The hours between two times of a day, in halves."""
    if not (starts and ends):
        return Decimal(0)
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    return Decimal(max(0, round(minutes / 30))) / 2
