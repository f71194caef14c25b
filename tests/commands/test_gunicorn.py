"""Demo mode has known passwords: gunicorn must not carry it off this machine."""

import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings


def starting(monkeypatch, demo, *addresses):
    monkeypatch.setenv("EXCHANGE_DEMO", demo)
    configuration = runpy.run_path(str(settings.ROOT / "gunicorn.conf.py"))
    configuration["on_starting"](SimpleNamespace(address=list(addresses)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.8", "::1", "localhost"])
def test_loopback_is_welcome_in_demo_mode(monkeypatch, host):
    starting(monkeypatch, "1", (host, 8000))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "exchange.example"])  # noqa: S104 -- refused
def test_any_other_address_is_refused_in_demo_mode(monkeypatch, host):
    with pytest.raises(SystemExit, match="refuses"):
        starting(monkeypatch, "1", ("127.0.0.1", 8000), (host, 8000))


def test_a_real_installation_binds_where_it_likes(monkeypatch):
    starting(monkeypatch, "0", ("0.0.0.0", 8000))  # noqa: S104 -- no demo


def test_a_socket_file_is_on_this_machine(monkeypatch):
    starting(monkeypatch, "1", "/run/exchange.sock")
