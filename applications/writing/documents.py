"""What was sent, on paper."""

from applications.models import Submission
from exchange.documents import pdf


def copy_of(submission: Submission, said: dict, *, language: str) -> bytes:
    """The PDF of one submission, in the reader's language; the texts stay in the language they were written in."""
    trip = submission.application.trip
    shown = {"submission": submission, "said": said, "trip": trip}
    return pdf.render("applications/writing/document.html", shown, language=language)
