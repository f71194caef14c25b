"""How a message goes out."""

from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat, Lifecycle, State, Transition

QUEUED, SENDING, SENT, FAILED, CANCELLED = "queued", "sending", "sent", "failed", "cancelled"
HOUSE = frozenset({Hat.HOUSE})

MESSAGE = Lifecycle(
    "message",
    states=(
        State(QUEUED, _("waiting"), "wait"),
        State(SENDING, _("being sent"), "now"),
        State(SENT, _("sent"), "ok"),
        State(FAILED, _("not delivered"), "err"),
        State(CANCELLED, _("withdrawn"), "off", final=_("It was no longer needed.")),
    ),
    transitions=(
        Transition("claim", _("take up"), (QUEUED,), SENDING, HOUSE),
        Transition("sent", _("sent"), (SENDING,), SENT, HOUSE),
        Transition("retry", _("try later"), (SENDING,), QUEUED, HOUSE),
        Transition("fail", _("give up"), (SENDING,), FAILED, HOUSE),
        Transition("bounce", _("come back"), (SENT,), FAILED, HOUSE),
        Transition("supersede", _("no longer valid"), (SENDING,), CANCELLED, HOUSE),
        Transition("resend", _("send again"), (FAILED,), QUEUED, frozenset({Hat.LEAD, Hat.ADMINISTRATOR})),
        Transition("cancel", _("withdraw"), (QUEUED, FAILED), CANCELLED, HOUSE | {Hat.LEAD, Hat.ADMINISTRATOR}),
    ),
)
