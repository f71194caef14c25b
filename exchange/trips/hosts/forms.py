"""Hosts abroad, and the preparatory visits to them."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.forms import DayField, LongText
from exchange.trips.forms.trip import PartForm
from exchange.trips.models import HostOrganisation, PreVisit, Trip

#: So many hosts are offered at once; more than these are searched.
OFFERED = 50


class ChooseHostForm(forms.Form):
    """A host that received us before. A long list offers those that were looked for; any of them can be chosen."""

    host = forms.ModelChoiceField(HostOrganisation.objects.none(), label=_("host organisation"))

    def __init__(self, *args: Any, trip: Trip, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = HostOrganisation.objects.exclude(trip_hosts__trip=trip).order_by("name", "pk")
        self.fields["host"].queryset = known
        found = list(known.named(query).values_list("pk", "name")[: OFFERED + 1])
        self.all_fit = not query and len(found) <= OFFERED
        self.fields["host"].choices = [("", "---------"), *found[:OFFERED]]
        self.offered, self.most = len(found), OFFERED


class HostForm(PartForm):
    """A host organisation."""

    either = ("country_nl", "country_en")
    website = forms.URLField(label=_("website"), required=False, assume_scheme="https", max_length=200)

    class Meta:
        model = HostOrganisation
        fields = "name place country_nl country_en website good_at_nl good_at_en contact_name contact_email".split()
        widgets = dict.fromkeys(("good_at_nl", "good_at_en"), LongText())
        help_texts = {"contact_email": _("Only the team of a trip sees the contact.")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.one_of("country")
        return data


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
        widgets = {"findings": LongText(4)}

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
