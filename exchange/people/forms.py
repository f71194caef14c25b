"""Forms about people and schools."""

import re
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.socialaccount.forms import SignupForm as BaseSchoolSignupForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from exchange.forms import LongText
from exchange.history.actions import record_often
from exchange.people import devices
from exchange.people.lifecycle import ROLE_SENTENCES, Role
from exchange.people.models import FormerName, Institution, User

DOMAIN = re.compile(r"^(?=.{4,120}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")
#: Mail at these is anybody's, so it proves no school.
ANYBODYS = frozenset(
    "gmail.com outlook.com hotmail.com live.nl live.com icloud.com yahoo.com ziggo.nl kpnmail.nl".split()
)
ELSEWHERE = _("Another organisation, or none")


def one_line(text: str) -> str:
    """A name without what cannot be printed or reverses its letters."""
    seen = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(seen.split())


class SchoolField(forms.ModelChoiceField):
    """A school of the alliance, or none of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Institution.objects.none(), required=False, empty_label=ELSEWHERE, **kwargs)


def schools() -> Any:
    """What somebody can choose as the place where they work."""
    return Institution.objects.filter(left_on__isnull=True)


class SignupForm(BaseSignupForm):
    """Sign-up by e-mail: a name, an address, a password; a school when the address does not tell it."""

    name = forms.CharField(
        label=_("Your name, as it should stand on a certificate"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    institution = SchoolField(
        label=_("Where do you work?"),
        help_text=_("With the mail address of a school we know this already, whatever you choose here."),
    )
    field_order = ["name", "email", "institution", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = schools()
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("Preferably that of your work. We mail you a code to confirm it.")

    def clean_name(self) -> str:
        """A name that can be printed."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write your name in letters."))
        return name


class LoginCodeForm(RequestLoginCodeForm):
    """Where to mail a code to. Who guesses at an account does not use up what its owner may ask."""

    def clean_email(self) -> str:
        """As allauth does, with a share for each place that asks and one for the account's own devices."""
        email = self.cleaned_data["email"]
        if not devices.may_ask_code(context.request, email):
            raise get_adapter().validation_error("too_many_login_attempts")
        found = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self._user = found[0] if found else None
        return email


class MailedCodeForm(ConfirmLoginCodeForm):
    """The code from the mail; a wrong one is the owner's to read."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError:
            failed(context.request._login_stage.login.user)
            raise


class SecondStepForm(AuthenticateForm):
    """The code of the app, or one to recover; a wrong one is the owner's to read."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except ValidationError:
            failed(self.user)
            raise


def failed(whose: User | None) -> None:
    """Remember that signing in to an account failed."""
    if whose:
        record_often(about=whose, verb="sign_in.fail", concerns=whose.pk)


class SchoolSignupForm(BaseSchoolSignupForm):
    """What the school did not tell at sign-up: a name, an address."""

    name = forms.CharField(
        label=_("Your name, as it should stand on a certificate"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("Preferably that of your work. We mail you a code to confirm it.")

    clean_name = SignupForm.clean_name


class ProfileForm(forms.ModelForm):
    """What somebody says about themselves."""

    institution = SchoolField(label=_("School"))

    class Meta:
        model = User
        fields = ["name", "job_role", "job_title", "institution", "language", "phone", "reminders"]
        help_texts = {
            "name": _("This is how it stands on a certificate."),
            "job_role": _("A trip wants staff of every kind; this is how we count them."),
            "job_title": _("For instance: caretaker at the main building."),
            "language": _("In this language we mail you."),
            "phone": _("Only the team of a trip you go on sees this."),
            "reminders": _("Decisions and letters always come; this is about reminders only."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        school = self.fields["institution"]
        if self.instance.membership_by_domain:
            school.disabled, school.help_text = True, _("Your mail address or school account tells us so.")
            school.queryset = Institution.objects.filter(pk=self.instance.institution_id)
        else:
            school.queryset = schools()
            school.help_text = _("After a change, the coordinator of the school confirms that you work there.")

    def clean_name(self) -> str:
        """A name that can be printed."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Write your name in letters."))
        return name


class RoleForm(forms.Form):
    """A role in the alliance."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    institution = SchoolField(
        label=_("For which school?"),
        help_text=_("A coordinator belongs to a school; a funder to none. An administrator needs no school."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = schools()
        self.fields["institution"].empty_label = _("No school")
        self.fields["role"].help_text = " ".join(
            f"{role.label.capitalize()}: {str(ROLE_SENTENCES[role])[0].lower()}{str(ROLE_SENTENCES[role])[1:]}"
            for role in Role
        )

    def clean(self) -> dict[str, Any]:
        """A coordinator needs a school."""
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.COORDINATOR and not cleaned.get("institution"):
            self.add_error("institution", _("Choose the school of this coordinator."))
        return cleaned


class InviteForm(RoleForm):
    """Somebody to mail an invitation to."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=[("nl", "Nederlands"), ("en", "English")])
    field_order = ["name", "email", "language", "role", "institution"]

    def clean_name(self) -> str:
        """On one line."""
        return one_line(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """In small letters, as accounts are kept."""
        return self.cleaned_data["email"].lower()


class WhyForm(forms.Form):
    """Why an account is closed or opened, or a second step is reset."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=LongText(2),
        help_text=_("Stands in history, for administrators and whom it is about. The mail to them does not repeat it."),
    )


class SchoolForm(forms.ModelForm):
    """A school and its mail domains."""

    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        widget=LongText(spellcheck="false", autocapitalize="off"),
        help_text=_(
            "One on a line, without @. Whoever signs up with such an address, or signs in at a school of that name, "
            "belongs to this school at once."
        ),
    )

    class Meta:
        model = Institution
        fields = ["name", "short_name", "kind", "place", "member", "joined_on", "left_on"]
        help_texts = {"name": _("When the name changes, the present one is kept as a former name.")}
        widgets = {
            "joined_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "left_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance._state.adding:
            self.initial.setdefault("domains", "\n".join(d.domain for d in self.instance.domains.all()))

    def clean_domains(self) -> list[str]:
        """Domains that can prove a school, each used once in the alliance."""
        found = list(
            dict.fromkeys(line.strip().lower().removeprefix("@") for line in self.cleaned_data["domains"].split())
        )
        for domain in found:
            if not DOMAIN.match(domain):
                raise ValidationError(_("“%(domain)s” is no mail domain."), params={"domain": domain})
            if domain in ANYBODYS:
                raise ValidationError(_("Anybody can have an address at “%(domain)s”."), params={"domain": domain})
        taken = Institution.objects.filter(domains__domain__in=found).exclude(pk=self.instance.pk).first()
        if taken:
            raise ValidationError(_("One of these belongs to %(school)s."), params={"school": taken.name})
        return found

    def clean(self) -> dict[str, Any]:
        """A school leaves after it joined."""
        cleaned = super().clean() or {}
        joined, left = cleaned.get("joined_on"), cleaned.get("left_on")
        if joined and left and left <= joined:
            self.add_error("left_on", _("This is before the school joined."))
        return cleaned


class FormerNameForm(forms.ModelForm):
    """What a school was called before."""

    class Meta:
        model = FormerName
        fields = ["name", "until_on"]
        widgets = {"until_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
