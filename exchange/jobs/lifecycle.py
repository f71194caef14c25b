"""How a job gets done."""

from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat, Lifecycle, State, Transition

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
HOUSE = frozenset({Hat.HOUSE})

JOB = Lifecycle(
    "job",
    states=(
        State(WAITING, _("in line"), "wait"),
        State(WORKING, _("being made"), "now"),
        State(DONE, _("made"), "ok", final=_("It can be fetched.")),
        State(FAILED, _("not made"), "err"),
    ),
    transitions=(
        # Also from a worker that is gone: its lease has run out.
        Transition("claim", _("take up"), (WAITING, WORKING), WORKING, HOUSE),
        Transition("retry", _("try later"), (WORKING,), WAITING, HOUSE),
        Transition("finish", _("finish"), (WORKING,), DONE, HOUSE),
        Transition("fail", _("give up"), (WORKING,), FAILED, HOUSE),
        # The house does it for whoever may have what is made; that is asked where it is asked for.
        Transition("again", _("ask again"), (FAILED,), WAITING, HOUSE | {Hat.LEAD, Hat.ADMINISTRATOR}),
    ),
)
