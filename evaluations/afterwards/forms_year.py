"""One year on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.fields import NO_STUDENT, WordShown, agreed, agreement, words
from evaluations.goals.forms_levels import GoalScores
from evaluations.lifecycle import Moment
from evaluations.models import FollowUp


class RecallForm(WordShown):
    """Asked before anything old is shown."""

    field_order = ("word", "consent", "public", "recall")

    word = forms.CharField(
        label=_("The trip in one word, now"),
        max_length=40,
        help_text=_("At most 40 characters. After saving you see what you said a year ago."),
        widget=forms.TextInput(attrs={"class": "own-words", "autocomplete": "off"}),
    )
    recall = words(
        _("What do you still remember and use?"), max_length=2000, rows=6, required=True, help_text=NO_STUDENT
    )


class YearForm(GoalScores):
    """What became of goals and actions after a year."""

    support = agreement(_("My manager helped me to use it"))
    opportunity = agreement(_("I was given the chance to use it"))
    students = words(_("What do students notice?"), max_length=1000, help_text=NO_STUDENT)
    moved = forms.BooleanField(label=_("I changed job or school since the trip"), required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        answered = bool(follow_up.answered_at)
        start = {
            "students": follow_up.students,
            "moved": follow_up.moved,
            "support": agreed(follow_up.support, answered),
            "opportunity": agreed(follow_up.opportunity, answered),
        }
        super().__init__(*args, initial=start, moment=Moment.ONE_YEAR, **kwargs)
