"""An endorsement that came on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.endorsing.forms import EndorseForm
from exchange import clock
from exchange.forms import DayField, OwnWords


class PaperForm(EndorseForm):
    """An endorsement that came on paper: who signed what and when, and why not by link."""

    agree = None
    signed_on = DayField(label=_("Signed on"))
    recorded_reason = forms.CharField(
        label=_("Why on paper?"),
        help_text=_("Also say where the paper is kept."),
        max_length=500,
        widget=OwnWords(rows=2),
    )

    def __init__(self, data: Any = None, *, endorsement: Any) -> None:
        # What the paper says is typed from the paper.
        super().__init__(data, endorsement=endorsement, initial={"hours_released": None, "costs": ""})
        self.fields["signer_name"].label = _("Who signed?")
        self.fields["signer_function"].label = _("Function of who signed")

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise forms.ValidationError(_("That day is still to come."), code="future")
        return day

    @property
    def values(self) -> dict[str, Any]:
        """What was signed."""
        beside = {"signed_on", "recorded_reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in beside}
