"""The first administrator."""

import pytest
from django.core.management import CommandError, call_command

from exchange.history.models import HistoryEntry
from exchange.people.models import User
from tests import world

pytestmark = pytest.mark.django_db


def test_the_first_one_only(capsys):
    call_command("first_administrator", "Ada@School.example")
    assert User.objects.get(email="ada@school.example").is_administrator
    assert "/accounts/login/code/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrator", "bob@school.example")
    assert not User.objects.filter(email="bob@school.example").exists()


def test_an_account_that_exists_keeps_its_password():
    person = world.user()
    call_command("first_administrator", person.email)
    person = User.objects.get(pk=person.pk)
    assert person.is_administrator
    assert person.check_password(world.PASSWORD)


def test_not_an_address():
    with pytest.raises(CommandError, match="not an e-mail"):
        call_command("first_administrator", "nobody")


def test_a_closed_account_is_opened_as_nobody_could_open_it_in_the_pages():
    person = world.left(world.user())
    call_command("first_administrator", person.email)
    person = User.objects.get(pk=person.pk)
    assert (person.is_administrator, person.deactivated_at) == (True, None)
    assert HistoryEntry.objects.filter(verb="account.open", about_id=str(person.pk)).count() == 1
