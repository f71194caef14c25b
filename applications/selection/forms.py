"""Deciding: one press for a row, several at once, or with reasons; and what goes with offers and cancelling."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import DecisionKind
from applications.models import Anchor, Criterion, LineQuerySet
from applications.selection.rows import read
from exchange.forms import OwnWords

LANGUAGES = [("nl", "Nederlands"), ("en", "English")]


def seen_moment(value: str | None) -> datetime | None:
    """The moment of the proposal that stood on the page; None when there was none."""
    try:
        return parse_datetime(value) if value else None
    except ValueError:
        return None


class BoardForm(forms.Form):
    """The selection board: `one` is a button of a row ("row:kind"), else all ticked rows (`pick`) get `kind`."""

    one = forms.CharField(required=False)
    kind = forms.ChoiceField(label=_("Propose for those ticked"), choices=DecisionKind.choices, required=False)

    def __init__(self, data: Any, *, lines: LineQuerySet) -> None:
        super().__init__(data)
        self.lines = lines
        #: Which proposal stood on the page for each application that was chosen.
        self.seen: dict[uuid.UUID, datetime | None] = {}

    def clean(self) -> dict[str, Any]:
        """Which applications, and which decision."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("one"):
            wanted, _separator, kind = cleaned["one"].partition(":")
            wanted = [wanted]
        else:
            wanted, kind = self.data.getlist("pick"), cleaned.get("kind", "")
        if kind not in DecisionKind.values:
            raise forms.ValidationError(_("Choose what to propose: selected, reserve or not selected."))
        cleaned["kind"] = kind
        told = dict(row for text in wanted if (row := read(text)))
        found = self.lines.filter(pk__in=told).values_list("pk", "application")
        self.seen = {application: told[pk] for pk, application in found}
        if not self.seen:
            raise forms.ValidationError(_("Tick at least one application first."))
        return cleaned


class DecisionForm(forms.Form):
    """A decision with its reason: sentences of the rubric, and one more of one's own."""

    kind = forms.ChoiceField(label=_("Decision"), choices=DecisionKind.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("One sentence more, for the letter"),
        help_text=_("The applicant reads this. Write nothing about scores, reviewers or other applicants."),
        max_length=600,
        required=False,
        widget=OwnWords(rows=3),
    )
    note_language = forms.ChoiceField(label=_("Language of that sentence"), choices=LANGUAGES)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.criteria = criteria
        self.anchors = {str(anchor.pk): anchor for one in criteria for anchor in one.anchors.all()}
        self.fields["phrases"] = forms.MultipleChoiceField(
            label=_("Reason in rubric words"),
            choices=[(one.name, [(str(anchor.pk), anchor.text) for anchor in one.anchors.all()]) for one in criteria],
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "rows fold"}),
            help_text=_("These sentences stand in the letter, in the reader's language."),
        )
        self.order_fields(["kind", "phrases", "note", "note_language", "seen"])

    def clean(self) -> dict[str, Any]:
        """A reason is part of a decision."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in (DecisionKind.RESERVE, DecisionKind.NOT_SELECTED) and not (
            cleaned.get("phrases") or cleaned.get("note")
        ):
            self.add_error("phrases", _("Choose at least one sentence, or write one yourself."))
        return cleaned

    @property
    def phrases(self) -> list[Anchor]:
        return [self.anchors[key] for key in self.cleaned_data["phrases"]]


class RetractForm(forms.Form):
    """Why an offer is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("This stands in the mail to the person."),
        max_length=1000,
        widget=OwnWords(rows=3),
    )


class CancelForm(forms.Form):
    """Why the trip does not take place."""

    reason = forms.CharField(
        label=_("Why does the trip not take place?"),
        help_text=_("This stands in the letter to everybody who applied or travels."),
        max_length=1000,
        widget=OwnWords(rows=4),
    )
    sure = forms.BooleanField(
        label=_("I cancel this trip. This cannot be undone."),
        error_messages={"required": _("Tick this box to be sure.")},
    )
