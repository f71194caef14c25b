"""A meeting before or after the trip."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.forms import ClockField, DayField, LongText, dutch_moment
from exchange.trips.models import Meeting, MeetingKind
from exchange.words import clock_time


class MeetingForm(forms.Form):
    """A meeting in the Netherlands. The day of the return meeting and of the follow-up day is the trip's."""

    kind = forms.ChoiceField(label=_("kind"))
    on = DayField(label=_("day"), required=False)
    starts = ClockField(label=_("from"), help_text=_("Dutch time (Europe/Amsterdam)."))
    ends = ClockField(label=_("until"), required=False, help_text=_("Left empty: people read only when it starts."))
    place = forms.CharField(label=_("place"), max_length=160, required=False)
    link = forms.URLField(
        label=_("link for those who join online"), required=False, assume_scheme="https", max_length=200
    )
    agenda_nl = forms.CharField(label=_("agenda (Dutch)"), max_length=3000, required=False, widget=LongText(5))
    agenda_en = forms.CharField(label=_("agenda (English)"), max_length=3000, required=False, widget=LongText(5))

    reason = forms.CharField(
        label=_("Why does it change?"),
        max_length=300,
        required=False,
        help_text=_("Asked when day or time change. It stands in the mail to those who travel along."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        self.meeting, self.trip = meeting, meeting.trip
        new = meeting._state.adding
        initial = kwargs.pop("initial", None) or ({} if new else now_in(meeting))
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["kind"].choices = self.kinds() if new else [(meeting.kind, meeting.get_kind_display())]
        moves_alone = not new and meeting.kind == MeetingKind.PREPARATION
        if not moves_alone:
            text = _("The return meeting and the follow-up day move with the trip, on its own page.")
            self.fields["on"].help_text = text
        if new:
            del self.fields["reason"]
        else:
            self.fields["kind"].disabled = True
            self.fields["on"].disabled, self.fields["on"].required = not moves_alone, moves_alone

    def kinds(self) -> list[tuple[str, Any]]:
        """Preparation as often as one likes; the others once, when their date is known."""
        taken = set(self.trip.meetings.values_list("kind", flat=True))
        dated = {MeetingKind.RETURN: self.trip.return_meeting_on, MeetingKind.FOLLOW_UP: self.trip.follow_up_on}
        once = [kind for kind, day in dated.items() if day and kind not in taken]
        return [(kind.value, kind.label) for kind in (MeetingKind.PREPARATION, *once)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        day = {MeetingKind.RETURN.value: self.trip.return_meeting_on}.get(kind) or (
            self.trip.follow_up_on if kind == MeetingKind.FOLLOW_UP else data.get("on")
        )
        if kind and not day and "on" not in self.errors:
            self.add_error("on", _("Say on which day."))
        if kind == MeetingKind.PREPARATION and day and self.trip.departs_on and day >= self.trip.departs_on:
            self.add_error("on", _("A preparation meeting is before the departure."))
        if day and not self.errors:
            self.set_moments(data, day)
        return data

    def set_moments(self, data: dict[str, Any], day: date) -> None:
        """Turn the day and the times into two moments."""
        for name in ("starts", "ends"):
            try:
                data[f"{name}_at"] = dutch_moment(day, data[name]) if data[name] else None
            except forms.ValidationError as problem:
                self.add_error(name, problem)
        if not self.errors and data["ends_at"] and data["ends_at"] <= data["starts_at"]:
            read = {"from": clock_time(data["starts"]), "until": clock_time(data["ends"])}
            self.add_error("ends", _("It ends after it starts: this reads as from %(from)s until %(until)s.") % read)
        moved = "reason" in self.fields and not self.errors and data["starts_at"] != self.meeting.starts_at
        if moved and not data["reason"] and self.trip.participations.active().exists():
            self.add_error("reason", _("Say why: people keep this time free."))

    @property
    def changes(self) -> dict[str, Any]:
        names = "starts_at ends_at place link agenda_nl agenda_en".split()
        return {name: self.cleaned_data[name] for name in names}


class DropMeetingForm(forms.Form):
    """A meeting that does not take place: why, for whoever kept it free."""

    prefix = "drop"
    reason = forms.CharField(
        label=_("Why does it not take place?"),
        max_length=300,
        required=False,
        help_text=_("It stands in the mail to those who travel along."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = meeting.trip.participations.active().exists()
        self.fields["reason"].error_messages["required"] = _("Say why: people keep this time free.")


def now_in(meeting: Meeting) -> dict[str, Any]:
    """A meeting as its form shows it."""
    starts, ends = (at and at.astimezone(clock.HOME) for at in (meeting.starts_at, meeting.ends_at))
    return {
        "kind": meeting.kind,
        "on": starts.date(),
        "starts": starts.time(),
        "ends": ends and ends.time(),
        "place": meeting.place,
        "link": meeting.link,
        "agenda_nl": meeting.agenda_nl,
        "agenda_en": meeting.agenda_en,
    }
