"""Forms about certificates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import LongText
from exchange.people.forms import one_line


class ReasonForm(forms.Form):
    """Why a condition is overruled or a certificate revoked."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=LongText(),
        help_text=_("It stays in the history of the trip."),
    )


class PrintedNameForm(ReasonForm):
    """Another name for the certificates of somebody who goes along, and why."""

    name = forms.CharField(
        label=_("Name as it has to be printed"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "reason"]

    def __init__(self, data: Any, *, now: str, seen: str) -> None:
        super().__init__(data, initial={"name": now})
        self.now, self.seen = now, seen
        self.fields["reason"].help_text = _("The traveller reads it in a mail; it stays in the history of the trip.")

    def clean_name(self) -> str:
        """A name that can be printed, and is another one than stands there."""
        name = one_line(self.cleaned_data["name"])
        if not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(_("Write the name in letters."))
        if self.seen != self.now:
            raise forms.ValidationError(
                _("Somebody was faster: the name is “%(name)s” now. Look again.") % {"name": self.now}
            )
        if name == self.now:
            raise forms.ValidationError(_("This is how it is printed already. Change a letter, or leave it."))
        return name


class NameForm(forms.Form):
    """A visitor of the verification page types the name on the paper."""

    name = forms.CharField(label=_("Name on the certificate"), max_length=120)


class CodeForm(forms.Form):
    """The code under the QR code."""

    code = forms.CharField(label=_("Code on the certificate"), max_length=60)
