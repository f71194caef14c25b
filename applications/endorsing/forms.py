"""What the manager fills in: endorsing, refusing, naming somebody else; and the applicant naming another manager."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import content
from applications.endorsing.actions import SIGNED
from applications.endorsing.permissions import bare, colleague_problem, manager_problem, own_addresses
from applications.lifecycle import BACKED
from applications.models import Cover, Endorsement
from exchange.forms import OwnWords
from exchange.people.models import User

#: The three answers to what an application asks.
ANSWERS = {
    "endorse": _("Yes, or yes with conditions"),
    "refuse": _("No, I do not support it"),
    "not_me": _("Not me, ask somebody else"),
}


class ChoiceForm(forms.Form):
    """Which of the three; none is chosen for anybody."""

    answer = forms.ChoiceField(
        label=_("What do you answer?"),
        choices=list(ANSWERS.items()),
        widget=forms.RadioSelect(attrs={"class": "rows"}),
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )


class EndorseForm(forms.Form):
    """The school commits itself, perhaps with conditions. What the call asks is filled in, and can be changed."""

    hours_released = forms.IntegerField(
        label=_("How many hours do you release?"),
        help_text=_("Before, during and after the trip together."),
        min_value=0,
        max_value=1000,
    )
    cover = forms.ChoiceField(label=_("Cover during the trip"), choices=Cover.choices, widget=forms.RadioSelect)
    cover_by = forms.CharField(
        label=_("Who takes over?"), help_text=_("A name or a team, if you know it."), max_length=200, required=False
    )
    costs = forms.CharField(
        label=_("How are the costs paid?"),
        help_text=_("Say who pays the rest as well, and from what."),
        max_length=300,
        widget=OwnWords(rows=2),
    )
    school_use = forms.CharField(
        label=_("What will the school do with the results?"),
        help_text=_("Who is asked to use them, and how. Write nothing that identifies a student."),
        max_length=2000,
        widget=OwnWords(rows=5),
    )
    policy = forms.CharField(
        label=_("Which plan or policy do they join?"),
        help_text=_("The annual plan, the safety policy, a programme. Leave this empty if there is none yet."),
        max_length=300,
        required=False,
    )
    contact_name = forms.CharField(
        label=_("Whom do we ask after the return?"),
        help_text=_("You, or somebody else at the school. We ask at the return and after a year what became of it."),
        max_length=120,
    )
    contact_email = forms.EmailField(label=_("E-mail address of this contact"), max_length=254)
    conditions = forms.CharField(
        label=_("Under which conditions?"),
        help_text=_("Leave this empty when there are none. The project team reads them."),
        max_length=1000,
        required=False,
        widget=OwnWords(rows=3),
    )
    signer_name = forms.CharField(label=_("Your name"), max_length=120)
    signer_function = forms.CharField(label=_("Your function"), max_length=120)
    agree = forms.BooleanField(
        label=_("I read what stands above and commit my school to it."),
        error_messages={"required": _("Tick this box to sign.")},
    )

    def __init__(self, data: Any = None, *, endorsement: Endorsement, **options: Any) -> None:
        self.endorsement = endorsement
        signed = endorsement.signed_content
        costs, hours = content.signed_costs(signed), signed.get("hours", {})
        own = {
            "contact_name": endorsement.manager_name,
            "contact_email": endorsement.manager_email,
            "signer_name": endorsement.manager_name,
            "costs": str(costs),
            "hours_released": sum(hours.values()) if hours else None,
        }
        super().__init__(data, **options | {"initial": own | options.get("initial", {})})
        if hours:
            asked = _("Before, during and after the trip together. The trip asks %(hours)s hours.")
            self.fields["hours_released"].help_text = asked % {"hours": own["hours_released"]}
        if not costs:
            del self.fields["costs"]

    def clean_contact_email(self) -> str:
        """Not the applicant: the school answers for the school."""
        return not_the_applicant(self.endorsement, self.cleaned_data["contact_email"])

    def clean(self) -> dict[str, Any]:
        """Cover that is arranged has somebody who does it."""
        data = super().clean() or self.cleaned_data
        if data.get("cover") == Cover.ARRANGED and not data.get("cover_by"):
            self.add_error("cover_by", _("Write who takes over."))
        return data

    @property
    def promise(self) -> list[forms.BoundField]:
        """What the school commits itself to; who signs stands below it."""
        return [self[name] for name in self.fields if name not in ("signer_name", "signer_function", "agree")]

    @property
    def values(self) -> dict[str, Any]:
        """What is signed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agree"}


class LookBackForm(forms.Form):
    """Later: who answers for the school from here on."""

    contact_name = forms.CharField(
        label=_("Whom do we ask the next time?"), help_text=_("You, or somebody else at the school."), max_length=120
    )
    contact_email = forms.EmailField(label=_("E-mail address of this contact"), max_length=254)
    conditions = forms.CharField(
        label=_("What should the project team know?"),
        help_text=_("What became of the promise, or what stands in its way. Write nothing that identifies a student."),
        max_length=1000,
        required=False,
        widget=OwnWords(rows=4),
    )
    signer_name = forms.CharField(label=_("Your name"), max_length=120)

    def __init__(self, data: Any = None, *, endorsement: Endorsement) -> None:
        name, email = endorsement.manager_name, endorsement.manager_email
        super().__init__(data, initial={"contact_name": name, "contact_email": email, "signer_name": name})
        self.endorsement = endorsement

    def clean_contact_email(self) -> str:
        """Not the applicant: the school answers for the school."""
        return not_the_applicant(self.endorsement, self.cleaned_data["contact_email"])


def not_the_applicant(endorsement: Endorsement, email: str) -> str:
    """An address of the school. Raises ValidationError when it is the applicant's own."""
    if bare(email) in own_addresses(endorsement.application.user):
        raise forms.ValidationError(_("This is the address of the applicant. Name somebody else."), code="own")
    return email


class RefuseForm(forms.Form):
    """The school does not support it."""

    refusal_reason = forms.CharField(
        label=_("Why not?"),
        help_text=_("For the project team only. The applicant sees only that you answered."),
        max_length=1000,
        required=False,
        widget=OwnWords(rows=4),
    )
    signer_name = forms.CharField(label=_("Your name"), max_length=120)

    def __init__(self, data: Any = None, *, endorsement: Endorsement, **options: Any) -> None:
        own = {"signer_name": endorsement.manager_name}
        super().__init__(data, **options | {"initial": own | options.get("initial", {})})


class NotMeForm(forms.Form):
    """Somebody else at the same school should answer."""

    other_name = forms.CharField(label=_("Name of the right person"), max_length=120)
    other_email = forms.EmailField(label=_("E-mail address of the right person"), max_length=254)

    def __init__(self, data: Any = None, *, endorsement: Endorsement, **options: Any) -> None:
        super().__init__(data, **options)
        self.endorsement = endorsement

    def clean_other_email(self) -> str:
        """Within the school, and not the applicant."""
        email = self.cleaned_data["other_email"]
        if problem := colleague_problem(self.endorsement, email):
            raise forms.ValidationError(str(problem), code="colleague")
        return email


#: A form for each of the three answers.
FORMS: dict[str, type[EndorseForm | RefuseForm | NotMeForm]] = {
    "endorse": EndorseForm,
    "refuse": RefuseForm,
    "not_me": NotMeForm,
}


def answer_forms(data: Any, answer: str, endorsement: Endorsement, earlier: dict[str, Any]) -> dict[str, forms.Form]:
    """The three on one page: the one that was chosen is checked, and what was typed at the others stays."""
    typed = {} if data is None else {name: data[name] for name in data}
    return {
        name: kind(data, endorsement=endorsement)
        if typed and name == answer
        else kind(endorsement=endorsement, initial=earlier | typed)
        for name, kind in FORMS.items()
    }


def as_before(earlier: Endorsement | None) -> dict[str, Any]:
    """What somebody answered, to fill in the form with, but for what was not asked then; empty when they did not."""
    if not earlier or not earlier.said:
        return {}
    backed = earlier.said in BACKED
    found = {name: getattr(earlier, name) for name in (SIGNED if backed else ("refusal_reason", "signer_name"))}
    return {"answer": "endorse" if backed else "refuse"} | {name: said for name, said in found.items() if said != ""}


def confirmed(earlier: dict[str, Any]) -> dict[str, Any]:
    """An earlier answer as the form would send it again, signed anew."""
    return earlier | {"agree": "on"} if earlier else {}


class ReplaceManagerForm(forms.Form):
    """The applicant asks somebody else."""

    manager_name = forms.CharField(label=_("Name of your manager"), max_length=120)
    manager_email = forms.EmailField(label=_("E-mail address of your manager"), max_length=254)

    def __init__(self, data: Any = None, *, user: User, current: Endorsement | None) -> None:
        super().__init__(data)
        self.user, self.current = user, current

    def clean_manager_email(self) -> str:
        """At the school, not one's own, and not the one who was asked."""
        email = self.cleaned_data["manager_email"]
        if problem := manager_problem(self.user, email):
            raise forms.ValidationError(str(problem), code="manager")
        if self.current and email.lower() == self.current.manager_email.lower():
            raise forms.ValidationError(_("This manager has been asked. Mail the question again instead."), code="same")
        return email
