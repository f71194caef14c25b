"""The sections of the application. A draft may be incomplete, so nothing is required here; too long or malformed is."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from applications import content
from applications.endorsing.permissions import domains_of, manager_problem
from applications.models import Application
from applications.questions import GOAL_NAMES, GOAL_QUESTIONS, AnswerKind, Question, of_section, reads
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


def field_of(one: Question, hint: Any, held: str = "") -> forms.Field:
    """The field in which a question is answered. What was typed before there was a choice stays one."""
    told: dict[str, Any] = {"label": one.label, "help_text": hint, "required": False}
    if one.kind is AnswerKind.TICK:
        return forms.BooleanField(**told)
    if one.kind is AnswerKind.EMAIL:
        return forms.EmailField(max_length=one.longest, **told)
    if one.choices:
        skip = [] if one.missing else [("", _("I skip this"))]
        kept = [(held, held)] if held and held not in one.choices.values else []
        return forms.ChoiceField(choices=[*skip, *one.choices.choices, *kept], widget=forms.RadioSelect, **told)
    widget = OwnWords(rows=one.rows) if one.rows else None
    return forms.CharField(max_length=one.longest, widget=widget, **told)


class SectionForm(Stamp):
    """A section that is one form: the questions of applications/questions.py, after what it asks for the profile."""

    section = ""

    def __init__(self, data: Any = None, *, application: Application) -> None:
        self.application = application
        held = state(application, self.section)
        super().__init__(data, initial={**held, "version": application.version, "base": content.digest(held)})
        self.fields |= {one.name: field_of(one, one.told, held[one.name]) for one in of_section(self.section)}

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
    language = forms.ChoiceField(
        label=_("In which language do you write?"),
        help_text=_("Both are fine; it makes no difference for the selection."),
        choices=[("nl", "Nederlands"), ("en", "English")],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, application: Application) -> None:
        super().__init__(data, application=application)
        self.fields["language"] = self.fields.pop("language")
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


class InitiativeForm(SectionForm):
    section = "initiative"


class ManagerForm(SectionForm):
    section = "manager"
    #: Of these the page tells where the address may lie.
    OF_THE_MANAGER = ("manager_name", "manager_email")

    @property
    def promises(self) -> list[Any]:
        """What is asked of the applicant."""
        return [field for field in self.visible_fields() if field.name not in self.OF_THE_MANAGER]

    @property
    def confirm_later(self) -> bool:
        """Whether any address is taken, for coordinator or lead to confirm."""
        user = self.application.user
        return user.job_role == JobRole.VOLUNTEER or not domains_of(user.institution)

    def clean_manager_email(self) -> str:
        """At the school, and not one's own."""
        email = self.cleaned_data["manager_email"]
        if email and (problem := manager_problem(self.application.user, email)):
            raise forms.ValidationError(str(problem), code="manager")
        return email


# --- the goals -------------------------------------------------------------------------------------


class GoalForm(forms.Form):
    """One proposed goal. First what students will notice, then what one wants to be able to do."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
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
        # Who reads the goals is said once, above them.
        self.fields = {one.name: field_of(one, one.hint) for one in GOAL_QUESTIONS} | self.fields

    @property
    def texts(self) -> list[Any]:
        """What is asked of a goal, its tags aside."""
        return [self[name] for name in GOAL_NAMES]

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
    told = reads(frozenset(reader for one in GOAL_QUESTIONS for reader in one.readers))

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
    return any(row[name] for name in GOAL_NAMES)


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
