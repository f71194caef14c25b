"""Who reads one application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AssignForm(forms.Form):
    """Who reads this application too."""

    reviewer = forms.ChoiceField(label=_("Reviewer"))

    def __init__(self, data: Any = None, *, reviewers: list[Any]) -> None:
        super().__init__(data)
        self.reviewers = {str(one.pk): one for one in reviewers}
        self.fields["reviewer"].choices = [(str(one.pk), str(one)) for one in reviewers]

    @property
    def chosen(self) -> Any:
        return self.reviewers[self.cleaned_data["reviewer"]]
