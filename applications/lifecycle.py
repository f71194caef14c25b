"""From the call to the confirmed place: who may move what, and what the applicant is told."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat, Lifecycle, State, Transition

OWNER = frozenset({Hat.OWNER})
ENDORSER = frozenset({Hat.ENDORSER})
LEAD = frozenset({Hat.LEAD})
HOUSE = frozenset({Hat.HOUSE})

APPLICATION = Lifecycle(
    "application",
    states=(
        State("draft", _("draft"), "wait"),
        State("submitted", _("submitted"), "ok"),
        State("withdrawn", _("withdrawn"), "off"),
    ),
    transitions=(
        Transition("submit", _("send"), ("draft",), "submitted", OWNER),
        Transition("revise", _("send again"), ("submitted",), "submitted", OWNER),
        Transition("withdraw", _("withdraw"), ("submitted",), "withdrawn", OWNER),
        Transition("reinstate", _("undo the withdrawal"), ("withdrawn",), "submitted", OWNER),
        Transition("admit", _("admit a draft the deadline caught"), ("draft",), "submitted", LEAD),
    ),
)

ADMISSION = Lifecycle(
    "admission",
    states=(
        State("asked", _("asked"), "wait"),
        State("admitted", _("admitted"), "ok", final=_("The draft was sent as it stood.")),
        State("extended", _("given more time"), "ok", final=_("The author writes on and sends it.")),
        State("declined", _("declined"), "off", final=_("The team decided.")),
    ),
    transitions=(
        Transition("admit", _("admit as it stands"), ("asked",), "admitted", LEAD),
        Transition("extend", _("give more time"), ("asked",), "extended", LEAD),
        Transition("decline", _("decline"), ("asked",), "declined", LEAD),
    ),
)

_ANSWERABLE = ("asked", "not_me")
ENDORSEMENT = Lifecycle(
    "endorsement",
    states=(
        State("asked", _("asked"), "wait"),
        State("endorsed", _("endorsed"), "ok", final=_("The school has committed itself.")),
        State("conditions", _("endorsed with conditions"), "ok", final=_("The school has committed itself.")),
        State("refused", _("refused"), "err", final=_("The manager decided.")),
        State("not_me", _("somebody else should answer"), "wait"),
        State("replaced", _("replaced"), "off", final=_("A newer request took its place.")),
    ),
    transitions=(
        Transition("endorse", _("endorse"), ("asked",), "endorsed", ENDORSER | LEAD),
        Transition("endorse_with_conditions", _("endorse with conditions"), ("asked",), "conditions", ENDORSER | LEAD),
        Transition("refuse", _("refuse"), ("asked",), "refused", ENDORSER),
        Transition("not_me", _("name somebody else"), ("asked",), "not_me", ENDORSER),
        Transition("replace", _("ask somebody else"), _ANSWERABLE, "replaced", OWNER | LEAD | HOUSE),
        Transition("ask_again", _("ask again"), ("endorsed", "conditions", "refused"), "replaced", HOUSE),
    ),
)
#: Endorsements that let a selection be published.
BACKED = ("endorsed", "conditions")
#: Endorsements that were answered, whichever way.
ANSWERED = (*BACKED, "refused")

ASSESSMENT = Lifecycle(
    "assessment",
    states=(
        State("assigned", _("to read"), "wait"),
        State("finished", _("finished"), "ok"),
        State("recused", _("handed back"), "off", final=_("The reviewer knows this person.")),
    ),
    transitions=(
        Transition("finish", _("finish"), ("assigned",), "finished", frozenset({Hat.REVIEWER})),
        Transition("reopen", _("change"), ("finished",), "assigned", frozenset({Hat.REVIEWER})),
        Transition(
            "recuse", _("I know this person"), ("assigned", "finished"), "recused", frozenset({Hat.REVIEWER}) | LEAD
        ),
    ),
)


class DecisionKind(models.TextChoices):
    SELECT = "select", _("selected")
    RESERVE = "reserve", _("reserve")
    NOT_SELECTED = "not_selected", _("not selected")


KIND_SHAPES = {DecisionKind.SELECT: "ok", DecisionKind.RESERVE: "wait", DecisionKind.NOT_SELECTED: "off"}


def decision_state(decision: Any) -> str:
    """Proposed until published."""
    return "published" if decision.published_at else "proposed"


DECISION = Lifecycle(
    "decision",
    states=(
        State("proposed", _("proposed"), "wait", where=models.Q(published_at=None)),
        State(
            "published",
            _("published"),
            "ok",
            final=_("The letters are out."),
            where=models.Q(published_at__isnull=False),
        ),
    ),
    transitions=(
        Transition("propose", _("propose"), ("proposed",), "proposed", LEAD),
        Transition("publish", _("publish"), ("proposed",), "published", LEAD),
    ),
    read=decision_state,
)

OFFER = Lifecycle(
    "offer",
    states=(
        State("open", _("offered"), "wait"),
        State("confirmed", _("confirmed"), "ok", final=_("The place is taken.")),
        State("declined", _("declined"), "off", final=_("The place went to somebody else.")),
        State("retracted", _("retracted"), "off", final=_("The offer was taken back.")),
    ),
    transitions=(
        Transition("confirm", _("confirm"), ("open",), "confirmed", OWNER),
        Transition("decline", _("decline"), ("open",), "declined", OWNER),
        Transition("retract", _("take back"), ("open",), "retracted", LEAD | HOUSE),
    ),
)


class Stage(models.TextChoices):
    """What the applicant is told."""

    DRAFT = "draft", _("Not sent yet")
    CAUGHT = "caught", _("Not sent: the call has closed")
    SUBMITTED = "submitted", _("Received")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    IN_SELECTION = "in_selection", _("Being assessed")
    OFFERED = "offered", _("Selected: answer the offer")
    EXPIRED = "expired", _("The offer has expired")
    DECLINED = "declined", _("You declined")
    PLACED = "placed", _("You have a place")
    GAVE_BACK = "gave_back", _("You gave your place back")
    RESERVE = "reserve", _("Reserve")
    NOT_SELECTED = "not_selected", _("Not selected")
    CANCELLED = "cancelled", _("The trip was cancelled")


#: The shape of each stage's badge.
STAGE_SHAPES = {
    Stage.DRAFT: "wait",
    Stage.CAUGHT: "bar",
    Stage.SUBMITTED: "ok",
    Stage.WITHDRAWN: "off",
    Stage.IN_SELECTION: "now",
    Stage.OFFERED: "now",
    Stage.EXPIRED: "bar",
    Stage.DECLINED: "off",
    Stage.PLACED: "ok",
    Stage.GAVE_BACK: "off",
    Stage.RESERVE: "wait",
    Stage.NOT_SELECTED: "bar",
    Stage.CANCELLED: "bar",
}


def stage(  # noqa: C901 -- one table of cases, read from top to bottom
    *,
    status: str,
    trip: Any,
    decision: Any,
    offer: Any,
    participation: Any,
    now: datetime,
    late: datetime | None = None,
) -> Stage:
    """The applicant's stage: a pure function; an unpublished decision has no influence (rule 4).

    `late` is until when this person may send after closing; without it the grace of the trip counts.
    """
    if trip.cancelled_at:
        return Stage.CANCELLED
    if status == "withdrawn":
        return Stage.WITHDRAWN
    if status == "draft":
        return Stage.DRAFT if now < max(trip.accepts_until, late or trip.accepts_until) else Stage.CAUGHT
    if participation:
        return Stage.PLACED if participation.status == "active" else Stage.GAVE_BACK
    if not (decision and decision.published_at):
        return Stage.SUBMITTED if now < trip.closes_at else Stage.IN_SELECTION
    if offer:
        if offer.status == "open":
            return Stage.OFFERED if now <= offer.reply_by_at else Stage.EXPIRED
        if offer.status == "declined":
            return Stage.DECLINED
        return Stage.RESERVE
    return {
        DecisionKind.RESERVE: Stage.RESERVE,
        DecisionKind.NOT_SELECTED: Stage.NOT_SELECTED,
        # Selected before the manager answered: the offer follows the endorsement.
        DecisionKind.SELECT: Stage.RESERVE,
    }[DecisionKind(decision.kind)]


UNDECIDED = "none"
