"""Questions about a job. Who may have what it makes is asked by the room that makes it."""

from django.utils.translation import gettext_lazy as _

from exchange.jobs.lifecycle import JOB
from exchange.jobs.models import Job
from exchange.lifecycle import Hat
from exchange.signed_in import User
from exchange.transitions import may
from exchange.verdicts import YES, Verdict, no


def job_hats(user: User, job: Job) -> frozenset[Hat]:
    """Lead of the trip it is about, or administrator."""
    hats = {Hat.ADMINISTRATOR} if user.is_administrator else set()
    if job.trip and job.trip in user.leads:
        hats.add(Hat.LEAD)
    return frozenset(hats)


def can_ask_again(user: User, job: Job) -> Verdict:
    """What failed may be tried again."""
    return may(JOB, "again", job, job_hats(user, job))


def can_see_work(user: User) -> Verdict:
    """Administrators see what waits and what failed, leads what concerns their trips."""
    return YES if user.is_administrator or user.leads else no(_("Only administrators and leads see this."))
