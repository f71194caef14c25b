"""Which conditions a trip sets, and what the lead decides about them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Eligibility, Ruling
from exchange.forms import OwnWords


class ConditionsForm(forms.ModelForm):
    """The conditions of a trip."""

    class Meta:
        model = Eligibility
        fields = ["member_school", "works_there", "can_travel", "committed", "earlier_at_most"]
        help_texts = {"earlier_at_most": _("Leave this empty when it makes no difference. 0 is for first-timers only.")}


class RulingForm(forms.Form):
    """What the lead decides about the conditions for one person."""

    ruling = forms.ChoiceField(label=_("What do you decide?"), choices=Ruling.choices, widget=forms.RadioSelect)
    ruling_reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For the team and the history of the trip. The applicant does not see it."),
        max_length=300,
        widget=OwnWords(rows=2),
    )
