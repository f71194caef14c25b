"""What the lead writes to a group."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.letters.actions import PLACEHOLDERS, Letter, groups_of, unknown_placeholders
from exchange.forms import OwnWords
from exchange.trips.models import Trip

TEXTS = ("subject_nl", "text_nl", "subject_en", "text_en")


class WriteForm(forms.Form):
    """A group, and a mail in Dutch, in English or in both."""

    all_optional = True
    group = forms.ChoiceField(label=_("To"), widget=forms.RadioSelect)
    subject_nl = forms.CharField(label=_("Subject (Dutch)"), max_length=150, required=False)
    text_nl = forms.CharField(label=_("Text (Dutch)"), max_length=5000, required=False, widget=OwnWords(rows=9))
    subject_en = forms.CharField(label=_("Subject (English)"), max_length=150, required=False)
    text_en = forms.CharField(label=_("Text (English)"), max_length=5000, required=False, widget=OwnWords(rows=9))
    send_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, trip: Trip, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"send_id": uuid.uuid4(), **(initial or {})})
        self.fields["group"].choices = [(group.key, group.label) for group in groups_of(trip)]

    def clean(self) -> dict[str, Any]:
        """A whole mail in at least one language, and only placeholders that exist."""
        cleaned = super().clean() or self.cleaned_data
        for name in TEXTS:
            if wrong := unknown_placeholders(cleaned.get(name, "")):
                words = {"wrong": "{" + wrong[0] + "}", "list": ", ".join("{" + known + "}" for known in PLACEHOLDERS)}
                self.add_error(name, _now("%(wrong)s is no placeholder. These are: %(list)s.") % words)
        whole = []
        for language in ("nl", "en"):
            subject, text = cleaned.get(f"subject_{language}"), cleaned.get(f"text_{language}")
            if bool(subject) != bool(text) and not self.errors.keys() & {f"subject_{language}", f"text_{language}"}:
                self.add_error(f"subject_{language}" if text else f"text_{language}", _("Write both subject and text."))
            whole.append(subject and text)
        if not any(whole) and not self.errors:
            raise forms.ValidationError(_("Write subject and text in Dutch, in English or in both."))
        return cleaned

    @property
    def letter(self) -> Letter:
        return Letter(**{name: self.cleaned_data[name] for name in TEXTS})

    @property
    def sending(self) -> uuid.UUID:
        """What tells this sending from another; a name of its own, as a property would hide the field."""
        return self.cleaned_data["send_id"] or uuid.uuid4()
