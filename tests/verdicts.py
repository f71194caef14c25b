"""What a question of permission answered, so that a test can write it down."""

from exchange.verdicts import Verdict

YES = "yes"


def said(verdict: Verdict) -> str:
    """Yes, or the status and the sentence of a refusal."""
    return YES if verdict else f"{verdict.status} {verdict.reason}"
