"""Files leave under a plain name, with their type, and no cache keeps them."""

import pytest

from exchange.documents.responses import download


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", "application/pdf"),
        ("a.ics", "text/calendar; charset=utf-8"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_file_is_offered_by_name(name: str, kind: str) -> None:
    response = download(b"x", name, people=3)

    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.people == 3, "history keeps who took it"
    assert response.content == b"x"


def test_a_stream_stays_a_stream_and_a_name_cannot_start_a_header() -> None:
    response = download(iter([b"a", b"b"]), 'x"; y=é.csv', people=0, inline=True)

    assert response.streaming
    assert b"".join(response.streaming_content) == b"ab"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
