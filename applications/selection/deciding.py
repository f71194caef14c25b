"""Decisions are proposed quietly; nobody outside the lead's pages notices."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.lifecycle import DECISION, DecisionKind
from applications.lines import settle
from applications.models import Anchor, Application, Decision
from applications.selection.permissions import can_decide
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.permissions import team_hats
from exchange.verdicts import CONFLICT, Refused, no, require

#: Stands for "whatever is there": for those who decide without a page in front of them.
ANY = object()


@transaction.atomic
def propose(
    *,
    application: Application,
    kind: str,
    phrases: Iterable[Anchor] | None = None,
    note: str | None = None,
    note_language: str = "nl",
    seen: object = ANY,
    by: User,
) -> Decision:
    """Propose a decision, or another one. `seen` is when the proposal in view was made (None: there was none).

    Phrases and note stay as they were when they are None.
    """
    require(can_decide(by, application))
    # Not the decision: of two who are the first to propose there is none yet.
    Application.objects.select_for_update().get(pk=application.pk)
    before = Decision.objects.filter(application=application).first()
    _nobody_faster(before, seen, by)
    if before is None:
        decision = Decision(application=application, kind=DecisionKind(kind), proposed_at=clock.now(), proposed_by=by)
        decision.note, decision.note_language = note or "", note_language
        decision.save()
        record(about=decision, verb="decision.propose", by=by, target=kind, facts=_facts(application, by))
    else:
        words: dict[str, Any] = {} if note is None else {"note": note, "note_language": note_language}
        fields = {"kind": DecisionKind(kind), "proposed_at": clock.now(), "proposed_by": by, **words}
        facts = _facts(application, by) | {"from": before.kind, "to": str(kind)}
        decision = perform(
            DECISION, "propose", before, hats=team_hats(by, application.trip), by=by, facts=facts, **fields
        )
    if phrases is not None:
        decision.phrases.set(phrases)
    settle(application)
    return decision


@transaction.atomic
def propose_many(
    *, applications: Iterable[Application], kind: str, seen: dict[UUID, datetime | None] | None = None, by: User
) -> list[Decision]:
    """The same proposal for several, all or none; in one order, so that two who do this wait and don't block."""
    return [
        propose(application=one, kind=kind, seen=ANY if seen is None else seen.get(one.pk), by=by)
        for one in sorted(applications, key=lambda one: one.pk)
    ]


def _nobody_faster(before: Decision | None, seen: object, by: User) -> None:
    """Whoever decides on what they saw is told when a colleague decided in between."""
    if seen is ANY or before is None or before.proposed_by_id == by.pk or before.proposed_at == seen:
        return
    words = {"name": before.proposed_by, "kind": before.get_kind_display()}
    raise Refused(no(_("Somebody was faster: %(name)s proposed “%(kind)s”. Look again and decide.") % words, CONFLICT))


def _facts(application: Application, by: User) -> dict[str, Any]:
    """That somebody of the same school decided is kept, so that it can be accounted for."""
    school = application.submissions.order_by("-number").values_list("institution", flat=True).first()
    return {"own_school": True} if school and school == by.institution_id else {}
