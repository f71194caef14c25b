"""The form: one draft, whichever section is open. Every save is a plain POST; nothing typed is ever lost."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from applications import content
from applications.conditions.checks import Check, checks, conditions_of, earlier_trips
from applications.content import to_read
from applications.endorsing.actions import signing
from applications.models import Application, Submission
from applications.questions import SECTIONS, Reader
from applications.writing.actions import Incomplete, Stale, blank, save_part, state, submit
from applications.writing.forms import FORMS, GoalsForm, worth_keeping
from applications.writing.gaps import Gap, gaps
from applications.writing.permissions import can_open, can_write
from exchange import clock
from exchange.carry_on import BY_ITSELF
from exchange.forms import form_page
from exchange.people.models import User
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Trip
from exchange.verdicts import Verdict, require

#: The pages of the form; the last is reading it all.
LABELS = SECTIONS | {"review": _("Read it all")}
PAGES = list(LABELS)
#: The pages of the form that ask what conditions are about.
SAYS_WHETHER_IT_FITS = ("about", "manager", "review")


def draft_of(request: SignedInRequest, slug: str) -> Application:
    """The reader's application for a trip, or a blank one."""
    trip = get_object_or_404(Trip.objects.public(), slug=slug)
    application = Application.objects.of(request.user).filter(trip=trip).first() or blank(trip, request.user)
    application.trip, application.user = trip, request.user
    return application


def exists(application: Application) -> bool:
    """Whether it was started."""
    return not application._state.adding


def address(trip: Trip, section: str) -> str:
    """Where a section stands; the first is the form's own address."""
    if section == PAGES[0]:
        return reverse("applications:apply", args=[trip.slug])
    if section == "review":
        return reverse("applications:review", args=[trip.slug])
    return reverse("applications:section", args=[trip.slug, section])


def steps(application: Application, current: str, missing: list[Gap]) -> list[dict[str, Any]]:
    """The stepper: what is complete, where the reader is, what is still to come."""
    open_sections = {gap.section for gap in missing}
    started = exists(application)
    return [
        {
            "label": label,
            "url": address(application.trip, section),
            "state": "now" if section == current else "done" if started and is_done(section, open_sections) else "next",
        }
        for section, label in LABELS.items()
    ]


def is_done(section: str, open_sections: set[str]) -> bool:
    """A section is done when nothing is missing in it; reading it all is never done before sending."""
    return section != "review" and section not in open_sections


def page(
    request: SignedInRequest, application: Application, current: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """One page of the form."""
    missing = gaps(application, content.goals_of(application))
    following = PAGES[(PAGES.index(current) + 1) % len(PAGES)]
    context = {
        "application": application,
        "trip": application.trip,
        "current": current,
        "steps": steps(application, current, missing),
        "missing": [
            {"text": gap.text, "url": f"{address(application.trip, gap.section)}#id_{gap.field}"} for gap in missing
        ],
        "following": LABELS[following],
        "checks": fits(application) if current in SAYS_WHETHER_IT_FITS else [],
        "started": exists(application),
        **more,
    }
    return render(request, f"applications/writing/{current}.html", context, status=status)


def fits(application: Application) -> list[Check]:
    """The conditions of the trip, beside what stands in the draft."""
    trip, user = application.trip, application.user
    said = {name: getattr(application, name) for name in content.PLAIN}
    return checks(said, conditions_of(trip), school=user.institution, earlier=earlier_trips(user, trip))


# --- a section -------------------------------------------------------------------------------------


@form_page
def section(request: SignedInRequest, slug: str, section: str = PAGES[0]) -> HttpResponse:
    """Write one section and save it: to go on, or for later."""
    if section not in FORMS:
        raise Http404
    application = draft_of(request, slug)
    if request.method == "POST":
        return written(request, application, section)
    verdict = can_open(request.user, application.trip, application if exists(application) else None)
    if not verdict and exists(application):
        return redirect("applications:mine", application.pk)
    require(verdict)
    form = form_of(section, None, application, "more" in request.GET)
    return page(request, application, section, form=form)


def written(request: SignedInRequest, application: Application, section: str) -> HttpResponse:
    """What was typed in a section is saved; what can't be stays in sight."""
    user = request.user
    form = form_of(section, request.POST, application)
    verdict = can_write(user, application.trip, application if exists(application) else None)
    if BY_ITSELF in request.headers:
        return autosave(application, form, verdict, by=user)
    if not verdict:
        return too_late(request, application, form, verdict)
    if not form.is_valid():
        return page(request, application, section, form=form, status=422)
    do = request.POST.get("do", "")
    part = form.part(do) if isinstance(form, GoalsForm) else form.part()
    try:
        save_part(trip=application.trip, part=part, by=user, **form.seen)
    except Stale as stale:
        return conflict(request, stale.application, section)
    return redirect(after(application.trip, section, do, len(part.goals or [])))


def autosave(application: Application, form: Any, verdict: Verdict, *, by: User) -> JsonResponse:
    """What a page that saves by itself is told: saved when, or why not. It keeps its text until it is."""
    if not verdict:
        return JsonResponse({"reason": str(verdict.reason)}, status=verdict.status)
    if not form.is_valid():
        return JsonResponse({"reason": first_error(form)}, status=422)
    part = form.part()
    try:
        saved = save_part(trip=application.trip, part=part, by=by, **form.seen)
    except Stale as stale:
        return JsonResponse({"reason": str(stale.verdict.reason), "both": True}, status=409)
    told: dict[str, Any] = {
        "version": saved.version,
        "base": content.digest(state(saved, part.section)),
        "saved": date_format(clock.now().astimezone(clock.HOME), "TIME_FORMAT"),
    }
    if part.section in SAYS_WHETHER_IT_FITS:
        told["fits"] = render_to_string("applications/writing/_fits.html", {"checks": fits(saved)})
    if isinstance(form, GoalsForm):
        told |= {"ids": ids_of(form, saved), "advice": [str(goal.advice) for goal in form.forms]}
    return JsonResponse(told)


def first_error(form: Any) -> str:
    """The first thing that is wrong, in words."""
    forms = [form.stamp, *form.forms.forms] if isinstance(form, GoalsForm) else [form]
    found = [str(error) for one in forms for errors in one.errors.values() for error in errors]
    found += [str(error) for error in form.forms.non_form_errors()] if isinstance(form, GoalsForm) else []
    return next(iter(found), "")


def ids_of(form: GoalsForm, saved: Application) -> list[str]:
    """The id of each goal as it stands on the page; a goal without words has none."""
    ids = iter([goal["id"] for goal in content.goals_of(saved)])
    return [next(ids, "") if worth_keeping(row) else "" for row in form.rows]


def form_of(section: str, data: Any, application: Application, more: bool = False) -> Any:
    """The form of a section; `more` opens an empty goal."""
    if section == "goals":
        return GoalsForm(data, application=application, more=more)
    return FORMS[section](data, application=application)


def after(trip: Trip, section: str, do: str, goals: int) -> str:
    """Where a save leads: on, home, or back to the goals with the one that was moved."""
    if do == "add":
        return f"{address(trip, section)}?more=1#goal-{goals}"
    if do == "stay":
        return address(trip, section)
    if do.partition("-")[0] in ("up", "down", "remove"):
        return f"{address(trip, section)}#goals"
    if do == "later":
        return reverse("home")
    return address(trip, PAGES[PAGES.index(section) + 1])


def typed(form: Any) -> list[tuple[Any, str]]:
    """What somebody typed, with its labels, to be kept in sight when it can't be saved."""
    forms = form.forms.forms if isinstance(form, GoalsForm) else [form]
    return [
        (field.label, str(field.value()))
        for one in forms
        for field in one.visible_fields()
        if field.value() and field.name != "tags"
    ]


def too_late(request: SignedInRequest, application: Application, form: Any, verdict: Any) -> HttpResponse:
    """The call closed while somebody was writing: nothing is saved, and nothing typed disappears."""
    context = {
        "trip": application.trip,
        "application": application if exists(application) else None,
        "verdict": verdict,
        "typed": typed(form),
    }
    return render(request, "applications/writing/late.html", context, status=verdict.status)


def conflict(request: SignedInRequest, stored: Application, section: str) -> HttpResponse:
    """Changed in another window: what was typed here and what is saved, side by side, to choose from."""
    stored.user = request.user
    held = state(stored, section)
    data = request.POST.copy()
    data["version"], data["base"] = str(stored.version), content.digest(held)
    form = form_of(section, data, stored)
    form.is_valid()
    saved = typed(form_of(section, None, stored))
    return page(request, stored, section, form=form, conflict=True, saved=saved, status=409)


# --- reading it all, and sending -------------------------------------------------------------------


@require_safe
def review(request: SignedInRequest, slug: str) -> HttpResponse:
    """The whole application as it will be sent, with what is still missing."""
    application = draft_of(request, slug)
    verdict = can_open(request.user, application.trip, application if exists(application) else None)
    if not verdict and exists(application):
        return redirect("applications:mine", application.pk)
    require(verdict)
    return read_it_all(request, application)


def read_it_all(request: SignedInRequest, application: Application, *, status: int = 200, **more: Any) -> HttpResponse:
    """The last page of the form."""
    said = content.of_draft(application)
    last = application.submissions.first() if exists(application) else None
    changed = bool(last and not last.says(said))
    more |= {"said": to_read(said, Reader.APPLICANT), "last": last, "changed": changed}
    if changed:
        more |= signs(application, said, last)
    return page(request, application, "review", status=status, **more)


def signs(application: Application, said: dict[str, Any], last: Submission) -> dict[str, Any]:
    """Who must sign again when this is sent, and why; in the same words whatever was answered, or not."""
    current = application.endorsements.current().first()
    try:
        who = signing(said=said, before=last, current=current, trip=application.trip)
    except content.Unreadable:
        return {}
    parts = [str(content.SIGNED_PARTS[part]) for part in who.parts]
    return {"signing": who, "signed_parts": parts, "asked_before": current} if current else {}


@require_POST
def send(request: SignedInRequest, slug: str) -> HttpResponse:
    """Send it; the receipt follows."""
    application = draft_of(request, slug)
    if not exists(application):
        return redirect("applications:apply", slug)
    version = request.POST.get("version", "")
    try:
        submission = submit(
            application=application,
            by=request.user,
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
        )
    except Incomplete:
        return read_it_all(request, application, status=422, tried=True)
    except Stale:
        return read_it_all(request, application, status=409, conflict=True)
    return redirect("applications:version", application.pk, submission.number)
