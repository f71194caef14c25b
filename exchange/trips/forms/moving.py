"""Other days for a trip that people agreed to."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.forms import DayField, LongText, MomentField
from exchange.trips.models import Trip
from exchange.trips.moving import Move, move_of
from exchange.words import day, moment


class MoveForm(forms.Form):
    """Other days for a trip people agreed to. What is left empty keeps its distance; `move` holds what follows."""

    departs_on = DayField(label=_("departure"), required=False)
    returns_on = DayField(label=_("return"), required=False)
    return_meeting_on = DayField(label=_("return meeting"), required=False)
    follow_up_on = DayField(label=_("one-year follow-up day"), required=False)
    endorse_by_at = MomentField(label=_("managers answer by"), required=False)
    letters_on = DayField(label=_("applicants hear on"), required=False)

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trip = trip
        self.move: Move | None = None
        kept = {
            "departs_on": _("Now %(date)s."),
            "returns_on": _("Now %(date)s. Left empty: the trip stays as long as it is."),
            "return_meeting_on": _("Now %(date)s. Left empty: as long after the return as now."),
            "follow_up_on": _("Now %(date)s. Left empty: it stays a year after the return."),
            "endorse_by_at": _("Now %(date)s. Left empty: it stays."),
            "letters_on": _("Now %(date)s. Left empty: it stays."),
        }
        for name, field in self.fields.items():
            now = getattr(trip, name)
            said = moment(now) if isinstance(now, datetime) else day(now)
            field.help_text = kept[name] % {"date": said}
        today = clock.today()
        over = [name for name in ("return_meeting_on", "follow_up_on") if getattr(trip, name) <= today]
        if trip.departs_on <= today:
            over += ["departs_on", "returns_on"]
        if trip.published_at:
            over += ["endorse_by_at", "letters_on"]
        for name in over:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        self.move = move_of(self.trip, data)
        if not self.move.changed:
            raise forms.ValidationError(_("Write at least one other date."))
        for name, text in self.move.problems:
            self.add_error(name if name in self.fields else None, str(text))
        return data

    @property
    def dates(self) -> dict[str, Any]:
        """What was given, for the action."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class SureOfMoveForm(forms.Form):
    """Why the trip moves, after what follows was read."""

    reason = forms.CharField(
        label=_("Why does the trip move?"),
        max_length=500,
        widget=LongText(),
        help_text=_("It stands in every letter about the move, and in the history of the trip."),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
