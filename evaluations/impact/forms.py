"""Forms about reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.forms import LongText

#: Five findings are as much as a reader keeps.
FINDINGS = 5
ROWS = {"rows": 2}


class FindingForm(forms.Form):
    """One finding in words, in one or both languages."""

    nl = forms.CharField(label=_("Finding (Dutch)"), max_length=300, required=False, widget=LongText(2))
    en = forms.CharField(label=_("Finding (English)"), max_length=300, required=False, widget=LongText(2))


FindingsForm = forms.formset_factory(FindingForm, extra=FINDINGS, max_num=FINDINGS, absolute_max=FINDINGS)


class PublishForm(forms.Form):
    """The title of an edition."""

    either = ("title_nl", "title_en")
    title_nl = forms.CharField(label=_("Title (Dutch)"), max_length=80, required=False)
    title_en = forms.CharField(label=_("Title (English)"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title_nl") and not cleaned.get("title_en"):
            self.add_error("title_nl", _("Give the report a title, in Dutch or in English."))
        return cleaned
