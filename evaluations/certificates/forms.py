"""Forms about certificates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import LongText


class ReasonForm(forms.Form):
    """Why a condition is overruled or a certificate revoked."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=LongText(),
        help_text=_("It stays in the history of the trip."),
    )


class NameForm(forms.Form):
    """A visitor of the verification page types the name on the paper."""

    name = forms.CharField(label=_("Name on the certificate"), max_length=120)


class CodeForm(forms.Form):
    """The code under the QR code."""

    code = forms.CharField(label=_("Code on the certificate"), max_length=60)
