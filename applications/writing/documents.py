"""What was sent, on paper."""

from applications.content import to_read
from applications.models import Submission
from applications.questions import Reader
from exchange.documents import pdf


def copy_of(submission: Submission, *, language: str) -> bytes:
    """The applicant's PDF of one submission, in this language; the texts stay in the one they were written in."""
    trip = submission.application.trip
    shown = {"submission": submission, "said": to_read(submission.answers, Reader.APPLICANT), "trip": trip}
    return pdf.render("applications/writing/document.html", shown, language=language)
