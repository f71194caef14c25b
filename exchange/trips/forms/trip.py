"""Forms for the trip itself, in the parts in which its team thinks about it."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.forms import DayField, LongText, MomentField
from exchange.trips.checklist import answers_move_along, default_dates, out_of_order
from exchange.trips.models import Theme, Trip
from exchange.trips.moving import DATES
from exchange.trips.places import too_few
from exchange.words import day

#: Words that stand where a trip's address stands.
RESERVED = {"new"}
ZONES = """
Europe/Amsterdam Europe/Athens Europe/Belfast Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels
Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Lisbon
Europe/Ljubljana Europe/London Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Oslo Europe/Paris Europe/Prague
Europe/Riga Europe/Rome Europe/Sarajevo Europe/Skopje Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Tirane
Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb Europe/Zurich Atlantic/Azores Atlantic/Canary
Atlantic/Reykjavik America/Curacao America/New_York America/Paramaribo America/Toronto Asia/Jakarta Asia/Nicosia
Asia/Singapore Africa/Casablanca Africa/Johannesburg
""".split()
OR_OTHER_LANGUAGE = _("Write it in Dutch or in English; one of the two is enough.")


class PartForm(forms.ModelForm):
    """A part of a trip. `changes` holds what was changed, for the action."""

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def freeze(self, *names: str, why: Any) -> None:
        """Show a field that can no longer be changed; what a browser sends for it is not read."""
        for name in names:
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = why

    def one_of(self, name: str) -> None:
        """Refuse a text that is in neither language."""
        both = f"{name}_nl", f"{name}_en"
        if not any(self.cleaned_data.get(one) or one in self.errors for one in both):
            self.add_error(f"{name}_nl", OR_OTHER_LANGUAGE)


class NewTripForm(PartForm):
    """What a trip needs to exist."""

    either = ("title_nl", "title_en")
    theme = forms.ModelChoiceField(Theme.objects.filter(frameworks__isnull=False).distinct(), label=_("theme"))
    slug = forms.SlugField(
        label=_("address"), max_length=60, required=False, help_text=_("Leave it empty and we make it from the title.")
    )

    class Meta:
        model = Trip
        fields = ["theme", "title_nl", "title_en", "city_nl", "city_en", "country_nl", "country_en", "slug"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        if slug in RESERVED:
            raise forms.ValidationError(_("This word is in use by the house. Choose another one."))
        if slug and Trip.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another trip has this address already. Choose another one."))
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.one_of("title")
        title = data.get("title_en") or data.get("title_nl") or ""
        if not data.get("slug") and "slug" not in self.errors:
            data["slug"] = free_slug(title)
        letters = re.sub("[^A-Z]", "", slugify(title).upper())
        self.instance.code = letters[:3] if len(letters) >= 3 else "TRP"
        return data


def free_slug(title: str) -> str:
    """An address made of the title that no trip has yet."""
    base = slugify(title)[:50].strip("-") or "trip"
    taken = set(Trip.objects.filter(slug__startswith=base).values_list("slug", flat=True)) | RESERVED
    return next(slug for n in range(1, len(taken) + 3) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


class BasicsForm(PartForm):
    """What the trip is about, where it goes, why, for whom and who pays."""

    either = ("title_nl", "title_en")
    code = forms.RegexField("^[A-Z]{3}$", label=_("three letters for certificate numbers"), strip=True)

    class Meta:
        model = Trip
        fields = """
            title_nl title_en city_nl city_en country_nl country_en question_nl question_en need_nl need_en
            audience_nl audience_en costs_nl costs_en contact_email code
        """.split()
        widgets = {
            name: LongText(rows)
            for names, rows in (
                (("question_nl", "question_en", "costs_nl", "costs_en"), 3),
                (("need_nl", "need_en", "audience_nl", "audience_en"), 6),
            )
            for name in names
        }
        help_texts = dict.fromkeys(
            ("need_nl", "need_en"), _("Write nothing that identifies a student: no names, no cases.")
        ) | {"contact_email": _("Stands on the public page and in every mail about the trip. Left empty: the lead's.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if called(self.instance):
            signed = _("The call has opened: people and their managers sign for this, so it stays.")
            self.freeze("costs_nl", "costs_en", why=signed)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.one_of("title")
        if self.instance.announced_at:
            self.one_of("question")
        return data


class DatesForm(PartForm):
    """All dates. Empty ones that follow from others are filled in."""

    opens_at = MomentField(label=_("call opens"), required=False)
    closes_at = MomentField(label=_("call closes"), required=False)
    endorse_by_at = MomentField(
        label=_("managers answer by"),
        required=False,
        help_text=_("Dutch time (Europe/Amsterdam). Left empty: seven days after the call closes, on a working day."),
    )
    letters_on = DayField(
        label=_("applicants hear on"),
        required=False,
        help_text=_("Stands on the public page. Left empty: three weeks after the call closes, on a working day."),
    )
    departs_on = DayField(label=_("departure"), required=False)
    returns_on = DayField(label=_("return"), required=False)
    return_meeting_on = DayField(
        label=_("return meeting"), required=False, help_text=_("Left empty: five weeks after the return.")
    )
    follow_up_on = DayField(
        label=_("one-year follow-up day"), required=False, help_text=_("Left empty: one year after the return.")
    )
    time_zone = forms.ChoiceField(
        label=_("time zone at the destination"),
        choices=[(name, name.partition("/")[2].replace("_", " ")) for name in ZONES],
        help_text=_("The days of the trip and its programme are told in this time."),
    )

    class Meta:
        model = Trip
        fields = """
            opens_at closes_at grace_minutes endorse_by_at letters_on departs_on returns_on time_zone
            return_meeting_on follow_up_on
        """.split()
        help_texts = {
            "grace_minutes": _("Nobody is told. What people are typing when the call closes is still taken this long.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trip, now, today = self.instance, clock.now(), clock.today()
        if not trip.announced_at:
            return
        for name in ("opens_at", "departs_on", "returns_on"):
            self.fields[name].required = True
        self.freeze("closes_at", why=_("The trip is announced: move this moment on its own page, with a reason."))
        if now >= trip.opens_at:
            self.freeze("opens_at", why=_("The call has opened."))
            self.freeze(*DATES, why=_("The call has opened and people agreed to this: move the trip, with a reason."))
        if trip.published_at:
            self.freeze("grace_minutes", why=_("The selection is published."))
        if today >= trip.departs_on:
            self.freeze("time_zone", why=_("The trip has departed."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            plan = Trip(**{name: data.get(name) for name in self.fields})
            for name, value in default_dates(plan).items():
                setattr(plan, name, value)
            for name, text in out_of_order(plan):
                self.add_error(name, str(text))
        return data


class AskedForm(PartForm):
    """How many go along, and what is asked of them."""

    class Meta:
        model = Trip
        fields = """
            places max_per_school hours_before hours_during hours_after reply_days attendance_percent minimum_people
            reviewers_each coordinators_read
        """.split()
        help_texts = {
            "coordinators_read": _("The public page says so. Once the trip is announced this stays as it is."),
            "minimum_people": _("Figures about fewer people than this are never shown outside the team."),
            "reply_days": _("Monday to Friday count, but no public holidays and no holidays of the schools."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_least = {"minimum_people": settings.MINIMUM_PEOPLE, "reviewers_each": 1, "reply_days": 1, "places": 1}
        at_most = {"places": 500, "reply_days": 30, "minimum_people": 100, "reviewers_each": 9}
        for name, field in self.fields.items():
            if name == "coordinators_read":
                continue
            lowest, highest = at_least.get(name, 0), at_most.get(name, 1000)
            if name == "attendance_percent":
                highest = 100
            field.validators += [MinValueValidator(lowest), MaxValueValidator(highest)]
            field.widget.attrs |= {"min": lowest, "max": highest}
        if called(self.instance):
            signed = _("The call has opened: people and their managers sign for this, so it stays.")
            self.freeze("hours_before", "hours_during", "hours_after", why=signed)
        if self.instance.announced_at:
            self.freeze("coordinators_read", why=_("The trip is announced: people apply under this rule, so it stays."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        places, most = data.get("places"), data.get("max_per_school")
        if places is None or most is None:
            return data
        if most > places:
            self.add_error("max_per_school", _("This is more than there are places."))
        for name, text in too_few(self.instance, places=places, most=most).items():
            if name in self.changed_data:
                self.add_error(name, text)
        return data


def called(trip: Trip) -> bool:
    """Whether the call has opened: from then on people sign for what is asked."""
    return bool(trip.announced_at and clock.now() >= trip.opens_at)


class MeansForm(PartForm):
    """Planned and actual totals."""

    class Meta:
        model = Trip
        fields = ["cost_planned", "cost_actual", "team_hours_planned", "team_hours_actual"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators += [MinValueValidator(0), MaxValueValidator(9_999_999)]
            field.widget.attrs |= {"min": 0}


class DeadlineForm(forms.Form):
    """Another closing moment. Earlier costs people time they counted on: that asks a second thought."""

    closes_at = MomentField(label=_("the call closes"))
    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=LongText(),
        help_text=_("It stands in the letters about it, and in the history of the trip."),
    )
    sure = forms.BooleanField(
        label=_("I know that people lose time they counted on"),
        required=False,
        help_text=_("Only needed when the call closes earlier."),
    )
    seen = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, trip: Trip, **kwargs: Any) -> None:
        self.trip = trip
        initial = {"closes_at": trip.closes_at, "seen": trip.closes_at.isoformat()}
        super().__init__(*args, **{"initial": initial, **kwargs})

    def clean_closes_at(self) -> datetime:
        moment, trip = self.cleaned_data["closes_at"], self.trip
        if moment <= clock.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."))
        if moment <= trip.opens_at:
            raise forms.ValidationError(_("The call closes after it opens."))
        answered = clock.day_of(answers_move_along(trip, moment))
        if answered >= trip.departs_on:
            raise forms.ValidationError(_("Managers must be able to answer before the day of departure."))
        if trip.letters_on and answered >= trip.letters_on:
            text = _("Applicants hear on %(day)s and managers answer before that: move that day first.")
            raise forms.ValidationError(text % {"day": day(trip.letters_on)})
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        moment, seen = data.get("closes_at"), data.get("seen")
        if moment and seen:
            if moment == seen:
                self.add_error("closes_at", _("This is the moment it closes already."))
            if moment < seen and not data.get("sure"):
                self.add_error("sure", _("Tick this when you are sure."))
        return data


class TakeLeadForm(forms.Form):
    """Why an administrator steps in."""

    reason = forms.CharField(
        label=_("Why do you step in?"),
        max_length=500,
        min_length=10,
        widget=LongText(2),
        help_text=_("The leads get it by mail, the team reads it, and it stands in the history of the trip."),
    )


class CloseForm(forms.Form):
    """The end of the cycle."""

    sure = forms.BooleanField(
        label=_("The follow-up is done; nothing more will be asked"),
        error_messages={"required": _("Tick this when you are sure.")},
    )
