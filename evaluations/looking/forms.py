"""Why somebody looks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import LongText


class ReasonForm(forms.Form):
    """Why an administrator looks at what somebody wrote."""

    reason = forms.CharField(
        label=_("Why do you need to see this?"),
        max_length=500,
        min_length=10,
        widget=LongText(2),
        help_text=_("Your reason stands in the history of the trip. It holds until you sign out."),
    )
