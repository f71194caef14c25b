"""A document that would not end ends its press, and the site goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from exchange.documents import pdf
from exchange.documents.press import Press, Spoiled


def strange(markup: str) -> bytes:
    """Does what the page says; stands in for a renderer."""
    if markup == "forever":
        signal.pause()
    if markup == "memory":
        return bytes(len(b"x" * 4 * 1024**3))
    if markup == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if markup == "told to stop":
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
    if markup == "wrong":
        raise ValueError("A document needs a <title>.")
    return f"{markup} by {os.getpid()}".encode()


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press(strange, seconds=20)
    yield made
    made.stop()


def test_one_process_draws_them_all_and_it_is_not_ours(press: Press) -> None:
    first, second = press("page"), press("page")
    assert first == second
    assert first != f"page by {os.getpid()}".encode()


@pytest.mark.parametrize("page", ["memory", "die"])
def test_what_takes_too_much_is_told_and_the_next_page_is_drawn(press: Press, page: str) -> None:
    with pytest.raises(Spoiled):
        press(page)
    assert press("page").startswith(b"page by ")


def test_what_takes_too_long_ends_the_press_and_the_next_page_is_drawn(press: Press) -> None:
    press("page")
    press.seconds = 0.2
    with pytest.raises(Spoiled, match=r"longer than 0\.2 seconds"):
        press("forever")
    press.seconds = 20
    assert press("page").startswith(b"page by ")


def test_an_error_of_the_page_is_raised_here(press: Press) -> None:
    with pytest.raises(ValueError, match="needs a <title>"):
        press("wrong")


def test_documents_are_drawn_by_the_press() -> None:
    """The whole way, and a page without a title is refused on this side as well."""
    page = '<!DOCTYPE html><html lang="nl"><head><title>t</title></head><body><h1>t</h1></body></html>'
    assert pdf.pressed(page) == pdf.printed(page)
    with pytest.raises(ValueError, match="needs a <title>"):
        pdf.pressed(page.replace("<title>t</title>", ""))


def test_who_tells_the_whole_house_to_stop_does_not_spoil_the_document_in_hand(press: Press) -> None:
    assert press("told to stop").startswith(b"told to stop by ")


def test_a_program_that_used_a_press_ends(tmp_path: Path) -> None:
    """Python asks its children to end and waits for them: the press, which does not listen, must have gone by then."""
    program = tmp_path / "program.py"
    program.write_text(
        "from exchange.documents.press import Press\n"
        "def draw(markup): return markup.encode()\n"
        "press = Press(draw)\n"
        "if __name__ == '__main__': assert press('a') == b'a'\n"
    )
    subprocess.run([sys.executable, program], check=True, timeout=30, env={"PYTHONPATH": str(settings.ROOT)})
