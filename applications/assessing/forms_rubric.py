"""The rubric as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.assessing.rubric import FULL
from applications.models import Anchor, Criterion
from exchange.trips.models import Trip


class RubricForm(forms.Form):
    """Names, weights and anchors of all criteria in one form."""

    def __init__(self, data: Any = None, *, criteria: list[Criterion], weighing: bool) -> None:
        super().__init__(data)
        self.criteria, self.weighing = criteria, weighing
        for one in criteria:
            self._texts(f"name-{one.pk}", _("Name"), one.name_nl, one.name_en, 80)
            self.fields[f"weight-{one.pk}"] = forms.IntegerField(
                label=_("Weight"), min_value=1, max_value=FULL, initial=one.weight, disabled=not weighing
            )
            for anchor in one.anchors.all():
                label = _now("Level %(level)s") % {"level": anchor.level}
                self._texts(f"anchor-{anchor.pk}", label, anchor.text_nl, anchor.text_en, 200)

    def _texts(self, name: str, label: Any, nl: str, en: str, longest: int) -> None:
        for language, text, words in (("nl", nl, _("Dutch")), ("en", en, _("English"))):
            self.fields[f"{name}-{language}"] = forms.CharField(
                label=f"{label} ({words})", max_length=longest, required=False, initial=text
            )

    def clean(self) -> dict[str, Any]:
        """One language at least for every text; weights sum to 100."""
        cleaned = super().clean() or self.cleaned_data
        for name in [name[:-3] for name in self.fields if name.endswith("-nl")]:
            if (
                name + "-nl" in cleaned
                and name + "-en" in cleaned
                and not (cleaned[name + "-nl"] or cleaned[name + "-en"])
            ):
                self.add_error(name + "-nl", _("Write this in Dutch or in English."))
        weights = [cleaned.get(f"weight-{one.pk}") for one in self.criteria]
        if self.weighing and all(weights) and sum(weights) != FULL:
            raise forms.ValidationError(
                _now("The weights sum to %(total)s; make it 100.") % {"total": sum(weights)}, code="weights"
            )
        return cleaned

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields by criterion, for the page."""
        return [
            {
                "criterion": one,
                "names": [self[f"name-{one.pk}-nl"], self[f"name-{one.pk}-en"]],
                "weight": self[f"weight-{one.pk}"],
                "anchors": [
                    {"level": anchor.level, "nl": self[f"anchor-{anchor.pk}-nl"], "en": self[f"anchor-{anchor.pk}-en"]}
                    for anchor in one.anchors.all()
                ],
            }
            for one in self.criteria
        ]

    def changed(self) -> tuple[list[Criterion], list[Anchor]]:
        """The criteria and anchors as they were typed; not saved."""
        data, anchors = self.cleaned_data, []
        for one in self.criteria:
            one.name_nl, one.name_en = data[f"name-{one.pk}-nl"], data[f"name-{one.pk}-en"]
            one.weight = data[f"weight-{one.pk}"]
            for anchor in one.anchors.all():
                anchor.text_nl, anchor.text_en = data[f"anchor-{anchor.pk}-nl"], data[f"anchor-{anchor.pk}-en"]
                anchor.criterion = one
                anchors.append(anchor)
        return self.criteria, anchors


class CopyRubricForm(forms.Form):
    """From which trip to copy the rubric."""

    source = forms.ModelChoiceField(label=_("Copy from"), queryset=Trip.objects.none(), empty_label=None)

    def __init__(self, data: Any = None, *, sources: Any) -> None:
        super().__init__(data)
        self.fields["source"].queryset = sources
