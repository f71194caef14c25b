"""What somebody presents, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, secure, words
from evaluations.models import Presentation
from exchange.forms import ClockField
from exchange.trips.models import Participation


class PresentationForm(forms.ModelForm):
    """What somebody presents."""

    link = forms.URLField(
        label=_("Link to your slides"),
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text=_("Starts with https://. Make sure the team may open it."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    text = words(_("In a few sentences"), max_length=2000, rows=5, help_text=NO_STUDENT)

    class Meta:
        model = Presentation
        fields = ["title", "text", "link"]

    def clean_link(self) -> str:
        return secure(self.cleaned_data["link"])


class SlotsForm(forms.Form):
    """The order of the presentations: a first moment, minutes each, and a number per person."""

    starts = ClockField(label=_("First presentation at"))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=3, max_value=120, initial=10)

    def __init__(self, *args: Any, rows: list[tuple[Participation, Presentation | None]], **kwargs: Any) -> None:
        self.people = [participation for participation, _presentation in rows]
        super().__init__(*args, **kwargs)
        for number, participation in enumerate(self.people, 1):
            self.fields[f"place_{participation.pk}"] = forms.IntegerField(
                label=_("Place of %(name)s") % {"name": participation.printed_name},
                min_value=1,
                max_value=999,
                required=False,
                initial=number,
            )

    def place(self, participation: Participation) -> forms.BoundField:
        """The number of one person."""
        return self[f"place_{participation.pk}"]

    def order(self) -> list[Participation]:
        """In the order asked for; whoever has no number gets no slot."""
        numbered = [(self.cleaned_data[f"place_{p.pk}"], index, p) for index, p in enumerate(self.people)]
        return [person for number, _index, person in sorted(n for n in numbered if n[0])]
