"""The demonstration's mailbox."""

import pytest
from django.core.mail import EmailMessage

from demo import mailbox
from tests import world


@pytest.fixture
def box(settings, tmp_path):
    settings.VAR = tmp_path
    return mailbox.Backend()


def _mail(to, subject="Onderwerp", body="Lees https://exchange.example/x?a=1&b=2 even."):
    return EmailMessage(subject, body, "noreply@exchange.example", [to])


def test_newest_first_and_found_by_address(box, at):
    at(world.home(2026, 11, 1))
    box.send_messages([_mail("a@x.example", "Eerste")])
    at(world.home(2026, 11, 2))
    box.send_messages([_mail("b@x.example", "Tweede"), _mail("a@x.example", "Derde")])
    assert [mail.subject for mail in mailbox.delivered()] == ["Derde", "Tweede", "Eerste"]
    assert [mail.subject for mail in mailbox.delivered("a@")] == ["Derde", "Eerste"]


def test_links_live_and_nothing_else_does(box, at):
    from demo.views import _with_links

    html = _with_links("Zie https://a.example/?x=1&y=2 <script>")
    assert html == 'Zie <a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a> &lt;script&gt;'


def test_a_name_from_outside_opens_no_file(box):
    assert mailbox.mail("../../../etc/passwd") is None
    assert mailbox.mail("20260101T000000000000-1-a@x.example.eml") is None
