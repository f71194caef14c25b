"""From the first evening to one year later."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat, Lifecycle, State, Transition

DOERS = frozenset({Hat.OWNER, Hat.LEAD, Hat.COMPANION, Hat.ADMINISTRATOR})


class Moment(models.TextChoices):
    BASELINE = "baseline", _("start")
    DAY = "day", _("day")
    RETURN = "return", _("return")
    ONE_YEAR = "one_year", _("after a year")


class Verdict(models.TextChoices):
    KEEP = "keep", _("Keep as it is")
    ADAPT = "adapt", _("Adapt to my school")
    DROP = "drop", _("Leave it here")


class Rung(models.IntegerChoices):
    """The anchoring ladder, from an idea to policy."""

    IDEA = 1, _("idea")
    TRIED = 2, _("tried out")
    TEAM = 3, _("introduced in the team")
    SCHOOL = 4, _("school-wide")
    POLICY = 5, _("laid down in policy")


ACTION = Lifecycle(
    "action",
    states=(
        State("planned", _("planned"), "off"),
        State("begun", _("under way"), "wait"),
        State("done", _("done"), "ok"),
        State("changed", _("done differently"), "ok"),
        State("dropped", _("dropped"), "off"),
    ),
    transitions=tuple(
        Transition(name, label, sources, target, DOERS)
        for name, label, sources, target in (
            ("begin", _("begin"), ("planned", "dropped"), "begun"),
            ("finish", _("done"), ("planned", "begun", "changed"), "done"),
            ("change", _("done differently"), ("planned", "begun", "done"), "changed"),
            ("drop", _("drop"), ("planned", "begun"), "dropped"),
            ("reopen", _("take up again"), ("done", "changed", "dropped"), "begun"),
        )
    ),
)


class Means(models.TextChoices):
    TEAM_MEETING = "team_meeting", _("team meeting")
    TRAINING = "training", _("training for colleagues")
    LESSON = "lesson", _("lesson or module")
    GUIDELINE = "guideline", _("guideline or protocol")
    CONVERSATION = "conversation", _("conversation with a partner")
    MATERIAL = "material", _("poster, card or other material")
    OTHER = "other", _("other")
