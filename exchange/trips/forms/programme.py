"""Forms for hosts, the programme and the meetings."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.forms import ClockField, DayField, dutch_moment
from exchange.trips.forms.trip import PartForm
from exchange.trips.models import HostOrganisation, Meeting, MeetingKind, PreVisit, ProgrammeItem, Trip


class ChooseHostForm(forms.Form):
    """A host that received us before."""

    host = forms.ModelChoiceField(HostOrganisation.objects.none(), label=_("host organisation"))

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = HostOrganisation.objects.exclude(trips=trip)


class HostForm(PartForm):
    """A host organisation."""

    website = forms.URLField(label=_("website"), required=False, assume_scheme="https", max_length=200)

    class Meta:
        model = HostOrganisation
        fields = "name place country website good_at_nl good_at_en contact_name contact_email".split()
        widgets = dict.fromkeys(("good_at_nl", "good_at_en"), forms.Textarea(attrs={"rows": 3}))
        help_texts = {"contact_email": _("Only the team of a trip sees the contact.")}


class PreVisitForm(PartForm):
    """What a preparatory visit found."""

    visited_on = DayField(label=_("visited on"))
    go = forms.TypedChoiceField(
        label=_("Do we go there?"),
        choices=[("yes", _("Go")), ("no", _("Do not go"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = PreVisit
        fields = ["visited_on", "visited_by", "findings", "go"]
        widgets = {"findings": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["visited_by"]
        people.queryset = people.queryset.filter(team_memberships__trip=trip).distinct()
        people.required = False

    def clean_visited_on(self) -> date:
        day = self.cleaned_data["visited_on"]
        if day > clock.today():
            raise forms.ValidationError(_("That day is still to come. Note a visit after it was made."))
        return day


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


class MeetingForm(forms.Form):
    """A meeting in the Netherlands. The day of the return meeting and of the follow-up day is the trip's."""

    kind = forms.ChoiceField(label=_("kind"))
    on = DayField(label=_("day"), required=False)
    starts = ClockField(label=_("from"), help_text=_("Dutch time (Europe/Amsterdam)."))
    ends = ClockField(label=_("until"))
    place = forms.CharField(label=_("place"), max_length=160, required=False)
    link = forms.URLField(
        label=_("link for those who join online"), required=False, assume_scheme="https", max_length=200
    )
    agenda_nl = forms.CharField(
        label=_("agenda (Dutch)"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    agenda_en = forms.CharField(
        label=_("agenda (English)"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        self.meeting, self.trip = meeting, meeting.trip
        new = meeting._state.adding
        super().__init__(*args, initial=kwargs.pop("initial", None) or ({} if new else now_in(meeting)), **kwargs)
        self.fields["kind"].choices = self.kinds() if new else [(meeting.kind, meeting.get_kind_display())]
        self.fields["on"].help_text = _("The return meeting and the follow-up day have the date of the trip.")
        if not new:
            self.fields["kind"].disabled = True
            self.fields["on"].disabled = meeting.kind != MeetingKind.PREPARATION

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
                data[f"{name}_at"] = dutch_moment(day, data[name])
            except forms.ValidationError as problem:
                self.add_error(name, problem)
        if not self.errors and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", _("It ends after it starts."))

    @property
    def changes(self) -> dict[str, Any]:
        names = "starts_at ends_at place link agenda_nl agenda_en".split()
        return {name: self.cleaned_data[name] for name in names}


def now_in(meeting: Meeting) -> dict[str, Any]:
    """A meeting as its form shows it."""
    starts, ends = (moment.astimezone(clock.HOME) for moment in (meeting.starts_at, meeting.ends_at))
    return {
        "kind": meeting.kind,
        "on": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": meeting.place,
        "link": meeting.link,
        "agenda_nl": meeting.agenda_nl,
        "agenda_en": meeting.agenda_en,
    }
