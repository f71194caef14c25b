"""Reasons that go with declining an offer or giving a place back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import OwnWords


class ReasonForm(forms.Form):
    """Why, in a sentence."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("One sentence is enough. Only the project team reads it."),
        max_length=1000,
        widget=OwnWords(rows=3),
    )
