"""A decision, from the page of one application."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.assessing.rubric import rubric_of
from applications.found import found_application
from applications.selection import deciding
from applications.selection.forms import DecisionForm, seen_moment
from applications.selection.permissions import can_decide
from applications.team.views import application_page
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require


@require_POST
def propose(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """A decision with its reason, from the page of one application."""
    application = found_application(request, slug, pk)
    require(can_decide(request.user, application))
    form = DecisionForm(request.POST, criteria=rubric_of(application.trip))
    if not form.is_valid():
        context = application_page(request, application) | {"deciding": form}
        return render(request, "applications/team/detail.html", context, status=422)
    data = form.cleaned_data
    deciding.propose(
        application=application,
        kind=data["kind"],
        phrases=form.phrases,
        note=data["note"],
        note_language=data["note_language"],
        seen=seen_moment(data["seen"]),
        by=request.user,
    )
    messages.success(request, _("Proposed. Nobody outside sees it until you publish."))
    return redirect("applications:detail", slug, pk)
