"""Where things are in the demonstration, and the documents it leaves in var/demo."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from applications.models import Application, Assessment, Endorsement
from demo.alliance import ACCOUNTS
from evaluations.certificates.documents import printed
from evaluations.certificates.models import Certificate
from evaluations.impact import documents, report
from evaluations.impact.models import ReportEdition
from evaluations.models import Action
from exchange.history.models import HistoryEntry
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation, Trip


def loaded_at() -> datetime:
    """When the story ended."""
    stamp = folder() / "loaded"
    return datetime.fromisoformat(stamp.read_text()) if stamp.exists() else HistoryEntry.objects.latest("at").at


def mark_loaded() -> None:
    """Remember when the story ended, and that it did."""
    (folder() / "loaded").write_text(HistoryEntry.objects.latest("at").at.isoformat())
    loading().unlink(missing_ok=True)


def loading() -> Path:
    """There while the story is told: found later, the telling was broken off."""
    return folder() / "loading"


def start_over() -> bool:
    """Throw away what was half told, before anything opens the database. Whether there was."""
    if not loading().exists():
        return False
    for path in settings.VAR.glob("exchange.sqlite3*"):
        path.unlink()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    shutil.rmtree(folder())
    return True


def folder() -> Path:
    """var/demo."""
    path = settings.VAR / "demo"
    path.mkdir(parents=True, exist_ok=True)
    return path


def write_documents() -> list[Path]:
    """A certificate, and an impact report as PDF, HTML and spreadsheet."""
    certificate = Certificate.objects.filter(kind="cycle", status="issued").earliest("serial")
    edition = ReportEdition.objects.filter(trip__slug="safeguarding-1").select_related("trip").latest("number")
    with translation.override("nl"):
        shown = {"edition": edition, "language": "nl", **documents.context(report.thaw(edition.report))}
        html = render_to_string("impact/documents/page.html", shown)
    made = {
        "certificate.pdf": printed(certificate, "both"),
        "report.pdf": documents.paper(edition, own=(), language="nl"),
        "report.xlsx": documents.spreadsheet(edition, own=(), language="nl"),
        "report.html": html.encode(),
    }
    for name, content in made.items():
        (folder() / name).write_bytes(content)
    return [folder() / name for name in made]


def places() -> dict[str, Any]:
    """Names to public ids and addresses."""
    trips = {trip.slug: trip for trip in Trip.objects.all()}
    found: dict[str, Any] = {
        "accounts": {
            key: {"email": f"{key}@exchange.example", "id": str(User.objects.get(email=f"{key}@exchange.example").pk)}
            for key, *_ in ACCOUNTS
        },
        "trips": {slug: _trip(trip) for slug, trip in trips.items()},
    }
    found |= _people()
    return found


def _trip(trip: Trip) -> dict[str, str]:
    return {
        "id": str(trip.pk),
        "phase": str(trip.phase),
        "url": _url("trips:detail", trip.slug),
        "team": _url("trips:team", trip.slug),
    }


def _people() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("applicant", "applicant2"):
        for application in Application.objects.filter(user__email=f"{key}@exchange.example").select_related("trip"):
            address = _url("applications:mine", application.pk)
            found[f"{key}-{application.trip.slug}"] = {"id": str(application.pk), "url": address}
    for key in ("participant", "participant2", "alumnus", "alumnus2"):
        who = Participation.objects.filter(user__email=f"{key}@exchange.example").select_related("trip").first()
        if who:
            goal = LearningGoal.objects.filter(participation=who).first()
            found[key] = {
                "id": str(who.pk),
                "trip": who.trip.slug,
                "url": _url("trips:mine", who.trip.slug),
                "goal": _url("evaluations:goal", goal.pk),
            }
    action = Action.objects.filter(participation__user__email="alumnus@exchange.example", status="planned").first()
    certificate = Certificate.objects.filter(status="issued", kind="cycle").first()
    edition = ReportEdition.objects.order_by("-published_at").first()
    endorsement = Endorsement.objects.filter(status="asked").first()
    assessment = Assessment.objects.filter(reviewer__email="reviewer@exchange.example", status="assigned").first()
    found["action"] = {"id": str(action.pk), "url": _url("evaluations:action", action.pk)} if action else None
    found["certificate"] = {"code": certificate.code, "url": _url("certificates:verify", certificate.code)}
    found["edition"] = {"id": str(edition.pk), "url": _url("impact:edition", edition.pk)}
    found["endorsement"] = {"id": str(endorsement.pk)} if endorsement else None
    found["assessment"] = {"id": str(assessment.pk)} if assessment else None
    return found


def _url(name: str, *args: Any) -> str:
    return settings.BASE_URL + reverse(name, args=args)
