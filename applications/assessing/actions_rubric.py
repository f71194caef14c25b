"""The verbs of the rubric: made with one press, copied, edited."""

from django.db import transaction
from django.utils.translation import gettext as _

from applications.assessing.permissions import can_edit_rubric, can_weigh
from applications.assessing.rubric import FULL, LEVELS, default_criteria, rubric_of
from applications.models import Anchor, Criterion
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.trips.permissions import can_look
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def make_rubric(*, trip: Trip, by: User) -> list[Criterion]:
    """The usual five criteria with their anchors."""
    _empty(trip, by)
    made = [
        Criterion(trip=trip, key=one.key, name_nl=one.name[0], name_en=one.name[1], weight=one.weight, order=order)
        for order, one in enumerate(default_criteria(), 1)
    ]
    Criterion.objects.bulk_create(made)
    Anchor.objects.bulk_create(
        Anchor(criterion=criterion, level=level, text_nl=nl, text_en=en)
        for criterion, usual in zip(made, default_criteria(), strict=True)
        for level, (nl, en) in zip(LEVELS, usual.anchors, strict=True)
    )
    record(about=trip, verb="rubric.make", by=by)
    return made


@transaction.atomic
def copy_rubric(*, trip: Trip, source: Trip, by: User) -> list[Criterion]:
    """The rubric of another trip, as it stands today."""
    _empty(trip, by)
    require(can_look(by, source))
    copies = []
    for criterion in rubric_of(source):
        copy = Criterion.objects.create(
            trip=trip,
            key=criterion.key,
            name_nl=criterion.name_nl,
            name_en=criterion.name_en,
            weight=criterion.weight,
            order=criterion.order,
        )
        Anchor.objects.bulk_create(
            Anchor(criterion=copy, level=anchor.level, text_nl=anchor.text_nl, text_en=anchor.text_en)
            for anchor in criterion.anchors.all()
        )
        copies.append(copy)
    record(about=trip, verb="rubric.copy", by=by, facts={"source": str(source.pk)})
    return copies


@transaction.atomic
def edit_rubric(*, trip: Trip, criteria: list[Criterion], anchors: list[Anchor], by: User) -> list[Criterion]:
    """Write names, weights and anchors. Weights sum to 100, and stay as they are once the call is open."""
    require(can_edit_rubric(by, trip))
    before = {criterion.pk: criterion for criterion in rubric_of(trip)}
    if any(criterion.weight != before[criterion.pk].weight for criterion in criteria):
        require(can_weigh(by, trip))
        total = sum(criterion.weight for criterion in criteria)
        if total != FULL:
            raise Refused(no(_("The weights sum to %(total)s; make it 100.") % {"total": total}, CONFLICT))
    texts = {anchor.pk: anchor for criterion in before.values() for anchor in criterion.anchors.all()}
    changed = [
        {"criterion": new.key, "level": level, "from": old, "to": now}
        for new, level, old, now in _differences(criteria, anchors, before, texts)
    ]
    if not changed:
        return criteria
    Criterion.objects.bulk_update(criteria, ["name_nl", "name_en", "weight"])
    Anchor.objects.bulk_update(anchors, ["text_nl", "text_en"])
    # Texts of the team, not of a person: history may quote them, so that a letter can be understood later.
    record(about=trip, verb="rubric.edit", by=by, facts={"changed": changed})
    return criteria


@transaction.atomic
def drop_rubric(*, trip: Trip, by: User) -> Trip:
    """Start the rubric afresh; until the call opens."""
    require(can_weigh(by, trip))
    trip.criteria.all().delete()
    record(about=trip, verb="rubric.drop", by=by)
    return trip


def _empty(trip: Trip, by: User) -> None:
    require(can_edit_rubric(by, trip))
    Trip.objects.select_for_update().get(pk=trip.pk)
    if trip.criteria.exists():
        raise Refused(no(_("This trip has a rubric already."), CONFLICT))


def _differences(criteria: list[Criterion], anchors: list[Anchor], before: dict, texts: dict) -> list[tuple]:
    found: list[tuple] = []
    for criterion in criteria:
        old = before[criterion.pk]
        was, now = ([one.name_nl, one.name_en, one.weight] for one in (old, criterion))
        if was != now:
            found.append((criterion, 0, was, now))
    for anchor in anchors:
        was, now = ([one.text_nl, one.text_en] for one in (texts[anchor.pk], anchor))
        if was != now:
            found.append((anchor.criterion, anchor.level, was, now))
    return found
