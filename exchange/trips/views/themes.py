"""Themes and their frameworks: everybody who starts trips reads them, administrators make new versions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.models import Framework, Theme
from exchange.trips.permissions import can_copy_framework, can_create
from exchange.verdicts import require


@require_safe
def themes(request: SignedInRequest) -> HttpResponse:
    """Every theme with the versions of its framework."""
    require(can_create(request.user))
    found = Theme.objects.prefetch_related("frameworks__dimensions__tags", "frameworks__trips")
    return render(request, "trips/themes.html", {"themes": found, "may": can_copy_framework(request.user)})


@require_POST
def copy_framework(request: SignedInRequest, framework: Any) -> HttpResponse:
    """A new version to change, with the words of this one."""
    copy = actions.copy_framework(framework=get_object_or_404(Framework, pk=framework), by=request.user)
    said = _("Version %(version)s is there. Change its words in the administration; new trips use it from now on.")
    messages.success(request, said % {"version": copy.version})
    return redirect("trips:themes")
