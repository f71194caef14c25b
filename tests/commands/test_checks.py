"""Each wrong setting gets its own sentence, and the settings of the tests none."""

import pytest
from django.core.checks import run_checks

from exchange import checks, wings


def ids(found):
    return [message.id for message in found]


@pytest.fixture
def sound(settings):
    """Settings with which a real installation would open."""
    settings.BASE_URL = "https://exchange.example"
    settings.SECURE = True
    settings.ALLOWED_HOSTS = ["exchange.example"]
    settings.BOUNCE_ADDRESS, settings.BOUNCE_IMAP = "bounces@exchange.example", "imaps://mail.exchange.example/INBOX"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    return settings


def all_own(**kwargs):
    every = [checks.wings_offer, checks.addresses, checks.demo_stays_home, checks.ready_for_people, checks.secret_key]
    return ids(message for check in every for message in check(None))


def test_sound_settings_pass(sound):
    assert all_own() == []


def test_the_checks_are_registered_and_the_house_passes():
    assert ids(run_checks()) == []


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("BASE_URL", "exchange.example", ["exchange.E003"]),
        ("BASE_URL", "https://exchange.example/app", ["exchange.E003"]),
        ("DEFAULT_FROM_EMAIL", "Exchange", ["exchange.E004"]),
        ("CONTACT_EMAIL", "", ["exchange.W006"]),
        ("ALLOWED_HOSTS", ["*"], ["exchange.E005"]),
        ("BOUNCE_ADDRESS", "bounces", ["exchange.E008"]),
        ("BOUNCE_ADDRESS", "Exchange <bounces@exchange.example>", ["exchange.E008"]),
        ("BOUNCE_ADDRESS", "a-name-of-22-character@exchange.example", ["exchange.E008"]),
        ("BOUNCE_IMAP", "imap://mail.exchange.example/INBOX", ["exchange.E009"]),
        ("BOUNCE_IMAP", "imaps://someone:secret@mail.exchange.example/INBOX", ["exchange.E009"]),
        ("SECURE", False, ["exchange.W002"]),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, ["exchange.W003"]),
        ("SURFCONEXT_ISSUER", "https://school.example", ["exchange.W004"]),
        ("SURFCONEXT_ISSUER", "http://school.example", ["exchange.W004", "exchange.W005"]),
        ("SURFCONEXT_ISSUER", "https://school.example/.well-known/x", ["exchange.W004", "exchange.W005"]),
        ("SURFCONEXT_SECRET", "geheim", ["exchange.W004"]),
        ("SECRET_KEY", "", ["exchange.E007"]),
        ("SECRET_KEY", "short", ["exchange.E007"]),
        ("SECRET_KEY", "demo-only-key-" + "x" * 60, ["exchange.E007"]),
    ],
)
def test_a_wrong_setting_is_told(sound, setting, value, expected):
    setattr(sound, setting, value)
    assert all_own() == expected


def nothing():
    """Something that can be offered."""


@pytest.mark.parametrize(
    "offers",
    [
        [wings.Offers(reminders=("exchange.clock.nothing",)), wings.Offers(home={10: None})],
        [wings.Offers(links={"endorse": nothing}), wings.Offers(links={"endorse": nothing})],
        [wings.Offers(home={10: nothing}), wings.Offers(home={10: nothing})],
        [wings.Offers(mails={"trips/new": ""})],
    ],
)
def test_what_a_wing_offers_is_proved(monkeypatch, offers):
    monkeypatch.setattr(wings, "offered", lambda: offers)
    assert set(ids(checks.wings_offer(None))) == {"exchange.E002"}


def test_a_wing_whose_offers_cannot_be_read_is_told(monkeypatch):
    def broken():
        raise ImportError("no module named exchange.nowhere")

    monkeypatch.setattr(wings, "offered", broken)
    assert ids(checks.wings_offer(None)) == ["exchange.E001"]


def demo(settings, **changes):
    settings.DEMO, settings.BASE_URL, settings.ALLOWED_HOSTS = True, "http://127.0.0.1:8000", ["127.0.0.1", "localhost"]
    for name, value in changes.items():
        setattr(settings, name, value)
    return ids(checks.demo_stays_home(None))


def test_demo_mode_stays_on_this_machine(settings):
    assert demo(settings) == []
    assert demo(settings, ALLOWED_HOSTS=["127.0.0.1", "exchange.example"]) == ["exchange.E006"]
    assert demo(settings, BASE_URL="http://192.0.2.7:8000") == ["exchange.E006"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["runserver"], []),
        (["runserver", "8001"], []),
        (["runserver", "localhost:8001"], []),
        (["runserver", "[::1]:8001"], []),
        (["runserver", "--noreload", "0.0.0.0:8000"], ["exchange.E006"]),
    ],
)
def test_demo_mode_refuses_another_address_for_runserver(settings, monkeypatch, asked, expected):
    monkeypatch.setattr("sys.argv", ["manage.py", *asked])
    assert demo(settings) == expected


def test_demo_mode_is_no_installation_for_people(sound):
    sound.DEMO = True
    assert "exchange.W001" in ids(checks.ready_for_people(None))
