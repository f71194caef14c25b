"""The return page as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, WordShown, agreed, agreement, words
from evaluations.goals.forms_levels import GoalScores
from evaluations.lifecycle import Moment
from evaluations.models import OneWord, ReturnEvaluation


class ReturnForm(WordShown, GoalScores):
    """The return page."""

    word = forms.CharField(
        label=_("The trip in one word"),
        max_length=40,
        required=False,
        help_text=_("At most 40 characters. In a year we ask you again, before you see this one."),
        widget=forms.TextInput(attrs={"class": "own-words", "autocomplete": "off"}),
    )
    grade = forms.TypedChoiceField(
        label=_("Which grade do you give the trip?"),
        choices=[(str(n), str(n)) for n in range(1, 11)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"class": "grades"}),
        help_text=_("1 is very bad, 10 is excellent."),
    )
    learned = words(_("What did you learn that you did not expect?"), max_length=600, help_text=NO_STUDENT)
    support = agreement(_("I expect my manager to help me use it"))
    opportunity = agreement(_("I expect to get the chance to use it"))

    def __init__(self, *args: Any, answered: ReturnEvaluation | None, said: OneWord | None, **kwargs: Any) -> None:
        start: dict[str, Any] = {}
        if answered:
            start = {"grade": answered.grade, "learned": answered.learned}
        if said:
            start |= {"word": said.word, "consent": said.consent, "public": said.public}
        start["support"] = agreed(answered.support if answered else None, bool(answered))
        start["opportunity"] = agreed(answered.opportunity if answered else None, bool(answered))
        super().__init__(*args, initial=start, moment=Moment.RETURN, **kwargs)
        if said and said.consent:
            self.fields["word"].help_text = _("Another word takes this one out of published editions.")
