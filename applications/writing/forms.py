"""The sections of the application. A draft may be incomplete, so nothing is required here; too long or malformed is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from applications import content
from applications.endorsing.permissions import domains_of, manager_problem
from applications.models import Application, CanTravel, Employment
from applications.writing.actions import FIELDS, Part, state
from applications.writing.advice import advice
from applications.writing.permissions import MAX_GOALS
from exchange.forms import OwnWords
from exchange.people.forms import one_line, schools
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution
from exchange.trips.models import Dimension, Trip


class Stamp(forms.Form):
    """On which version of the draft a page was made, and what its section held."""

    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    base = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    all_optional = True


class SectionForm(Stamp):
    """A section that is one form."""

    section = ""

    def __init__(self, data: Any = None, *, application: Application) -> None:
        self.application = application
        held = state(application, self.section)
        super().__init__(data, initial={**held, "version": application.version, "base": content.digest(held)})

    def part(self) -> Part:
        """What to save."""
        return Part(self.section, values={name: self.cleaned_data[name] for name in FIELDS[self.section]})

    @property
    def seen(self) -> dict[str, Any]:
        """The version this page was made on."""
        return {"version": self.cleaned_data["version"] or 0, "base": self.cleaned_data["base"]}


class AboutForm(SectionForm):
    section = "about"
    name = forms.CharField(
        label=_("Your name as it must be printed"),
        help_text=_("On the programme and on your certificate."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    institution = forms.ModelChoiceField(
        label=_("Your school"),
        help_text=_("The school's coordinator or the lead of the trip confirms that you work or volunteer there."),
        queryset=Institution.objects.none(),
        required=False,
        empty_label=_("Choose your school"),
    )
    job_role = forms.ChoiceField(
        label=_("Your job role"),
        help_text=_("The trip is for everybody at a school. Used to put together a mixed group."),
        choices=[("", _("Choose your job role")), *JobRole.choices],
        required=False,
    )
    job_title = forms.CharField(
        label=_("What you do, in your own words"),
        help_text=_("Only if the list does not say it well."),
        max_length=80,
        required=False,
    )
    employment = forms.ChoiceField(
        label=_("How do you work there?"),
        help_text=_("Somebody who goes along belongs to a school. The team looks at it when it selects."),
        choices=Employment.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    earlier_trips = forms.CharField(
        label=_("Which study trips did you go on before?"),
        help_text=_(
            "Leave this empty if it is your first. The team puts together people who went and people who did not."
        ),
        max_length=200,
        required=False,
    )
    heard_from = forms.CharField(
        label=_("How did you hear of this trip?"),
        help_text=_("You may skip this. It tells the team which way works."),
        max_length=120,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("In which language do you write?"),
        help_text=_("Both are fine; it makes no difference for the selection."),
        choices=[("nl", "Nederlands"), ("en", "English")],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, application: Application) -> None:
        super().__init__(data, application=application)
        user = application.user
        if user.membership_by_domain:
            del self.fields["institution"]
        else:
            self.fields["institution"].queryset = schools()

    def clean_name(self) -> str:
        """One line, without what can't be printed."""
        return one_line(self.cleaned_data["name"])

    def clean_language(self) -> str:
        """Nothing chosen: the language of the account."""
        return self.cleaned_data["language"] or self.application.language

    def part(self) -> Part:
        """The draft's own fields, and the profile's."""
        profile = ("name", "job_role", "job_title", "institution")
        chosen = {name: self.cleaned_data[name] for name in profile if name in self.fields}
        return Part("about", values=super().part().values, profile=chosen)


class MotivationForm(SectionForm):
    section = "motivation"
    motivation = forms.CharField(
        label=_("Why do you want to go along?"),
        help_text=_(
            "What happens at your school that brings you to this question? You may write as you speak; "
            "your reviewers read it."
        ),
        max_length=4000,
        required=False,
        widget=OwnWords(rows=12),
    )


class InitiativeForm(SectionForm):
    section = "initiative"
    proactive_past = forms.CharField(
        label=_("What did you set in motion yourself?"),
        help_text=_(
            "One thing you started at school: what you did, and what came of it. Small counts; your reviewers read it."
        ),
        max_length=2000,
        required=False,
        widget=OwnWords(rows=6),
    )
    proactive_plan = forms.CharField(
        label=_("What will you do first after the trip?"),
        help_text=_("What, with whom, and when. Your reviewers read it."),
        max_length=2000,
        required=False,
        widget=OwnWords(rows=6),
    )
    school_use = forms.CharField(
        label=_("What will your school do with it?"),
        help_text=_("Which plan or policy it joins. Your manager reads this and signs it."),
        max_length=2000,
        required=False,
        widget=OwnWords(rows=5),
    )


class ManagerForm(SectionForm):
    section = "manager"
    committed = forms.BooleanField(label=_("Yes, I commit myself to this."), required=False)
    can_travel = forms.ChoiceField(
        label=_("Can you travel on all days of the trip?"),
        help_text=_("The team looks at it when it selects."),
        choices=CanTravel.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    manager_name = forms.CharField(label=_("Name of your manager"), max_length=120, required=False)
    manager_email = forms.EmailField(label=_("E-mail address of your manager"), max_length=254, required=False)

    @property
    def confirm_later(self) -> bool:
        """Whether any address is taken, for coordinator or lead to confirm."""
        user = self.application.user
        return user.job_role == JobRole.VOLUNTEER or not domains_of(user.institution)

    def clean_manager_email(self) -> str:
        """At the school, and not one's own."""
        email = self.cleaned_data["manager_email"]
        if email and (problem := manager_problem(self.application.user, email)):
            raise forms.ValidationError(problem, code="manager")
        return email


# --- the goals -------------------------------------------------------------------------------------


class GoalForm(forms.Form):
    """One proposed goal. First what students will notice, then what one wants to be able to do."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    students_notice = forms.CharField(
        label=_("What will students notice?"),
        help_text=_("Begin with the student. Write nothing that identifies a student."),
        max_length=300,
        required=False,
        widget=OwnWords(rows=2),
    )
    able_to = forms.CharField(
        label=_("What do you want to be able to do?"),
        help_text=_("Begin with “I can” or “I know”."),
        max_length=300,
        required=False,
        widget=OwnWords(rows=2),
    )
    others_see = forms.CharField(
        label=_("How will others see it?"),
        help_text=_("Think of something a colleague can see or hear."),
        max_length=300,
        required=False,
        widget=OwnWords(rows=2),
    )
    tags = forms.TypedMultipleChoiceField(
        label=_("Where does this belong?"),
        help_text=_("It puts your goal beside those of others, in the group and in the report."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    all_optional = True

    def __init__(self, *args: Any, choices: list[Any], **options: Any) -> None:
        super().__init__(*args, **options | {"empty_permitted": False})
        self.fields["tags"].choices = choices

    @property
    def advice(self) -> str:
        """What a colleague would say about it."""
        said = {name: str(self[name].value() or "") for name in ("students_notice", "able_to", "others_see")}
        return advice(**said)

    @property
    def row(self) -> dict[str, Any]:
        """The goal as data."""
        return {**self.cleaned_data, "id": str(self.cleaned_data["id"] or "")}


class GoalFormSet(forms.BaseFormSet):
    """One to four goals; empty ones are not kept."""

    one = _("Learning goal")


GoalForms = forms.formset_factory(
    GoalForm, GoalFormSet, extra=0, max_num=MAX_GOALS, absolute_max=MAX_GOALS + 1, validate_max=True
)


def tag_choices(trip: Trip) -> list[Any]:
    """The tags of the trip's framework, grouped by dimension."""
    dimensions = Dimension.objects.filter(framework=trip.framework_id).prefetch_related("tags")
    return [(str(one.name), [(tag.pk, tag.name) for tag in one.tags.all()]) for one in dimensions]


class GoalsForm:
    """The section of goals: the stamp and the goals together, used like one form."""

    section = "goals"

    def __init__(self, data: Mapping[str, Any] | None = None, *, application: Application, more: bool = False) -> None:
        self.application = application
        held = state(application, "goals")
        stamp = {"version": application.version, "base": content.digest(held)}
        self.stamp = Stamp(data, initial=stamp)
        rows = held["goals"] + [{}] * (not held["goals"] or (more and len(held["goals"]) < MAX_GOALS))
        self.forms = GoalForms(
            data, initial=rows, prefix="goal", form_kwargs={"choices": tag_choices(application.trip)}
        )
        self.is_bound = data is not None

    def is_valid(self) -> bool:
        """Both parts."""
        return self.stamp.is_valid() and self.forms.is_valid()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All goals as typed, empty ones too: the buttons count them."""
        return [form.row for form in self.forms]

    def part(self, do: str = "") -> Part:
        """What to save, after moving or removing the goal that a button names."""
        return Part("goals", goals=[row for row in rearranged(self.rows, do) if worth_keeping(row)])

    @property
    def seen(self) -> dict[str, Any]:
        """The version this page was made on."""
        return {"version": self.stamp.cleaned_data["version"] or 0, "base": self.stamp.cleaned_data["base"]}

    @cached_property
    def can_add(self) -> bool:
        """Whether there is room for one more."""
        return len(self.forms.forms) < MAX_GOALS


def worth_keeping(row: dict[str, Any]) -> bool:
    """Whether anything was written in it."""
    return any(row[name] for name in ("students_notice", "able_to", "others_see"))


def rearranged(rows: list[dict[str, Any]], do: str) -> list[dict[str, Any]]:
    """The rows after a button: up-1, down-0, remove-2. Anything else leaves them."""
    verb, _dash, number = do.partition("-")
    index = int(number) if number.isdecimal() and len(number) == 1 else len(rows)
    if verb == "remove":
        return [row for at, row in enumerate(rows) if at != index]
    first = {"up": index - 1, "down": index}.get(verb, -1)
    if 0 <= first < len(rows) - 1 and index < len(rows):
        rows = list(rows)
        rows[first], rows[first + 1] = rows[first + 1], rows[first]
    return rows


FORMS: dict[str, Any] = {
    form.section: form for form in (AboutForm, MotivationForm, GoalsForm, InitiativeForm, ManagerForm)
}
