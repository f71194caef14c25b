"""Pages about oneself, people and schools."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from exchange.forms import form_page, sent, status_of
from exchange.people import actions, permissions, second_step
from exchange.people.forms import FormerNameForm, InviteForm, ProfileForm, RoleForm, SchoolForm, WhyForm
from exchange.people.leaving import When, duties_of
from exchange.people.lifecycle import ROLE_SENTENCES, Role
from exchange.people.models import Institution, RoleAssignment, User
from exchange.people.tables import PeopleFilter, PeopleTable, membership_badge
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require

HELD = Prefetch("role_assignments", RoleAssignment.objects.current(), to_attr="held")

# --- oneself --------------------------------------------------------------------------------------


@form_page
def profile(request: SignedInRequest) -> HttpResponse:
    """What I say about myself."""
    # A form fills the instance it checks; the page around it shows what is stored.
    mine = User.objects.select_related("institution").get(pk=request.user.pk)
    form = ProfileForm(sent(request), instance=mine)
    if request.method == "POST" and form.is_valid():
        stored = User.objects.select_related("institution").get(pk=request.user.pk)
        actions.save_profile(user=stored, by=request.user, **form.cleaned_data)
        with translation.override(stored.language):
            messages.success(request, _("Your profile is saved."))
        return in_language(redirect("people:profile"), stored.language)
    context = {"form": form, "badge": membership_badge(request.user)}
    return render(request, "people/profile.html", context, status=status_of(form))


def in_language(response: HttpResponseRedirect, language: str) -> HttpResponseRedirect:
    """Let the choice of the profile win from what was chosen on this device before."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", secure=settings.SECURE
    )
    return response


# --- people ---------------------------------------------------------------------------------------


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """The people of the alliance for administrators, of the own school for its coordinator."""
    require(permissions.can_list_people(request.user))
    shown = User.objects.somebody().select_related("institution").prefetch_related(HELD)
    if not request.user.is_administrator:
        shown = shown.filter(institution__in=request.user.coordinates)
    found = PeopleFilter(request.GET, queryset=shown)
    if not request.user.is_administrator and len(request.user.coordinates) == 1:
        del found.form.fields["institution"]
    table = RequestConfig(request, paginate={"per_page": 40}).configure(PeopleTable(found.qs))
    return render(request, "people/list.html", {"filter": found, "table": table})


def found_person(request: SignedInRequest, pk: Any) -> User:
    """Somebody whose page the reader may open; a stranger is not there."""
    rows = User.objects.somebody().visible_to(request.user)
    shown = rows.select_related("institution", "membership_confirmed_by", "deactivated_by")
    return get_object_or_404(shown, pk=pk)


def person_page(request: SignedInRequest, person: User, form: RoleForm | None = None) -> HttpResponse:
    """The page about a person, with the form to give a role when it needs another look."""
    roles = person.role_assignments.select_related("institution", "given_by", "ended_by").order_by(
        "ended_at", "-given_at"
    )
    context = {
        "person": person,
        "badge": membership_badge(person),
        "roles": [
            {
                "row": role,
                "sentence": ROLE_SENTENCES[Role(role.role)],
                "take": permissions.can_take_role(request.user, role),
            }
            for role in roles
        ],
        "confirm": permissions.can_confirm(request.user, person),
        "decline": permissions.can_decline(request.user, person),
        "close": permissions.can_close_account(request.user, person),
        "open": permissions.can_open_account(request.user, person),
        "reset": permissions.can_reset_second_step(request.user, person),
        "second_step": request.user.is_administrator and second_step.has(person),
        "form": (form or RoleForm()) if person.is_active and permissions.can_give_role(request.user) else None,
    }
    return render(request, "people/person.html", context, status=status_of(form) if form else 200)


@require_safe
def person(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Somebody's school, roles and what may be done about them."""
    someone = found_person(request, pk)
    require(permissions.can_open_person(request.user, someone))
    return person_page(request, someone)


@require_POST
def confirm(request: SignedInRequest, pk: Any) -> HttpResponseRedirect:
    """Say that somebody works at the school that stood on the page."""
    someone = found_person(request, pk)
    actions.confirm_membership(person=someone, institution=posted_school(request), by=request.user)
    text = _("Confirmed: %(name)s works at %(school)s. We mail them.")
    messages.success(request, text % {"name": someone, "school": someone.institution})
    return redirect("people:person", someone.pk)


@require_POST
def decline(request: SignedInRequest, pk: Any) -> HttpResponseRedirect:
    """Say that somebody does not work at the school that stood on the page."""
    someone = found_person(request, pk)
    school = posted_school(request)
    actions.decline_membership(person=someone, institution=school, by=request.user)
    text = _("%(name)s no longer stands at %(school)s. We mail them to choose again.")
    messages.success(request, text % {"name": someone, "school": school})
    return redirect("people:list")


def posted_school(request: SignedInRequest) -> Institution:
    """The school the reader saw when they decided."""
    try:
        return Institution.objects.get(pk=request.POST.get("institution", ""))
    except (Institution.DoesNotExist, ValueError, ValidationError) as gone:
        raise Http404 from gone


@require_POST
def give_role(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Give somebody a role in the alliance."""
    someone = found_person(request, pk)
    require(permissions.can_give_role(request.user))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return person_page(request, someone, form)
    given = actions.give_role(user=someone, by=request.user, **form.cleaned_data)
    messages.success(
        request, _("%(name)s is %(role)s from now on.") % {"name": someone, "role": given.get_role_display()}
    )
    return redirect("people:person", someone.pk)


@require_POST
def take_role(request: SignedInRequest, pk: Any, role: Any) -> HttpResponseRedirect:
    """Take a role away."""
    someone = found_person(request, pk)
    assignment = get_object_or_404(someone.role_assignments.all(), pk=role)
    taken = actions.take_role(assignment=assignment, by=request.user)
    text = _("%(name)s is no longer %(role)s.")
    messages.success(request, text % {"name": someone, "role": taken.get_role_display()})
    return redirect("people:person", someone.pk)


@form_page
def close_account(request: SignedInRequest, pk: Any) -> HttpResponse:
    """What somebody who left still had to do, what ends with the account, and the button."""
    someone = found_person(request, pk)
    require(permissions.can_close_account(request.user, someone))
    form, duties = WhyForm(sent(request)), duties_of(someone)
    if request.method == "POST" and form.is_valid():
        actions.close_account(person=someone, by=request.user, **form.cleaned_data)
        messages.success(request, _("The account of %(name)s is closed. We mail them.") % {"name": someone})
        return redirect("people:person", someone.pk)
    parts = {when.value: [duty for duty in duties if duty.when == when] for when in When}
    roles = someone.role_assignments.current().select_related("institution")
    context = {"person": someone, "form": form, "duties": parts, "roles": roles}
    return render(request, "people/close_account.html", context, status=status_of(form))


@form_page
def open_account(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Take that back."""
    someone = found_person(request, pk)
    require(permissions.can_open_account(request.user, someone))
    form = WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.open_account(person=someone, by=request.user, **form.cleaned_data)
        messages.success(request, _("The account of %(name)s is open again. We mail them.") % {"name": someone})
        return redirect("people:person", someone.pk)
    return render(request, "people/open_account.html", {"person": someone, "form": form}, status=status_of(form))


@form_page
def reset_second_step(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Let a colleague who lost phone and codes set up the second step anew."""
    someone = found_person(request, pk)
    require(permissions.can_reset_second_step(request.user, someone))
    form = WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        actions.reset_second_step(person=someone, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s sets up two-step sign-in anew. We mail them.") % {"name": someone})
        return redirect("people:person", someone.pk)
    context = {"person": someone, "form": form, "days": settings.SECOND_STEP_GRACE_DAYS}
    context["asked"] = second_step.is_asked_of(someone)
    return render(request, "people/reset_second_step.html", context, status=status_of(form))


@form_page
def invite(request: SignedInRequest) -> HttpResponse:
    """Invite a partner, a funder, a coordinator or another administrator by mail."""
    require(permissions.can_give_role(request.user))
    form = InviteForm(sent(request), initial={"role": "partner"})
    if request.method == "POST" and form.is_valid():
        actions.invite(by=request.user, **form.cleaned_data)
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("people:list")
    return render(request, "people/invite.html", {"form": form}, status=status_of(form))


# --- schools --------------------------------------------------------------------------------------


@require_safe
def schools(request: SignedInRequest) -> HttpResponse:
    """The schools of the alliance and other organisations."""
    require(permissions.can_administer(request.user))
    coordinators = RoleAssignment.objects.current().filter(role="coordinator").select_related("user")
    rows = Institution.objects.annotate(n=Count("people", filter=Q(people__is_active=True))).prefetch_related(
        "domains", Prefetch("roleassignment_set", coordinators, to_attr="coordinators")
    )
    return render(request, "people/schools.html", {"schools": rows.order_by("-member", "name")})


def school_page(request: SignedInRequest, school: Institution, former: FormerNameForm | None = None) -> HttpResponse:
    """The form of a school; saves when it was posted."""
    posted = sent(request) if former is None else None
    # The form fills the school it checks; the heading keeps the name that is stored.
    adding, name = school._state.adding, school.name
    form = SchoolForm(posted, instance=school)
    if posted is not None and form.is_valid():
        actions.save_school(school=form.instance, domains=form.cleaned_data["domains"], by=request.user)
        messages.success(request, _("%(school)s is saved.") % {"school": form.instance.name})
        return redirect("people:schools")
    names = [] if adding else list(school.former_names.all())
    context = {"form": form, "school": school, "adding": adding, "name": name, "former_names": names}
    context["former"] = former or FormerNameForm(auto_id="former_%s")
    return render(request, "people/school.html", context, status=status_of(form, *([former] if former else [])))


@form_page
def new_school(request: SignedInRequest) -> HttpResponse:
    """Add a school."""
    require(permissions.can_administer(request.user))
    return school_page(request, Institution())


@form_page
def school(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Change a school."""
    require(permissions.can_administer(request.user))
    return school_page(request, get_object_or_404(Institution, pk=pk))


@require_POST
def former_name(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Add what a school was called before."""
    require(permissions.can_administer(request.user))
    row = get_object_or_404(Institution, pk=pk)
    form = FormerNameForm(request.POST, auto_id="former_%s")
    if not form.is_valid():
        return school_page(request, row, form)
    actions.add_former_name(school=row, by=request.user, **form.cleaned_data)
    messages.success(request, _("The former name is saved."))
    return redirect("people:school", row.pk)
