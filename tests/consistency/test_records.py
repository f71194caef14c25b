"""What every record keeps to: moments with their people, public ids that say nothing, texts in two languages."""

import re

import pytest
from django.db import models

from exchange.management.commands.routes import routes
from tests.consistency.test_lifecycles import ours

#: A deed always has its moment; the doer is empty where the house did it itself.
BY_THE_HOUSE_TOO = {
    "Assessment.assigned",
    "Attendance.ticked",
    "Certificate.issued",
    "GoalLevel.scored",
    "Job.asked",
    "Offer.made",
    "OutboxMessage.queued",
    "RoleAssignment.given",
    "TeamMember.given",
}


def pairs() -> list[tuple[type[models.Model], str]]:
    """Every field x_at with an x_by beside it."""
    found = []
    for model in ours():
        names = {field.name for field in model._meta.local_fields}
        found += [(model, name[:-3]) for name in sorted(names) if name.endswith("_at") and f"{name[:-3]}_by" in names]
    return found


PAIRS = pairs()


@pytest.mark.parametrize(("model", "name"), PAIRS, ids=[f"{model.__name__}.{name}" for model, name in PAIRS])
def test_a_moment_and_its_person_are_both_there_or_both_not(model, name) -> None:
    at, by = model._meta.get_field(f"{name}_at"), model._meta.get_field(f"{name}_by")
    label = f"{model.__name__}.{name}"
    if at.null:
        constrained = f"{model._meta.app_label}_{model._meta.model_name}_{name}_paired"
        assert constrained in {constraint.name for constraint in model._meta.constraints}
    else:
        assert by.null == (label in BY_THE_HOUSE_TOO)


def test_who_did_something_says_when() -> None:
    alone = {
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if field.name.endswith("_by")
        and not {f"{field.name[:-3]}_at", f"{field.name[:-3]}_on"} & {one.name for one in model._meta.local_fields}
    }
    # Who takes over somebody's work is no deed.
    assert alone == {"Endorsement.cover_by"}


def test_names_of_fields_tell_their_kind() -> None:
    for model in ours():
        for field in model._meta.local_fields:
            if field.name == "last_login":  # Django's own
                continue
            if isinstance(field, models.DateTimeField):
                assert field.name.endswith("_at") or field.name == "at", f"{model.__name__}.{field.name}"
            elif isinstance(field, models.DateField):
                assert field.name.endswith("_on") or field.name == "on", f"{model.__name__}.{field.name}"


def test_ids_in_addresses_are_random() -> None:
    """A number in an address may count versions; it never names a row."""
    numbered = {route["name"] for route in routes() if re.search(r"<int:(?!number>)", route["pattern"])}
    # allauth's: the own passkeys, and somebody else's is not there
    assert numbered == {"mfa_edit_webauthn", "mfa_remove_webauthn"}


def test_texts_of_the_team_come_in_both_languages() -> None:
    for model in ours():
        names = {field.name for field in model._meta.local_fields}
        for name in names:
            if name.endswith("_nl"):
                assert f"{name[:-3]}_en" in names, f"{model.__name__}.{name}"
                assert hasattr(model, name[:-3]), f"{model.__name__} has no Words for {name[:-3]}"
