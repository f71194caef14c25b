"""Forms about reports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, OwnWords
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
    public = forms.BooleanField(
        label=_("Title and figure may stand on the public page of the trip"),
        required=False,
        help_text=_(
            "Anybody reads it there: the title, what was done at the schools, and the one words whose authors agreed "
            "to that page. How many applied, went and answered stands there anyway."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title_nl") and not cleaned.get("title_en"):
            self.add_error("title_nl", _("Give the report a title, in Dutch or in English."))
        return cleaned


class VoiceForm(forms.Form):
    """One sentence for the public page."""

    text = forms.CharField(label=_("Your sentence"), max_length=160, help_text=NO_STUDENT, widget=OwnWords(rows=2))
    agree = forms.BooleanField(
        label=_(
            "This sentence may stand on the public page and with a next call, also on its poster, with my job role and "
            "without my name"
        ),
        error_messages={"required": _("Tick this if you want it to stand there.")},
    )

    def clean_text(self) -> str:
        return " ".join(self.cleaned_data["text"].split())
