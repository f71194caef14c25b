"""What a list of people around a call can be narrowed by, and the list somebody brings along."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.lines.words import ADDRESS, NAME
from applications.models import LineQuerySet, LineWords
from applications.people.brought import Brought, How, read
from applications.people.people import STEPS
from exchange.at_once import at_once, there
from exchange.documents.letters import Unreadable
from exchange.documents.reading import LARGEST, Book, read_file, read_text
from exchange.forms import LongText
from exchange.fulltext import Found
from exchange.people.lifecycle import JobRole
from exchange.trips.models import Trip


class PeopleFilter(forms.Form):
    """Search by name or address; school, job role, where it stands. Offers only what there is."""

    q = forms.CharField(label=_("Search in name and address"), max_length=100, required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    role = forms.ChoiceField(label=_("Job role"), required=False)
    step = forms.ChoiceField(label=_("Where it stands"), required=False)
    #: Which school's people a coordinator of several, or an administrator, looks at; no filter.
    of = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(
        self, data: Any, *, trip: Trip, people: LineQuerySet, steps: list[tuple[str, Q]], one_school: bool
    ) -> None:
        super().__init__(data)
        self.people, self.steps = people, dict(steps)
        plain = people.order_by()
        offered = set(plain.values_list("school", "school_name", "job_role").distinct())
        schools = {str(pk): name for pk, name, _role in offered if pk}
        roles = {role for _pk, _name, role in offered}
        found = at_once(trip, {step: there(people.filter(at)) for step, at in steps})
        self._offer("school", sorted(schools.items(), key=lambda pair: pair[1].casefold()))
        self._offer("role", [(value, label) for value, label in JobRole.choices if value in roles])
        self._offer("step", [(step, label) for step, label in STEPS.items() if found.get(step)])
        if one_school:
            del self.fields["school"]
        else:
            del self.fields["of"]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", _("All")), *choices]

    def found(self) -> LineQuerySet:
        """Who fits; what cannot be understood narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        wanted = {"school": asked.get("school"), "job_role": asked.get("role")}
        found = self.people.filter(**{name: value for name, value in wanted.items() if value})
        if step := asked.get("step"):
            found = found.filter(self.steps[step])
        if asked.get("q"):
            found = found.filter(pk__in=Found(LineWords, asked["q"], groups=NAME + ADDRESS))
        return found


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
        widget=LongText(6, **{"class": "mono", "spellcheck": "false"}),
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
        # One byte more than may be tells that it is too much, without reading it all.
        data["content"] = file.read(LARGEST + 1) if file else pasted
        try:
            read(book_of(data["content"]))
        except Unreadable as refusal:
            self.add_error("file" if file else "pasted", str(refusal))
        return data


def book_of(content: bytes | str, how: How | None = None) -> Book:
    """What was brought, as a file or pasted. Raises Unreadable."""
    return read_text(content) if isinstance(content, str) else read_file(content, how.letters if how else "")


class HowForm(forms.Form):
    """From which sheet, below which row and in which letters a list is read. Asks only what there is to choose."""

    all_optional = True

    sheet = forms.TypedChoiceField(label=_("Sheet"), required=False, coerce=int, empty_value=None)
    head = forms.IntegerField(label=_("Headings are in row"), required=False, min_value=1, max_value=1_000_000)
    letters = forms.ChoiceField(label=_("The letters of the list"), required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any, *, book: Book, brought: Brought | None, **kwargs: Any) -> None:
        head = brought.head.number if brought else None
        begin = {"sheet": brought.sheet if brought else 0, "head": head, "letters": book.letters if book.sure else ""}
        super().__init__(data, initial=begin, **kwargs)
        self.fields["sheet"].choices = [(place, sheet.title) for place, sheet in enumerate(book.sheets)]
        self.fields["letters"].choices = [(one.letters, one.sample) for one in book.readings]
        if len(book.sheets) == 1:
            del self.fields["sheet"]
        if len(book.readings) < 2:
            del self.fields["letters"]

    @staticmethod
    def how(data: Any) -> How:
        """What was chosen; whatever is no choice is none."""
        sheet, head = (data.get(name, "")[:7] for name in ("sheet", "head"))
        return How(
            sheet=int(sheet) if sheet.isascii() and sheet.isdigit() else None,
            head=int(head) if head.isascii() and head.isdigit() else None,
            letters=data.get("letters", ""),
        )
