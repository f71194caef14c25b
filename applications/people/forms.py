"""What a list of people around a call can be narrowed by, and the list somebody brings along."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from applications.people.lists import Entry, entries
from applications.people.people import ORDER, STEPS, Person
from exchange.documents.reading import LARGEST, Unreadable, read_file, read_text
from exchange.people.lifecycle import JobRole


class PeopleFilter(forms.Form):
    """Search by name or address; school, job role, where it stands. Offers only what there is."""

    q = forms.CharField(label=_("Search in name and address"), max_length=100, required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    role = forms.ChoiceField(label=_("Job role"), required=False)
    step = forms.ChoiceField(label=_("Where it stands"), required=False)
    #: Which school's people a coordinator of several, or an administrator, looks at; no filter.
    of = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any, *, people: Iterable[Person], one_school: bool = False) -> None:
        super().__init__(data)
        self.people = list(people)
        schools = {str(one.school.pk): one.school.short_name for one in self.people if one.school}
        roles = {one.job_role for one in self.people}
        steps = {one.step for one in self.people}
        self._offer("school", sorted(schools.items(), key=lambda pair: pair[1].casefold()))
        self._offer("role", [(value, label) for value, label in JobRole.choices if value in roles])
        self._offer("step", [(value, STEPS[value]) for value in sorted(steps, key=lambda step: ORDER[step])])
        if one_school:
            del self.fields["school"]
        else:
            del self.fields["of"]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]

    def found(self) -> list[Person]:
        """Who fits; what cannot be understood narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        word = asked.get("q", "").casefold()
        wanted = {"school": asked.get("school"), "role": asked.get("role"), "step": asked.get("step")}
        return [one for one in self.people if _has(one, word) and _is(one, wanted)]


def _has(person: Person, word: str) -> bool:
    return word in person.name.casefold() or word in person.email.casefold()


def _is(person: Person, wanted: dict[str, str | None]) -> bool:
    told = {
        "school": str(person.school.pk) if person.school else "",
        "role": person.job_role,
        "step": person.step,
    }
    return all(told[name] == value for name, value in wanted.items() if value)


class ListForm(forms.Form):
    """A spreadsheet, or what was copied from one."""

    file = forms.FileField(
        label=_("spreadsheet"),
        required=False,
        help_text=_("XLSX or CSV, at most 1 MB and 1,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        allow_empty_file=True,
    )
    pasted = forms.CharField(
        label=_("or paste it here"),
        required=False,
        # Checked here only: a count of letters says nothing to somebody who pastes cells.
        validators=[MaxLengthValidator(300_000)],
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text=_("Copy the cells in your spreadsheet, headings included."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        file, pasted = data.get("file"), data.get("pasted", "")
        if self.errors:
            return data
        if not file and not pasted.strip():
            self.add_error("file", _("Choose a file, or paste the cells below."))
            return data
        try:
            data["entries"] = self._read(file, pasted)
        except Unreadable as refusal:
            self.add_error("file" if file else "pasted", str(refusal))
        return data

    @staticmethod
    def _read(file: Any, pasted: str) -> list[Entry]:
        # One byte more than may be tells that it is too much, without reading it all.
        return entries(read_file(file.read(LARGEST + 1)) if file else read_text(pasted))
