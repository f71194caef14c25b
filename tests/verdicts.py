"""What a question of permission answered, so that a test can write it down."""

from exchange.verdicts import Verdict

YES = "yes"

NOT_THE_LEAD = "403 Alleen de projectleider van deze reis doet dit."
NOT_YOUR_APPLICATION = "403 Dit is niet jouw aanmelding."
CANCELLED = "409 Deze reis is geannuleerd."
COMPLETED = "409 Deze reis is afgerond."


def said(verdict: Verdict) -> str:
    """Yes, or the status and the sentence of a refusal."""
    return YES if verdict else f"{verdict.status} {verdict.reason}"
