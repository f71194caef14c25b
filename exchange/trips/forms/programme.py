"""What stands on the programme of a day."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exchange.forms import ClockField, LongText
from exchange.trips.forms.trip import PartForm
from exchange.trips.models import ProgrammeItem, Trip, in_hours
from exchange.words import clock_time, lasting

#: What goes on past midnight is no longer than this; more is a slip of the pen.
LONGEST_NIGHT = 12
WHEN = ("on", "starts", "ends")


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
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
        help_text=_("These count for the certificate. Left empty: the time between from and until. 0 counts nothing."),
    )

    class Meta:
        model = ProgrammeItem
        fields = "on starts ends kind host title_nl title_en text_nl text_en place hours".split()
        widgets = dict.fromkeys(("text_nl", "text_en"), LongText())

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = [(day.isoformat(), date_format(day, "l j F")) for day in trip.days]
        self.fields["host"].queryset = trip.hosts.order_by("name")
        self.fields["host"].help_text = _("Add a host on the page Hosts first.")
        if not self.instance._state.adding:
            now = _("Now it counts for %(time)s.") % {"time": lasting(self.instance.counts)}
            self.fields["hours"].help_text = format_lazy("{} {}", self.fields["hours"].help_text, now)
        self.fields["ends"].help_text = _("Left empty: a moment. Earlier than from: on the next day, past midnight.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.one_of("title")
        starts, ends = data.get("starts"), data.get("ends")
        if ends and not starts and "starts" not in self.errors:
            self.add_error("starts", _("Say when it starts, too."))
        if starts and ends and data.get("on"):
            self.hold_against_the_clock(ProgrammeItem(trip=self.instance.trip, **{n: data[n] for n in WHEN}))
        return data

    def hold_against_the_clock(self, item: ProgrammeItem) -> None:
        """Refuse what ends when it starts, or would go on for most of a night and a day."""
        read = {"from": clock_time(item.starts), "until": clock_time(item.ends), "most": lasting(LONGEST_NIGHT)}
        if item.starts == item.ends:
            text = _("It starts and ends at %(from)s. Say when it ends, or leave this empty: then it is a moment.")
            self.add_error("ends", text % read)
        elif item.past_midnight and item.lasts > LONGEST_NIGHT * 60:
            text = _(
                "It ends after it starts: from %(from)s until %(until)s on the next day would be %(time)s. "
                "Past midnight it lasts at most %(most)s; what is longer gets a line on each day."
            )
            self.add_error("ends", text % (read | {"time": lasting(in_hours(item.lasts))}))
