"""The control of tests/applications/test_lines.py: of each verb that settles, a story notices when it does not.

And the doors to an account that no step of a story goes through.
"""

import io
import sys

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from applications.models import Line
from exchange.people.actions import close_account, open_account, save_profile
from exchange.people.models import User
from tests import world
from tests.applications.test_lines import STORIES, steps_of
from tests.applications.walking import OPENINGS, Walk
from tests.consistency.settling import SETTLERS, house
from tests.people.test_sign_in import code, sign_up

pytestmark = pytest.mark.django_db

#: Those that settle where no story comes; each of these doors has a test below.
ELSEWHERE = {
    "exchange.people.admin.InstitutionAdmin.save_related": "the administration changes a school",
    "exchange.people.adapter.AccountAdapter.pre_login": "signing in by code",
    "exchange.people.management.commands.first_administrator.Command.handle": "the first administrator",
    "exchange.people.actions.close_account": "who left",
    "exchange.people.actions.open_account": "who left came back",
}


class Silence:
    """What settles, told apart by the function that calls it; one of those is not heard."""

    def __init__(self, monkeypatch):
        self.heard, self.site = set(), ""
        for module in {parts[0] for parts in house().functions.values()}:
            for word, value in list(vars(module).items()):
                if any(value is one for one in SETTLERS):
                    monkeypatch.setattr(module, word, self.instead(value))

    def instead(self, real):
        def settle(*args, **kwargs):
            caller = sys._getframe(1)
            site = f"{caller.f_globals['__name__']}.{caller.f_code.co_qualname}"
            self.heard.add(site)
            return None if site == self.site else real(*args, **kwargs)

        return settle


def tell(walk, steps):
    """Walk through it; what is not as it ought to be comes out as an error, and nothing stays."""
    began = walk.now
    with transaction.atomic():
        for name, who, how in steps_of(steps):
            assert walk.does(name, who, how), f"{name} was refused"
            world.prove(name)
        transaction.set_rollback(True)
    walk.now = began


def goes_wrong(walk, steps):
    began = walk.now
    try:
        tell(walk, steps)
    except (AssertionError, DatabaseError):
        walk.now = began
        return True
    return False


@pytest.mark.once
def test_a_verb_that_forgets_to_settle_is_noticed(monkeypatch):
    expected = house().settling() - ELSEWHERE.keys()
    silence = Silence(monkeypatch)
    met, noticed = set(), set()
    for opening in OPENINGS:
        with transaction.atomic():
            walk = Walk(opening)
            stories = [steps for begins, steps in STORIES.values() if begins == opening]
            for steps in sorted(stories, key=len):
                silence.site, silence.heard = "", set()
                tell(walk, steps)
                here = set(silence.heard)
                met |= here
                for silence.site in here - noticed:
                    if goes_wrong(walk, steps):
                        noticed.add(silence.site)
            transaction.set_rollback(True)
    assert met == noticed, "no story notices that these forget to settle"
    assert met == expected, "no story comes to these"


# --- doors ------------------------------------------------------------------------------------------


@pytest.fixture
def invited(cast, at):
    """Ida is on the list, at two addresses of which one is at no school."""
    at(world.MOMENTS["call"])
    world.invitation(cast.trip, "ida@duinrand.example", "Ida", institution=cast.school)
    world.invitation(cast.trip, "ida@thuis.example", "Ida thuis")
    return cast


def whose():
    """Of each invited person, in the order of their names, the account that the line knows."""
    return [str(one.user.name if one.user else "") for one in Line.objects.order_by("sort_name")]


def test_who_signs_up_where_somebody_was_invited_is_that_person(invited):
    client, response = sign_up("ida@duinrand.example")
    assert whose() == ["", ""]
    client.post(response.url, {"code": code("ida@duinrand.example")})
    assert whose() == ["Nora Nieuw", ""]


def test_who_signs_in_by_code_has_confirmed_the_address(invited):
    """An account that an administrator made has an address that nobody confirmed yet."""
    user = User.objects.create_user("ida@thuis.example", None, name="Ida Thuis")
    user.emailaddress_set.create(email=user.email, primary=True, verified=False)
    client = Client()
    response = client.post(reverse("account_request_login_code"), {"email": user.email})
    assert whose() == ["", ""]
    client.post(response.url, {"code": code(user.email)})
    assert whose() == ["", "Ida Thuis"]


def test_the_first_administrator_was_invited(invited):
    call_command("first_administrator", "ida@thuis.example", stdout=io.StringIO())
    assert [line.user is not None for line in Line.objects.order_by("sort_name")] == [False, True]


def test_the_administration_changes_a_school(cast, login, at):
    at(world.MOMENTS["call"])
    writing = world.application(cast.trip, world.outsider(institution=cast.school)).user
    [line] = Line.objects.all()
    assert (line.school_name, line.belongs_to) == ("roc Duinrand", None)
    form = {"name": "roc Anders", "short_name": "Anders", "kind": "roc", "member": "on"}
    form |= {f"{rows}-{what}_FORMS": 0 for rows in ("domains", "former_names") for what in ("TOTAL", "INITIAL")}
    form |= {"domains-TOTAL_FORMS": 1, "domains-0-domain": writing.email.rpartition("@")[2]}
    url = reverse("admin:people_institution_change", args=[cast.school.pk])
    assert login(cast.administrator()).post(url, form).status_code == 302
    line.refresh_from_db()
    assert (line.school_name, line.belongs_to) == ("Anders", cast.school)


def test_who_left_and_came_back(cast, at):
    """Nobody is reminded who can't sign in; the line knows it both times."""
    at(world.MOMENTS["call"])
    writing = world.application(cast.trip, world.user("Wim", at=cast.school)).user
    administrator, lines = cast.administrator(), Line.objects.values_list("quiet", flat=True)
    assert list(lines.all()) == [False]
    close_account(person=writing, reason="Uit dienst.", by=administrator)
    assert list(lines.all()) == [True]
    open_account(person=writing, reason="Terug.", by=administrator)
    assert list(lines.all()) == [False]


def test_two_windows_with_one_profile(cast, at):
    """The page that was open longer knows nothing of what the other saved, and writes its own."""
    at(world.MOMENTS["call"])
    writing = world.application(cast.trip, world.user("Wim", at=cast.school)).user
    stale = User.objects.get(pk=writing.pk)
    save_profile(user=writing, by=writing, name="Willem")
    assert Line.objects.get().name == "Willem"
    save_profile(user=stale, by=stale, name="Wim")
    assert Line.objects.get().name == "Wim"
