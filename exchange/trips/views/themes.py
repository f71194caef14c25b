"""Themes and their frameworks: everybody who starts trips reads them, administrators make new versions."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.models import Framework, Theme, Trip
from exchange.trips.permissions import can_copy_framework, can_create
from exchange.verdicts import require

PER_PAGE = 10


@require_safe
def themes(request: SignedInRequest) -> HttpResponse:
    """Every theme with the versions of its framework."""
    require(can_create(request.user))
    used = Exists(Trip.objects.filter(framework=OuterRef("pk")))
    frameworks = Prefetch("frameworks", Framework.objects.annotate(used=used).prefetch_related("dimensions__tags"))
    page = Paginator(Theme.objects.prefetch_related(frameworks), PER_PAGE).get_page(request.GET.get("page"))
    context = {"themes": page.object_list, "page": page, "may": can_copy_framework(request.user)}
    return render(request, "trips/themes.html", context)


@require_POST
def copy_framework(request: SignedInRequest, framework: Any) -> HttpResponse:
    """A new version to change, with the words of this one."""
    copy = actions.copy_framework(framework=get_object_or_404(Framework, pk=framework), by=request.user)
    said = _("Version %(version)s is there. Change its words in the administration; new trips use it from now on.")
    messages.success(request, said % {"version": copy.version})
    return redirect("trips:themes")
