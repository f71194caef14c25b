"""The paper of an edition as a file that the worker makes: who gets which, what it is made of, how it is forgotten.

A reader with a school sees that school by name, so an edition has a paper for each such reader beside the general one,
each in two languages. A file is kept under what it was made of; whoever changes that gets a new file.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from importlib.metadata import version

from django.conf import settings

from evaluations.impact import documents, report
from evaluations.impact.editions import report_of
from evaluations.impact.models import ReportEdition
from exchange.jobs import actions as work
from exchange.jobs.models import Job
from exchange.people.models import RoleAssignment, User

KIND = "impact/paper"
LANGUAGES = ("nl", "en")
Schools = tuple[report.School, ...]


def own_schools(user: User, found: report.Report) -> Schools:
    """The schools this reader sees by name: those coordinated, or represented as a partner."""
    return of_roles(user.roles, found)


def of_roles(roles: list[RoleAssignment], found: report.Report) -> Schools:
    """The schools that somebody with these roles sees by name."""
    mine = {str(role.institution_id) for role in roles if role.institution_id}
    return tuple(school for school in found.schools if school.id in mine)


def variants(found: report.Report) -> list[Schools]:
    """The general paper first, then one for each reader who sees a school by name; the same schools once."""
    holders = defaultdict(list)
    for role in RoleAssignment.objects.current().filter(institution__in=[school.id for school in found.schools]):
        holders[role.user_id].append(role)
    named = {of_roles(roles, found) for roles in holders.values()}
    return [(), *sorted(named, key=lambda own: [school.id for school in own])]


# --- jobs -----------------------------------------------------------------------------------------


def prefix(edition: ReportEdition) -> str:
    """How the keys of everything made of an edition begin."""
    return f"{KIND}:{edition.pk}:"


def key(edition: ReportEdition, own: Schools, language: str) -> str:
    """What a paper is made of; another text, reader, language, layout or library is another key."""
    made_of = [edition.checksum, language, layout(), *sorted(school.id for school in own)]
    return prefix(edition) + hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:32]


@cache
def layout() -> str:
    """The mark of everything that draws a paper: templates, style sheets, code, words and the library."""
    folders = ("templates/impact", "templates/documents", "evaluations/impact", "exchange/documents", "locale")
    kinds = {".html", ".css", ".svg", ".py", ".po"}
    files = (path for folder in folders for path in sorted((settings.ROOT / folder).rglob("*")) if path.suffix in kinds)
    words = f"{settings.ALLIANCE_NAME} {version('weasyprint')}".encode()
    return hashlib.sha256(words + b"".join(path.read_bytes() for path in files)).hexdigest()


def job(edition: ReportEdition, *, own: Schools, language: str, by: User | None = None) -> Job:
    """The job that makes one paper."""
    arguments = {"edition": str(edition.pk), "language": language, "own": [school.id for school in own]}
    return work.job(key=key(edition, own, language), kind=KIND, arguments=arguments, trip=edition.trip_id, by=by)


def all_jobs(edition: ReportEdition, by: User | None = None) -> list[Job]:
    """The jobs that make every paper somebody may ask for now."""
    found = report_of(edition)
    return [job(edition, own=own, language=language, by=by) for own in variants(found) for language in LANGUAGES]


def draw(job: Job, progress: Callable[[int, int], None]) -> Callable[[], object]:
    """What the worker does: the paper drawn, and what keeps it."""
    edition = ReportEdition.objects.select_related("trip").get(pk=job.arguments["edition"])
    schools = report_of(edition).schools
    own = tuple(school for school in schools if school.id in job.arguments["own"])
    content = documents.paper(edition, own=own, language=job.arguments["language"])
    return lambda: work.keep_file(job, content)


def stored(edition: ReportEdition, *, own: Schools, language: str) -> Job | None:
    """The job of a paper, if somebody asked for it."""
    return Job.objects.filter(key=key(edition, own, language)).first()


def forget(edition: ReportEdition) -> int:
    """Remove every file made of an edition, older layouts included; what is asked for again is made anew."""
    return work.forget(jobs=Job.objects.filter(key__startswith=prefix(edition)))
