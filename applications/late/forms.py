"""After closing: asking to be admitted, what the team answers, and letting somebody write later."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import LateAccess
from exchange import clock
from exchange.forms import MomentField, OwnWords


class UntilField(MomentField):
    """A moment that is still to come."""

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment and moment <= clock.now():
            raise forms.ValidationError(_("This moment has passed. Choose a later one."), code="past")
        return moment


class AskAdmissionForm(forms.Form):
    """Why the draft was not sent in time."""

    request = forms.CharField(
        label=_("What happened?"),
        help_text=_("The team reads this, and then your draft. Write nothing that identifies a student."),
        max_length=1000,
        widget=OwnWords(rows=4),
    )


class AnswerForm(forms.Form):
    """A word to the author, with the answer."""

    answer = forms.CharField(
        label=_("A word to the author"),
        help_text=_("It is mailed and stands on the page of the application."),
        max_length=1000,
        required=False,
        widget=OwnWords(rows=3),
    )


class ExtendForm(AnswerForm):
    """Until when the author may write on."""

    until_at = UntilField(label=_("Until when?"), help_text=_("Dutch time (Europe/Amsterdam)."))
    field_order = ("until_at", "answer")


class DeclineForm(AnswerForm):
    """Declining asks a reason."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"].required = True
        self.fields["answer"].label = _("Why not?")


class LateAccessForm(forms.Form):
    """Who may write after closing, until when, and why."""

    email = forms.EmailField(
        label=LateAccess._meta.get_field("email").verbose_name,
        help_text=_("The address of the account. Only a confirmed address opens the form."),
        max_length=254,
    )
    until_at = UntilField(label=_("Until when?"), help_text=_("Dutch time (Europe/Amsterdam)."))
    reason = forms.CharField(
        label=_("Why?"), help_text=_("It stays in the history of the trip."), max_length=300, widget=OwnWords(rows=2)
    )
