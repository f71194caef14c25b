"""The rubric as a form: a level and a reason for every criterion."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.assessing.actions import Given
from applications.assessing.rubric import LEVELS
from applications.models import Criterion
from exchange.forms import OwnWords


class AssessmentForm(forms.Form):
    """Everything may stay open while saving; finishing wants it all."""

    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, criteria: list[Criterion], finishing: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.criteria, self.finishing = criteria, finishing
        for criterion in criteria:
            texts = {anchor.level: anchor.text for anchor in criterion.anchors.all()}
            self.fields[f"level-{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.name,
                choices=[(level, texts.get(level, "")) for level in LEVELS],
                coerce=int,
                empty_value=None,
                required=finishing,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose the sentence that fits best.")},
            )
            self.fields[f"reason-{criterion.pk}"] = forms.CharField(
                label=_("%(criterion)s: reason, in one sentence") % {"criterion": criterion.name},
                max_length=400,
                required=finishing,
                widget=OwnWords(rows=2),
                error_messages={"required": _("Write in one sentence why.")},
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields by criterion, for the page."""
        return [
            {"criterion": one, "level": self[f"level-{one.pk}"], "reason": self[f"reason-{one.pk}"]}
            for one in self.criteria
        ]

    @property
    def given(self) -> dict[uuid.UUID, Given]:
        """What was filled in, by criterion."""
        data = self.cleaned_data
        return {one.pk: Given(data.get(f"level-{one.pk}"), data.get(f"reason-{one.pk}") or "") for one in self.criteria}


class RecuseForm(forms.Form):
    """Why somebody stays out."""

    reason = forms.CharField(
        label=_("How do you know this person?"),
        help_text=_("A few words, for the lead only: colleague, family, worked together."),
        max_length=300,
    )
