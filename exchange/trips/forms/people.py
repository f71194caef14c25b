"""Forms for the team and for those who travel."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from exchange.privacy.declared import ROAD
from exchange.trips.lifecycle import TEAM_SENTENCES, TeamRole
from exchange.trips.models import Participation

PHONE = RegexValidator(r"^\+?[0-9][0-9 ()./-]{5,28}$", _("Write a phone number, like +31 6 1234 5678."))

#: The field of a traveller on the page where presence is noted.
FIELD = re.compile(r"p[0-9a-f]{32}")


class TeamForm(forms.Form):
    """A role in the team for somebody with an account."""

    email = forms.EmailField(label=_("e-mail address"), help_text=_("Of somebody who has an account here."))
    role = forms.ChoiceField(
        label=_("role"),
        choices=[(role.value, role.label) for role in TeamRole],
        widget=forms.RadioSelect,
    )
    sentences = [(role.label, sentence) for role, sentence in TEAM_SENTENCES.items()]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        self.user = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
        if not self.user:
            raise forms.ValidationError(
                _("Nobody with this address has an account. Ask them to sign up first; then add them here.")
            )
        return email


class PhoneForm(forms.Form):
    """A number for the road."""

    all_optional = True

    phone = forms.CharField(
        label=_("phone on the road"),
        max_length=30,
        required=False,
        validators=[PHONE],
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=ROAD.told(_("Your fellow travellers and the team see it. It is deleted %(time)s after the return.")),
    )


class ReplyForm(forms.Form):
    """Whether one comes."""

    coming = forms.TypedChoiceField(choices=[("yes", _("yes")), ("no", _("no"))], coerce=lambda word: word == "yes")


class AttendanceForm(forms.Form):
    """Present or absent, for every traveller at once; who is left open stays as it was."""

    all_optional = True
    CHOICES = [("yes", _("present")), ("no", _("absent"))]

    def __init__(
        self, *args: Any, travellers: list[Participation], before: dict[uuid.UUID, bool], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in travellers:
            there = before.get(one.pk)
            self.fields[f"p{one.pk.hex}"] = forms.ChoiceField(
                label=one.printed_name,
                choices=self.CHOICES,
                widget=forms.RadioSelect,
                required=False,
                initial=None if there is None else "yes" if there else "no",
                help_text=str(one.institution),
            )

    @staticmethod
    def named_in(posted: Mapping[str, Any]) -> list[uuid.UUID]:
        """Who stood on the page that is sent, by the names of its fields."""
        return [uuid.UUID(name[1:]) for name in posted if FIELD.fullmatch(name)]

    @property
    def present(self) -> dict[uuid.UUID, bool]:
        return {uuid.UUID(name[1:]): word == "yes" for name, word in self.cleaned_data.items() if word}
