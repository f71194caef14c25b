"""What gunicorn writes of a request: neither of its logs says what let somebody in, and no request makes a line."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn import glogging
from gunicorn.config import Config

from exchange import serving
from tests.leaks.serving import answer, request, served
from tests.leaks.test_secret_routes import NUMBER, SIGNED

pytestmark = pytest.mark.once
HOUSE = "tests.browser.served"
LOGS = ("--access-logfile", "/dev/stderr", "--error-logfile", "/dev/stderr")
FORGED = "2026-01-01 00:00:00 forged"


def asked(server):
    """Addresses with a secret: found, not found, no HTTP at all, and told as where somebody came from."""
    came = f"Referer: http://x/endorse/{SIGNED}/"
    for sent in (
        request(f"/endorse/{SIGNED}/"),
        request(f"/endorse/{SIGNED}"),
        request(f"/calendar/{NUMBER}.ics.", b"", 0, came, f"User-Agent: a\u202e{FORGED}"),
        request(f"/nowhere/?next=/verify/{SIGNED}&again={NUMBER}"),
        f"GET /endorse/{SIGNED} is no HTTP\r\n\r\n".encode(),
    ):
        with server.connect() as client:
            client.sendall(sent)
            answer(client)


def test_the_logs_of_the_server_say_nothing():
    with served(HOUSE, *LOGS) as server:
        asked(server)
        server.says("Invalid")
        server.says("GET /", 4)
    said = "".join(server.said)
    assert '"GET /endorse/…' in said
    assert "/nowhere/?…" in said
    assert SIGNED not in said
    assert NUMBER not in said
    assert "\u202e" not in said


@pytest.mark.parametrize(("kind", "says"), [(serving.Log, False), (glogging.Logger, True)])
def test_ours_says_nothing_where_theirs_says_it(kind, says, tmp_path, monkeypatch):
    """The control."""
    for name in ("gunicorn.access", "gunicorn.error"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [])  # those of pytest listen as well
    config = Config()
    config.set("accesslog", str(tmp_path / "access"))
    log = kind(config)
    path = f"/endorse/{SIGNED}/"
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": f"{path}?a=b", "PATH_INFO": path, "SERVER_PROTOCOL": "HTTP/1.1"}
    answered = SimpleNamespace(status="404 Not Found", sent=12, headers=[])
    log.access(answered, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))
    for one in (log.access_log, log.error_log):
        for handler in list(one.handlers):
            handler.close()
            one.removeHandler(handler)
    written = (tmp_path / "access").read_text()
    assert "404" in written if says else '"GET /endorse/…" 404' in written
    assert (SIGNED in written) is says
