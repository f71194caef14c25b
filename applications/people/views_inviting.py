"""Inviting colleagues from the list somebody keeps: bring it along, look at every row, then invite all or nobody."""

import zlib
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.people import actions as inviting
from applications.people.brought import FIELDS, LABELS, Brought, read
from applications.people.forms import HowForm, ListForm, book_of
from applications.people.lists import Fate, Schools, checked, counts
from applications.people.permissions import can_invite
from applications.people.views import Circle, school_circle, team_circle
from exchange import clock
from exchange.documents.letters import Unreadable
from exchange.documents.reading import Book
from exchange.documents.responses import download
from exchange.documents.sheets import TEXT, Sheet, csv_stream, workbook
from exchange.forms import form_page, status_of
from exchange.people.lifecycle import JobRole, role_of
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require

#: Where a list waits between the two pages: in the session of who brought it, and not for long.
KEY, KEPT = "people_list", timedelta(hours=1)


# --- a list waits in the session ------------------------------------------------------------------


def keep(request: SignedInRequest, circle: Circle, content: bytes | str) -> None:
    """Remember what was brought until it is confirmed; one list at a time."""
    packed = zlib.compress(content.encode() if isinstance(content, str) else content)
    request.session[KEY] = {
        "trip": str(circle.trip.pk),
        "school": str(circle.school.pk) if circle.school else "",
        "at": clock.now().isoformat(),
        "pasted": isinstance(content, str),
        "content": b64encode(packed).decode(),
    }


def kept(request: SignedInRequest, circle: Circle) -> bytes | str | None:
    """The list that waits at this circle; None when there is none, or it waited too long."""
    found = request.session.get(KEY)
    here = (str(circle.trip.pk), str(circle.school.pk) if circle.school else "")
    if not found or (found["trip"], found["school"]) != here or "content" not in found:
        return None
    if clock.now() - datetime.fromisoformat(found["at"]) > KEPT:
        forget(request)
        return None
    content = zlib.decompress(b64decode(found["content"]))
    return content.decode() if found["pasted"] else content


def forget(request: SignedInRequest) -> None:
    """The list is done with."""
    request.session.pop(KEY, None)


# --- the steps, for both circles -----------------------------------------------------------------


def bring(request: SignedInRequest, circle: Circle) -> HttpResponse:
    """The form; when the file can be read, on to its rows."""
    require(can_invite(request.user, circle.school, circle.trip))
    posted = request.method == "POST"
    form = ListForm(request.POST, request.FILES) if posted else ListForm()
    if form.is_valid():
        keep(request, circle, form.cleaned_data["content"])
        return redirect(circle.url("invite-check"))
    context = context_of(circle) | {"form": form, "known_schools": Schools().known, "roles": JobRole.labels}
    template = "applications/people/school_bring.html" if circle.school else "applications/people/team_bring.html"
    return render(request, template, context, status=status_of(form))


def check(request: SignedInRequest, circle: Circle) -> HttpResponse:
    """Every row with what an import would do, and how the list was read."""
    require(can_invite(request.user, circle.school, circle.trip))
    content = kept(request, circle)
    if content is None:
        messages.info(request, _("There is no list waiting here. Choose it again."))
        return redirect(circle.url("invite"))
    how = HowForm.how(request.GET)
    book = book_of(content, how)
    try:
        brought = read(book, how)
    except Unreadable as refusal:
        return rows_of(request, circle, book, None, refusal=str(refusal), status=422)
    return rows_of(request, circle, book, brought)


def rows_of(
    request: SignedInRequest,
    circle: Circle,
    book: Book,
    brought: Brought | None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with the rows, the wrong ones first."""
    lines = checked(brought.entries, trip=circle.trip, school=circle.school) if brought else []
    wrong = [line for line in lines if line.fate is Fate.WRONG]
    given = request.POST if request.method == "POST" else request.GET
    context = context_of(circle) | {
        "lines": lines,
        "wrong": wrong,
        "counts": [(fate, n) for fate, n in counts(lines).items() if n],
        "new": sum(line.fate is Fate.NEW for line in lines),
        "seen": inviting.fingerprint(lines),
        "changed": status == 409,
        "refusal": refusal,
        "book": book,
        "brought": brought,
        "how": HowForm(given if refusal else None, book=book, brought=brought),
        "letters": next((one for one in book.readings if one.letters == book.letters), None),
    }
    template = "applications/people/school_check.html" if circle.school else "applications/people/team_check.html"
    return render(request, template, context, status=status)


def take(request: SignedInRequest, circle: Circle) -> HttpResponse:
    """Invite everybody new on the list that was looked at, or nobody."""
    require(can_invite(request.user, circle.school, circle.trip))
    content = kept(request, circle)
    if content is None:
        messages.info(request, _("There is no list waiting here. Choose it again."))
        return redirect(circle.url("invite"))
    how = HowForm.how(request.POST)
    book = book_of(content, how)
    try:
        brought = read(book, how)
    except Unreadable as refusal:
        return rows_of(request, circle, book, None, refusal=str(refusal), status=422)
    seen = request.POST.get("seen", "") if book.sure else ""
    try:
        made = inviting.invite(
            trip=circle.trip, entries=brought.entries, school=circle.school, seen=seen, by=request.user
        )
    except inviting.Changed:
        return rows_of(request, circle, book, brought, status=409)
    forget(request)
    text = ngettext("%(count)s person is invited by mail.", "%(count)s people are invited by mail.", len(made))
    messages.success(
        request, text % {"count": len(made)} if made else _("Everybody was known already. Nothing changed.")
    )
    return redirect(circle.url("people"))


def context_of(circle: Circle) -> dict[str, Any]:
    """What every step shows."""
    return {
        "trip": circle.trip,
        "school": circle.school,
        "active": "people",
        "back": circle.url("people"),
        "bring_url": circle.url("invite"),
        "check_url": circle.url("invite-check"),
        "take_url": circle.url("invite-take"),
    }


@form_page
def team_bring(request: SignedInRequest, slug: str) -> HttpResponse:
    """The lead brings a list."""
    return bring(request, team_circle(request, slug))


@require_safe
def team_check(request: SignedInRequest, slug: str) -> HttpResponse:
    """The lead looks at it."""
    return check(request, team_circle(request, slug))


@require_POST
def team_take(request: SignedInRequest, slug: str) -> HttpResponse:
    """The lead invites."""
    return take(request, team_circle(request, slug))


@form_page
def school_bring(request: SignedInRequest, slug: str) -> HttpResponse:
    """A coordinator brings a list of the own people."""
    return bring(request, school_circle(request, slug))


@require_safe
def school_check(request: SignedInRequest, slug: str) -> HttpResponse:
    """The coordinator looks at it."""
    return check(request, school_circle(request, slug))


@require_POST
def school_take(request: SignedInRequest, slug: str) -> HttpResponse:
    """The coordinator invites."""
    return take(request, school_circle(request, slug))


@require_safe
def example(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """An empty list to fill in: the headings and one row that shows how."""
    school = request.user.institution
    domain = school.domains.first() if school else None
    row = [
        _("Jan de Vries (an example: take this row out)"),
        f"j.devries@{domain.domain if domain else 'school.example'}",
        school.name if school else "roc …",
        role_of(JobRole.CARETAKER),
        get_language() or "nl",
    ]
    sheet = Sheet(_("Colleagues"), [(LABELS[name], TEXT) for name in FIELDS], [row])
    name = _("colleagues") + f".{kind}"
    whole = workbook([sheet], language=get_language() or "nl") if kind == "xlsx" else csv_stream(sheet)
    return download(whole, name, people=0)
